"""Colours, markers and sizes, in one place.

The class colours are those of Okabe and Ito (Color Universal Design, 2008), told apart by people
with any of the common forms of colour blindness; markers and line styles say the same in grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib
from matplotlib.colors import LinearSegmentedColormap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLASS_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
CLASS_MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
LINE_STYLES = ("-", "--", "-.", ":")
INK = "#222222"
LIGHT_INK = "#8A8A8A"
# where on the palette of strengths a line still has the contrast of 3:1 with white paper
LIGHTEST_LINE = 0.62
DPI = 150

# from the first class to the second, white where they are equally probable; lighter than the points
TWO_CLASSES = LinearSegmentedColormap.from_list("two_classes", ["#5FA9D3", "#FFFFFF", "#F2C464"])


def strength_colors(n: int) -> Sequence[tuple[float, float, float, float]]:
    """Return a colour for each of `n` strengths, weak to strong; dark to light in grey, too."""
    palette = matplotlib.colormaps["cividis"]
    if n == 2:
        return [matplotlib.colors.to_rgba("#D55E00"), matplotlib.colors.to_rgba("#0072B2")]
    return [palette(LIGHTEST_LINE * i / max(n - 1, 1)) for i in range(n)]


def strength_label(alpha: float) -> str:
    """Return a strength as it is written in legends and titles."""
    return "λ = 0, no penalty" if alpha == 0 else f"λ = {alpha:g}"


def prepare(figure: Figure | None, width: float, height: float) -> Figure:
    """Return `figure`, or a new one, of the given size in inches."""
    if figure is None:
        from matplotlib import pyplot as plt

        figure = plt.figure()
    figure.set_size_inches(width, height)
    figure.set_layout_engine("constrained")
    return figure


def new_axes(ax: Axes | None, width: float, height: float) -> tuple[Figure, Axes]:
    """Return `ax` and its figure, or those of a new figure of the given size in inches."""
    if ax is None:
        ax = prepare(None, width, height).subplots()
    figure = ax.get_figure(root=True)
    assert figure is not None
    ax.grid(alpha=0.25)
    ax.spines[["right"]].set_visible(False)
    return figure, ax


def set_strength_axis(ax: Axes) -> None:
    """Make the x axis that of λ: logarithmic, the simpler networks to the right."""
    ax.set_xscale("log")
    ax.set_xlabel("λ (alpha), simpler networks to the right")
