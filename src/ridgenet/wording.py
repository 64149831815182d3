"""Numbers and lists as people write them."""

from __future__ import annotations

import math
from collections.abc import Iterable

MOST_LISTED = 10


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
