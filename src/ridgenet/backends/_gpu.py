"""Paths on a GPU: all chains of a network in step, so that each evaluation is one batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import issparse

from ridgenet._errors import InputError
from ridgenet.backends._batched_networks import BatchedNetworks, Device
from ridgenet.backends._lockstep import PathFollower, follow_together
from ridgenet.backends._tasks import Outcome, Task
from ridgenet.core._external_lbfgs import ExternalLBFGS
from ridgenet.path._problem import Fold, Problem
from ridgenet.path._search import Chain, Plan, Watch, steps

# networks whose outputs are computed at once
PREDICTED_AT_ONCE = 64


def follow_on_device(
    tasks: Sequence[Task], chains: Sequence[Chain], plan: Plan, place: Device, watch: Watch
) -> Iterator[tuple[int, Outcome]]:
    """Follow chains on a device.

    Parameters
    ----------
    tasks : sequence of Task
        What to do.
    chains : sequence of Chain
        Filled while it goes on.
    plan : Plan
        How.
    place : Device
        The device.
    watch : Watch
        Told of every search, and asked whether to stop.

    Yields
    ------
    place, outcome : int, Outcome
        As the chains of each network end.

    Raises
    ------
    InputError
        If inputs are sparse.
    """
    for problem in {id(task.problem): task.problem for task in tasks}.values():
        places = [place for place, task in enumerate(tasks) if task.problem is problem]
        learned = _Learned(problem, [tasks[place].fold for place in places], place)
        followers = [learned.follower(tasks[k], chains[k], plan, watch) for k in places]
        follow_together(followers, learned.networks.evaluate, watch)
        for k in places:
            yield k, learned.outcome(tasks[k], chains[k])


class _Learned:
    """A problem on a device, whole and without each fold."""

    def __init__(self, problem: Problem, folds: Sequence[Fold | None], place: Device) -> None:
        if issparse(problem.X):
            raise InputError(f"on a device, X must be dense; got a sparse matrix of {problem.X.shape[1]} columns")
        others = {id(fold): fold for fold in folds if fold is not None}
        self._folds: list[Fold | None] = [None, *others.values()]
        self._parts = [problem.training_part(fold) for fold in self._folds]
        self._part_of = {id(fold): part for part, fold in enumerate(self._folds)}
        n_rows = problem.X.shape[0]
        own = np.ones(n_rows) if problem.weights is None else problem.weights
        weights = np.stack(
            [own if fold is None else own * np.bincount(fold.train, minlength=n_rows) for fold in self._folds]
        )
        standardizer = [part.standardizer for part in self._parts]
        self.networks = BatchedNetworks(
            place, problem.network, problem.X, problem.Y, weights, standardizer, problem.dtype
        )

    def follower(self, task: Task, chain: Chain, plan: Plan, watch: Watch) -> PathFollower:
        """Return a chain at its beginning."""
        part = self._part_of[id(task.fold)]
        problem = self._parts[part]
        nothing = np.zeros(problem.network.n_parameters, problem.dtype)
        search = ExternalLBFGS(
            problem.network, nothing, problem.total_weight, problem.penalty, plan.settings, self.networks.evaluate, part
        )
        return PathFollower(search, steps(problem, task.alphas, task.seed, plan, chain, watch, search))

    def outcome(self, task: Task, chain: Chain) -> Outcome:
        """Return a chain with what its networks predict for the rows held out."""
        if task.fold is None or not chain.found.all():
            return Outcome(chain, None)
        part = self._part_of[id(task.fold)]
        pieces = [
            chain.parameters[k : k + PREDICTED_AT_ONCE] for k in range(0, len(chain.parameters), PREDICTED_AT_ONCE)
        ]
        return Outcome(chain, np.concatenate([self.networks.outputs(part, some, task.fold.test) for some in pieces]))
