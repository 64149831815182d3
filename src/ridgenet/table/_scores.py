"""Scores of predictions, and of a constant prediction as a baseline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.metrics import r2_score, roc_auc_score

from ridgenet._network import Network
from ridgenet.formulas import LOSSES

SMALLEST_PROBABILITY = 1e-15


@dataclass(frozen=True)
class Score:
    """One score of predictions.

    Attributes
    ----------
    name : str
        Name of the score.
    value : float
        Value of the score.
    standard_error : float or None
        Its standard error over rows, if it is a mean over rows.
    baseline : float
        The score of the best constant prediction: the mean, or the class frequencies.
    """

    name: str
    value: float
    standard_error: float | None
    baseline: float


@dataclass(frozen=True)
class RobustLoss:
    """The loss of a regression that was not trained with the squared error; its mean is the first score.

    Parameters
    ----------
    network : Network
        The network, which defines the loss and its parameter.
    """

    network: Network

    @classmethod
    def of(cls, network: Network) -> RobustLoss | None:
        """Return the loss of a network if it is robust, such as Huber's; else None."""
        return None if LOSSES[network.loss].is_canonical else cls(network)

    @property
    def name(self) -> str:
        """Name of the mean loss."""
        return LOSSES[self.network.loss].score_name

    def __call__(self, y: np.ndarray, outputs: np.ndarray) -> np.ndarray:
        """Return the loss of each row."""
        losses: np.ndarray = LOSSES[self.network.loss].score(np, outputs, y, self.network.loss_parameter)
        return losses

    def best_constant(self, y: np.ndarray, weights: np.ndarray | None) -> float:
        """Return the constant with the smallest mean loss."""
        minimum = minimize_scalar(
            lambda value: np.average(self(y, np.full(len(y), value)), weights=weights),
            bounds=(y.min(), y.max()),
            method="bounded",
        )
        return float(minimum.x)


def scores_of(
    y: np.ndarray,
    outputs: np.ndarray,
    classes: np.ndarray | None,
    weights: np.ndarray | None,
    robust: RobustLoss | None = None,
) -> tuple[Score, ...]:
    """Return the scores of predictions.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        True targets.
    outputs : ndarray of shape (n_rows,) or (n_rows, n_classes)
        Predicted numbers, or probabilities.
    classes : ndarray or None
        Labels of the columns of `outputs`.
    weights : ndarray or None
        Weights of the rows.
    robust : RobustLoss or None
        The loss minimised in training, if it is not the squared error; its score comes first.
    """
    if classes is None:
        usual = _of_numbers(y, outputs, weights)
        if robust is None:
            return usual
        baseline = np.full(len(y), robust.best_constant(y, weights))
        own = _mean(robust.name, robust, y, outputs, baseline, weights)
        # squared errors are not informative about medians and quantiles
        return (own, *(score for score in usual if score.name == "mean absolute error" != own.name))
    truth = np.searchsorted(classes, y)
    frequencies = np.bincount(truth, weights, minlength=len(classes))
    baseline = np.broadcast_to(frequencies / frequencies.sum(), outputs.shape)
    scores = [
        _mean("log loss", _log_losses, truth, outputs, baseline, weights),
        _mean("error rate", _errors, truth, outputs, baseline, weights),
    ]
    if len(classes) == 2 and len(np.unique(truth)) == 2:
        area = float(roc_auc_score(truth, outputs[:, 1], sample_weight=weights))
        scores.append(Score("area under ROC curve", area, None, 0.5))
    return tuple(scores)


def losses_of(
    y: np.ndarray, outputs: np.ndarray, classes: np.ndarray | None, robust: RobustLoss | None = None
) -> np.ndarray:
    """Return the log loss, the squared error, or the robust loss, of each row."""
    if robust is not None:
        return robust(y, outputs)
    if classes is None:
        squared: np.ndarray = (y - outputs) ** 2
        return squared
    return _log_losses(np.searchsorted(classes, y), outputs)


def outputs_of(model: Any, inputs: np.ndarray, classes: np.ndarray | None) -> np.ndarray:
    """Return predicted numbers, or probabilities with a column for each of `classes`, including unseen ones."""
    if classes is None:
        numbers: np.ndarray = model.predict(inputs)
        return numbers
    return with_all_classes(model.predict_proba(inputs), model.classes_, classes)


def with_all_classes(probabilities: np.ndarray, known: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return probabilities with a column for each of `classes`; zero for classes unknown to the model."""
    if len(known) == len(classes):
        return probabilities
    spread = np.zeros((len(probabilities), len(classes)), probabilities.dtype)
    spread[:, np.searchsorted(classes, known)] = probabilities
    return spread


def _of_numbers(y: np.ndarray, outputs: np.ndarray, weights: np.ndarray | None) -> tuple[Score, ...]:
    baseline = np.full(len(y), np.average(y, weights=weights))
    squared = _mean("mean squared error", lambda t, p: (t - p) ** 2, y, outputs, baseline, weights)
    # the standard error of a square root, to first order
    root = np.sqrt(squared.value)
    spread = None if squared.standard_error is None or root == 0 else squared.standard_error / (2 * root)
    return (
        Score("root mean squared error", float(root), spread, float(np.sqrt(squared.baseline))),
        _mean("mean absolute error", lambda t, p: np.abs(t - p), y, outputs, baseline, weights),
        Score("R²", float(r2_score(y, outputs, sample_weight=weights)) if len(y) > 1 else float("nan"), None, 0.0),
    )


def _mean(
    name: str,
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray],
    truth: np.ndarray,
    outputs: np.ndarray,
    baseline: np.ndarray,
    weights: np.ndarray | None,
) -> Score:
    losses = loss(truth, outputs)
    w = np.ones(len(losses)) if weights is None else weights
    value = float(np.average(losses, weights=w))
    error = float(np.sqrt(np.sum((w * (losses - value)) ** 2)) / w.sum())
    return Score(name, value, error, float(np.average(loss(truth, baseline), weights=w)))


def _log_losses(truth: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    of_truth = probabilities[np.arange(len(truth)), truth]
    losses: np.ndarray = -np.log(np.maximum(of_truth, SMALLEST_PROBABILITY))
    return losses


def _errors(truth: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    return (probabilities.argmax(axis=1) != truth).astype(np.float64)
