"""What there is to see at every λ, computed once: moving the slider only looks it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet.path.result import NetworkPath
from ridgenet.plotting.path import PathDisplay
from ridgenet.plotting.plane import Plane

MOST_POINTS = 600


@dataclass(frozen=True)
class Scene:
    """A path as one looks at it.

    Attributes
    ----------
    path : NetworkPath
        All networks.
    place : int
        The one that was chosen.
    curve : PathDisplay
        What it was chosen by.
    plane : Plane
        Where the networks are drawn.
    targets : ndarray of shape (n_points,)
        Labels or numbers of the plane's points.
    classes : ndarray or None
        All labels.
    surfaces : ndarray of shape (n_alphas, resolution, resolution, n_outputs)
        What each network says of the plane: probabilities, or a number.
    training_scores : ndarray of shape (n_alphas,)
        Error rate, or R², on the rows it was trained on.
    """

    path: NetworkPath
    place: int
    curve: PathDisplay
    plane: Plane
    targets: np.ndarray
    classes: np.ndarray | None
    surfaces: np.ndarray
    training_scores: np.ndarray

    @property
    def alphas(self) -> np.ndarray:
        """Strengths λ, from strong to weak."""
        return self.path.alphas

    @property
    def shown(self) -> list[int]:
        """Places along the path that can be drawn on a logarithmic axis, from the weakest λ to the strongest."""
        return [place for place in range(len(self.path) - 1, -1, -1) if self.path.alphas[place] > 0]


def scene_of(estimator: Any, X: np.ndarray, y: np.ndarray, plane: Plane, random_state: int = 0) -> Scene:
    """Look at a fitted `RidgeNetClassifierCV` or `RidgeNetRegressorCV`.

    Parameters
    ----------
    estimator : RidgeNetClassifierCV or RidgeNetRegressorCV
        Fitted.
    X : ndarray of shape (n_samples, n_features)
        What it was fitted on.
    y : ndarray of shape (n_samples,)
        Labels or numbers.
    plane : Plane
        Of the same rows.
    random_state : int
        Which points are drawn, if there are too many.
    """
    path: NetworkPath = estimator.path_
    classes = getattr(estimator, "classes_", None)
    surfaces, scores = [], []
    shape = (len(plane.y), len(plane.x), -1)
    some = _some(len(X), random_state)
    for place in range(len(path)):
        at = estimator._with(path.network_at(place, average=estimator.average))
        outputs = at.predict(plane.inputs) if classes is None else at.predict_proba(plane.inputs)
        surfaces.append(np.asarray(outputs, np.float64).reshape(shape))
        score = float(at.score(X[some], y[some]))
        scores.append(score if classes is None else 1 - score)
    drawn = Plane(plane.points[some], plane.labels, plane.note, plane.x, plane.y, plane.inputs)
    return Scene(
        path,
        path.place_of(estimator.alpha_),
        PathDisplay.from_estimator(estimator),
        drawn,
        y[some],
        classes,
        np.stack(surfaces),
        np.array(scores),
    )


def _some(n_rows: int, random_state: int) -> Sequence[int] | np.ndarray:
    if n_rows <= MOST_POINTS:
        return np.arange(n_rows)
    return np.sort(np.random.RandomState(random_state).permutation(n_rows)[:MOST_POINTS])
