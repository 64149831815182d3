"""Rows that stay in their partitions: the search is here, objective and gradient are summed where the rows are.

The objective is a sum over rows, ``J = 1/n Σ_p Σ_(i in p) w_i loss_i + λ/(2n) Σ‖W‖²``, so that each partition p returns
two sums, its objective and its gradient, and the search is the one of a single machine, step for step. What travels at
each step are the parameters, once to each partition and, as a gradient, once back. Networks that differ in λ, in
the start or in the fold left out are evaluated in the same round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer, pooled_mean_and_scale
from ridgenet.backends import _dask_parts as parts
from ridgenet.backends._dask_collections import require_numbers, side_by_side
from ridgenet.backends._dask_parts import Folds, Moments, Summary
from ridgenet.backends._dask_tasks import PersistedPartitions, on_each, persisted, persisted_from_each
from ridgenet.core._external_lbfgs import Evaluate
from ridgenet.path._problem import null_gradient_of


class Rows:
    """All rows of a collection, which stay in its partitions.

    Parameters
    ----------
    X, y, sample_weight : collections of Dask
        Partitioned alike; `sample_weight` may be None.
    numeric : bool
        Whether targets are numbers.

    Raises
    ------
    InputError
        If they cannot be used.
    """

    def __init__(self, X: Any, y: Any, sample_weight: Any, *, numeric: bool) -> None:
        import dask

        require_numbers(X)
        delayed = [
            dask.delayed(parts.checked, pure=False)(arrays, place, numeric=numeric)
            for place, arrays in enumerate(side_by_side(X, y, sample_weight))
        ]
        self._parts = persisted(delayed)
        self.numeric = numeric
        found = on_each(parts.summary_of, self._parts, numeric)
        self._lengths = [summary.n_rows for summary in found]
        self.summaries: list[Summary] = [summary for summary in found if summary.n_rows]
        if not self.summaries:
            raise InputError("there are no rows")
        if len({summary.n_columns for summary in self.summaries}) > 1:
            raise InputError("partitions have different numbers of columns")

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return sum(summary.n_rows for summary in self.summaries)

    @property
    def n_columns(self) -> int:
        """How many columns they have."""
        return self.summaries[0].n_columns

    @property
    def n_outputs(self) -> int:
        """How many targets each has."""
        return self.summaries[0].n_outputs

    @property
    def dtype(self) -> np.dtype:
        """Type of all arithmetic: float32 if all inputs are."""
        return np.dtype(np.float32 if {summary.dtype for summary in self.summaries} == {"f"} else np.float64)

    def counts(self) -> dict[Any, int]:
        """Return all classes in order, and how often each occurs."""
        labels = np.unique(np.concatenate([summary.classes for summary in self.summaries]))
        counts = dict.fromkeys(labels.tolist(), 0)
        for summary in self.summaries:
            for label, count in zip(summary.classes.tolist(), summary.counts.tolist(), strict=True):
                counts[label] += count
        return counts

    def classes(self) -> np.ndarray:
        """Return all classes in order."""
        return np.unique(np.concatenate([summary.classes for summary in self.summaries]))

    def learned(
        self,
        classes: np.ndarray | None,
        class_weights: Mapping[Any, float] | None,
        *,
        standardize: bool,
        centering: str | None,
        folds: Folds | None = None,
    ) -> LearnedRows:
        """Return the rows as networks learn them, where they are; as they came they are then let go."""
        first_rows = np.cumsum([0, *self._lengths[:-1]]).tolist()
        pieces = persisted_from_each(
            parts.pieces_of, self._parts, classes, class_weights, folds, each=[(first,) for first in first_rows]
        )
        self._parts = PersistedPartitions([])
        moments = on_each(parts.moments_of, pieces)
        pooled = [Pooled.of(moments, part) for part in range(1 if folds is None else folds.n_folds + 1)]
        standardizer = tuple(each.standardizer(standardize=standardize, centering=centering) for each in pooled)
        weights = [] if folds is None else [sum(of[k].in_scoring for of in moments) for k in range(folds.n_folds)]
        return LearnedRows(
            persisted_from_each(parts.Learned, pieces, standardizer), pooled, standardizer, np.array(weights)
        )


@dataclass(frozen=True)
class Pooled:
    """Weight and moments of the rows that a network learns from, in all partitions."""

    n_rows: int
    weight: float
    moments: Sequence[Moments]

    @classmethod
    def of(cls, moments: Sequence[Sequence[Moments]], part: int) -> Pooled:
        """Pool partitions; `part` is 0 for all rows, and k + 1 for those without fold k.

        Raises
        ------
        InputError
            If their weights are all zero.
        """
        chosen = [piece for pieces in moments for k, piece in enumerate(pieces) if k != part - 1]
        weight = sum(piece.weight for piece in chosen)
        if not weight > 0:
            fold = f" that are to train without fold {part - 1}" if part else ""
            raise InputError(f"Sample weights must contain at least one non-zero number{fold}.")
        return cls(sum(piece.n_rows for piece in chosen), weight, chosen)

    def standardizer(self, *, standardize: bool, centering: str | None) -> Standardizer:
        """Return what is standardised by."""
        standardizer = Standardizer.identity(len(self.moments[0].mean), len(self.moments[0].target_mean))
        if not standardize:
            return standardizer
        mean, scale = self._standardizer("mean", "variance")
        if centering is None:
            return Standardizer(mean, scale, standardizer.target_mean, standardizer.target_scale)
        return Standardizer(mean, scale, *self._standardizer("target_mean", "target_variance"))

    @property
    def target_mean(self) -> np.ndarray:
        """Mean of the targets."""
        return self._standardizer("target_mean", "target_variance")[0]

    def _standardizer(self, mean: str, variance: str) -> tuple[np.ndarray, np.ndarray]:
        pairs = [(getattr(piece, mean), getattr(piece, variance)) for piece in self.moments]
        return pooled_mean_and_scale([piece.weight for piece in self.moments], pairs, self.n_rows)


class LearnedRows:
    """Rows as networks learn them, in their partitions.

    Parameters
    ----------
    partitions : Kept
        Each a `parts.Learned`.
    pooled : sequence of Pooled
        Of the parts: all rows, then those without each fold.
    standardizer : sequence of Standardizer
        What each part is standardised by.
    fold_weights : ndarray of shape (n_folds,)
        Sum of the weights of each fold's rows, in scoring.
    """

    def __init__(
        self,
        partitions: PersistedPartitions,
        pooled: Sequence[Pooled],
        standardizer: Sequence[Standardizer],
        fold_weights: np.ndarray,
    ) -> None:
        self.partitions, self.standardizer, self.fold_weights = partitions, standardizer, fold_weights
        self._pooled = pooled

    def weight(self, part: int) -> float:
        """Return what sums over a part are divided by."""
        return self._pooled[part].weight

    def evaluator(self, network: Network) -> Evaluate:
        """Return what finds mean losses and gradients of networks of one shape, in one round over the partitions."""

        def evaluate(of: Sequence[int], parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            found = on_each(parts.costs_and_gradients, self.partitions, network, list(of), parameters)
            weights = np.array([self.weight(part) for part in of])
            costs = np.sum([costs for costs, _ in found], axis=0) / weights
            gradients = np.sum([gradients for _, gradients in found], axis=0) / weights[:, np.newaxis]
            return costs, gradients

        return evaluate

    def null_gradient(self) -> np.ndarray:
        """Return ``Xᵀ D (Y - ȳ)`` over all rows, in standard units."""
        found = on_each(parts.null_sums, self.partitions, self._pooled[0].target_mean)
        product, total, squares = (sum(each) for each in zip(*found, strict=True))
        standardizer = self.standardizer[0]
        scale = standardizer.target_scale
        return null_gradient_of(product, total, np.sqrt(squares), self._pooled[0].n_rows, standardizer) / scale

    def losses(
        self, network: Network, fold: int, parameters: np.ndarray, order: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses of a fold's networks on its rows, as `parts.losses_of` defines them."""
        found = on_each(parts.losses_of, self.partitions, network, fold, parameters, order)
        sums, by_restart = (np.sum(each, axis=0) for each in zip(*found, strict=True))
        return sums / self.fold_weights[fold], by_restart / self.fold_weights[fold]
