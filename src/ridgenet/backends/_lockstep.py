"""Compute many chains in lockstep, where evaluating many networks costs little more than evaluating one.

Each chain gives the same result as on its own. Whenever the chains need loss and gradient, all of them are evaluated
together: in one round over the partitions of a cluster, or in one batch on a device.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ridgenet.core._external_lbfgs import Evaluate, ExternalLBFGS
from ridgenet.core._lbfgs_search import RUNNING
from ridgenet.path._watch import Watch


@dataclass(frozen=True)
class PathFollower:
    """A chain in progress.

    Attributes
    ----------
    search : ExternalLBFGS
        The current search, at one λ after the other.
    steps : iterator
        Generator that restarts the search at the next λ; see `path._search.steps`.
    """

    search: ExternalLBFGS
    steps: Iterator[None]


def follow_together(followers: Sequence[PathFollower], evaluate: Evaluate, watch: Watch) -> None:
    """Compute chains of the same network to their ends.

    Parameters
    ----------
    followers : sequence of PathFollower
        The chains.
    evaluate : callable
        Computes mean losses and gradients of many networks.
    watch : Watch
        Tells after every round whether to stop.
    """
    active = [follower for follower in followers if _advance(follower)]
    while active and not watch.stopped():
        parameters = np.stack([follower.search.parameters for follower in active])
        data_losses, gradients = evaluate([follower.search.part for follower in active], parameters)
        for follower, data_loss, gradient in zip(active, data_losses, gradients, strict=True):
            follower.search.take(float(data_loss), gradient)
        active = [follower for follower in active if follower.search.status == RUNNING or _advance(follower)]


def _advance(follower: PathFollower) -> bool:
    """Start the next search; return false at the end of the chain."""
    return next(follower.steps, follower) is not follower
