"""What is fitted along a path: one network on one set of examples, in standard units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike
from scipy.optimize import brentq

from ridgenet._network import Network
from ridgenet._penalties import NO_PENALTY, L2Penalty
from ridgenet._preprocessing import Standardizer
from ridgenet.core._arrays import float_type
from ridgenet.core._examples import Examples, make_examples
from ridgenet.core._lbfgs import LBFGS
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.formulas import LOSSES

ROUNDING = 1e-10


@dataclass(frozen=True)
class Fold:
    """Rows to train on, and rows to judge by."""

    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Problem:
    """A network, and the examples it learns from.

    Attributes
    ----------
    network : Network
        Its shape.
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Inputs in the units of the data.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets in the units of the data, as the output units give them.
    weights : ndarray of shape (n_samples,) or None
        Weights of the examples.
    standardize : bool
        Whether data are standardised,
    standardizer : Standardizer
        and by what.
    init : str
        How starts are drawn.
    penalty : L2Penalty
        The penalty; its λ is that of the path.
    """

    network: Network
    X: Any
    Y: np.ndarray
    weights: np.ndarray | None
    standardize: bool
    standardizer: Standardizer
    init: str
    penalty: L2Penalty = NO_PENALTY

    @property
    def dtype(self) -> np.dtype:
        """Type of all arithmetic."""
        return float_type(self.X.dtype)

    @property
    def total_weight(self) -> float:
        """What λ is divided by: the number of examples, or the sum of their weights."""
        return float(self.X.shape[0] if self.weights is None else self.weights.sum())

    @property
    def targets(self) -> np.ndarray:
        """Targets in standard units."""
        return self.standardizer.transform_targets(self.Y)

    def training_part(self, fold: Fold | None) -> Problem:
        """Return the problem of a fold's training rows, standardised by these rows alone; all, if there is no fold."""
        if fold is None:
            return self
        X, Y = self.X[fold.train], self.Y[fold.train]
        weights = None if self.weights is None else self.weights[fold.train]
        standardizer = self.standardizer
        if self.standardize:
            standardizer = Standardizer.fitted_to(X, Y, weights, centering=LOSSES[self.network.loss].centering)
        return replace(self, X=X, Y=Y, weights=weights, standardizer=standardizer)

    def examples(self) -> Examples:
        """Return the examples as kernels take them."""
        standardizer = self.standardizer
        return make_examples(
            self.X, self.targets, self.dtype, weights=self.weights, mean=standardizer.mean, scale=standardizer.scale
        )

    def search(self, settings: LBFGSSettings) -> LBFGS:
        """Return a search on these examples, still to be started."""
        nothing = np.zeros(self.network.n_parameters, self.dtype)
        return LBFGS(self.network, nothing, self.examples(), self.penalty, settings)

    def null_gradient(self) -> np.ndarray:
        """Return ``Xᵀ D (Y - ȳ)``, D being the weights of the examples, of shape (n_features, n_outputs)."""
        weights = self.weights
        residual = -null_residual(self.network, self.targets, weights)
        if weights is not None:
            residual = residual * weights[:, np.newaxis]
        # a power of 2 rounds nothing, and sums of squares of numbers near 1 do not overflow
        unit = np.ldexp(1.0, int(np.frexp(np.abs(residual).max())[1]))
        residual = residual / unit
        standard = null_gradient_of(
            self.X.T @ residual, residual.sum(axis=0), float(np.linalg.norm(residual)), len(residual), self.standardizer
        )
        return unit * standard

    def inputs(self, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Return the inputs in standard units, dense."""
        X = self.X.toarray() if hasattr(self.X, "toarray") else self.X
        standard: np.ndarray = (np.asarray(X, dtype) - self.standardizer.mean) / self.standardizer.scale
        return standard


def null_residual(network: Network, Y: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Return the residuals of the best network without inputs, of the shape of Y."""
    loss, parameter = LOSSES[network.loss], network.loss_parameter
    if loss.is_canonical:
        best = np.average(Y, axis=0, weights=weights)
    else:
        counts = np.ones(len(Y)) if weights is None else weights
        best = np.array([_root(lambda a, y: loss.residual(np, a, y, parameter) @ counts, y) for y in Y.T])
    result: np.ndarray = loss.residual(np, np.broadcast_to(best, Y.shape), Y, parameter)
    return result


def _root(slope: Callable[[float, np.ndarray], float], y: np.ndarray) -> float:
    """Return where the slope of a convex loss, summed over targets, is 0: between the least and the largest."""
    low, high = float(y.min()), float(y.max())
    return float(brentq(slope, low, high, args=(y,))) if slope(low, y) < 0 < slope(high, y) else 0.5 * (low + high)


def null_gradient_of(
    product: np.ndarray, total: np.ndarray, norm: float, n_rows: int, standardizer: Standardizer
) -> np.ndarray:
    """Return ``Xᵀ R`` in standard units from sums over rows; zero if it is rounding alone.

    Parameters
    ----------
    product : ndarray of shape (n_features, n_outputs)
        ``Xᵀ R`` in the units of the data, R being the residuals of the null network times the weights of the rows.
    total : ndarray of shape (n_outputs,)
        Sum of the residuals, zero but for rounding, which centring the columns takes out.
    norm : float
        Root of the sum of their squares.
    n_rows : int
        How many they are.
    standardizer : Standardizer
        What columns are standardised by.
    """
    standard = (product - np.outer(standardizer.mean, total)) / standardizer.scale[:, np.newaxis]
    is_rounding = np.linalg.norm(standard, 2) <= ROUNDING * np.sqrt(n_rows) * norm
    return np.zeros_like(standard) if is_rounding else standard
