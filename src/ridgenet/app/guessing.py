"""How a table is written, where nobody can be asked: its encoding, and its decimal point."""

from __future__ import annotations

import codecs
import csv
import io
import re
from itertools import islice
from pathlib import Path

from ridgenet.errors import InputError
from ridgenet.tables import delimited
from ridgenet.tables.reading import Reading
from ridgenet.tables.sources import Source

HEAD_BYTES = 2**20
ROWS_LOOKED_AT = 200
# of the bytes that are no ASCII, the share that comes in pairs where each pair is one Chinese character
IN_PAIRS = 0.8
WITH_COMMA, WITH_POINT = re.compile(r"[-+]?\d*,\d+"), re.compile(r"[-+]?\d*\.\d+")


def guessed(path: Path) -> Reading:
    """Guess how a file is written; Parquet and Feather say so themselves.

    Raises
    ------
    InputError
        If it is empty, or damaged.
    """
    source = Source.of(path)
    if source.kind != "text":
        return Reading()
    start = source.head(HEAD_BYTES)
    encoding = None if start.startswith(tuple(delimited.BYTE_ORDER_MARKS)) else _encoding(source, start)
    try:
        dialect = delimited.sniff(source, encoding=encoding)
    except InputError:
        # reading it says what is wrong
        return Reading(encoding=encoding)
    text = start.decode(dialect.encoding, "replace")
    return Reading(encoding=encoding, decimal=_decimal(text, dialect.delimiter))


def _encoding(source: Source, start: bytes) -> str | None:
    """Return None for UTF-8, or one of the encodings of older programs."""
    if _decodes(source, "utf-8"):
        return None
    runs = re.findall(rb"[\x80-\xff]+", start)
    in_pairs = sum(len(run) for run in runs if len(run) % 2 == 0)
    if in_pairs >= IN_PAIRS * sum(map(len, runs)) and _decodes(source, "gb18030"):
        return "gb18030"
    # some bytes mean nothing in Windows' own encoding; in Latin-1 each means something
    return "cp1252" if _decodes(source, "cp1252") else "latin-1"


def _decodes(source: Source, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with source.open() as stream:
            while piece := stream.read(HEAD_BYTES):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


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
