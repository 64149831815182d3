"""What there is to see at every λ, computed once: moving the slider only looks it up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ridgenet.path.result import NetworkPath
from ridgenet.plotting.path import PathDisplay
from ridgenet.plotting.plane import Plane

MOST_POINTS = 600


@dataclass(frozen=True)
class Sample:
    """Some rows, drawn as points, and what each network of the path makes of all of their kind.

    Attributes
    ----------
    points : ndarray of shape (n_points, 2)
        Where they lie in the plane.
    targets : ndarray of shape (n_points,)
        Their labels or numbers.
    wrong : ndarray of bool of shape (n_alphas, n_points), or None
        Which are taken for another class.
    scores : ndarray of shape (n_alphas,)
        Error rate, or R², over all rows, drawn or not.
    """

    points: np.ndarray
    targets: np.ndarray
    wrong: np.ndarray | None
    scores: np.ndarray


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
    classes : ndarray or None
        All labels.
    input_names : tuple of str
        What the network sees.
    surfaces : ndarray of shape (n_alphas, resolution, resolution, n_outputs)
        What each network says of the plane: probabilities, or a number.
    training : Sample
        Rows that it learned from.
    unseen : Sample or None
        Rows that it did not see.
    """

    path: NetworkPath
    place: int
    curve: PathDisplay
    plane: Plane
    classes: np.ndarray | None
    input_names: tuple[str, ...]
    surfaces: np.ndarray
    training: Sample
    unseen: Sample | None

    @property
    def alphas(self) -> np.ndarray:
        """Strengths λ, from strong to weak."""
        return self.path.alphas

    @property
    def shown(self) -> list[int]:
        """Places along the path that can be drawn on a logarithmic axis, from the weakest λ to the strongest."""
        return [place for place in range(len(self.path) - 1, -1, -1) if self.path.alphas[place] > 0]


def scene_of(
    estimator: Any,
    X: np.ndarray,
    y: np.ndarray,
    plane: Plane,
    input_names: tuple[str, ...],
    *,
    unseen: tuple[np.ndarray, np.ndarray] | None = None,
    unpenalised: NetworkPath | None = None,
    random_state: int = 0,
) -> Scene:
    """Look at a fitted `RidgeNetClassifierCV` or `RidgeNetRegressorCV`.

    Parameters
    ----------
    estimator : RidgeNetClassifierCV or RidgeNetRegressorCV
        Fitted.
    X, y : ndarray of shape (n_samples, n_features) and (n_samples,)
        What it was fitted on, and labels or numbers.
    plane : Plane
        Of the same rows.
    input_names : tuple of str
        Names of the columns of X.
    unseen : tuple of ndarray, optional
        Other rows, and their labels or numbers.
    unpenalised : NetworkPath, optional
        A network at λ = 0 alone, to be seen at the end of the path.
    random_state : int
        Which points are drawn, if there are too many.
    """
    path: NetworkPath = estimator.path_ if unpenalised is None else estimator.path_.joined(unpenalised)
    networks = [estimator._with(path.network_at(place, average=estimator.average)) for place in range(len(path))]
    classes = getattr(estimator, "classes_", None)
    shape = (len(plane.y), len(plane.x), -1)
    surfaces = [_outputs(network, plane.inputs, classes).reshape(shape) for network in networks]
    rng = np.random.RandomState(random_state)
    return Scene(
        path,
        estimator.path_.place_of(estimator.alpha_),
        PathDisplay.from_estimator(estimator),
        plane,
        classes,
        input_names,
        np.stack(surfaces),
        _sample(networks, X, y, plane, classes, rng),
        None if unseen is None else _sample(networks, *unseen, plane, classes, rng),
    )


def _sample(
    networks: list[Any],
    X: np.ndarray,
    y: np.ndarray,
    plane: Plane,
    classes: np.ndarray | None,
    rng: np.random.RandomState,
) -> Sample:
    some = np.arange(len(X)) if len(X) <= MOST_POINTS else np.sort(rng.permutation(len(X))[:MOST_POINTS])
    points, targets = plane.projected(X[some]), y[some]
    outputs = [_outputs(network, X, classes) for network in networks]
    if classes is None:
        spread = np.sum((y - y.mean()) ** 2)
        scores = [1 - np.sum((y - output) ** 2) / spread if spread > 0 else np.nan for output in outputs]
        return Sample(points, targets, None, np.array(scores))
    truth = np.searchsorted(classes, y)
    wrong = np.stack([output.argmax(axis=1) != truth for output in outputs])
    return Sample(points, targets, wrong[:, some], wrong.mean(axis=1))


def _outputs(network: Any, X: np.ndarray, classes: np.ndarray | None) -> np.ndarray:
    outputs = network.predict(X) if classes is None else network.predict_proba(X)
    return np.asarray(outputs, np.float64)


def with_points(scene: Scene, *, training: int, unseen: int) -> Scene:
    """Return the scene with fewer points drawn, the first of each sample."""
    return replace(
        scene,
        training=_first(scene.training, training),
        unseen=None if scene.unseen is None else _first(scene.unseen, unseen),
    )


def _first(sample: Sample, n: int) -> Sample:
    wrong = None if sample.wrong is None else sample.wrong[:, :n]
    return replace(sample, points=sample.points[:n], targets=sample.targets[:n], wrong=wrong)
