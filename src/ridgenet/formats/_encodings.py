"""The encoding that a text without a byte order mark is likely to be in."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ridgenet.formats._sources import Source

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
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
