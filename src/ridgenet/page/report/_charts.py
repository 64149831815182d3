"""Charts and bars as plain values, which the script of the report draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Chart = dict[str, Any]
# number of colours of the script
N_TONES = 6
# more points would not be seen in a chart of this size
MOST_POINTS_OF_A_LINE = 250


def chart(lines: Sequence[dict[str, Any]], *, axis: str, title: str, **more: Any) -> Chart:
    """Return a chart of lines.

    Parameters
    ----------
    lines : sequence of dict
        Results of `line`.
    axis, title : str
        Names of the horizontal and the vertical axis.
    **more
        Ends of the axes, ``x`` and ``y``, and others that the script knows.
    """
    return {"lines": list(lines), "axis": axis, "title": title, **more}


def line(name: str, x: Any, y: Any, tone: int = 0, **more: Any) -> dict[str, Any]:
    """Return a line of a chart.

    Parameters
    ----------
    name : str
        Name in the legend; empty for none.
    x, y : array-like
        Coordinates.
    tone : int, default=0
        Number of its colour; lines after the sixth have dashes.
    **more
        ``isDashed``, ``kind``, ``band`` and ``whiskers``.
    """
    tones = {"tone": tone % N_TONES, "isDashed": (tone // N_TONES) % 2 == 1}
    return {"name": name, "x": numbers(x), "values": numbers(y), **tones, **more}


def diagonal(low: float = 0.0, high: float = 1.0) -> dict[str, Any]:
    """Return the line on which both coordinates are the same."""
    return line("", [low, high], [low, high], 2, isDashed=True)


def bars(names: Sequence[object], series: Sequence[dict[str, Any]], axis: str, *, is_from_zero: bool) -> Chart:
    """Return horizontal bars, or dots if they do not start from zero, one for each name, the first on top."""
    return {"names": list(map(str, names)), "series": list(series), "axis": axis, "isFromZero": is_from_zero}


def numbers(values: Any, digits: int = 5) -> list[float | None]:
    """Return rounded numbers; those that are not finite become None, a gap in a line."""
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in np.asarray(values, np.float64)]


def thinned(*columns: np.ndarray) -> list[np.ndarray]:
    """Return at most 250 of the points of a line, with both ends."""
    n = len(columns[0])
    kept = np.unique(np.linspace(0, n - 1, min(n, MOST_POINTS_OF_A_LINE)).astype(int))
    return [column[kept] for column in columns]
