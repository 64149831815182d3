"""Training samples for a path: all rows, and the rows without each fold, each standardised separately.

`Rows` is the protocol that paths are fitted through. `ArrayRows` holds the rows in memory;
`backends._dask_rows` leaves them on a cluster. A *part* is an index: 0 for all rows, ``k + 1`` for all rows except
fold k.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from ridgenet._averaged import mean_of
from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer
from ridgenet.core._arrays import float_type
from ridgenet.core._lbfgs import LBFGS
from ridgenet.core._lbfgs_search import LBFGSSearch, LBFGSSettings
from ridgenet.core._penalties import L2Penalty
from ridgenet.path._chain import Chain
from ridgenet.path._null_gradient import null_gradient_of, null_residual
from ridgenet.path._part import Part, in_single_precision
from ridgenet.path._selection import mean_losses

ALL = 0


@dataclass(frozen=True)
class Fold:
    """Indices of the training rows and of the test rows.

    Attributes
    ----------
    train, test : ndarray of int
        The indices.
    division : int
        Index of the division of the rows into folds; each has a share of the restarts.
    """

    train: np.ndarray
    test: np.ndarray
    division: int = 0


class Rows(Protocol):
    """Training samples, divided into folds; in memory or on a cluster."""

    @property
    def n_folds(self) -> int:
        """Number of folds; may be 0."""

    @property
    def n_divisions(self) -> int:
        """Number of divisions of the rows into folds."""

    def division_of(self, fold: int) -> int:
        """Return the index of the division that a fold belongs to."""

    @property
    def dtype(self) -> np.dtype:
        """Floating-point type of the computation on all rows."""

    def dtype_on(self, part: int, network: Network) -> np.dtype:
        """Return the floating-point type of the computation with a network on a part."""

    @property
    def fold_weights(self) -> np.ndarray:
        """Total scoring weight of the test rows of each fold, (n_folds,)."""

    def total_weight(self, part: int) -> float:
        """Return the n of λ/(2n) for a part: its number of samples, or the sum of their weights."""

    def standardizer(self, part: int) -> Standardizer:
        """Return the standardiser of a part."""

    def search(self, network: Network, penalty: L2Penalty, settings: LBFGSSettings, part: int = ALL) -> LBFGSSearch:
        """Return a search for a minimum on a part, not yet started."""

    def null_gradient(self, network: Network) -> np.ndarray:
        """Return ``Xᵀ D (Y - ȳ)`` over all rows with sample weights D, (n_features, n_outputs).

        In standardised units; zero if it is within rounding error.
        """

    def test_losses(
        self, network: Network, fold: int, chains: Sequence[Chain], outputs: Sequence[np.ndarray], *, average: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses on the test rows of a fold.

        Parameters
        ----------
        network : Network
            Shape of the networks.
        fold : int
            Index of the fold.
        chains : sequence of Chain
            The networks trained without the fold, one chain for each restart of its division.
        outputs : sequence of ndarray of shape (n_alphas, n_test, n_outputs)
            Their predictions for the test rows; may be empty if the rows are not in memory.
        average : bool
            Whether to average the predictions of all restarts; otherwise the restart with the lowest objective
            predicts.

        Returns
        -------
        losses : ndarray of shape (n_alphas,)
            Mean loss of the predictions.
        by_restart : ndarray of shape (n_chains, n_alphas)
            Mean loss of each of the chains.
        """


class ArrayRows:
    """Rows in memory.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Inputs in the units of the data, float64 or float32.
    Y : ndarray of shape (n_samples, n_outputs)
        Encoded targets in the units of the data.
    weights : ndarray of shape (n_samples,), optional
        Sample weights in training; None weights all samples equally.
    folds : sequence of Fold
        The folds; empty if there is no cross-validation.
    standardizer : Standardizer
        Standardiser of all rows.
    centering : {"mean", "median"}, optional
        How the targets are standardised in each fold: by mean and standard deviation, or by median and robust spread.
        None leaves them unchanged.
    standardize : bool, default=True
        Whether to standardise each fold by its own training rows; otherwise `standardizer` is used for all folds.
    scoring_weights : ndarray of shape (n_samples,), optional
        Sample weights in scoring; None weights all samples equally.
    single_precision : bool, default=False
        Whether to train networks with hidden layers in float32 in the folds, where inputs are dense and all values are
        in its range.
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
        scoring_weights: np.ndarray | None = None,
        single_precision: bool = False,
    ) -> None:
        self.folds, self._scoring_weights = folds, scoring_weights
        self._standardize, self._centering = standardize, centering
        self._whole = Part(X, Y, weights, standardizer, float_type(X.dtype))
        self._single_precision = single_precision and standardize and not hasattr(X, "indptr")
        self._clear_cache()

    def sampled(self, n_rows: int, seed: int) -> ArrayRows:
        """Return rows drawn at random, in the same folds; all of them if there are no more."""
        whole = self._whole
        n = whole.X.shape[0]
        if n_rows >= n:
            return self
        drawn = np.sort(np.random.default_rng(seed).choice(n, n_rows, replace=False))
        place = np.full(n, -1)
        place[drawn] = np.arange(n_rows)

        def kept(rows: np.ndarray) -> np.ndarray:
            return place[rows][place[rows] >= 0]

        def at(values: Any) -> Any:
            return None if values is None else values[drawn]

        return ArrayRows(
            whole.X[drawn],
            whole.Y[drawn],
            at(whole.weights),
            standardizer=whole.standardizer,
            folds=[replace(fold, train=kept(fold.train), test=kept(fold.test)) for fold in self.folds],
            centering=self._centering,
            standardize=self._standardize,
            scoring_weights=at(self._scoring_weights),
            single_precision=self._single_precision,
        )

    @property
    def has_weight_everywhere(self) -> bool:
        """Whether there are several rows of positive weight on both sides of every fold."""

        def several(rows: np.ndarray, weights: np.ndarray | None) -> bool:
            return (len(rows) if weights is None else int(np.count_nonzero(weights[rows]))) > 1

        return all(
            several(fold.train, self._whole.weights) and several(fold.test, self._scoring_weights)
            for fold in self.folds
        )

    def _clear_cache(self) -> None:
        self._parts = {ALL: self._whole}
        self._single_parts: dict[int, Part] = {}
        self._test_inputs: dict[int, Any] = {}
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        computed = ("_parts", "_single_parts", "_test_inputs", "_lock")
        return {name: value for name, value in self.__dict__.items() if name not in computed}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._clear_cache()

    @property
    def n_folds(self) -> int:
        """Number of folds."""
        return len(self.folds)

    @cached_property
    def n_divisions(self) -> int:
        """Number of divisions of the rows into folds."""
        return 1 + max((fold.division for fold in self.folds), default=0)

    def division_of(self, fold: int) -> int:
        """Return the index of the division that a fold belongs to."""
        return self.folds[fold].division

    @property
    def dtype(self) -> np.dtype:
        """Floating-point type of the computation on all rows."""
        return self._whole.dtype

    def dtype_on(self, part: int, network: Network) -> np.dtype:
        """Return the floating-point type of the computation with a network on a part."""
        return self._training_set(part, network).dtype

    @cached_property
    def fold_weights(self) -> np.ndarray:
        """Total scoring weight of the test rows of each fold."""
        weights = [self.test_weights(k) for k in range(self.n_folds)]
        pairs = zip(self.folds, weights, strict=True)
        return np.array([float(len(fold.test) if each is None else each.sum()) for fold, each in pairs])

    def part(self, part: int = ALL) -> Part:
        """Return a part; it is sliced and standardised on first use and then cached."""
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
        return Part(X, Y, weights, standardizer, whole.dtype)

    def _training_set(self, part: int, network: Network) -> Part:
        """Return a part in the type in which a network is trained on it."""
        double = self.part(part)
        # without hidden layers training takes little time in any type
        if part == ALL or not self._single_precision or network.n_layers == 1:
            return double
        with self._lock:
            if part not in self._single_parts:
                self._single_parts[part] = in_single_precision(double)
            return self._single_parts[part]

    def total_weight(self, part: int = ALL) -> float:
        """Return the n of λ/(2n) for a part."""
        return self.part(part).total_weight

    def standardizer(self, part: int = ALL) -> Standardizer:
        """Return the standardiser of a part."""
        return self.part(part).standardizer

    def search(self, network: Network, penalty: L2Penalty, settings: LBFGSSettings, part: int = ALL) -> LBFGS:
        """Return a search for a minimum on a part, not yet started."""
        training_set = self._training_set(part, network)
        zeros = np.zeros(network.n_parameters, training_set.dtype)
        return LBFGS(network, zeros, training_set.examples, penalty, settings)

    def null_gradient(self, network: Network) -> np.ndarray:
        """Return ``Xᵀ D (Y - ȳ)`` over all rows with sample weights D; see `Rows.null_gradient`."""
        whole = self._whole
        residual = -null_residual(network, whole.targets, whole.weights)
        if whole.weights is not None:
            residual = residual * whole.weights[:, np.newaxis]
        # sums of squares of values near 1 do not overflow; dividing by a power of 2 is exact
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
        """Return the inputs of the test rows of a fold, in the units of the data."""
        with self._lock:
            if fold not in self._test_inputs:
                self._test_inputs[fold] = self._whole.X[self.folds[fold].test]
            return self._test_inputs[fold]

    def test_targets(self, fold: int) -> np.ndarray:
        """Return the targets of the test rows of a fold, in the units of the data."""
        targets: np.ndarray = self._whole.Y[self.folds[fold].test]
        return targets

    def test_weights(self, fold: int) -> np.ndarray | None:
        """Return the scoring weights of the test rows of a fold; None if they are weighted equally."""
        return None if self._scoring_weights is None else self._scoring_weights[self.folds[fold].test]

    def test_outputs(self, network: Network, fold: int, parameters: np.ndarray) -> np.ndarray:
        """Return the predictions of networks for the test rows of their fold, (n_networks, n_test, n_outputs)."""
        parameters = parameters.astype(self.dtype, copy=False)
        first = FittedNetwork(network, parameters[0], self.standardizer(fold + 1))
        return first.outputs_of_all(parameters, self.test_inputs(fold))

    def test_losses(
        self, network: Network, fold: int, chains: Sequence[Chain], outputs: Sequence[np.ndarray], *, average: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses on the test rows of a fold; see `Rows.test_losses`."""
        Y, weights = self.test_targets(fold), self.test_weights(fold)

        def losses(predicted: np.ndarray) -> np.ndarray:
            return mean_losses(network.loss, predicted, Y, weights, network.loss_parameter)

        by_restart = np.array([losses(each) for each in outputs])
        if len(outputs) == 1:
            return by_restart[0], by_restart
        return losses(predictions_of(chains, outputs, average=average)), by_restart


def predictions_of(chains: Sequence[Chain], outputs: Sequence[np.ndarray], *, average: bool) -> np.ndarray:
    """Return the mean prediction of all restarts at each λ, or that of the restart with the lowest objective."""
    if average:
        return mean_of(list(outputs))
    lowest = np.argmin([chain.objectives for chain in chains], axis=0)
    return np.stack([outputs[restart][index] for index, restart in enumerate(lowest)])
