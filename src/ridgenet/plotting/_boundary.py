"""Decision boundaries of a comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ridgenet.plotting._plane import Plane, plane_of
from ridgenet.plotting._style import prepare, scatter_classes, shade, strength_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ridgenet._comparison import Comparison

COLUMNS = 3


@dataclass(repr=False)
class BoundaryDisplay:
    """Decision boundaries of a comparison, with predicted probabilities and training samples.

    Attributes
    ----------
    comparison : Comparison
        The comparison.
    plane : Plane
        The plane of the picture.
    probabilities : list of ndarray of shape (resolution, resolution, n_classes)
        Predicted probabilities on the grid of the plane, for each fit.
    figure_ : matplotlib.figure.Figure
        Figure, after `plot`.
    axes_ : list of matplotlib.axes.Axes
        Axes for each fit, after `plot`.
    """

    comparison: Comparison
    plane: Plane
    probabilities: list[np.ndarray]
    figure_: Figure = field(init=False)
    axes_: list[Axes] = field(init=False)

    @classmethod
    def from_comparison(cls, comparison: Comparison) -> BoundaryDisplay:
        """Compute the predicted probabilities on the plane for every fit."""
        data = comparison.dataset
        plane = plane_of(
            data.X, data.y, data.feature_names, comparison.standardizer.mean, comparison.standardizer.scale
        )
        shape = (len(plane.y), len(plane.x), -1)
        probabilities = [comparison.predict_proba(plane.inputs, fit.alpha).reshape(shape) for fit in comparison.fits]
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
            shade(axes, self.plane, probability)
            scatter_classes(axes, self.plane, self.comparison.dataset.y, self.comparison.classes)
            axes.set_title(
                f"{strength_label(fit.alpha)}\ntraining error {fit.train_error:.1%}, test error {fit.test_error:.1%}",
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
        title = f"Effect of the penalty on the decision boundary: {data.name}, {len(data.X)} training samples"
        self.figure_.suptitle(title, fontsize=13)
        if self.plane.note:
            self.figure_.supxlabel(self.plane.note, fontsize=9)
        return self
