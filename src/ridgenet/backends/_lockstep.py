"""Many chains at once where one evaluation of many networks costs little more than one of a single network.

Each chain is followed as it would be by itself. Wherever one needs objective and gradient, the others are waited for
and all are evaluated together: in one round over the partitions of a cluster, or in one batch on a device.
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
    """A chain on its way: its search, and what makes the search ready for the next strength.

    Attributes
    ----------
    search : ExternalLBFGS
        At work on one strength after the other.
    steps : iterator
        As `search.steps` returns it, for this search.
    """

    search: ExternalLBFGS
    steps: Iterator[None]


def follow_together(followers: Sequence[PathFollower], evaluate: Evaluate, watch: Watch) -> None:
    """Follow chains to their ends.

    Parameters
    ----------
    followers : sequence of PathFollower
        All of one network.
    evaluate : callable
        Finds the mean losses and gradients of many networks.
    watch : Watch
        Asked after every round whether to stop.
    """
    following = [follower for follower in followers if _is_ready(follower)]
    while following and not watch.stopped():
        parameters = np.stack([follower.search.parameters for follower in following])
        data_losses, gradients = evaluate([follower.search.part for follower in following], parameters)
        for follower, data_loss, gradient in zip(following, data_losses, gradients, strict=True):
            follower.search.take(float(data_loss), gradient)
        following = [follower for follower in following if follower.search.status == RUNNING or _is_ready(follower)]


def _is_ready(follower: PathFollower) -> bool:
    """Go on to the next search; false at the end of the chain."""
    return next(follower.steps, follower) is not follower
