"""How a table is written, where nobody can be asked: its encoding, and its decimal point."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from pathlib import Path

from ridgenet._errors import InputError
from ridgenet.formats._dialect import sniff
from ridgenet.formats._encodings import BYTE_ORDER_MARKS, likely_encoding
from ridgenet.formats._reading import Reading
from ridgenet.formats._sources import Source

HEAD_BYTES = 2**20
ROWS_LOOKED_AT = 200
WITH_COMMA, WITH_POINT = re.compile(r"[-+]?\d*,\d+"), re.compile(r"[-+]?\d*\.\d+")


def guessed(path: Path) -> Reading:
    """Guess how a file is written; formats with types say so themselves.

    Raises
    ------
    InputError
        If it is empty, or damaged.
    """
    source = Source.of(path)
    if source.format.has_types:
        return Reading()
    start = source.head(HEAD_BYTES)
    encoding = None if start.startswith(tuple(BYTE_ORDER_MARKS)) else likely_encoding(source)
    try:
        dialect = sniff(source, encoding=encoding)
    except InputError:
        # reading it says what is wrong
        return Reading(encoding=encoding)
    text = start.decode(dialect.encoding, "replace")
    return Reading(encoding=encoding, decimal=_decimal(text, dialect.delimiter))


def _decimal(text: str, delimiter: str) -> str:
    """Return what stands before the decimals of most numbers that have any."""
    if delimiter == ",":
        return "."
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1, ROWS_LOOKED_AT))
    except csv.Error:
        return "."
    cells = [cell.strip() for row in rows for cell in row]
    n_commas, n_points = (sum(bool(form.fullmatch(cell)) for cell in cells) for form in (WITH_COMMA, WITH_POINT))
    return "," if n_commas > n_points else "."
