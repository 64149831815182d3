"""Guess the encoding of text without a byte order mark, by charset-normalizer and additional rules.

charset-normalizer distinguishes scripts well, but makes three kinds of errors on tables, which the rules prevent. It
mistakes umlauts and accents between ASCII letters, "20°C" and prices for letters of another script or for a Central
European encoding; a few bytes for an Asian encoding; and binary files with zero bytes for UTF-16.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ridgenet.formats._sources import Source

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
PIECE_BYTES, SAMPLE_BYTES = 1 << 20, 1 << 16
# encodings tried for scripts other than Latin
OTHER_SCRIPTS = ["gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1253"]
LATIN = "cp1252"
# fewer non-ASCII bytes do not determine an encoding
FEWEST_BYTES = 24
# the largest proportion of noise that charset-normalizer accepts; its default, 0.2, rejects short cells in Greek
MOST_CHAOS = 0.4
# in other scripts, at least this fraction of the non-ASCII characters are adjacent letters
IN_WORDS = 0.5
# in Chinese, at least this fraction of the non-ASCII bytes come in pairs, each of which is one character
IN_PAIRS = 0.8
BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")


def likely_encoding(source: Source) -> str | None:
    """Return the likely encoding of text without a byte order mark; None for UTF-8."""
    lines = _lines_beyond_ascii(source)
    if lines is None:
        return None
    # some bytes are invalid in Windows-1252; none is in Latin-1
    candidates = (_other_script(lines), _chinese(lines), LATIN)
    return next(
        (encoding for encoding in candidates if encoding and _undecodable_piece(source, encoding) is None), "latin-1"
    )


def wide_encoding(start: bytes) -> str | None:
    """Return utf-16-le or utf-16-be if the text seems to be UTF-16; else None."""
    from charset_normalizer import from_bytes

    even, odd = b"\0" in start[::2], b"\0" in start[1::2]
    if even == odd:
        return None
    sample = start[: min(SAMPLE_BYTES, len(start)) & ~1]
    best = from_bytes(sample, cp_isolation=["utf_16_le", "utf_16_be"]).best()
    expected = "utf-16-be" if even else "utf-16-le"
    return expected if best is not None and best.encoding.replace("_", "-") == expected else None


def _lines_beyond_ascii(source: Source) -> bytes | None:
    """Return the lines with non-ASCII bytes, from the first invalid UTF-8 onwards; None if all text is UTF-8."""
    piece = _undecodable_piece(source, "utf-8")
    if piece is None:
        return None
    lines = re.split(rb"[\r\n]+", piece)
    return b"\n".join(line for line in lines if not line.isascii())[:SAMPLE_BYTES]


def _other_script(lines: bytes) -> str | None:
    """Return the encoding of text in a script other than Latin; None if it is not."""
    from charset_normalizer import from_bytes

    if sum(map(len, BEYOND_ASCII.findall(lines))) < FEWEST_BYTES:
        return None
    best = from_bytes(lines, cp_isolation=OTHER_SCRIPTS, threshold=MOST_CHAOS).best()
    if best is None:
        return None
    text = lines.decode(best.encoding, "ignore")
    in_words = sum(map(len, re.findall(r"[^\W\x00-\x7f]{2,}", text)))
    return best.encoding if in_words >= IN_WORDS * sum(not char.isascii() for char in text) else None


def _chinese(lines: bytes) -> str | None:
    runs = BEYOND_ASCII.findall(lines)
    in_pairs = sum(len(run) for run in runs if len(run) % 2 == 0)
    return "gb18030" if in_pairs and in_pairs >= IN_PAIRS * sum(map(len, runs)) else None


def _undecodable_piece(source: Source, encoding: str) -> bytes | None:
    """Return the piece of a text in which its decoding fails; None if it does not, as far as the file is sound."""
    decoder = codecs.getincrementaldecoder(encoding)()
    last = b""
    try:
        with source.open() as stream:
            while piece := stream.read(PIECE_BYTES):
                last = piece
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return last
    except OSError:
        # compressed, and damaged further on: the part that could be decompressed is valid
        return None
    return None
