"""Fit networks along a λ path, on all rows and on the training rows of each fold: `fit_paths`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ridgenet.core._penalties import alpha_of_part
from ridgenet.path._chain import Chain
from ridgenet.path._problem import Problem
from ridgenet.path._result import NetworkPath
from ridgenet.path._rows import ALL, ArrayRows, predictions_of
from ridgenet.path._search import Plan, follow, n_searches, new_chain
from ridgenet.path._watch import Callback, SharedWatch, Watch

# index of the candidate network, of the part of the rows, and of the restart
Key = tuple[int, int, int]


@dataclass(frozen=True)
class Task:
    """One chain to compute: the unit of parallel work.

    Attributes
    ----------
    problem : Problem
        Network, rows and penalty.
    alphas : ndarray of shape (n_alphas,)
        Values of λ, in decreasing order.
    seed : tuple of int
        Seed of the chain's random numbers.
    key : tuple of int
        Index of the candidate network, of the part of the rows, and of the restart.
    """

    problem: Problem
    alphas: np.ndarray
    seed: tuple[int, ...]
    key: Key

    @property
    def part(self) -> int:
        """Index of the part of the rows to train on."""
        return self.problem.part


@dataclass(frozen=True)
class Outcome:
    """A chain, and its predictions for the test rows of its fold, if any: (n_alphas, n_test, n_outputs)."""

    chain: Chain
    outputs: np.ndarray | None = None


class Backend(Protocol):
    """Where chains are computed: local threads, a cluster or a GPU."""

    def follow(
        self, tasks: Sequence[Task], chains: Sequence[Chain], plan: Plan, watch: SharedWatch
    ) -> Iterator[tuple[int, Outcome]]:
        """Compute chains; yield the index of each task and its outcome in order of completion.

        Parameters
        ----------
        tasks : sequence of Task
            The chains to compute, the longest first.
        chains : sequence of Chain
            An empty chain for each task; local backends fill them in as they go, so that an interrupted path keeps the
            minima found so far.
        plan : Plan
            Settings of the searches.
        watch : SharedWatch
            Receives the progress, and tells whether to stop.
        """


def run_task(task: Task, plan: Plan, chain: Chain | None = None, watch: Watch | None = None) -> Outcome:
    """Compute a chain, and predict the test rows of its fold if they are in memory."""
    problem = task.problem
    chain = follow(problem, task.alphas, task.seed, plan, chain or new_chain(problem, len(task.alphas)), watch)
    rows = problem.rows
    if task.part == ALL or not chain.found.all() or not isinstance(rows, ArrayRows):
        return Outcome(chain)
    return Outcome(chain, rows.test_outputs(problem.network, task.part - 1, chain.parameters))


def report_finished(
    finished: Iterator[tuple[int, Outcome]], tasks: Sequence[Task], plan: Plan, watch: SharedWatch
) -> Iterator[tuple[int, Outcome]]:
    """Report the progress of chains computed in other processes, and stop early if requested."""
    for index, outcome in finished:
        yield index, outcome
        watch.fitted(n_searches(tasks[index].problem, len(tasks[index].alphas), plan))
        if watch.stopped():
            break


class Sequential:
    """Backend that computes one chain after the other in this thread."""

    def follow(
        self, tasks: Sequence[Task], chains: Sequence[Chain], plan: Plan, watch: SharedWatch
    ) -> Iterator[tuple[int, Outcome]]:
        """Compute chains; see `Backend.follow`."""
        for index, (task, chain) in enumerate(zip(tasks, chains, strict=True)):
            yield index, run_task(task, plan, chain, watch)


def fit_paths(
    problems: Sequence[Problem],
    alphas: np.ndarray,
    *,
    n_restarts: int = 5,
    seed: int = 0,
    plan: Plan | None = None,
    backend: Backend | None = None,
    callbacks: Sequence[Callback] = (),
) -> PathFits:
    """Minimise the objective at every λ, for each candidate network, on all rows and on the training rows of each fold.

    For samples i with weights w_i and n = Σ w_i, a minimum of

        ``J(θ) = 1/n Σ_i w_i loss(f(x_i; θ), y_i) + λ/(2n) Σ_l ‖W_l‖²``

    over the parameters θ (weights W_l and biases) is found at each λ from each of several random starts. Biases are not
    penalised. In each fold, λ is scaled so that λ/n is the same as for all rows.

    Parameters
    ----------
    problems : sequence of Problem
        One for each candidate network, all with the same rows.
    alphas : ndarray of shape (n_alphas,)
        Values of λ for all rows, in decreasing order.
    n_restarts : int, default=5
        Number of random starts for each network; a network without hidden layers has a single minimum and one start.
    seed : int, default=0
        Seed of the random numbers; all folds use the same starts.
    plan : Plan, optional
        Settings of the searches.
    backend : Backend, optional
        Where to compute; None computes one chain after the other in this thread. The result does not depend on it.
    callbacks : sequence of callables, optional
        Called with a `PathProgress` a few times a second, from any thread; a true return value stops the fit.

    Returns
    -------
    PathFits
        If stopped by Ctrl-C or a callback, with `interrupted` set and NaN where no minimum was found.

    Examples
    --------
    >>> import numpy as np
    >>> from ridgenet._network import Network
    >>> from ridgenet._preprocessing import Standardizer
    >>> from ridgenet.path._problem import Problem
    >>> from ridgenet.path._rows import ArrayRows
    >>> X = np.linspace(-1, 1, 40)[:, np.newaxis]
    >>> rows = ArrayRows(X, np.sin(4 * X), standardizer=Standardizer.identity(1, 1))
    >>> problem = Problem(Network((1, 4, 1), loss="squared_error"), rows)
    >>> fit_paths([problem], np.array([1.0, 0.1, 0.01]), n_restarts=2).path(0)
    NetworkPath(1-4-1, 3 λ from 1 to 0.01, 2 restarts)
    """
    plan = plan or Plan()
    fits = PathFits(problems, alphas, n_restarts)
    tasks = tasks_of(fits, seed)
    keys = [task.key for task in tasks]
    watch = SharedWatch(sum(n_searches(task.problem, len(task.alphas), plan) for task in tasks), callbacks)
    chains = [fits.outcomes[key].chain for key in keys]
    try:
        for index, outcome in (backend or Sequential()).follow(tasks, chains, plan, watch):
            fits.outcomes[keys[index]] = outcome
    except KeyboardInterrupt:
        watch.stop()
        watch.wait_for_threads()
    fits.interrupted = watch.stopped()
    return fits


def tasks_of(fits: PathFits, seed: int) -> list[Task]:
    """Return the chains to compute; those on all rows come first because they take longest."""
    problems = fits.problems
    keys = sorted(fits.outcomes, key=lambda key: (key[1] != ALL, -problems[key[0]].network.n_parameters))
    return [
        Task(problems[candidate].on(part), fits.alphas_of(part), (seed, candidate, restart), (candidate, part, restart))
        for candidate, part, restart in keys
    ]


class PathFits:
    """The result of `fit_paths`: chains by candidate network, part of the rows and restart.

    Attributes
    ----------
    problems : sequence of Problem
        One for each candidate network, on all rows.
    alphas : ndarray of shape (n_alphas,)
        Values of λ for all rows.
    outcomes : dict
        Chains and predictions by `Key`.
    interrupted : bool
        Whether the fit was stopped early.
    """

    def __init__(self, problems: Sequence[Problem], alphas: np.ndarray, n_restarts: int) -> None:
        self.problems, self.alphas = problems, alphas
        self.interrupted = False
        self._n_restarts = n_restarts
        self._rows = problems[0].rows
        self.outcomes = {key: Outcome(new_chain(problems[key[0]], len(alphas))) for key in self._keys()}

    def path(self, candidate: int, part: int = ALL) -> NetworkPath:
        """Return the path of one candidate on all rows, or on a part of them."""
        return NetworkPath.of(
            self.alphas_of(part),
            self.problems[candidate].network,
            self._rows.standardizer(part),
            self._rows.total_weight(part),
            self.chains(candidate, part),
            interrupted=self.interrupted,
        )

    def chains(self, candidate: int, part: int) -> list[Chain]:
        """Return the chains of one candidate on a part of the rows, by restart."""
        return [self.outcomes[candidate, part, restart].chain for restart in range(self.restarts_of(candidate))]

    def restarts_of(self, candidate: int) -> int:
        """Return the number of restarts of a candidate."""
        return 1 if self.problems[candidate].network.n_layers == 1 else self._n_restarts

    def alphas_of(self, part: int) -> np.ndarray:
        """Return the λ of a part, scaled so that λ/n is the same as for all rows."""
        if part == ALL:
            return self.alphas
        return alpha_of_part(self.alphas, self._rows.total_weight(part), self._rows.total_weight(ALL))

    def _keys(self) -> Iterator[Key]:
        """Return the keys of all chains."""
        for candidate in range(len(self.problems)):
            for part in range(self._rows.n_folds + 1):
                for restart in range(self.restarts_of(candidate)):
                    yield candidate, part, restart

    # out-of-fold predictions and losses

    def predictions(self, candidate: int, fold: int, *, average: bool) -> np.ndarray:
        """Return the predictions for the test rows of a fold, (n_alphas, n_test, n_outputs)."""
        return predictions_of(self.chains(candidate, fold + 1), self._outputs(candidate, fold), average=average)

    def test_losses(self, candidate: int, fold: int, *, average: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses on the test rows of a fold; see `Rows.test_losses`."""
        network, chains = self.problems[candidate].network, self.chains(candidate, fold + 1)
        return self._rows.test_losses(network, fold, chains, self._outputs(candidate, fold), average=average)

    def _outputs(self, candidate: int, fold: int) -> list[np.ndarray]:
        outcomes = (self.outcomes[candidate, fold + 1, restart] for restart in range(self.restarts_of(candidate)))
        return [outcome.outputs for outcome in outcomes if outcome.outputs is not None]
