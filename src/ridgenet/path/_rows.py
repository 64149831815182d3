"""Rows that networks learn from: all of them, or all without those of one fold, each standardised by itself.

`Rows` is the protocol that a path is followed on. `ArrayRows` has them in memory; those of a cluster are in
`backends._dask_rows`. A *part* of the rows is 0 for all of them, and ``k + 1`` for those without fold k.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike
from scipy.optimize import brentq

from ridgenet._fitted import FittedNetwork, mean_of
from ridgenet._network import Network
from ridgenet._preprocessing import SavedByFields, Standardizer
from ridgenet.core._arrays import float_type
from ridgenet.core._examples import Examples, make_examples
from ridgenet.core._lbfgs import LBFGS
from ridgenet.core._lbfgs_search import LBFGSSearch, LBFGSSettings
from ridgenet.core._penalties import L2Penalty
from ridgenet.formulas import LOSSES
from ridgenet.path._chain import Chain
from ridgenet.path._selection import mean_losses

ROUNDING = 1e-10
ALL = 0


@dataclass(frozen=True)
class Fold:
    """Rows to train on, and rows to test on."""

    train: np.ndarray
    test: np.ndarray


class Rows(Protocol):
    """Rows that networks learn from, wherever they are."""

    @property
    def dtype(self) -> np.dtype:
        """Type of all arithmetic."""

    @property
    def n_folds(self) -> int:
        """Number of folds; may be 0."""

    @property
    def fold_weights(self) -> np.ndarray:
        """Sum of the weights of each fold's test rows in scoring, (n_folds,)."""

    def total_weight(self, part: int) -> float:
        """Return what λ is divided by in a part: its number of samples, or the sum of their weights."""

    def standardizer(self, part: int) -> Standardizer:
        """Return what a part is standardised by."""

    def search(self, network: Network, penalty: L2Penalty, settings: LBFGSSettings, part: int = ALL) -> LBFGSSearch:
        """Return a search for a minimum on a part, still to be started."""

    def null_gradient(self, network: Network) -> np.ndarray:
        """Return ``Xᵀ D (Y - ȳ)`` over all rows, (n_features, n_outputs), D being the sample weights.

        In standardised units; zero if it is rounding alone.
        """

    def test_losses(
        self, network: Network, fold: int, chains: Sequence[Chain], outputs: Sequence[np.ndarray], *, average: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses on the test rows of a fold of networks that have not seen them.

        Parameters
        ----------
        network : Network
            Shape of all.
        fold : int
            Index of the fold.
        chains : sequence of Chain
            The fold's networks, a chain for each restart.
        outputs : sequence of ndarray of shape (n_alphas, n_test, n_outputs)
            What they predict, by restart, if it is known.
        average : bool
            Whether predictions are those of all restarts on average; else of the lowest objective.

        Returns
        -------
        of_predictions, by_restart : ndarray of shape (n_alphas,), (n_restarts, n_alphas)
        """


@dataclass(frozen=True)
class Part(SavedByFields):
    """One part of rows in memory: what networks learn from, and what it is standardised by.

    Attributes
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Inputs in the units of the data.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets in the units of the data, as the output units give them.
    weights : ndarray of shape (n_samples,) or None
        Sample weights.
    standardizer : Standardizer
        What inputs and targets are standardised by.
    """

    X: Any
    Y: np.ndarray
    weights: np.ndarray | None
    standardizer: Standardizer

    @property
    def total_weight(self) -> float:
        """The number of samples, or the sum of their weights."""
        return float(self.X.shape[0] if self.weights is None else self.weights.sum())

    @cached_property
    def targets(self) -> np.ndarray:
        """Standardised targets."""
        return self.standardizer.transform_targets(self.Y)

    @cached_property
    def examples(self) -> Examples:
        """The samples as kernels take them."""
        standardizer = self.standardizer
        return make_examples(
            self.X,
            self.targets,
            float_type(self.X.dtype),
            weights=self.weights,
            mean=standardizer.mean,
            scale=standardizer.scale,
        )

    def inputs(self, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Return standardised inputs, dense."""
        X = self.X.toarray() if hasattr(self.X, "toarray") else self.X
        standardised: np.ndarray = (np.asarray(X, dtype) - self.standardizer.mean) / self.standardizer.scale
        return standardised


class ArrayRows:
    """Rows in memory.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Inputs in the units of the data, float64 or float32.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets in the units of the data, as the output units give them.
    weights : ndarray of shape (n_samples,), optional
        Sample weights in training; all one, if None.
    folds : sequence of Fold
        May be empty: then nothing is held out.
    standardizer : Standardizer
        What all rows are standardised by.
    centering : {"mean", "median"}, optional
        How targets are centred and scaled in each fold, as the loss asks; None leaves them as they are.
    standardize : bool, default=True
        Whether each fold is standardised by its own training rows; else `standardizer` is that of all.
    in_scoring : ndarray of shape (n_samples,), optional
        Sample weights in scoring; all one, if None.
    """

    def __init__(
        self,
        X: Any,
        Y: np.ndarray,
        weights: np.ndarray | None = None,
        *,
        standardizer: Standardizer,
        folds: Sequence[Fold] = (),
        centering: str | None = None,
        standardize: bool = True,
        in_scoring: np.ndarray | None = None,
    ) -> None:
        self.folds, self._in_scoring = folds, in_scoring
        self._standardize, self._centering = standardize, centering
        self._whole = Part(X, Y, weights, standardizer)
        self._forget()

    def _forget(self) -> None:
        self._parts = {ALL: self._whole}
        self._test_inputs: dict[int, Any] = {}
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        computed = ("_parts", "_test_inputs", "_lock")
        return {name: value for name, value in self.__dict__.items() if name not in computed}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget()

    @property
    def dtype(self) -> np.dtype:
        """Type of all arithmetic."""
        return float_type(self._whole.X.dtype)

    @property
    def n_folds(self) -> int:
        """Number of folds."""
        return len(self.folds)

    @cached_property
    def fold_weights(self) -> np.ndarray:
        """Sum of the weights of each fold's test rows in scoring."""
        weights = [self.test_weights(k) for k in range(self.n_folds)]
        counted = zip(self.folds, weights, strict=True)
        return np.array([float(len(fold.test) if part is None else part.sum()) for fold, part in counted])

    def part(self, part: int = ALL) -> Part:
        """Return a part, which is sliced and standardised when it is first asked for."""
        with self._lock:
            if part not in self._parts:
                self._parts[part] = self._sliced(self.folds[part - 1].train)
            return self._parts[part]

    def _sliced(self, rows: np.ndarray) -> Part:
        whole = self._whole
        X, Y = whole.X[rows], whole.Y[rows]
        weights = None if whole.weights is None else whole.weights[rows]
        standardizer = whole.standardizer
        if self._standardize:
            standardizer = Standardizer.fitted_to(X, Y, weights, centering=self._centering)
        return Part(X, Y, weights, standardizer)

    def total_weight(self, part: int = ALL) -> float:
        """Return what λ is divided by in a part."""
        return self.part(part).total_weight

    def standardizer(self, part: int = ALL) -> Standardizer:
        """Return what a part is standardised by."""
        return self.part(part).standardizer

    def search(self, network: Network, penalty: L2Penalty, settings: LBFGSSettings, part: int = ALL) -> LBFGS:
        """Return a search on a part, still to be started."""
        nothing = np.zeros(network.n_parameters, self.dtype)
        return LBFGS(network, nothing, self.part(part).examples, penalty, settings)

    def null_gradient(self, network: Network) -> np.ndarray:
        """Return ``Xᵀ D (Y - ȳ)`` over all rows, D being the sample weights."""
        whole = self._whole
        residual = -null_residual(network, whole.targets, whole.weights)
        if whole.weights is not None:
            residual = residual * whole.weights[:, np.newaxis]
        # a power of 2 rounds nothing, and sums of squares of numbers near 1 do not overflow
        unit = np.ldexp(1.0, int(np.frexp(np.abs(residual).max())[1]))
        residual = residual / unit
        standardised = null_gradient_of(
            whole.X.T @ residual,
            residual.sum(axis=0),
            float(np.linalg.norm(residual)),
            len(residual),
            whole.standardizer,
        )
        return unit * standardised

    # test rows of the folds

    def test_inputs(self, fold: int) -> Any:
        """Return the inputs of a fold's test rows, in the units of the data."""
        with self._lock:
            if fold not in self._test_inputs:
                self._test_inputs[fold] = self._whole.X[self.folds[fold].test]
            return self._test_inputs[fold]

    def test_targets(self, fold: int) -> np.ndarray:
        """Return the targets of a fold's test rows, in the units of the data."""
        targets: np.ndarray = self._whole.Y[self.folds[fold].test]
        return targets

    def test_weights(self, fold: int) -> np.ndarray | None:
        """Return the weights of a fold's test rows in scoring; None if all are one."""
        return None if self._in_scoring is None else self._in_scoring[self.folds[fold].test]

    def test_outputs(self, network: Network, fold: int, parameters: np.ndarray) -> np.ndarray:
        """Return what networks trained without a fold predict for its test rows, (n_networks, n_test, n_outputs)."""
        first = FittedNetwork(network, parameters[0], self.standardizer(fold + 1))
        return first.outputs_of_all(parameters, self.test_inputs(fold))

    def test_losses(
        self, network: Network, fold: int, chains: Sequence[Chain], outputs: Sequence[np.ndarray], *, average: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses of predictions on a fold's test rows, and those of each restart, as `Rows` says."""
        Y, weights = self.test_targets(fold), self.test_weights(fold)

        def mean(predicted: np.ndarray) -> np.ndarray:
            return mean_losses(network.loss, predicted, Y, weights, network.loss_parameter)

        return mean(predictions_of(chains, outputs, average=average)), np.array([mean(each) for each in outputs])


def predictions_of(chains: Sequence[Chain], outputs: Sequence[np.ndarray], *, average: bool) -> np.ndarray:
    """Return the mean of what all restarts predict at each λ, or the prediction of the lowest objective."""
    if average:
        return mean_of(list(outputs))
    lowest = np.argmin([chain.objectives for chain in chains], axis=0)
    return np.stack([outputs[restart][index] for index, restart in enumerate(lowest)])


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


def _root(derivative: Callable[[float, np.ndarray], float], y: np.ndarray) -> float:
    """Return where the derivative of a convex loss, summed over targets, is 0: between the least and the largest."""
    low, high = float(y.min()), float(y.max())
    if derivative(low, y) < 0 < derivative(high, y):
        return float(brentq(derivative, low, high, args=(y,)))
    return 0.5 * (low + high)


def null_gradient_of(
    product: np.ndarray, total: np.ndarray, norm: float, n_rows: int, standardizer: Standardizer
) -> np.ndarray:
    """Return ``Xᵀ R`` in standardised units from sums over rows; zero if it is rounding alone.

    Parameters
    ----------
    product : ndarray of shape (n_features, n_outputs)
        ``Xᵀ R`` in the units of the data, R being the residuals of the null network times the sample weights.
    total : ndarray of shape (n_outputs,)
        Sum of the residuals, zero but for rounding, which centring the columns takes out.
    norm : float
        Root of the sum of their squares.
    n_rows : int
        Number of rows.
    standardizer : Standardizer
        What columns are standardised by.
    """
    standardised = (product - np.outer(standardizer.mean, total)) / standardizer.scale[:, np.newaxis]
    is_rounding = np.linalg.norm(standardised, 2) <= ROUNDING * np.sqrt(n_rows) * norm
    return np.zeros_like(standardised) if is_rounding else standardised
