"""Fit paths on a GPU: all chains of a network are evaluated in one batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import issparse

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.backends._batched_networks import BatchedNetworks, Device
from ridgenet.backends._lockstep import by_network, follow_together
from ridgenet.path._chain import Chain
from ridgenet.path._fit import Task
from ridgenet.path._fits import Outcome
from ridgenet.path._rows import ALL, ArrayRows
from ridgenet.path._search import Plan
from ridgenet.path._watch import SharedWatch

# number of networks whose outputs are computed at once
PREDICTED_AT_ONCE = 64


class OnDevice:
    """Backend that evaluates all chains of a network in one batch on a device.

    Parameters
    ----------
    device : Device
        Where to compute.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._last: tuple[Network, ArrayRows, BatchedNetworks] | None = None

    def follow(
        self, tasks: Sequence[Task], chains: Sequence[Chain], plan: Plan, watch: SharedWatch
    ) -> Iterator[tuple[int, Outcome]]:
        """Compute chains on dense `ArrayRows`; see `Backend.follow`."""
        for network, indices in by_network(tasks):
            rows = tasks[indices[0]].problem.rows
            assert isinstance(rows, ArrayRows)
            networks = self._networks(network, rows)
            those, their_chains = [tasks[k] for k in indices], [chains[k] for k in indices]
            follow_together(those, their_chains, plan, watch, networks.evaluate)
            for k in indices:
                yield k, _outcome(networks, rows, tasks[k], chains[k])

    def _networks(self, network: Network, rows: ArrayRows) -> BatchedNetworks:
        """Return the evaluator; the rows stay on the device between the stages of a path."""
        if self._last is None or self._last[0] != network or self._last[1] is not rows:
            self._last = network, rows, batched(self._device, network, rows)
        return self._last[2]


def batched(device: Device, network: Network, rows: ArrayRows) -> BatchedNetworks:
    """Copy the rows to a device, and return the evaluator of networks on any part of them.

    Raises
    ------
    InputError
        If the inputs are sparse.
    """
    whole = rows.part(ALL)
    if issparse(whole.X):
        raise InputError(f"on a GPU, X must be dense; got a sparse matrix with {whole.X.shape[1]} columns")
    n_rows = whole.X.shape[0]
    sample_weight = np.ones(n_rows) if whole.weights is None else whole.weights
    in_training = [np.bincount(fold.train, minlength=n_rows) for fold in rows.folds]
    weights = np.stack([sample_weight, *(sample_weight * counts for counts in in_training)])
    standardizers = [rows.standardizer(part) for part in range(rows.n_folds + 1)]
    return BatchedNetworks(device, network, whole.X, whole.Y, weights, standardizers, rows.dtype)


def _outcome(networks: BatchedNetworks, rows: ArrayRows, task: Task, chain: Chain) -> Outcome:
    """Return a chain with its predictions for the test rows of its fold."""
    if task.part == ALL or not chain.found.all():
        return Outcome(chain)
    test = rows.folds[task.part - 1].test
    chunks = [chain.parameters[k : k + PREDICTED_AT_ONCE] for k in range(0, len(chain.parameters), PREDICTED_AT_ONCE)]
    return Outcome(chain, np.concatenate([networks.outputs(task.part, chunk, test) for chunk in chunks]))
