"""Fit networks along a λ path, on all rows and on the training rows of each fold: `fit_path`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ridgenet.path._chain import Chain
from ridgenet.path._fits import Key, Outcome, PathFits
from ridgenet.path._problem import Problem
from ridgenet.path._rows import ALL, ArrayRows
from ridgenet.path._search import Plan, follow, n_searches, new_chain
from ridgenet.path._watch import SharedWatch, Watch


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
        Index of the part of the rows, and of the restart.
    start : ndarray of shape (n_parameters,), optional
        Where the first search starts; None for random starts.
    """

    problem: Problem
    alphas: np.ndarray
    seed: tuple[int, ...]
    key: Key
    start: np.ndarray | None = None

    @property
    def part(self) -> int:
        """Index of the part of the rows to train on."""
        return self.problem.part


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
    chain = chain or new_chain(problem, len(task.alphas))
    chain = follow(problem, task.alphas, task.seed, plan, chain, watch, start=task.start)
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


def fit_path(
    problem: Problem,
    alphas: np.ndarray,
    *,
    n_restarts: int = 5,
    seed: Sequence[int] = (0,),
    plan: Plan | None = None,
    backend: Backend | None = None,
    watch: SharedWatch | None = None,
    starts: Mapping[Key, np.ndarray] | None = None,
) -> PathFits:
    """Minimise the objective at every λ, on all rows and on the training rows of each fold.

    For samples i with weights w_i and n = Σ w_i, a minimum of

        ``J(θ) = 1/n Σ_i w_i loss(f(x_i; θ), y_i) + λ/(2n) Σ_l ‖W_l‖²``

    over the parameters θ (weights W_l and biases) is found at each λ from each of several random starts. Biases are not
    penalised. In each fold, λ is scaled so that λ/n is the same as for all rows.

    Parameters
    ----------
    problem : Problem
        Network, rows and penalty.
    alphas : ndarray of shape (n_alphas,)
        Values of λ for all rows, in decreasing order.
    n_restarts : int, default=5
        Number of random starts; a network without hidden layers has a single minimum and one start.
    seed : sequence of int, default=(0,)
        Seed of the random numbers; all folds use the same starts.
    plan : Plan, optional
        Settings of the searches.
    backend : Backend, optional
        Where to compute; None computes one chain after the other in this thread. The result does not depend on it.
    watch : SharedWatch, optional
        Receives the progress, and tells whether to stop.
    starts : mapping of Key to ndarray of shape (n_parameters,), optional
        Where each chain starts, at the smallest λ; None for random starts.

    Returns
    -------
    PathFits
        If stopped by Ctrl-C or the watch, with `interrupted` set and NaN where no minimum was found.

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
    >>> fit_path(problem, np.array([1.0, 0.1, 0.01]), n_restarts=2).path()
    NetworkPath(1-4-1, 3 λ from 1 to 0.01, 2 restarts)
    """
    plan = plan or Plan()
    watch = watch or SharedWatch([])
    fits = PathFits(problem, alphas, n_restarts)
    tasks = tasks_of(fits, seed, starts)
    watch.expect(sum(n_searches(problem, len(alphas), plan) for _ in tasks))
    chains = [fits.outcomes[task.key].chain for task in tasks]
    try:
        for index, outcome in (backend or Sequential()).follow(tasks, chains, plan, watch):
            fits.outcomes[tasks[index].key] = outcome
    except KeyboardInterrupt:
        watch.stop()
        watch.wait_for_threads()
    fits.interrupted = watch.stopped()
    return fits


def tasks_of(fits: PathFits, seed: Sequence[int], starts: Mapping[Key, np.ndarray] | None = None) -> list[Task]:
    """Return the chains to compute; those on all rows come first because they take longest."""
    return [
        Task(
            fits.problem.on(part),
            fits.alphas_of(part),
            (*seed, restart),
            (part, restart),
            None if starts is None else starts[part, restart],
        )
        for part, restart in fits.outcomes
    ]
