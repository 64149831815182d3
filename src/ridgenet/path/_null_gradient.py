"""The gradient at the best constant prediction: the λ from which all weights are zero follows from it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet.formulas import LOSSES

# relative size below which a gradient counts as rounding error
ROUNDING = 1e-10


def null_residual(network: Network, Y: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Return the residuals of the best constant prediction, in the shape of Y."""
    loss, parameter = LOSSES[network.loss], network.loss_parameter
    if loss.is_canonical:
        best = np.average(Y, axis=0, weights=weights)
    else:
        counts = np.ones(len(Y)) if weights is None else weights
        best = np.array([_root(lambda a, y: loss.residual(np, a, y, parameter) @ counts, y) for y in Y.T])
    result: np.ndarray = loss.residual(np, np.broadcast_to(best, Y.shape), Y, parameter)
    return result


def _root(derivative: Callable[[float, np.ndarray], float], y: np.ndarray) -> float:
    """Return the constant prediction at which the derivative of a convex loss, summed over the targets y, is zero."""
    # imported here, since only two losses need it
    from scipy.optimize import brentq

    low, high = float(y.min()), float(y.max())
    if derivative(low, y) < 0 < derivative(high, y):
        return float(brentq(derivative, low, high, args=(y,)))
    return 0.5 * (low + high)


def null_gradient_of(
    product: np.ndarray, total: np.ndarray, norm: float, n_rows: int, standardizer: Standardizer
) -> np.ndarray:
    """Return ``Xᵀ R`` in standardised units from sums over rows; zero if it is within rounding error.

    Parameters
    ----------
    product : ndarray of shape (n_features, n_outputs)
        ``Xᵀ R`` with X in the units of the data and R the weighted residuals of the constant prediction.
    total : ndarray of shape (n_outputs,)
        Sum of the residuals: zero except for rounding error, which centring the columns removes.
    norm : float
        Frobenius norm of R.
    n_rows : int
        Number of rows.
    standardizer : Standardizer
        Standardiser of the columns.
    """
    standardised = (product - np.outer(standardizer.mean, total)) / standardizer.scale[:, np.newaxis]
    is_rounding = np.linalg.norm(standardised, 2) <= ROUNDING * np.sqrt(n_rows) * norm
    return np.zeros_like(standardised) if is_rounding else standardised
