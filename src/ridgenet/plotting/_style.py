"""Colours, figures and axes shared by all displays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.transforms import offset_copy

from ridgenet.plotting._plane import Plane

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLASS_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
CLASS_MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
LINE_STYLES = ("-", "--", "-.", ":")
INK = "#222222"
LIGHT_INK = "#8A8A8A"
# position on the palette at which a line still has a contrast of 3:1 with white
LIGHTEST_LINE = 0.62
DPI = 150
# of an entry of a legend below the axes, in inches
WIDTH_OF_ENTRY = 2.05
# room for the labels of the x axis, in points
BELOW_X_AXIS = 40

# from the first class to the second, white where they are equally probable; lighter than the points
TWO_CLASSES = LinearSegmentedColormap.from_list("two_classes", ["#5FA9D3", "#FFFFFF", "#F2C464"])


def strength_colors(n: int) -> Sequence[tuple[float, float, float, float]]:
    """Return a colour for each of `n` λ, ascending; from dark to light also in greyscale."""
    palette = matplotlib.colormaps["cividis"]
    if n == 2:
        return [matplotlib.colors.to_rgba("#D55E00"), matplotlib.colors.to_rgba("#0072B2")]
    return [palette(LIGHTEST_LINE * i / max(n - 1, 1)) for i in range(n)]


def strength_label(alpha: float) -> str:
    """Return λ as text for legends and titles."""
    return "λ = 0, no penalty" if alpha == 0 else f"λ = {alpha:g}"


def prepare(figure: Figure | None, width: float, height: float) -> Figure:
    """Return `figure`, or a new one, of the given size in inches."""
    if figure is None:
        from matplotlib import pyplot as plt

        figure = plt.figure()
    figure.set_size_inches(width, height)
    figure.set_layout_engine("constrained")
    return figure


def write_png(figure: Figure, file: BinaryIO) -> None:
    """Write a figure as PNG.

    `Figure.savefig` would write the same bytes, but draw a figure with a layout engine twice.
    """
    figure.set_dpi(DPI)
    FigureCanvasAgg(figure).print_png(file)  # type: ignore[no-untyped-call]


def new_axes(ax: Axes | None, width: float, height: float) -> tuple[Figure, Axes]:
    """Return `ax` and its figure, or those of a new figure of the given size in inches."""
    if ax is None:
        ax = prepare(None, width, height).subplots()
    figure = ax.get_figure(root=True)
    assert figure is not None
    ax.grid(alpha=0.25)
    ax.set_axisbelow(True)
    ax.spines[["right"]].set_visible(False)
    return figure, ax


def set_strength_axis(ax: Axes) -> None:
    """Make the x axis that of λ: logarithmic, with simpler networks to the right."""
    ax.set_xscale("log")
    ax.set_xlabel("λ (alpha), simpler networks to the right")


def add_legend(ax: Axes) -> None:
    """Put the legend below the axes, where it covers no line.

    A figure without a layout engine would not make room for it there: then it goes inside, over a white background.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    if figure.get_layout_engine() is None:
        ax.legend(fontsize=9, framealpha=1.0)
        return
    below = offset_copy(ax.transAxes, figure, y=-BELOW_X_AXIS, units="points")
    ax.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=below,
        borderaxespad=0.0,
        ncols=min(max(int(ax.get_position().width * figure.get_figwidth() / WIDTH_OF_ENTRY), 1), 3),
        frameon=False,
        fontsize=9,
    )


def shade(axes: Axes, plane: Plane, probability: np.ndarray) -> None:
    """Shade by the probability of each class, (resolution, resolution, n_classes), and draw the boundaries."""
    x, y = plane.x, plane.y
    extent = (x[0], x[-1], y[0], y[-1])
    if probability.shape[2] == 2:
        second = probability[:, :, 1]
        axes.imshow(second, cmap=TWO_CLASSES, vmin=0, vmax=1, extent=extent, origin="lower", aspect="auto")
        if second.min() < 0.5 < second.max():
            axes.contour(x, y, second, levels=[0.5], colors=INK, linewidths=1.6)
        axes.plot([], [], color=INK, linewidth=1.6, label="probability 0.5")
        return
    colors = np.array([to_rgb(CLASS_COLORS[k % len(CLASS_COLORS)]) for k in range(probability.shape[2])])
    # white where all classes are equally probable, the class's colour where one is certain
    certainty = (probability.max(axis=2) - 1 / len(colors)) / (1 - 1 / len(colors))
    winner = colors[probability.argmax(axis=2)]
    shading = 1.0 - 0.65 * certainty[:, :, np.newaxis] * (1.0 - winner)
    axes.imshow(shading, extent=extent, origin="lower", aspect="auto")
    for k in range(len(colors)):
        lead = probability[:, :, k] - np.delete(probability, k, axis=2).max(axis=2)
        if lead.min() < 0 < lead.max():
            axes.contour(x, y, lead, levels=[0.0], colors=INK, linewidths=1.2)
    axes.plot([], [], color=INK, linewidth=1.2, label="two classes equally probable")


def scatter_classes(axes: Axes, plane: Plane, y: np.ndarray, classes: np.ndarray, size: float = 20) -> None:
    """Draw the samples, each class with its colour and marker."""
    for k, label in enumerate(classes):
        points = plane.points[y == label]
        axes.scatter(
            points[:, 0],
            points[:, 1],
            s=size,
            color=CLASS_COLORS[k % len(CLASS_COLORS)],
            marker=CLASS_MARKERS[k % len(CLASS_MARKERS)],
            edgecolors=INK,
            linewidths=0.5,
            label=f"class {label}",
            zorder=3,
        )
