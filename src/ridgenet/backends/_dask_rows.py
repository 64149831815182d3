"""Training samples in Dask partitions: L-BFGS runs on the client, the workers sum loss and gradient over their rows.

The data loss is a sum over rows, ``J = 1/n Σ_p Σ_(i in p) w_i loss_i + λ/(2n) Σ‖W‖²``. Each partition p returns its
sum of losses and the gradient of that sum, so the iterations are the same as on a single machine. At each step the
parameters are sent to every partition and a gradient is sent back. Networks that differ in λ, in the start or in
the fold are evaluated in the same round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer, pooled_mean_and_scale
from ridgenet.backends import _dask_parts as parts
from ridgenet.backends._dask_parts import Moments
from ridgenet.backends._dask_tasks import PersistedPartitions, on_each
from ridgenet.backends._lockstep import by_network, follow_together
from ridgenet.core._external_lbfgs import Evaluate, ExternalLBFGS
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.core._penalties import L2Penalty
from ridgenet.path._chain import Chain
from ridgenet.path._fit import Task
from ridgenet.path._fits import Outcome
from ridgenet.path._null_gradient import null_gradient_of
from ridgenet.path._rows import ALL
from ridgenet.path._search import Plan
from ridgenet.path._watch import SharedWatch


@dataclass(frozen=True)
class Pooled:
    """Total weight and moments of a training set over all partitions."""

    n_rows: int
    weight: float
    moments: Sequence[Moments]

    @classmethod
    def from_moments(cls, moments: Sequence[Sequence[Moments]], part: int) -> Pooled:
        """Pool the partitions; `part` is 0 for all rows, and k + 1 for all rows except fold k.

        Raises
        ------
        InputError
            If all weights are zero.
        """
        chosen = [piece for pieces in moments for k, piece in enumerate(pieces) if k != part - 1]
        weight = sum(piece.weight for piece in chosen)
        if not weight > 0:
            where = f" outside fold {part - 1}" if part else ""
            raise InputError(f"Sample weights must contain at least one non-zero number{where}.")
        return cls(sum(piece.n_rows for piece in chosen), weight, chosen)

    def standardizer(self, *, standardize: bool, centering: str | None) -> Standardizer:
        """Return the standardiser of the training set."""
        standardizer = Standardizer.identity(len(self.moments[0].mean), len(self.moments[0].target_mean))
        if not standardize:
            return standardizer
        mean, scale = self._mean_and_scale("mean", "variance")
        if centering is None:
            return Standardizer(mean, scale, standardizer.target_mean, standardizer.target_scale)
        return Standardizer(mean, scale, *self._mean_and_scale("target_mean", "target_variance"))

    @property
    def target_mean(self) -> np.ndarray:
        """Mean of the targets."""
        return self._mean_and_scale("target_mean", "target_variance")[0]

    def _mean_and_scale(self, mean: str, variance: str) -> tuple[np.ndarray, np.ndarray]:
        pairs = [(getattr(piece, mean), getattr(piece, variance)) for piece in self.moments]
        return pooled_mean_and_scale([piece.weight for piece in self.moments], pairs, self.n_rows)


class PartitionedRows:
    """Training samples in Dask partitions; implements `Rows`.

    Parameters
    ----------
    partitions : PersistedPartitions
        Partitions, each a `TrainingPartition`.
    pooled : sequence of Pooled
        Weight and moments of all rows, then of the training rows of each fold.
    standardizers : sequence of Standardizer
        Standardiser of each of these parts.
    fold_weights : ndarray of shape (n_folds,)
        Total scoring weight of each fold.
    dtype : numpy.dtype
        Floating-point type of the computation.

    Raises
    ------
    InputError
        If a fold has no test rows with positive weight.
    """

    def __init__(
        self,
        partitions: PersistedPartitions,
        pooled: Sequence[Pooled],
        standardizers: Sequence[Standardizer],
        fold_weights: np.ndarray,
        dtype: np.dtype,
    ) -> None:
        if not (fold_weights > 0).all():
            fold = int(np.argmin(fold_weights))
            raise InputError(f"fold {fold} has no test rows, or all of them have weight zero; change cv")
        self.fold_weights, self.dtype = fold_weights, dtype
        self._partitions, self._pooled, self._standardizers = partitions, pooled, standardizers

    @property
    def n_folds(self) -> int:
        """Number of folds."""
        return len(self.fold_weights)

    @property
    def n_divisions(self) -> int:
        """Number of divisions of the rows into folds: always one."""
        return 1

    def division_of(self, fold: int) -> int:  # noqa: ARG002
        """Return 0: there is one division."""
        return 0

    def dtype_on(self, part: int, network: Network) -> np.dtype:  # noqa: ARG002
        """Return the floating-point type of the computation, the same everywhere."""
        return self.dtype

    def total_weight(self, part: int) -> float:
        """Return the n of λ/(2n) for a part."""
        return self._pooled[part].weight

    def standardizer(self, part: int) -> Standardizer:
        """Return the standardiser of a part."""
        return self._standardizers[part]

    def evaluator(self, network: Network) -> Evaluate:
        """Return a function that computes mean losses and gradients of many networks in one round."""

        def evaluate(parts_of: Sequence[int], parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            sums = on_each(parts.losses_and_gradients, self._partitions, network, list(parts_of), parameters)
            weights = np.array([self.total_weight(part) for part in parts_of])
            losses = np.sum([losses for losses, _ in sums], axis=0) / weights
            gradients = np.sum([gradients for _, gradients in sums], axis=0) / weights[:, np.newaxis]
            return losses, gradients

        return evaluate

    def search(self, network: Network, penalty: L2Penalty, settings: LBFGSSettings, part: int = ALL) -> ExternalLBFGS:
        """Return a search for a minimum on a part, not yet started."""
        zeros = np.zeros(network.n_parameters, self.dtype)
        weight = self.total_weight(part)
        return ExternalLBFGS(network, zeros, weight, penalty, settings, self.evaluator(network), part)

    def null_gradient(self, network: Network) -> np.ndarray:  # noqa: ARG002
        """Return ``Xᵀ D (Y - ȳ)`` over all rows, in standardised units; see `Rows.null_gradient`."""
        sums = on_each(parts.null_sums, self._partitions, self._pooled[ALL].target_mean)
        product, total, squares = (sum(each) for each in zip(*sums, strict=True))
        standardizer, n_rows = self.standardizer(ALL), self._pooled[ALL].n_rows
        gradient = null_gradient_of(product, total, np.sqrt(squares), n_rows, standardizer)
        return gradient / standardizer.target_scale

    def test_losses(
        self,
        network: Network,
        fold: int,
        chains: Sequence[Chain],
        outputs: Sequence[np.ndarray],  # noqa: ARG002
        *,
        average: bool,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses on the test rows of a fold; see `Rows.test_losses`."""
        order = None if average else np.argmin([chain.objectives for chain in chains], axis=0)
        parameters = np.stack([chain.parameters for chain in chains], axis=1)
        by_partition = on_each(parts.losses_of, self._partitions, network, fold, parameters, order)
        sums, by_restart = (np.sum(each, axis=0) for each in zip(*by_partition, strict=True))
        return sums / self.fold_weights[fold], by_restart / self.fold_weights[fold]


class OverPartitions:
    """Backend for rows in partitions, which evaluates all chains of a network in the same round."""

    def follow(
        self, tasks: Sequence[Task], chains: Sequence[Chain], plan: Plan, watch: SharedWatch
    ) -> Iterator[tuple[int, Outcome]]:
        """Compute chains on `PartitionedRows`; see `Backend.follow`."""
        for network, indices in by_network(tasks):
            rows = tasks[indices[0]].problem.rows
            assert isinstance(rows, PartitionedRows)
            those, their_chains = [tasks[k] for k in indices], [chains[k] for k in indices]
            follow_together(those, their_chains, plan, watch, rows.evaluator(network))
            for k in indices:
                yield k, Outcome(chains[k])
