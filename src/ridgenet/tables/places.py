"""Where in a text something is, for messages: a walk over its rows that stops at the first that cannot be read."""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ridgenet.tables.sources import Source

CHUNK_BYTES = 1 << 18


@dataclass(frozen=True)
class Place:
    """A cell.

    Attributes
    ----------
    row : int
        From 1, the first after the header; 0 is the header.
    column : int
        From 0.
    """

    row: int
    column: int

    def in_words(self, names: tuple[str, ...]) -> str:
        """Return what a cell is called in messages."""
        where = f"row {self.row}" if self.row else "header"
        return f"{where}, column {names[self.column]!r}" if self.row and self.column < len(names) else where


def place_of_undecodable(source: Source, encoding: str, delimiter: str) -> Place | None:
    """Return the first cell with bytes that are no characters."""
    return _walk(source, encoding, delimiter, math.inf)


def place_of_too_long(source: Source, encoding: str, delimiter: str, most_bytes: int) -> Place | None:
    """Return the cell in which a row becomes longer than it may be."""
    return _walk(source, encoding, delimiter, most_bytes)


def place_of_ragged(source: Source, encoding: str, delimiter: str, n_cells: int) -> Place | None:
    """Return the last cell of the first row that has not so many cells as the header."""
    return _walk(source, encoding, delimiter, math.inf, n_cells)


class _UnreadableError(Exception):
    """The walk has come to where a text cannot be read, after the beginning of a row."""

    def __init__(self, beginning: str) -> None:
        super().__init__()
        self.beginning = beginning


class _Lines:
    """Lines of a text; of the row at hand no more than may be."""

    def __init__(self, source: Source, encoding: str, most_bytes: float) -> None:
        self._source, self._encoding, self._most = source, encoding, most_bytes
        self._row: list[str] = []
        self._size = 0

    def row_is_over(self) -> None:
        """Begin with the next row."""
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
        """Yield pieces, and whether the bytes of each could be decoded to its end."""
        decoder = codecs.getincrementaldecoder(self._encoding)()
        with self._source.open() as stream:
            while True:
                content = stream.read(CHUNK_BYTES)
                try:
                    yield decoder.decode(content, final=not content), True
                except UnicodeDecodeError as error:
                    yield error.object[: error.start].decode(self._encoding, "ignore"), False
                if not content:
                    return


def _walk(source: Source, encoding: str, delimiter: str, most_bytes: float, n_cells: int | None = None) -> Place | None:
    lines, n_rows = _Lines(source, encoding, most_bytes), 0
    with _cells_of_any_length():
        try:
            for row in csv.reader(lines, delimiter=delimiter):
                if n_cells is not None and row and len(row) != n_cells:
                    return Place(n_rows, len(row) - 1)
                # empty lines are no rows
                n_rows += bool(row)
                lines.row_is_over()
        except _UnreadableError as stop:
            cells = next(csv.reader(io.StringIO(stop.beginning, newline=""), delimiter=delimiter), [""])
            return Place(n_rows, len(cells) - 1)
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
