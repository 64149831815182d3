"""L-BFGS over partitions: the search is here, cost and gradient are summed where the rows are.

The cost is a sum over rows, ``J = 1/m Σ_p Σ_(i in p) w_i loss_i + λ/(2m) Σ‖W‖²``, so that each partition p returns
two sums, its cost and its gradient, and the search is the one of a single machine, step for step. What travels at
each step are the parameters, once to each partition and, as a gradient, once back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet.core.lbfgs_search import RUNNING, LBFGSSearch
from ridgenet.errors import InputError
from ridgenet.fitted import Units
from ridgenet.network import Network
from ridgenet.partitions import parts
from ridgenet.partitions.collections import side_by_side
from ridgenet.partitions.parts import Summary
from ridgenet.partitions.running import kept, kept_from_each, on_each
from ridgenet.standardization import pooled_units


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

        delayed = [
            dask.delayed(parts.checked, pure=False)(*arrays, place, numeric=numeric)
            for place, arrays in enumerate(side_by_side(X, y, sample_weight))
        ]
        self._parts = kept(delayed)
        self.numeric = numeric
        found = on_each(parts.summary_of, self._parts, numeric)
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

    def encoded(self, classes: np.ndarray | None, class_weights: Mapping[Any, float] | None) -> EncodedRows:
        """Return the rows as the network learns them, where they are."""
        return EncodedRows(kept_from_each(parts.encoded, self._parts, classes, class_weights))


class EncodedRows:
    """Rows as the network learns them, in their partitions.

    Parameters
    ----------
    partitions : list
        As `running.kept` returns them.

    Raises
    ------
    InputError
        If their weights are all zero.
    """

    def __init__(self, partitions: Sequence[Any]) -> None:
        self.partitions = partitions
        self._moments = on_each(parts.moments_of, partitions)
        if not self.total_weight > 0:
            raise InputError("Sample weights must contain at least one non-zero number.")

    @property
    def total_weight(self) -> float:
        """What sums are divided by."""
        return float(sum(moments.weight for moments in self._moments))

    def units(self, n_rows: int, *, standardize: bool, targets: bool) -> Units:
        """Return the units of the whole."""
        first = self._moments[0]
        units = Units.as_they_are(len(first.mean), len(first.target_mean))
        if not standardize:
            return units
        mean, scale = self._pooled("mean", "variance", n_rows)
        if not targets:
            return Units(mean, scale, units.target_mean, units.target_scale)
        return Units(mean, scale, *self._pooled("target_mean", "target_variance", n_rows))

    def _pooled(self, mean: str, variance: str, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
        pairs = [(getattr(moments, mean), getattr(moments, variance)) for moments in self._moments]
        return pooled_units([moments.weight for moments in self._moments], pairs, n_rows)


@dataclass
class PartitionedCost:
    """Cost and gradient of a network over all partitions.

    Attributes
    ----------
    network : Network
        Its shape.
    rows : EncodedRows
        What it is summed over.
    units : Units
        What inputs, and targets that are numbers, are standardised by.
    alpha : float or sequence of float
        Strength λ, one for all layers or one for each.
    """

    network: Network
    rows: EncodedRows
    units: Units
    alpha: Any

    def __call__(self, parameters: np.ndarray) -> tuple[float, float, np.ndarray]:
        """Return data cost, L2 cost and gradient."""
        total = self.rows.total_weight
        found = on_each(parts.cost_and_gradient, self.rows.partitions, self.network, parameters.copy(), self.units)
        data_cost = sum(cost for cost, _ in found) / total
        gradient = np.sum([gradient for _, gradient in found], axis=0) / total
        strengths = np.broadcast_to(np.asarray(self.alpha, np.float64), self.network.n_layers) / total
        l2_cost = 0.0
        weights = self.network.weights(parameters.astype(np.float64))
        for strength, W, dW in zip(strengths, weights, self.network.weights(gradient), strict=True):
            l2_cost += strength / 2 * float(np.sum(W**2))
            dW += strength * W
        return float(data_cost), l2_cost, gradient


def runner(search: LBFGSSearch, cost: PartitionedCost) -> Callable[[Callable[[int], object]], None]:
    """Return what runs a search to its end, a step at a time."""

    def run_to_the_end(progress: Callable[[int], object]) -> None:
        while search.status == RUNNING:
            search.tell(*cost(search.parameters))
            if progress(search.n_iter):
                break

    return run_to_the_end
