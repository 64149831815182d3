"""Detect the delimiter, encoding and header of a text file from its beginning, where options do not give them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ridgenet._errors import InputError
from ridgenet.formats._encodings import BYTE_ORDER_MARKS, wide_encoding
from ridgenet.formats._positions import NO_TEXT, null_byte, undecodable

if TYPE_CHECKING:
    from ridgenet.formats._sources import Source

DELIMITERS = (",", ";", "\t", "|")
# how delimiters are typed in a shell
SHOWN = {"\t": "$'\\t'"}
HEAD_BYTES = 1 << 20
# the line that names the delimiter for Excel
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[ \t,;]*\r?\n', re.IGNORECASE)
# default words for missing values: those of pandas, and the question mark of older data sets; an empty cell is always
# missing
MISSING = (
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "?", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """Delimiter, encoding, header and conventions of a text file.

    Attributes
    ----------
    delimiter : str
        The character between cells.
    encoding : str
        The character encoding.
    decimal : str
        The decimal separator.
    names : tuple of str
        The names in the header.
    header_lines : int
        Number of lines up to the end of the header.
    rows_before : int
        Number of rows before the header: 1 if the first line names the delimiter.
    na : tuple of str
        Words for missing values, besides empty cells.
    thousands : str or None
        The thousands separator.
    """

    delimiter: str
    encoding: str
    decimal: str
    names: tuple[str, ...]
    header_lines: int
    rows_before: int = 0
    na: tuple[str, ...] = MISSING
    thousands: str | None = None

    @property
    def empty_lines_are_rows(self) -> bool:
        """Whether an empty line is a row: in a table with one column, it is a row whose cell is empty."""
        return len(self.names) == 1


def sniff(
    source: Source,
    delimiter: str | None = None,
    encoding: str | None = None,
    decimal: str = ".",
    na: Sequence[str] | None = None,
) -> Dialect:
    """Detect the dialect of a text file from its beginning.

    Raises
    ------
    InputError
        If the file is not text in that encoding, has no header, or has duplicate column names.
    """
    if delimiter is not None and len(delimiter) != 1:
        raise InputError(f"the delimiter must be one character; got {delimiter!r}")
    start = source.head(HEAD_BYTES)
    if encoding is None:
        encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if start.startswith(mark)), "utf-8")
    words = MISSING if na is None else tuple(na)
    try:
        _require_encoding(encoding)
        # the head may end within a character
        text = codecs.getincrementaldecoder(encoding)().decode(start).removeprefix("\ufeff")
    except UnicodeError:
        _reject_wide(source, start)
        guess = _dialect(_decoded_leniently(start, encoding), delimiter, encoding)
        raise InputError(f"{source.name}: {undecodable(source, guess)}") from None
    _require_width(source, start, encoding)
    dialect = _dialect(text, delimiter, encoding, decimal, words)
    if "\0" in text:
        _reject_wide(source, start)
        raise InputError(f"{source.name}: {null_byte(source, dialect)}")
    _require_header(source, list(dialect.names))
    return dialect


def delimiter_hint(names: Sequence[str], wanted: str) -> str:
    """Return advice on the delimiter if splitting a name by another one yields the wanted column; else nothing."""
    for name in names:
        for delimiter in (*DELIMITERS, ":", " "):
            if delimiter in name and wanted in map(str.strip, name.split(delimiter)):
                return (
                    f"; the delimiter may be a different one: try --delimiter {SHOWN.get(delimiter, repr(delimiter))}"
                )
    return ""


def _reject_wide(source: Source, start: bytes) -> None:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    if wide := wide_encoding(start):
        hint = f"if it is UTF-16 text, use --encoding {wide}"
        raise InputError(f"{source.name}: {NO_TEXT}; {hint}")


def _require_width(source: Source, start: bytes, encoding: str) -> None:
    """Reject text in another encoding that happens to decode as UTF-16 or UTF-32: it would become one long line."""
    name = codecs.lookup(encoding).name
    if not name.startswith(("utf-16", "utf-32")):
        return
    wide = wide_encoding(start) if name in ("utf-16-le", "utf-16-be") else None
    if b"\0" not in start:
        advice = "omit --encoding, or give another one"
    elif wide not in (None, name):
        advice = f"use --encoding {wide}"
    else:
        return
    raise InputError(f"{source.name}: this is not {encoding.upper()} text; {advice}")


def _require_encoding(name: str) -> None:
    try:
        is_text = codecs.lookup(name)._is_text_encoding
        # some encodings, such as idna, are for short names and cannot skip invalid bytes
        b" ".decode(name, "ignore")
    except (LookupError, ValueError):
        is_text = False
    if not is_text:
        raise InputError(f"unknown encoding {name!r}; try utf-8, cp1252 or latin-1")


def _decoded_leniently(start: bytes, encoding: str) -> str:
    try:
        return start.decode(encoding, "replace")
    except UnicodeError:
        return start.decode("latin-1")


def _dialect(
    text: str, delimiter: str | None, encoding: str, decimal: str = ".", na: tuple[str, ...] = MISSING
) -> Dialect:
    separator_line = SEPARATOR_LINE.match(text)
    delimiter = delimiter or (separator_line[1] if separator_line else _delimiter_of(text))
    records = _records(text, delimiter)
    if separator_line:
        next(records)
    header_lines, names = next(records, (0, []))
    rows_before = int(separator_line is not None)
    return Dialect(delimiter, encoding, decimal, tuple(names), header_lines, rows_before, na)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, and the number of lines up to the end of each."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from ((rows.line_num, [cell.strip() for cell in row]) for row in rows if row)
    except csv.Error:
        # a cell is longer than csv.reader allows; the rows before it suffice
        return


def _delimiter_of(text: str) -> str:
    """Return the delimiter with which most rows have as many cells as the header.

    `csv.Sniffer` detects none in ragged files, which would then be rejected for the wrong reason, and mistakes commas
    within names for delimiters; clevercsv is as accurate as this, but ten times slower, and takes 0.1 s to import.
    """
    return max(DELIMITERS, key=lambda candidate: _agreement(text, candidate))


def _agreement(text: str, delimiter: str) -> tuple[float, int]:
    """Return the fraction of the first rows with as many cells as the header, and its number of cells."""
    rows = []
    for _, row in _records(text, delimiter):
        rows.append(len(row))
        if len(rows) == 20:
            break
    if not rows or rows[0] == 1:
        return 0.0, 0
    return sum(length == rows[0] for length in rows) / len(rows), rows[0]


def _require_header(source: Source, names: list[str]) -> None:
    if not names:
        raise InputError(f"{source.name}: the file is empty")
    digits = [name for name in names if _is_number(name)]
    if len(digits) * 2 > len(names):
        raise InputError(
            f"{source.name}: the first line holds numbers ({', '.join(digits[:3])}{', …' * (len(digits) > 3)}); "
            "it should name the columns: add a header"
        )
    duplicates = sorted({name for name in names if names.count(name) > 1})
    if duplicates:
        numbers = [str(k + 1) for k, name in enumerate(names) if name == duplicates[0]]
        what = f"are all named {duplicates[0]!r}" if duplicates[0] else "have no name"
        advice = "give each a unique name"
        if _is_number(duplicates[0]):
            advice = "a header seems to be missing: the first line should name the columns"
        raise InputError(f"{source.name}: columns {', '.join(numbers)} {what}; {advice}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
