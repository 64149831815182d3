"""Numbers, lists and messages as people read them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

MOST_LISTED = 10
# a name that is longer is shortened in the middle, and so is a message
LONGEST_WORD, LONGEST_LINE = 200, 1_500


def readable(value: float, digits: int = 3) -> str:
    """Return a number with so many digits that mean something, without an exponent where one can do without.

    Examples
    --------
    >>> readable(217.4, 2), readable(0.0012345), readable(1234567.0), readable(3e-12)
    ('220', '0.00123', '1,230,000', '3e-12')
    """
    short = f"{value:.{digits}g}"
    if "e" not in short or not 1e-4 <= abs(value) < 1e12:
        return short
    return f"{round(value, digits - 1 - math.floor(math.log10(abs(value)))):,.0f}"


def listed(items: Iterable[object], most: int = MOST_LISTED) -> str:
    """Return items with commas between them; the first of many, and how many more there are."""
    shown = [str(item) for item in items]
    more = len(shown) - most
    return ", ".join(shown[:most]) + (f", … ({more:,} more)" if more > 0 else "")


def one_line(text: str) -> str:
    r"""Return a message as one line of printable characters, without the middle of what is too long.

    Examples
    --------
    >>> print(one_line("two\nlines and a bell\x07"))
    two lines and a bell\x07
    """
    words = (shortened(word, LONGEST_WORD) for word in printable(" ".join(text.split())).split(" "))
    return shortened(" ".join(words), LONGEST_LINE)


def printable(text: str) -> str:
    """Return a text whose control characters, which could move the cursor or turn the text round, are escaped."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else char.encode("unicode_escape").decode()
        for char in text
    )


def shortened(text: str, most: int) -> str:
    """Return a text of so many characters at most: its beginning and its end."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 1]}…{text[-end:]}"


def said_by(error: BaseException) -> str:
    """Return what an error says, as one line; its name, if it says nothing."""
    return one_line(str(error)) or type(error).__name__


def because(error: Exception) -> str:
    r"""Return the reason that an error gives, in brackets; nothing for the words of a library that stumbled.

    Examples
    --------
    >>> because(ValueError("an entry is encrypted")), because(KeyError("format"))
    (' (an entry is encrypted)', '')
    """
    return f" ({one_line(str(error))})" if type(error) in (ValueError, RuntimeError) else ""
