"""Decision boundaries along the path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from ridgenet._errors import InputError
from ridgenet.plotting._plane import Plane, plane_of_estimator
from ridgenet.plotting._style import prepare, scatter_classes, shade

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FRAME = "#D55E00"


@dataclass(repr=False)
class BoundaryPathDisplay:
    """Decision boundaries at several λ, from a weak penalty to a strong one, with the chosen λ framed.

    Attributes
    ----------
    plane : Plane
        The plane of the picture.
    y : ndarray of shape (n_samples,)
        Classes of the samples.
    classes : ndarray of shape (n_classes,)
        All classes.
    alphas : ndarray of shape (n_panels,)
        λ of each panel, ascending.
    probabilities : list of ndarray of shape (resolution, resolution, n_classes)
        Predicted probabilities on the grid of the plane, for each λ.
    notes : list of str
        Text below each λ.
    chosen : int
        Index of the framed panel.
    figure_, axes_
        Figure and axes, after `plot`.
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
        cls,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        n_panels: int = 5,
        feature_names: Sequence[str] | None = None,
    ) -> BoundaryPathDisplay:
        """Compute the boundaries of a fitted `RidgeNetClassifierCV`.

        Parameters
        ----------
        estimator : RidgeNetClassifierCV
            Fitted estimator.
        X : array-like of shape (n_samples, n_features)
            Samples to draw, usually the training data.
        y : array-like of shape (n_samples,)
            Their classes.
        n_panels : int, default=5
            Number of λ.
        feature_names : sequence of str, optional
            Names of the columns; by default those seen during fit.

        Raises
        ------
        InputError
            If the estimator is not a classifier, or is multilabel.
        """
        check_is_fitted(estimator, "alpha_")
        if not is_classifier(estimator) or estimator._multilabel:
            raise InputError("a decision boundary needs a classifier with one class for each sample")
        if n_panels < 1:
            raise InputError(f"n_panels must be 1 or more; got {n_panels}")
        numbered = [f"x{k + 1}" for k in range(estimator.n_features_in_)]
        names = getattr(estimator, "feature_names_in_", numbered) if feature_names is None else feature_names
        inputs, y = estimator._inputs(X), np.asarray(y)
        path = estimator.path_
        plane = plane_of_estimator(estimator, np.asarray(inputs, np.float64), y, list(names))
        chosen = path.index_of(estimator.alpha_)
        indices = _spread(len(path), chosen, n_panels)
        shape = (len(plane.y), len(plane.x), -1)
        probabilities, notes = [], []
        for index in indices:
            at = estimator._with(estimator._network_at(index))
            probabilities.append(at.predict_proba(plane.inputs).reshape(shape))
            notes.append(f"error {1 - at.score(inputs, y):.1%}")
        alphas = path.alphas[indices]
        return cls(plane, y, estimator.classes_, alphas, probabilities, notes, indices.index(chosen))

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
        title = "Decision boundaries from a weak penalty to a strong one, with the error on the samples shown"
        note = self.plane.note.replace("\n", " ")
        self.figure_.suptitle(f"{title}\n{note}" if note else title, fontsize=12 if not note else 10)
        return self


def _spread(n_alphas: int, chosen: int, n_panels: int) -> list[int]:
    """Return indices of λ from the smallest to the largest, evenly spaced except for the chosen one."""
    n_panels = min(n_panels, n_alphas)
    # at the largest λ all weights are zero, so begin a little below it
    indices = np.linspace(n_alphas - 1, min(2, n_alphas - 1) if n_panels > 1 else 0, n_panels).round().astype(int)
    indices[np.argmin(np.abs(indices - chosen))] = chosen
    return sorted({int(index) for index in indices}, reverse=True)
