"""How predictions are scored: the loss of the network in its usual form, for a whole path at once."""

from __future__ import annotations

import numpy as np

from ridgenet.formulas import LOSSES


def losses(loss: str, outputs: np.ndarray, Y: np.ndarray, parameter: float = 0.0) -> np.ndarray:
    """Return the loss of each sample, summed over classes, or the mean over several numbers.

    Parameters
    ----------
    loss : str
        Name of the loss.
    outputs : ndarray of shape (..., n_samples, n_outputs)
        Predictions, of one network or of many.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets.
    parameter : float, default=0.0
        Parameter of the loss.

    Returns
    -------
    ndarray of shape (..., n_samples)
    """
    row = LOSSES[loss]
    terms = row.score(np, outputs.astype(np.float64, copy=False), Y, parameter)
    result: np.ndarray = terms.sum(axis=-1) if row.targets == "classes" else terms.mean(axis=-1)
    return result


def mean_losses(
    loss: str, outputs: np.ndarray, Y: np.ndarray, weights: np.ndarray | None, parameter: float = 0.0
) -> np.ndarray:
    """Return the weighted mean of `losses`, for each network."""
    mean: np.ndarray = np.average(losses(loss, outputs, Y, parameter), axis=-1, weights=weights)
    return mean
