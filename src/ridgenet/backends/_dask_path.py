"""Paths over partitions: all chains of a size go in step, so that a round over the partitions serves them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ridgenet._network import Network
from ridgenet._penalties import NO_PENALTY, L2Penalty
from ridgenet._preprocessing import Standardizer
from ridgenet.backends._dask_rows import LearnedRows
from ridgenet.backends._fits import Fits, Key
from ridgenet.backends._local import Callback, SharedWatch
from ridgenet.backends._lockstep import PathFollower, follow_together
from ridgenet.core._external_lbfgs import ExternalLBFGS
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.path._search import Chain, Plan, n_searches, new_chain, steps


@dataclass(frozen=True)
class PartitionedProblem:
    """A network, and the rows in partitions that it learns from.

    Attributes
    ----------
    network : Network
        Its shape.
    rows : LearnedRows
        The rows.
    init : str
        How starts are drawn.
    dtype : numpy.dtype
        Type of all arithmetic.
    part : int
        0 for all rows, k + 1 for those without fold k.
    """

    network: Network
    rows: LearnedRows
    init: str
    dtype: np.dtype
    penalty: L2Penalty = NO_PENALTY
    part: int = 0

    def search(self, settings: LBFGSSettings) -> ExternalLBFGS:
        """Return a search on these rows, still to be started."""
        nothing = np.zeros(self.network.n_parameters, self.dtype)
        evaluate = self.rows.evaluator(self.network)
        return ExternalLBFGS(
            self.network, nothing, self.rows.weight(self.part), self.penalty, settings, evaluate, self.part
        )

    def null_gradient(self) -> np.ndarray:
        """Return ``Xᵀ D (Y - ȳ)`` in standard units, D being the weights of the rows."""
        return self.rows.null_gradient()


class PartitionedFits(Fits):
    """Chains on rows that stay in their partitions.

    Parameters
    ----------
    problems : sequence of PartitionedProblem
        All rows, for each size of the network.
    n_folds, alphas, n_restarts
        As for `Fits`.
    seed : int
        Where random numbers begin; the restarts are the same in every fold, and those of a single machine.
    """

    def __init__(
        self, problems: Sequence[PartitionedProblem], n_folds: int, alphas: np.ndarray, n_restarts: int, seed: int
    ) -> None:
        super().__init__([problem.network for problem in problems], n_folds, alphas, n_restarts)
        self._problems, self._seed = problems, seed
        self._rows = problems[0].rows
        self._chains: dict[Key, Chain] = {key: new_chain(problems[key[0]], len(alphas)) for key in self.keys()}

    def run(self, plan: Plan, callbacks: Sequence[Callback] = ()) -> None:
        """Follow all chains, those of one size at a time."""
        total = sum(n_searches(self._problems[key[0]], len(self.alphas), plan) for key in self.keys())
        watch = SharedWatch(total, callbacks)
        try:
            for size, problem in enumerate(self._problems):
                followers = [self._follower(key, plan, watch) for key in self.keys() if key[0] == size]
                follow_together(followers, self._rows.evaluator(problem.network), watch)
        except KeyboardInterrupt:
            watch.stop()
        self.interrupted = watch.stopped()

    def _follower(self, key: Key, plan: Plan, watch: SharedWatch) -> PathFollower:
        size, part, restart = key
        whole = self._problems[size]
        problem = replace(whole, part=part)
        search = problem.search(plan.settings)
        seed = (self._seed, size, restart)
        return PathFollower(search, steps(problem, self.alphas_of(part), seed, plan, self._chains[key], watch, search))

    def chain(self, key: Key) -> Chain:
        """Return a chain."""
        return self._chains[key]

    def standardizer(self, part: int) -> Standardizer:
        """Return what a part is standardised by."""
        return self._rows.standardizer[part]

    def weight(self, part: int) -> float:
        """Return what λ is divided by in a part."""
        return self._rows.weight(part)

    def losses(self, size: int, fold: int, *, average: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses of a fold's networks on its rows, and those of each restart.

        Returns
        -------
        of_predictions, by_restart : ndarray of shape (n_alphas,), (n_restarts, n_alphas)
            With `average`, predictions are those of all restarts on average; else of the lowest objective.
        """
        chains = [self.chain((size, fold + 1, restart)) for restart in range(self.restarts_of(size))]
        order = None if average else np.argmin([chain.objectives for chain in chains], axis=0)
        parameters = np.stack([chain.parameters for chain in chains], axis=1)
        return self._rows.losses(self._problems[size].network, fold, parameters, order)
