"""Decision boundaries side by side, one for each strength of the penalty."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb

from ridgenet.plotting.plane import Plane, plane_of
from ridgenet.plotting.style import CLASS_COLORS, CLASS_MARKERS, INK, TWO_CLASSES, prepare, strength_label
from ridgenet.results import class_probabilities

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ridgenet.results import Comparison

COLUMNS = 3


@dataclass
class BoundaryDisplay:
    """Probability shading, the line where two classes are equally probable, and the training points.

    Attributes
    ----------
    comparison : Comparison
        What is drawn.
    plane : Plane
        Where it is drawn.
    probabilities : list of ndarray of shape (resolution, resolution, n_classes)
        Probabilities on the grid of the plane, for each fit.
    figure_ : matplotlib.figure.Figure
        After `plot`.
    axes_ : list of matplotlib.axes.Axes
        After `plot`, one for each fit.
    """

    comparison: Comparison
    plane: Plane
    probabilities: list[np.ndarray]
    figure_: Figure = field(init=False)
    axes_: list[Axes] = field(init=False)

    @classmethod
    def from_comparison(cls, comparison: Comparison) -> BoundaryDisplay:
        """Compute the probabilities on the plane for every fit."""
        plane = plane_of(comparison)
        shape = (len(plane.y), len(plane.x), -1)
        probabilities = [
            class_probabilities(fit.network, fit.solution.parameters, plane.inputs).reshape(shape)
            for fit in comparison.fits
        ]
        return cls(comparison, plane, probabilities)

    def plot(self, figure: Figure | None = None) -> BoundaryDisplay:
        """Draw into `figure`, or into a new one."""
        fits = self.comparison.fits
        columns = 2 if len(fits) in (2, 4) else min(COLUMNS, len(fits))
        rows = -(-len(fits) // columns)
        width = max(4.4 * columns, 6.6)
        self.figure_ = prepare(figure, width, 4.2 * rows + 0.9)
        grid = self.figure_.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        self.axes_ = list(grid.ravel()[: len(fits)])
        for unused in grid.ravel()[len(fits) :]:
            unused.set_axis_off()
        for fit, probability, axes in zip(fits, self.probabilities, self.axes_, strict=True):
            self._shade(axes, probability)
            self._scatter(axes)
            axes.set_title(
                f"{strength_label(fit.alpha)}\ntrain error {fit.train_error:.1%}, test error {fit.test_error:.1%}",
                fontsize=11,
            )
        for axes in grid[:, 0]:
            axes.set_ylabel(self.plane.labels[1])
        for axes in grid[-1, :]:
            axes.set_xlabel(self.plane.labels[0])
        if not self.plane.labels[1]:
            self.axes_[0].set_yticks([])
        handles, labels = self.axes_[0].get_legend_handles_labels()
        self.figure_.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 5), frameon=False)
        data = self.comparison.dataset
        title = f"How the penalty bends the decision boundary: {data.name}, {len(data.X)} training examples"
        self.figure_.suptitle(title, fontsize=13)
        if self.plane.note:
            self.figure_.supxlabel(self.plane.note, fontsize=9)
        return self

    def _shade(self, axes: Axes, probability: np.ndarray) -> None:
        x, y = self.plane.x, self.plane.y
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
        shade = 1.0 - 0.65 * certainty[:, :, np.newaxis] * (1.0 - winner)
        axes.imshow(shade, extent=extent, origin="lower", aspect="auto")
        for k in range(len(colors)):
            lead = probability[:, :, k] - np.delete(probability, k, axis=2).max(axis=2)
            if lead.min() < 0 < lead.max():
                axes.contour(x, y, lead, levels=[0.0], colors=INK, linewidths=1.2)
        axes.plot([], [], color=INK, linewidth=1.2, label="two classes equally probable")

    def _scatter(self, axes: Axes) -> None:
        data = self.comparison.dataset
        for k, label in enumerate(self.comparison.classes):
            points = self.plane.points[data.y == label]
            axes.scatter(
                points[:, 0],
                points[:, 1],
                s=20,
                color=CLASS_COLORS[k % len(CLASS_COLORS)],
                marker=CLASS_MARKERS[k % len(CLASS_MARKERS)],
                edgecolors=INK,
                linewidths=0.5,
                label=f"class {label}",
                zorder=3,
            )
