"""Compute one chain: the minima at every λ that one random start leads to.

The first sweep starts at the smallest λ and goes up; each minimum is the start of the next search. The second sweep
goes back down with a random perturbation before each search, because weights that have become zero would otherwise
stay zero. At each λ the lower of the two minima is kept and followed. docs/decisions/0006 has the measurements.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ridgenet.core._lbfgs_search import RUNNING, LBFGSSearch, LBFGSSettings
from ridgenet.path._chain import Chain
from ridgenet.path._problem import Problem
from ridgenet.path._watch import NoWatch, Watch


@dataclass(frozen=True)
class Plan:
    """Settings of a chain.

    Parameters
    ----------
    n_screened : int
        Number of random starts tried at the smallest λ; the chain starts from the one with the lowest objective.
    screening_iter : int
        Iterations for each of these starts.
    sweeps : int
        Number of passes along the path: 1 for a single sweep from the smallest to the largest λ, 2 to also return.
    perturbation : float
        On the way down, a random start times this factor is added to the parameters before each search.
    max_iter : int
        Maximum number of iterations of each search.
    tol, relative_tol : float
        As in `LBFGSSettings`.
    memory : int
        As in `LBFGSSettings`.
    """

    n_screened: int = 4
    screening_iter: int = 150
    sweeps: int = 2
    perturbation: float = 0.2
    max_iter: int = 5000
    tol: float = 1e-5
    relative_tol: float = 1e-8
    memory: int = 20

    @property
    def settings(self) -> LBFGSSettings:
        """Settings of each search."""
        return LBFGSSettings(self.max_iter, 3 * self.max_iter, self.tol, self.relative_tol, self.memory)


def new_chain(problem: Problem, n_alphas: int) -> Chain:
    """Return an empty chain."""
    return Chain(n_alphas, problem.network.n_parameters, problem.dtype)


def n_searches(problem: Problem, n_alphas: int, plan: Plan) -> int:
    """Return the number of searches in a chain, without the screening."""
    if problem.network.n_layers == 1:
        return n_alphas
    return n_alphas + (plan.sweeps - 1) * (n_alphas - 1)


def follow(
    problem: Problem,
    alphas: np.ndarray,
    seed: Iterable[int],
    plan: Plan,
    chain: Chain,
    watch: Watch | None = None,
    *,
    start: np.ndarray | None = None,
) -> Chain:
    """Find minima at every λ from one random start.

    Parameters
    ----------
    problem : Problem
        Network, rows and penalty.
    alphas : ndarray of shape (n_alphas,)
        Values of λ, in decreasing order.
    seed : iterable of int
        Seed of the random numbers.
    plan : Plan
        Settings of the chain.
    chain : Chain
        Empty chain, filled in place.
    watch : Watch, optional
        Receives the progress, and tells whether to stop.
    start : ndarray of shape (n_parameters,), optional
        Where to start at the smallest λ; None for a random start.

    Returns
    -------
    Chain
        The given chain; incomplete if stopped.
    """
    watch = watch or NoWatch()
    search = problem.search(plan.settings)
    for _ in steps(problem, alphas, seed, plan, chain, watch, search, start=start):
        search.run_to_the_end(lambda _: watch.stopped())
    return chain


def steps(
    problem: Problem,
    alphas: np.ndarray,
    seed: Iterable[int],
    plan: Plan,
    chain: Chain,
    watch: Watch,
    search: LBFGSSearch,
    *,
    start: np.ndarray | None = None,
) -> Iterator[None]:
    """Compute a chain as a generator that prepares each search for the caller to run.

    The caller runs `search` to its end after every ``yield``; this lets a backend run the searches of many chains
    together.

    Parameters
    ----------
    problem, alphas, seed, plan, chain, watch, start
        As for `follow`.
    search : LBFGSSearch
        The search, restarted before every ``yield``.
    """
    sweeps = _Sweeps(problem, alphas, np.random.default_rng(list(seed)), plan, chain, watch, search)
    is_convex = problem.network.n_layers == 1
    if start is not None:
        parameters = start
    elif is_convex:
        parameters = np.zeros(problem.network.n_parameters, problem.dtype)
    else:
        parameters = yield from sweeps.screened_start()
    last = len(alphas) - 1
    parameters = yield from sweeps.along(range(last, -1, -1), parameters)
    for sweep in range(1, 1 if is_convex else plan.sweeps):
        down = sweep % 2 == 1
        indices = range(1, last + 1) if down else range(last - 1, -1, -1)
        parameters = yield from sweeps.along(indices, parameters, perturbation=plan.perturbation if down else 0.0)


class _Sweeps:
    """The sweeps of one chain along the path."""

    def __init__(
        self,
        problem: Problem,
        alphas: np.ndarray,
        random: np.random.Generator,
        plan: Plan,
        chain: Chain,
        watch: Watch,
        search: LBFGSSearch,
    ) -> None:
        self.problem, self.alphas, self.random = problem, alphas, random
        self.plan, self.chain, self.watch, self.search = plan, chain, watch, search

    def random_start(self) -> np.ndarray:
        """Draw initial parameters."""
        return self.problem.random_start(self.random)

    def screened_start(self) -> Generator[None, None, np.ndarray]:
        """Return the random start with the lowest objective after a few iterations at the smallest λ."""
        best, lowest = self.random_start(), np.inf
        if self.plan.n_screened == 1:
            return best
        for k in range(self.plan.n_screened):
            start = best if k == 0 else self.random_start()
            self.search.restart(float(self.alphas[-1]), start, min(self.plan.screening_iter, self.plan.max_iter))
            yield
            objective = (
                self.search.data_losses[-1] + self.search.l2_penalties[-1] if self.search.n_evaluations else np.nan
            )
            if objective < lowest:
                best, lowest = self.search.point.copy(), objective
        return best

    def along(
        self, indices: Iterable[int], parameters: np.ndarray, *, perturbation: float = 0.0
    ) -> Generator[None, None, np.ndarray]:
        """Search at one λ after the other, each time from the lowest minimum at the previous one."""
        for index in indices:
            if self.watch.stopped():
                break
            start = parameters + perturbation * self.random_start() if perturbation else parameters
            self.search.restart(float(self.alphas[index]), start)
            yield
            if self.search.status == RUNNING:
                break
            self.chain.record(index, self.search)
            self.watch.fitted(1)
            parameters = self.chain.parameters[index].copy()
        return parameters
