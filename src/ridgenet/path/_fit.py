"""The λ path as a plain function: networks at every λ, on all rows and on those without each fold."""

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

# a chain's network, the part of the rows it learns from, and its restart, each as an index
Key = tuple[int, int, int]


@dataclass(frozen=True)
class Task:
    """The unit of work: one chain, which can be followed anywhere.

    Attributes
    ----------
    problem : Problem
        Network, rows and penalty.
    alphas : ndarray of shape (n_alphas,)
        Strengths λ, from strong to weak.
    seed : tuple of int
        Where the random numbers of the chain begin.
    key : tuple of int
        Index of the network, of the part of the rows, and of the restart.
    """

    problem: Problem
    alphas: np.ndarray
    seed: tuple[int, ...]
    key: Key

    @property
    def part(self) -> int:
        """The part of the rows it learns from."""
        return self.problem.part


@dataclass(frozen=True)
class Outcome:
    """A chain, and what its networks predict for the test rows of its fold, (n_alphas, n_test, n_outputs), or None."""

    chain: Chain
    outputs: np.ndarray | None = None


class Backend(Protocol):
    """Who evaluates networks on rows, and follows chains with that: threads, a cluster, a GPU."""

    def follow(
        self, tasks: Sequence[Task], chains: Sequence[Chain], plan: Plan, watch: SharedWatch
    ) -> Iterator[tuple[int, Outcome]]:
        """Follow chains, and yield the index of each task with its outcome, in the order in which they end.

        Parameters
        ----------
        tasks : sequence of Task
            What to do, the longest first.
        chains : sequence of Chain
            By task; backends on this machine fill them while they go on, so that an interrupted path keeps what was
            found.
        plan : Plan
            How chains are followed.
        watch : SharedWatch
            Told of finished searches, and asked whether to stop.
        """


def run_task(task: Task, plan: Plan, chain: Chain | None = None, watch: Watch | None = None) -> Outcome:
    """Follow a chain on rows in memory, and predict the test rows of its fold."""
    problem = task.problem
    chain = follow(problem, task.alphas, task.seed, plan, chain or new_chain(problem, len(task.alphas)), watch)
    rows = problem.rows
    if task.part == ALL or not chain.found.all() or not isinstance(rows, ArrayRows):
        return Outcome(chain)
    return Outcome(chain, rows.test_outputs(problem.network, task.part - 1, chain.parameters))


def counted(
    finished: Iterator[tuple[int, Outcome]], tasks: Sequence[Task], plan: Plan, watch: SharedWatch
) -> Iterator[tuple[int, Outcome]]:
    """Count chains that were followed where nobody watches, and leave the rest when asked to stop."""
    for index, outcome in finished:
        yield index, outcome
        watch.fitted(n_searches(tasks[index].problem, len(tasks[index].alphas), plan))
        if watch.stopped():
            break


class InTurn:
    """Follow one chain after the other, in this thread."""

    def follow(
        self, tasks: Sequence[Task], chains: Sequence[Chain], plan: Plan, watch: SharedWatch
    ) -> Iterator[tuple[int, Outcome]]:
        """Follow chains, as `Backend` says."""
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
    """Find minima of the objective at every λ, for each candidate network, on all rows and on those without each fold.

    At each λ, on samples i with weights w_i and n = Σ w_i, a minimum over the parameters θ (weights W_l and biases) of

        ``J(θ) = 1/n Σ_i w_i loss(f(x_i; θ), y_i) + λ/(2n) Σ_l ‖W_l‖²``

    is found from each of several random starts; biases are not penalised. In a fold λ/n is that of all rows.

    Parameters
    ----------
    problems : sequence of Problem
        For each candidate its network, with the same rows: `ArrayRows`, if they are in memory.
    alphas : ndarray of shape (n_alphas,)
        Strengths λ for all rows, from strong to weak.
    n_restarts : int, default=5
        Random starts for each network; one without hidden layers, where there is one minimum.
    seed : int, default=0
        Where random numbers begin; the restarts are the same in every fold.
    plan : Plan, optional
        How chains are followed.
    backend : Backend, optional
        Who evaluates; None follows one chain after the other in this thread. The result does not depend on it.
    callbacks : sequence of callables, optional
        Called with a `PathProgress` a few times a second, from any thread; when one returns true, the rest is left.

    Returns
    -------
    PathFits
        After Ctrl-C or a callback's wish, with `interrupted` set and NaN where nothing was found.

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
        for index, outcome in (backend or InTurn()).follow(tasks, chains, plan, watch):
            fits.outcomes[keys[index]] = outcome
    except KeyboardInterrupt:
        watch.stop()
        watch.wait_for_threads()
    fits.interrupted = watch.stopped()
    return fits


def tasks_of(fits: PathFits, seed: int) -> list[Task]:
    """Return what there is to do; chains on all rows, which take longest, come first."""
    problems = fits.problems
    keys = sorted(fits.outcomes, key=lambda key: (key[1] != ALL, -problems[key[0]].network.n_parameters))
    return [
        Task(problems[size].on(part), fits.alphas_of(part), (seed, size, restart), (size, part, restart))
        for size, part, restart in keys
    ]


class PathFits:
    """Chains by network, part of the rows and restart: what `fit_paths` returns.

    Attributes
    ----------
    problems : sequence of Problem
        All rows, for each network.
    alphas : ndarray of shape (n_alphas,)
        Strengths λ for all rows.
    outcomes : dict
        Chains and predictions.
    interrupted : bool
        Whether the search was stopped before all was found.
    """

    def __init__(self, problems: Sequence[Problem], alphas: np.ndarray, n_restarts: int) -> None:
        self.problems, self.alphas = problems, alphas
        self.interrupted = False
        self._n_restarts = n_restarts
        self._rows = problems[0].rows
        self.outcomes = {key: Outcome(new_chain(problems[key[0]], len(alphas))) for key in self._keys()}

    def path(self, size: int, part: int = ALL) -> NetworkPath:
        """Return the path of one network on all rows, or on a part of them."""
        return NetworkPath.of(
            self.alphas_of(part),
            self.problems[size].network,
            self._rows.standardizer(part),
            self._rows.total_weight(part),
            self.chains(size, part),
            interrupted=self.interrupted,
        )

    def chains(self, size: int, part: int) -> list[Chain]:
        """Return the chains of one network on a part of the rows, by restart."""
        return [self.outcomes[size, part, restart].chain for restart in range(self.restarts_of(size))]

    def restarts_of(self, size: int) -> int:
        """Return how many chains there are for a network."""
        return 1 if self.problems[size].network.n_layers == 1 else self._n_restarts

    def alphas_of(self, part: int) -> np.ndarray:
        """Return the strengths in a part, at which λ/n is that of all rows."""
        if part == ALL:
            return self.alphas
        return alpha_of_part(self.alphas, self._rows.total_weight(part), self._rows.total_weight(ALL))

    def _keys(self) -> Iterator[Key]:
        """Return the keys of all chains."""
        for size in range(len(self.problems)):
            for part in range(self._rows.n_folds + 1):
                for restart in range(self.restarts_of(size)):
                    yield size, part, restart

    # what networks predict for rows that they have not seen

    def predictions(self, size: int, fold: int, *, average: bool) -> np.ndarray:
        """Return what a fold's networks predict for its test rows, (n_alphas, n_test, n_outputs)."""
        return predictions_of(self.chains(size, fold + 1), self._outputs(size, fold), average=average)

    def test_losses(self, size: int, fold: int, *, average: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean losses on the test rows of a fold, and those of each restart; `Rows` says more."""
        network, chains = self.problems[size].network, self.chains(size, fold + 1)
        return self._rows.test_losses(network, fold, chains, self._outputs(size, fold), average=average)

    def _outputs(self, size: int, fold: int) -> list[np.ndarray]:
        outcomes = (self.outcomes[size, fold + 1, restart] for restart in range(self.restarts_of(size)))
        return [outcome.outputs for outcome in outcomes if outcome.outputs is not None]
