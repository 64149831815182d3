"""The minima that one random start leads to along a path."""

from __future__ import annotations

from math import isfinite

import numpy as np

from ridgenet.core._lbfgs_search import CONVERGED, LBFGSSearch


class Chain:
    """The minima that one random start leads to along a path; filled in as they are found.

    Attributes
    ----------
    parameters : ndarray of shape (n_alphas, n_parameters)
        Weights and biases, in standardised units.
    data_losses, l2_penalties : ndarray of shape (n_alphas,)
        The two terms of the objective; NaN where no minimum has been found yet.
    gradient_norms : ndarray of shape (n_alphas,)
        Largest absolute component of the gradient.
    converged : ndarray of bool of shape (n_alphas,)
        Whether the search met its convergence criterion.
    n_iter : ndarray of int of shape (n_alphas,)
        Total number of iterations at each λ.
    curves : list of ndarray of shape (2, n_iter + 1)
        Data loss and L2 penalty during the search that found the minimum.
    """

    def __init__(self, n_alphas: int, n_parameters: int, dtype: np.dtype) -> None:
        self.parameters = np.zeros((n_alphas, n_parameters), dtype)
        self.data_losses, self.l2_penalties, self.gradient_norms = np.full((3, n_alphas), np.nan)
        self.converged = np.zeros(n_alphas, bool)
        self.n_iter = np.zeros(n_alphas, np.int64)
        self.curves: list[np.ndarray] = [np.empty((2, 0))] * n_alphas

    @property
    def objectives(self) -> np.ndarray:
        """Sum of data loss and L2 penalty."""
        return self.data_losses + self.l2_penalties

    @property
    def found(self) -> np.ndarray:
        """Whether a minimum has been found at each λ."""
        return np.isfinite(self.data_losses)

    def taken(self, indices: np.ndarray, other: Chain) -> Chain:
        """Return rows of this chain followed by those of another, which are numbered on from the last of this one."""
        chain = Chain(len(indices), self.parameters.shape[1], self.parameters.dtype)
        for name in ("parameters", "data_losses", "l2_penalties", "gradient_norms", "converged", "n_iter"):
            setattr(chain, name, np.concatenate([getattr(self, name), getattr(other, name)])[indices])
        curves = self.curves + other.curves
        chain.curves = [curves[index] for index in indices]
        return chain

    def record(self, index: int, search: LBFGSSearch) -> None:
        """Record the result of a search, unless a lower minimum is known."""
        self.n_iter[index] += search.n_iter
        curve = np.array([search.data_losses, search.l2_penalties])
        data_loss, l2_penalty = float(curve[0, -1]), float(curve[1, -1])
        known = self.data_losses[index] + self.l2_penalties[index]
        if isfinite(data_loss + l2_penalty) and not known <= data_loss + l2_penalty:
            self.parameters[index] = search.point
            self.gradient_norms[index] = search.gradient_norm
            self.converged[index] = search.status == CONVERGED
            self.curves[index] = curve
            # set last: an index with a finite data loss counts as found in other threads
            self.l2_penalties[index], self.data_losses[index] = l2_penalty, data_loss
