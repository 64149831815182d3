"""Format numbers, lists and messages for people."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

MOST_LISTED = 10
# longer words and messages are shortened in the middle
LONGEST_WORD, LONGEST_LINE = 200, 1_500


def readable(value: float, digits: int = 3) -> str:
    """Return a number with the given significant digits, without an exponent unless it is very small or large.

    Examples
    --------
    >>> readable(217.4, 2), readable(0.0012345), readable(1234567.0), readable(3e-12)
    ('220', '0.00123', '1,230,000', '3e-12')
    """
    short = f"{value:.{digits}g}"
    if "e" not in short or not 1e-4 <= abs(value) < 1e12:
        return short
    return f"{round(value, digits - 1 - math.floor(math.log10(abs(value)))):,.0f}"


def units_in_words(hidden: Iterable[int]) -> str:
    """Return the numbers of units of hidden layers.

    Examples
    --------
    >>> units_in_words((16, 8)), units_in_words(())
    ('16-8', 'none')
    """
    return "-".join(map(str, hidden)) or "none"


def listed(items: Iterable[object], most: int = MOST_LISTED) -> str:
    """Return items separated by commas; if there are many, the first ones and the number of the rest."""
    shown = [str(item) for item in items]
    more = len(shown) - most
    return ", ".join(shown[:most]) + (f", … ({more:,} more)" if more > 0 else "")


def one_line(text: str) -> str:
    r"""Return a message as one line of printable characters, shortened in the middle if it is too long.

    Examples
    --------
    >>> print(one_line("two\nlines and a bell\x07"))
    two lines and a bell\x07
    """
    words = (shortened(word, LONGEST_WORD) for word in printable(" ".join(text.split())).split(" "))
    return shortened(" ".join(words), LONGEST_LINE)


def printable(text: str) -> str:
    """Escape control characters, which could move the cursor or reverse the text."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else char.encode("unicode_escape").decode()
        for char in text
    )


def shortened(text: str, most: int) -> str:
    """Return at most `most` characters of a text: its beginning and its end."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 1]}…{text[-end:]}"


def said_by(error: BaseException) -> str:
    """Return the message of an error as one line, or its type if the message is empty."""
    return one_line(str(error)) or type(error).__name__


def because(error: Exception) -> str:
    r"""Return the message of an error in brackets; nothing for unexpected errors in libraries.

    Examples
    --------
    >>> because(ValueError("an entry is encrypted")), because(KeyError("format"))
    (' (an entry is encrypted)', '')
    """
    return f" ({one_line(str(error))})" if type(error) in (ValueError, RuntimeError) else ""
