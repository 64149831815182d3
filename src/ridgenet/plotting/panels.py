"""What every panel with a decision boundary shows: the shading, the line, and the points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb

from ridgenet.plotting.plane import Plane
from ridgenet.plotting.style import CLASS_COLORS, CLASS_MARKERS, INK, TWO_CLASSES

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def shade(axes: Axes, plane: Plane, probability: np.ndarray) -> None:
    """Shade by the probability of each class, (resolution, resolution, n_classes), and draw where two are equal."""
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
    """Draw the examples, each class with its colour and marker."""
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
