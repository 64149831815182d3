"""The encoding that a text without a byte order mark is likely to be in, by charset-normalizer.

It tells scripts apart, but on tables it errs in three ways, for which there are rules of our own: it takes umlauts and
accents between ASCII letters, "20°C" and prices for letters of another script or of Central Europe; a few bytes for any
Asian encoding; and binary files with zero bytes for UTF-16.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ridgenet.formats._sources import Source

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
PIECE_BYTES, SAMPLE_BYTES = 1 << 20, 1 << 16
# what text of another script than Latin is looked for in
OTHER_SCRIPTS = ["gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1253"]
LATIN = "cp1252"
# fewer bytes beyond ASCII do not tell an encoding
FEWEST_BYTES = 24
# up to here the library may find a text in another script odd; at 0.2, its default, short cells in Greek are
MOST_CHAOS = 0.4
# in other scripts, at least this fraction of the characters beyond ASCII are letters beside each other
IN_WORDS = 0.5
# of the bytes beyond ASCII, the fraction that comes in pairs where each pair is one Chinese character
IN_PAIRS = 0.8
BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")


def likely_encoding(source: Source) -> str | None:
    """Return the encoding that a text without a byte order mark is likely to be in; None for UTF-8."""
    lines = _lines_beyond_ascii(source)
    if lines is None:
        return None
    # some bytes mean nothing in Windows' own encoding; in Latin-1 each means something
    candidates = (_other_script(lines), _chinese(lines), LATIN)
    return next((encoding for encoding in candidates if encoding and _decodes(source, encoding)), "latin-1")


def wide_encoding(start: bytes) -> str | None:
    """Return utf-16-le or utf-16-be if a text begins as one of two bytes for each character; else None."""
    from charset_normalizer import from_bytes

    even, odd = b"\0" in start[::2], b"\0" in start[1::2]
    if even == odd:
        return None
    sample = start[: min(SAMPLE_BYTES, len(start)) & ~1]
    found = from_bytes(sample, cp_isolation=["utf_16_le", "utf_16_be"]).best()
    expected = "utf-16-be" if even else "utf-16-le"
    return expected if found is not None and found.encoding.replace("_", "-") == expected else None


def _lines_beyond_ascii(source: Source) -> bytes | None:
    """Return lines with other bytes than ASCII, from where a text stops being UTF-8; None if it is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    kept = b""
    try:
        with source.open() as stream:
            while piece := stream.read(PIECE_BYTES):
                kept = piece
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        lines = re.split(rb"[\r\n]+", kept)
        return b"\n".join(line for line in lines if not line.isascii())[:SAMPLE_BYTES]
    except OSError:
        # compressed, and damaged further on: what could be unpacked is of it
        return None
    return None


def _other_script(lines: bytes) -> str | None:
    """Return the encoding of a text in another script than Latin, if that is what it is."""
    from charset_normalizer import from_bytes

    if sum(map(len, BEYOND_ASCII.findall(lines))) < FEWEST_BYTES:
        return None
    found = from_bytes(lines, cp_isolation=OTHER_SCRIPTS, threshold=MOST_CHAOS).best()
    if found is None:
        return None
    text = lines.decode(found.encoding, "ignore")
    in_words = sum(map(len, re.findall(r"[^\W\x00-\x7f]{2,}", text)))
    return found.encoding if in_words >= IN_WORDS * sum(not char.isascii() for char in text) else None


def _chinese(lines: bytes) -> str | None:
    runs = BEYOND_ASCII.findall(lines)
    in_pairs = sum(len(run) for run in runs if len(run) % 2 == 0)
    return "gb18030" if in_pairs and in_pairs >= IN_PAIRS * sum(map(len, runs)) else None


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
        return True
    return True
