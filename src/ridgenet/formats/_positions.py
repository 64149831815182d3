"""Find the row and column of a fault in a text file, for error messages."""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ridgenet.formats._encodings import likely_encoding
from ridgenet.formats._format import SAVE_AS

if TYPE_CHECKING:
    from ridgenet.formats._dialect import Dialect
    from ridgenet.formats._sources import Source

CHUNK_BYTES = 1 << 18
NO_TEXT = "unrecognised file format"
NULL_BYTE = "{}: there is a NUL byte, which text files do not contain; the file may be damaged"
# returns the index of the first faulty cell of a row, if there is one
Wrong = Callable[[list[str]], int | None]


@dataclass(frozen=True)
class Position:
    """The position of a cell.

    Attributes
    ----------
    row : int
        Number of the row, from 1 for the first after the header; 0 is the header.
    column : int
        Index of the column.
    """

    row: int
    column: int

    def in_words(self, names: tuple[str, ...]) -> str:
        """Return the position for a message."""
        where = f"row {self.row}" if self.row else "header"
        return f"{where}, column {names[self.column]!r}" if self.row and self.column < len(names) else where


def position_of_undecodable(source: Source, dialect: Dialect) -> Position | None:
    """Return the first cell with bytes that cannot be decoded."""
    return _walk(source, dialect, math.inf)


def position_of_too_long(source: Source, dialect: Dialect, most_bytes: int) -> Position | None:
    """Return the cell in which a row exceeds its maximum length."""
    return _walk(source, dialect, most_bytes)


def position_of_ragged(source: Source, dialect: Dialect) -> Position | None:
    """Return the last cell of the first row that has more or fewer cells than the header."""
    n_cells = len(dialect.names)
    return _walk(source, dialect, math.inf, lambda row: len(row) - 1 if row and len(row) != n_cells else None)


def position_of_null(source: Source, dialect: Dialect) -> Position | None:
    """Return the first cell with a NUL byte."""
    return _walk(source, dialect, math.inf, lambda row: next((k for k, cell in enumerate(row) if "\0" in cell), None))


def undecodable(source: Source, dialect: Dialect) -> str:
    """Return a message that names the first cell that cannot be decoded, and the likely encoding."""
    position = position_of_undecodable(source, dialect)
    where = "" if position is None else f"{position.in_words(dialect.names)}: "
    likely = likely_encoding(source)
    if dialect.encoding == "utf-16" and source.head(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        # the byte order mark leaves no doubt
        advice = "the file is damaged or truncated"
    elif likely is None:
        advice = "omit --encoding, since it is UTF-8"
    elif likely == dialect.encoding.lower():
        advice = "try another --encoding"
    else:
        advice = f"if the file was saved by an older program, try --encoding {likely}"
    return f"{where}this is not {dialect.encoding.upper()} text; {advice}"


def null_byte(source: Source, dialect: Dialect) -> str:
    """Return a message that names the first cell with a NUL byte."""
    position = position_of_null(source, dialect)
    if position is None or position.row == 0:
        return f"{NO_TEXT}; {SAVE_AS}"
    return NULL_BYTE.format(position.in_words(dialect.names))


class _UnreadableError(Exception):
    """The text cannot be read beyond this point; the current row begins with `beginning`."""

    def __init__(self, beginning: str) -> None:
        super().__init__()
        self.beginning = beginning


class _Lines:
    """Lines of a text, with a limit on the length of a row."""

    def __init__(self, source: Source, encoding: str, most_bytes: float) -> None:
        self._source, self._encoding, self._most = source, encoding, most_bytes
        self._row: list[str] = []
        self._size = 0

    def row_is_over(self) -> None:
        """Start counting the next row."""
        self._row, self._size = [], 0

    def __iter__(self) -> Iterator[str]:
        rest = ""
        for text, is_whole in self._texts():
            *lines, rest = [*io.StringIO(rest + text, newline="")] or [""]
            if rest.endswith("\n"):
                lines, rest = [*lines, rest], ""
            for line in lines:
                self._add(line)
                yield line
            if not is_whole or self._size + _n_bytes(rest) > self._most:
                raise _UnreadableError("".join([*self._row, rest]))
        if rest:
            self._add(rest)
            yield rest

    def _add(self, line: str) -> None:
        self._row.append(line)
        self._size += _n_bytes(line)
        if self._size > self._most:
            raise _UnreadableError("".join(self._row)[: int(self._most)])

    def _texts(self) -> Iterator[tuple[str, bool]]:
        """Yield decoded pieces, and whether each was decoded completely."""
        decoder = codecs.getincrementaldecoder(self._encoding)()
        with self._source.open() as stream:
            while True:
                content = stream.read(CHUNK_BYTES)
                try:
                    yield decoder.decode(content, final=not content), True
                except UnicodeDecodeError as error:
                    yield error.object[: error.start].decode(self._encoding, "ignore"), False
                except UnicodeError:
                    # UTF-16 without a byte order mark
                    yield "", False
                if not content:
                    return


def _walk(source: Source, dialect: Dialect, most_bytes: float, wrong: Wrong | None = None) -> Position | None:
    lines, n_rows, delimiter = _Lines(source, dialect.encoding, most_bytes), -dialect.rows_before, dialect.delimiter
    with _cells_of_any_length():
        try:
            for row in csv.reader(lines, delimiter=delimiter):
                if wrong is not None and n_rows >= 0 and (column := wrong(row)) is not None:
                    return Position(n_rows, column)
                n_rows += bool(row) or (dialect.empty_lines_are_rows and n_rows > 0)
                lines.row_is_over()
        except _UnreadableError as stop:
            cells = next(csv.reader(io.StringIO(stop.beginning, newline=""), delimiter=delimiter), [""])
            return Position(n_rows, len(cells) - 1)
        except (csv.Error, OSError):
            return None
    return None


def _n_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)
