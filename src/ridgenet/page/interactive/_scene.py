"""Predictions and scores at every λ, computed once, so that moving the slider only looks them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet.path._result import NetworkPath
from ridgenet.plotting._path import PathDisplay
from ridgenet.plotting._plane import Plane

MOST_POINTS = 600
SMALLEST_PROBABILITY = 1e-15


@dataclass(frozen=True)
class Sample:
    """Rows on which networks are scored; some of them are drawn.

    Attributes
    ----------
    X, y : ndarray of shape (n_samples, n_features) and (n_samples,)
        Inputs and targets.
    drawn : ndarray of int
        Indices of the rows that are drawn.
    """

    X: np.ndarray
    y: np.ndarray
    drawn: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray, y: np.ndarray, most_drawn: int, random_state: int) -> Sample:
        """Make a sample of which at most `most_drawn` rows are drawn."""
        if len(X) <= most_drawn:
            return cls(X, y, np.arange(len(X)))
        return cls(X, y, np.sort(np.random.RandomState(random_state).permutation(len(X))[:most_drawn]))

    @property
    def targets(self) -> np.ndarray:
        """Targets of the rows drawn."""
        drawn: np.ndarray = self.y[self.drawn]
        return drawn


@dataclass(frozen=True)
class CVScores:
    """Scores of a network on a sample.

    Attributes
    ----------
    wrong : ndarray of bool or None
        Which of the rows drawn are misclassified.
    score : float
        Error rate, or R², over all rows.
    loss : float
        Log loss, or mean squared error.
    """

    wrong: np.ndarray | None
    score: float
    loss: float


@dataclass(frozen=True)
class Look:
    """Outputs of one network over the plane, (resolution, resolution, n_outputs), and its scores."""

    surface: np.ndarray
    training: CVScores
    unseen: CVScores | None


@dataclass(frozen=True)
class View:
    """The plane and the rows that all networks share.

    Attributes
    ----------
    plane : Plane
        The plane in which networks are drawn.
    classes : ndarray or None
        All labels.
    training : Sample
        Training data.
    unseen : Sample or None
        Unseen data.
    """

    plane: Plane
    classes: np.ndarray | None
    training: Sample
    unseen: Sample | None

    def of(self, network: Any) -> Look:
        """Evaluate a fitted estimator."""
        surface = self._outputs(network, self.plane.inputs).reshape(len(self.plane.y), len(self.plane.x), -1)
        unseen = None if self.unseen is None else self._judged(network, self.unseen)
        return Look(surface, self._judged(network, self.training), unseen)

    def _judged(self, network: Any, sample: Sample) -> CVScores:
        outputs, y = self._outputs(network, sample.X), sample.y
        if self.classes is None:
            loss, spread = float(np.mean((y - outputs) ** 2)), float(np.var(y))
            return CVScores(None, 1 - loss / spread if spread > 0 else np.nan, loss)
        truth = np.searchsorted(self.classes, y)
        wrong = outputs.argmax(axis=1) != truth
        of_truth = np.maximum(outputs[np.arange(len(truth)), truth], SMALLEST_PROBABILITY)
        return CVScores(wrong[sample.drawn], float(wrong.mean()), float(-np.log(of_truth).mean()))

    def _outputs(self, network: Any, X: np.ndarray) -> np.ndarray:
        outputs = network.predict(X) if self.classes is None else network.predict_proba(X)
        return np.asarray(outputs, np.float64)


@dataclass(frozen=True)
class Scene:
    """Everything that is drawn of a path.

    Attributes
    ----------
    path : NetworkPath
        All networks.
    chosen : int
        Index of the λ that was chosen.
    curve : PathDisplay
        The curve by which λ was chosen.
    view : View
        The plane and the rows.
    looks : tuple of Look
        Outputs and scores of each network.
    input_names : tuple of str
        Names of the inputs.
    """

    path: NetworkPath
    chosen: int
    curve: PathDisplay
    view: View
    looks: tuple[Look, ...]
    input_names: tuple[str, ...]

    @property
    def alphas(self) -> np.ndarray:
        """The values of λ, from strong to weak."""
        return self.path.alphas

    @property
    def plane(self) -> Plane:
        """The plane in which networks are drawn."""
        return self.view.plane

    @property
    def classes(self) -> np.ndarray | None:
        """All labels."""
        return self.view.classes

    @property
    def shown(self) -> list[int]:
        """Indices along the path that can be drawn on a logarithmic axis, from the weakest λ to the strongest."""
        return [index for index in range(len(self.path) - 1, -1, -1) if self.path.alphas[index] > 0]


def scene_of(estimator: Any, view: View, input_names: tuple[str, ...], unpenalised: NetworkPath | None = None) -> Scene:
    """Evaluate all networks of a fitted `RidgeNetClassifierCV` or `RidgeNetRegressorCV`.

    Parameters
    ----------
    estimator : RidgeNetClassifierCV or RidgeNetRegressorCV
        Fitted.
    view : View
        The plane and the rows.
    input_names : tuple of str
        Names of the inputs.
    unpenalised : NetworkPath, optional
        The network at λ = 0, which is added at the end of the path.
    """
    path: NetworkPath = estimator.path_ if unpenalised is None else estimator.path_.joined(unpenalised)
    n_alphas = len(estimator.path_)
    networks = (
        estimator._with(estimator._network_at(index) if index < n_alphas else path.network_at(index))
        for index in range(len(path))
    )
    return Scene(
        path,
        estimator.path_.index_of(estimator.alpha_),
        PathDisplay.from_estimator(estimator),
        view,
        tuple(view.of(network) for network in networks),
        input_names,
    )
