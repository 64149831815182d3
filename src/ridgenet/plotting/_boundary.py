"""Decision boundaries: side by side for a comparison, and as a strip along the path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from ridgenet._errors import InputError
from ridgenet.plotting._plane import Plane, plane_of
from ridgenet.plotting._style import prepare, scatter_classes, shade, strength_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ridgenet._comparison import Comparison

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
        data = comparison.dataset
        plane = plane_of(data.X, data.feature_names, comparison.standardizer.mean, comparison.standardizer.scale)
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


FRAME = "#D55E00"


@dataclass
class BoundaryPathDisplay:
    """Decision boundaries at several λ side by side, weak to strong, the chosen one framed.

    Attributes
    ----------
    plane : Plane
        Where they are drawn.
    y : ndarray of shape (n_samples,)
        Classes of the points,
    classes : ndarray of shape (n_classes,)
        and all classes there are.
    alphas : ndarray of shape (n_panels,)
        Strengths, from weak to strong.
    probabilities : list of ndarray of shape (resolution, resolution, n_classes)
        Probabilities on the grid of the plane, for each λ.
    notes : list of str
        What stands below each λ.
    chosen : int
        Which panel is framed.
    figure_, axes_
        After `plot`.
    """

    plane: Plane
    y: np.ndarray
    classes: np.ndarray
    alphas: np.ndarray
    probabilities: list[np.ndarray]
    notes: list[str]
    chosen: int
    figure_: Figure = field(init=False)
    axes_: list[Axes] = field(init=False)

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: Any, *, n_panels: int = 5, feature_names: Sequence[str] | None = None
    ) -> BoundaryPathDisplay:
        """Compute the boundaries of a fitted `RidgeNetClassifierCV`.

        Parameters
        ----------
        estimator : RidgeNetClassifierCV
            Fitted.
        X : array-like of shape (n_samples, n_features)
            Points to draw, usually those it was fitted on.
        y : array-like of shape (n_samples,)
            Their classes.
        n_panels : int, default=5
            How many λ.
        feature_names : sequence of str, optional
            Names of the columns; None takes those that the estimator was fitted with.

        Raises
        ------
        InputError
            If it is no classifier, or has several labels at once.
        """
        check_is_fitted(estimator, "alpha_")
        if not is_classifier(estimator) or estimator._multilabel:
            raise InputError("a decision boundary needs a classifier with one class for each row")
        if n_panels < 1:
            raise InputError(f"n_panels must be 1 or more; got {n_panels}")
        numbered = [f"x{k + 1}" for k in range(estimator.n_features_in_)]
        names = getattr(estimator, "feature_names_in_", numbered) if feature_names is None else feature_names
        inputs, y = estimator._inputs(X), np.asarray(y)
        path = estimator.path_
        plane = plane_of(np.asarray(inputs, np.float64), list(names), path.standardizer.mean, path.standardizer.scale)
        chosen = path.index_of(estimator.alpha_)
        places = _spread(len(path), chosen, n_panels)
        shape = (len(plane.y), len(plane.x), -1)
        probabilities, notes = [], []
        for place in places:
            at = estimator._with(path.network_at(place, average=estimator.average))
            probabilities.append(at.predict_proba(plane.inputs).reshape(shape))
            notes.append(f"error {1 - at.score(inputs, y):.1%}")
        alphas = path.alphas[places]
        return cls(plane, y, estimator.classes_, alphas, probabilities, notes, places.index(chosen))

    def plot(self, figure: Figure | None = None) -> BoundaryPathDisplay:
        """Draw into `figure`, or into a new one."""
        n = len(self.alphas)
        self.figure_ = prepare(figure, 2.6 * n + 0.6, 3.7)
        self.axes_ = list(self.figure_.subplots(1, n, sharex=True, sharey=True, squeeze=False)[0])
        for k, axes in enumerate(self.axes_):
            shade(axes, self.plane, self.probabilities[k])
            scatter_classes(axes, self.plane, self.y, self.classes, size=8)
            name = "chosen: " if k == self.chosen else ""
            axes.set_title(f"{name}λ = {self.alphas[k]:.3g}\n{self.notes[k]}", fontsize=10)
            axes.set_xlabel(self.plane.labels[0].partition(" (")[0])
            if k == self.chosen:
                axes.title.set_color(FRAME)
                for spine in axes.spines.values():
                    spine.set(color=FRAME, linewidth=3.0)
        self.axes_[0].set_ylabel(self.plane.labels[1].partition(" (")[0])
        if not self.plane.labels[1]:
            self.axes_[0].set_yticks([])
        handles, labels = self.axes_[0].get_legend_handles_labels()
        self.figure_.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 6), frameon=False)
        title = "From a weak penalty to a strong one, and the error on the points shown"
        note = self.plane.note.replace("\n", " ")
        self.figure_.suptitle(f"{title}\n{note}" if note else title, fontsize=12 if not note else 10)
        return self


def _spread(n_alphas: int, chosen: int, n_panels: int) -> list[int]:
    """Return places from the weakest λ to the strongest, evenly spaced but for the chosen one, which is among them."""
    n_panels = min(n_panels, n_alphas)
    # the strongest λ of all shows the null network: a little below it there is something to see
    places = np.linspace(n_alphas - 1, min(2, n_alphas - 1) if n_panels > 1 else 0, n_panels).round().astype(int)
    places[np.argmin(np.abs(places - chosen))] = chosen
    return sorted({int(place) for place in places}, reverse=True)
