"""All chains of a selection: every size and restart, on all examples and on those of each fold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

import numpy as np

from ridgenet._fitted import mean_of
from ridgenet._network import Network
from ridgenet._penalties import alpha_of_part
from ridgenet._preprocessing import Standardizer
from ridgenet.backends._local import Callback, run_tasks
from ridgenet.backends._tasks import Outcome, Task
from ridgenet.path._problem import Fold, Problem
from ridgenet.path._result import NetworkPath
from ridgenet.path._search import Chain, Plan

# a chain's size, the part of the examples it learns from (0 is all, then each fold's), and its restart
Key = tuple[int, int, int]


class Fits(ABC):
    """Chains by size, part of the examples and restart, wherever the examples are.

    Parameters
    ----------
    networks : sequence of Network
        The sizes.
    n_folds : int
        May be 0: then there is no judging.
    alphas : ndarray of shape (n_alphas,)
        Strengths λ for all examples, from strong to weak. In a fold λ / n is the same, n being the
        number of its training examples, or the sum of their weights.
    n_restarts : int
        Chains for each size; without hidden layers, where there is one minimum, one.
    """

    def __init__(self, networks: Sequence[Network], n_folds: int, alphas: np.ndarray, n_restarts: int) -> None:
        self.alphas = alphas
        self.interrupted = False
        self._networks, self._n_parts, self._n_restarts = networks, n_folds + 1, n_restarts

    @abstractmethod
    def chain(self, key: Key) -> Chain:
        """Return a chain."""

    @abstractmethod
    def standardizer(self, part: int) -> Standardizer:
        """Return what a part is standardised by."""

    @abstractmethod
    def weight(self, part: int) -> float:
        """Return what λ is divided by in a part."""

    def path(self, size: int, part: int = 0) -> NetworkPath:
        """Return the path of one size on all examples, or on a part of them."""
        chains = [self.chain((size, part, restart)) for restart in range(self.restarts_of(size))]
        return NetworkPath.of(
            self.alphas_of(part),
            self._networks[size],
            self.standardizer(part),
            self.weight(part),
            chains,
            interrupted=self.interrupted,
        )

    def restarts_of(self, size: int) -> int:
        """Return how many chains there are for a size."""
        return 1 if self._networks[size].n_layers == 1 else self._n_restarts

    def alphas_of(self, part: int) -> np.ndarray:
        """Return the strengths in a part, at which λ / n is that of all examples."""
        if part == 0:
            return self.alphas
        return alpha_of_part(self.alphas, self.weight(part), self.weight(0))

    def keys(self) -> Iterator[Key]:
        """Return all chains."""
        for size in range(len(self._networks)):
            for part in range(self._n_parts):
                for restart in range(self.restarts_of(size)):
                    yield size, part, restart


class CrossFit(Fits):
    """Chains on examples at hand, and what their networks predict for the rows of each fold.

    Parameters
    ----------
    problems : sequence of Problem
        All examples, for each size of the network.
    folds : sequence of Fold
        May be empty: then there is no judging.
    alphas, n_restarts
        As for `Fits`.
    seed : int
        Where random numbers begin; the restarts are the same in every fold.
    """

    def __init__(
        self, problems: Sequence[Problem], folds: Sequence[Fold], alphas: np.ndarray, n_restarts: int, seed: int
    ) -> None:
        super().__init__([problem.network for problem in problems], len(folds), alphas, n_restarts)
        self.problems, self.folds = problems, folds
        self._seed = seed
        self._outcomes: dict[Key, Outcome] = {}

    def run(self, plan: Plan, n_jobs: int | None, callbacks: Sequence[Callback] = (), device: str = "cpu") -> None:
        """Follow all chains; those on all examples, which take longest, first."""
        keys = sorted(self.keys(), key=lambda key: (key[1] > 0, -self.problems[key[0]].network.n_parameters))
        tasks = [self._task(*key) for key in keys]
        outcomes, self.interrupted = run_tasks(tasks, plan, n_jobs, callbacks, device)
        self._outcomes = dict(zip(keys, outcomes, strict=True))

    def chain(self, key: Key) -> Chain:
        """Return a chain."""
        return self._outcomes[key].chain

    def standardizer(self, part: int) -> Standardizer:
        """Return what a part is standardised by."""
        return self.problems[0].training_part(self._fold(part)).standardizer

    def weight(self, part: int) -> float:
        """Return what λ is divided by in a part."""
        fold, problem = self._fold(part), self.problems[0]
        if fold is None:
            return problem.total_weight
        return float(len(fold.train) if problem.weights is None else problem.weights[fold.train].sum())

    def networks(self, size: int, fold: int) -> NetworkPath:
        """Return the path of one size on the training rows of a fold."""
        return self.path(size, fold + 1)

    def predictions(self, size: int, fold: int, *, average: bool) -> np.ndarray:
        """Return what a fold's networks predict for its test rows, (n_alphas, n_test, n_outputs)."""
        outputs = self.predictions_by_restart(size, fold)
        if average:
            return mean_of(outputs)
        lowest = np.argmin([outcome.chain.objectives for outcome in self._restarts(size, fold + 1)], axis=0)
        return np.stack([outputs[restart][place] for place, restart in enumerate(lowest)])

    def predictions_by_restart(self, size: int, fold: int) -> list[np.ndarray]:
        """Return the predictions of each restart."""
        return [outcome.outputs for outcome in self._restarts(size, fold + 1) if outcome.outputs is not None]

    def _restarts(self, size: int, part: int) -> list[Outcome]:
        return [self._outcomes[size, part, restart] for restart in range(self.restarts_of(size))]

    def _fold(self, part: int) -> Fold | None:
        return self.folds[part - 1] if part > 0 else None

    def _task(self, size: int, part: int, restart: int) -> Task:
        return Task(self.problems[size], self.alphas_of(part), (self._seed, size, restart), self._fold(part))
