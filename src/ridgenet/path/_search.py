"""One chain of a path: from one random start through every strength of the penalty.

A cold start at the weakest λ is followed up to the strongest, each minimum the start of the next
search. Then down again, nudged at each step, because a network that has collapsed stays collapsed;
whichever of the two minima is lower is kept, and followed. docs/decisions/0006 has the measurements.
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
    """How a chain is followed.

    Parameters
    ----------
    n_screened : int
        Random starts that are tried at the weakest λ, for
    screening_iter : int
        iterations each; the lowest goes on.
    sweeps : int
        How often the chain goes along the path: 1 is up only, from weak to strong; 2 is up and down.
    perturbation : float
        On the way down, a random start times this is added to the network before each search.
    max_iter : int
        Iterations of each search at most.
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
        """Return the settings of each search."""
        return LBFGSSettings(self.max_iter, 3 * self.max_iter, self.tol, self.relative_tol, self.memory)


def new_chain(problem: Problem, n_alphas: int) -> Chain:
    """Return a chain in which nothing is found yet."""
    return Chain(n_alphas, problem.network.n_parameters, problem.dtype)


def n_searches(problem: Problem, n_alphas: int, plan: Plan) -> int:
    """Return how many searches `follow` makes, the screening left out."""
    if problem.network.n_layers == 1:
        return n_alphas
    return n_alphas + (plan.sweeps - 1) * (n_alphas - 1)


def follow(
    problem: Problem, alphas: np.ndarray, seed: Iterable[int], plan: Plan, chain: Chain, watch: Watch | None = None
) -> Chain:
    """Find minima at all strengths, from one random start.

    Parameters
    ----------
    problem : Problem
        What is fitted.
    alphas : ndarray of shape (n_alphas,)
        Strengths λ, from strong to weak.
    seed : iterable of int
        Where the random numbers begin.
    plan : Plan
        How.
    chain : Chain
        Filled while it goes on.
    watch : Watch, optional
        Told of every search, and asked whether to stop.

    Returns
    -------
    Chain
        The one given; where the watch stopped it, some λ are not found.
    """
    watch = watch or NoWatch()
    search = problem.search(plan.settings)
    for _ in steps(problem, alphas, seed, plan, chain, watch, search):
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
) -> Iterator[None]:
    """Follow a chain whose search others run: it is ready to run at every step, and ended before the next.

    Parameters
    ----------
    problem, alphas, seed, plan, chain, watch
        As for `follow`.
    search : LBFGSSearch
        What is made ready.
    """
    sweeps = _Sweeps(problem, alphas, np.random.default_rng(list(seed)), plan, chain, watch, search)
    is_convex = problem.network.n_layers == 1
    if is_convex:
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
    """The searches of one chain, one after the other."""

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
        """Draw parameters to start from."""
        return self.problem.random_start(self.random)

    def screened_start(self) -> Generator[None, None, np.ndarray]:
        """Return the lowest of several starts after a few iterations at the weakest λ."""
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
        """Search at one strength after the other, each from the lowest minimum at the one before."""
        for index in indices:
            if self.watch.stopped():
                break
            start = parameters + perturbation * self.random_start() if perturbation else parameters
            self.search.restart(float(self.alphas[index]), start)
            yield
            if self.search.status == RUNNING:
                break
            self.chain.note(index, self.search)
            self.watch.fitted(1)
            parameters = self.chain.parameters[index].copy()
        return parameters
