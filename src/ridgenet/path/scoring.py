"""How predictions are judged: the loss of each output unit in its usual form, for a whole path at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import xlogy


class Judgement(NamedTuple):
    """The loss by which an output unit is judged unless the user names another."""

    name: str
    scoring: str  # scikit-learn's name of the same, whose scores are negative losses
    losses: Callable[[np.ndarray, np.ndarray], np.ndarray]  # outputs (..., n, k) and targets (n, k) -> (..., n)


def _clipped(p: np.ndarray) -> np.ndarray:
    eps = np.finfo(p.dtype).eps
    return np.clip(p, eps, 1 - eps)


def _logistic(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    p = _clipped(p)
    losses: np.ndarray = -(y * np.log(p) + (1 - y) * np.log1p(-p)).sum(axis=-1)
    return losses


def _softmax(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    losses: np.ndarray = -(y * np.log(_clipped(p))).sum(axis=-1)
    return losses


def _squared(f: np.ndarray, y: np.ndarray) -> np.ndarray:
    losses: np.ndarray = ((f - y) ** 2).mean(axis=-1)
    return losses


def _poisson(f: np.ndarray, y: np.ndarray) -> np.ndarray:
    f = np.maximum(f, np.finfo(f.dtype).tiny)
    losses: np.ndarray = 2.0 * (xlogy(y, y) - xlogy(y, f) - y + f).mean(axis=-1)
    return losses


# by output unit
JUDGEMENTS = {
    "logistic": Judgement("log loss", "neg_log_loss", _logistic),
    "softmax": Judgement("log loss", "neg_log_loss", _softmax),
    "identity": Judgement("mean squared error", "neg_mean_squared_error", _squared),
    "exponential": Judgement("mean Poisson deviance", "neg_mean_poisson_deviance", _poisson),
}


def mean_losses(output: str, outputs: np.ndarray, Y: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Return the weighted mean loss of predictions of shape (..., n_samples, n_outputs), for each network."""
    losses = JUDGEMENTS[output].losses(outputs.astype(np.float64, copy=False), Y)
    mean: np.ndarray = np.average(losses, axis=-1, weights=weights)
    return mean
