"""All chains of a selection: every size and restart, on all examples and on those of each fold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ridgenet.fitted import mean_of
from ridgenet.path.problem import Fold, Problem
from ridgenet.path.result import NetworkPath
from ridgenet.path.runner import Callback, run_tasks
from ridgenet.path.search import Plan
from ridgenet.path.tasks import Outcome, Task


class CrossFit:
    """Follows all chains, and puts them together again.

    Parameters
    ----------
    problems : sequence of Problem
        All examples, for each size of the network.
    folds : sequence of Fold
        May be empty: then there is no judging.
    alphas : ndarray of shape (n_alphas,)
        Strengths λ for all examples, from strong to weak. In a fold λ / m is the same, m being the
        number of its training examples, or the sum of their weights.
    n_restarts : int
        Chains for each size; without hidden layers, where there is one minimum, one.
    seed : int
        Where random numbers begin; the restarts are the same in every fold.
    """

    def __init__(
        self, problems: Sequence[Problem], folds: Sequence[Fold], alphas: np.ndarray, n_restarts: int, seed: int
    ) -> None:
        self.problems, self.folds, self.alphas = problems, folds, alphas
        self._n_restarts, self._seed = n_restarts, seed
        # by size, by part (all examples first, then each fold), by restart
        self._outcomes: dict[tuple[int, int, int], Outcome] = {}
        self.interrupted = False

    def run(self, plan: Plan, n_jobs: int | None, callbacks: Sequence[Callback] = ()) -> None:
        """Follow all chains; those on all examples, which take longest, first."""
        keys = sorted(self._keys(), key=lambda key: (key[1] > 0, -self.problems[key[0]].network.n_parameters))
        tasks = [self._task(*key) for key in keys]
        outcomes, self.interrupted = run_tasks(tasks, plan, n_jobs, callbacks)
        self._outcomes = dict(zip(keys, outcomes, strict=True))

    def path(self, size: int) -> NetworkPath:
        """Return the path of one size on all examples."""
        problem = self.problems[size]
        chains = [outcome.chain for outcome in self._restarts(size, 0)]
        return NetworkPath.of(
            self.alphas, problem.network, problem.units, problem.total_weight, chains, interrupted=self.interrupted
        )

    def predictions(self, size: int, fold: int, *, average: bool) -> np.ndarray:
        """Return what a fold's networks predict for its test rows, (n_alphas, n_test, n_outputs)."""
        restarts = self._restarts(size, fold + 1)
        outputs = self.predictions_by_restart(size, fold)
        if average:
            return mean_of(outputs)
        lowest = np.argmin([outcome.chain.costs for outcome in restarts], axis=0)
        return np.stack([outputs[restart][place] for place, restart in enumerate(lowest)])

    def predictions_by_restart(self, size: int, fold: int) -> list[np.ndarray]:
        """Return the predictions of each restart."""
        return [outcome.outputs for outcome in self._restarts(size, fold + 1) if outcome.outputs is not None]

    def networks(self, size: int, fold: int) -> NetworkPath:
        """Return the path of one size on the training rows of a fold."""
        part = self.problems[size].training_part(self.folds[fold])
        chains = [outcome.chain for outcome in self._restarts(size, fold + 1)]
        alphas = self._alphas_of(size, fold + 1)
        return NetworkPath.of(alphas, part.network, part.units, part.total_weight, chains, interrupted=self.interrupted)

    def _restarts(self, size: int, part: int) -> list[Outcome]:
        return [self._outcomes[size, part, restart] for restart in range(self._restarts_of(size))]

    def _restarts_of(self, size: int) -> int:
        return 1 if self.problems[size].network.n_layers == 1 else self._n_restarts

    def _keys(self) -> Iterator[tuple[int, int, int]]:
        for size in range(len(self.problems)):
            for part in range(len(self.folds) + 1):
                for restart in range(self._restarts_of(size)):
                    yield size, part, restart

    def _task(self, size: int, part: int, restart: int) -> Task:
        fold = self.folds[part - 1] if part > 0 else None
        return Task(self.problems[size], self._alphas_of(size, part), (self._seed, size, restart), fold)

    def _alphas_of(self, size: int, part: int) -> np.ndarray:
        problem = self.problems[size]
        if part == 0:
            return self.alphas
        rows = self.folds[part - 1].train
        weight = len(rows) if problem.weights is None else float(problem.weights[rows].sum())
        scaled: np.ndarray = self.alphas * (weight / problem.total_weight)
        return scaled
