"""Compute many chains in lockstep, where evaluating many networks costs little more than evaluating one.

Each chain gives the same result as on its own. Whenever the chains need loss and gradient, all of them are evaluated
together: in one round over the partitions of a cluster, or in one batch on a device.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ridgenet._network import Network
from ridgenet.core._external_lbfgs import Evaluate, ExternalLBFGS
from ridgenet.core._lbfgs_search import RUNNING
from ridgenet.path._chain import Chain
from ridgenet.path._fit import Task
from ridgenet.path._search import Plan, steps
from ridgenet.path._watch import Watch


@dataclass(frozen=True)
class _Follower:
    """A chain in progress: the current search, and the generator that restarts it at the next λ."""

    search: ExternalLBFGS
    steps: Iterator[None]


def by_network(tasks: Sequence[Task]) -> Iterator[tuple[Network, list[int]]]:
    """Yield each network, and the indices of its tasks."""
    for network in {task.problem.network: None for task in tasks}:
        yield network, [index for index, task in enumerate(tasks) if task.problem.network == network]


def follow_together(
    tasks: Sequence[Task], chains: Sequence[Chain], plan: Plan, watch: Watch, evaluate: Evaluate
) -> None:
    """Compute chains of the same network to their ends.

    Parameters
    ----------
    tasks, chains, plan, watch
        As in `Backend.follow`.
    evaluate : callable
        Computes mean losses and gradients of many networks.
    """
    followers = [_follower(task, chain, plan, watch, evaluate) for task, chain in zip(tasks, chains, strict=True)]
    active = [follower for follower in followers if _advance(follower)]
    while active and not watch.stopped():
        parameters = np.stack([follower.search.parameters for follower in active])
        data_losses, gradients = evaluate([follower.search.part for follower in active], parameters)
        for follower, data_loss, gradient in zip(active, data_losses, gradients, strict=True):
            follower.search.take(float(data_loss), gradient)
        active = [follower for follower in active if follower.search.status == RUNNING or _advance(follower)]


def _follower(task: Task, chain: Chain, plan: Plan, watch: Watch, evaluate: Evaluate) -> _Follower:
    """Return a chain ready to start."""
    problem = task.problem
    search = ExternalLBFGS(
        problem.network,
        np.zeros(problem.network.n_parameters, problem.dtype),
        problem.rows.total_weight(task.part),
        problem.penalty,
        plan.settings,
        evaluate,
        task.part,
    )
    return _Follower(search, steps(problem, task.alphas, task.seed, plan, chain, watch, search, start=task.start))


def _advance(follower: _Follower) -> bool:
    """Start the next search; return false at the end of the chain."""
    return next(follower.steps, follower) is not follower
