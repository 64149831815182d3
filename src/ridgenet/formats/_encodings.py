"""The dialect of a text file, and the encoding that text of an older program is likely to be in."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ridgenet.formats._sources import Source

# words that stand for a missing value unless others are named: what pandas takes for it, and the question mark of
# older collections; the empty cell always does
MISSING = (
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "?", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How cells are written down.

    Attributes
    ----------
    delimiter : str
        What separates cells.
    encoding : str
        What characters are encoded in.
    decimal : str
        The decimal point.
    names : tuple of str
        What the header says.
    header_lines : int
        Lines up to the end of the header.
    rows_before : int
        Rows before the header: 1 if the first line only says what separates cells.
    na : tuple of str
        Words that stand for a missing value, besides the empty cell.
    """

    delimiter: str
    encoding: str
    decimal: str
    names: tuple[str, ...]
    header_lines: int
    rows_before: int = 0
    na: tuple[str, ...] = MISSING

    @property
    def empty_lines_are_rows(self) -> bool:
        """Whether a line without anything is a row: of a table with one column it is one whose cell is empty."""
        return len(self.names) == 1


PIECE_BYTES = 1 << 20
# of the bytes that are no ASCII, the share that comes in pairs where each pair is one Chinese character
IN_PAIRS = 0.8
# share of empty bytes in UTF-16 that is mostly ASCII; a half if it is nothing else
MOST_WIDE = 0.3
MARKS_OF_TABLES = b",;\t|\n"


def likely_encoding(source: Source) -> str | None:
    """Return the encoding that a text without a byte order mark is likely to be in; None for UTF-8."""
    if _decodes(source, "utf-8"):
        return None
    runs = re.findall(rb"[\x80-\xff]+", source.head(PIECE_BYTES))
    in_pairs = sum(len(run) for run in runs if len(run) % 2 == 0)
    if in_pairs and in_pairs >= IN_PAIRS * sum(map(len, runs)) and _decodes(source, "gb18030"):
        return "gb18030"
    # some bytes mean nothing in Windows' own encoding; in Latin-1 each means something
    return "cp1252" if _decodes(source, "cp1252") else "latin-1"


def wide_encoding(start: bytes) -> str | None:
    """Return utf-16-le or utf-16-be if a text begins as one of two bytes for each character; else None."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if min(even, odd) > 0:
        return None
    if max(even, odd) < MOST_WIDE * len(start):
        # few of its characters may be ASCII: then what separates its cells and lines tells
        after, before = (start[1::2], start[::2]) if odd else (start[::2], start[1::2])
        n_marks = sum(not zero and mark in MARKS_OF_TABLES for zero, mark in zip(after, before, strict=False))
        if n_marks < 2 or n_marks < max(even, odd) / 2:
            return None
    return f"utf-16-{'be' if even > odd else 'le'}"


def _decodes(source: Source, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with source.open() as stream:
            while piece := stream.read(PIECE_BYTES):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    except OSError:
        # packed, and damaged further on: what could be unpacked is of it
        return True
    return True
