"""Updates of very wide networks: each batch is processed in two halves, by two threads.

The halves are the same on a single processor, so that no digit depends on it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.core._examples import Examples
from ridgenet.core._interface import require_parameters, require_training
from ridgenet.core._intrinsics import vector
from ridgenet.core._kernels import entry_point
from ridgenet.core._objective import Objective, Workspace, add_batch, gradient_of, load_rows, make_workspace
from ridgenet.core._penalties import l2_value, penalty_gradient
from ridgenet.core._struct import DataVector, UInt64Vector
from ridgenet.core._update_rules import Rule, Schedule, require_rule
from ridgenet.core._updates import (
    SQUARED_NORM,
    STOPPED,
    Batches,
    Progress,
    begin_batch,
    end_batch,
    penalised,
    require_batches,
    require_progress,
)
from ridgenet.core._vectors import add_multiple

# multiplications per batch above which two threads are faster, including the overhead
WORTH_SHARING = 10_000_000


@entry_point
def begin_shared_batch(batches: Batches, progress: Progress) -> tuple[int, int]:
    """Shuffle if an epoch begins; return the index in the order at which the batch begins, and its size."""
    require_batches(batches, batches.order.shape[0])
    require_progress(progress, batches, 1)
    return begin_batch(batches, progress)


@entry_point
def part_of_batch(
    objective: Objective,
    parameters: DataVector,
    examples: Examples,
    batches: Batches,
    first: int,
    n: int,
    n_batch: int,
    penalty_too: bool,
    dropout_state: UInt64Vector,
    work: Workspace,
) -> float:
    """Leave the gradient of `n` samples of a batch of `n_batch` in the workspace; return their data loss."""
    require_training(objective, parameters, examples, work, batches.dropout)
    require_batches(batches, examples.Y.shape[0])
    if dropout_state.shape[0] != 1:
        raise InputError("dropout_state must be one number")
    if first < 0 or n < 0 or n > work.capacity or first + n > batches.order.shape[0]:
        raise InputError("first and n must be a part of the order, and no more than the capacity of the workspace")
    gradient = vector(work.memory, work.gradient, parameters.shape[0])
    if penalty_too:
        penalty_gradient(objective, parameters, penalised(examples, batches, n_batch), gradient)
    else:
        for i in range(gradient.shape[0]):
            gradient[i] = gradient.dtype.type(0.0)
    if n == 0:
        return 0.0
    x, y, shares = load_rows(examples, vector(batches.order, first, n), work)
    scale = shares.dtype.type(n / n_batch)
    for i in range(n):
        shares[i] *= scale
    return add_batch(
        objective, parameters, x, y, shares, batches.dropout, dropout_state, batches.with_objectives, True, work
    )


@entry_point
def end_shared_batch(
    objective: Objective,
    parameters: DataVector,
    examples: Examples,
    rule: Rule,
    schedule: Schedule,
    batches: Batches,
    progress: Progress,
    n: int,
    data_loss: float,
    one: DataVector,
    other: DataVector,
) -> None:
    """Sum the gradients of both halves, and update the parameters."""
    require_parameters(objective, parameters)
    require_batches(batches, examples.Y.shape[0])
    require_progress(progress, batches, 1)
    require_rule(rule, parameters.shape[0])
    if one.shape[0] != parameters.shape[0] or other.shape[0] != parameters.shape[0]:
        raise InputError("gradients must have a number for each parameter")
    add_multiple(1.0, other, one)
    end_batch(objective, parameters, examples, rule, schedule, batches, progress, n, data_loss, one)
    progress.numbers[SQUARED_NORM] = 2.0 * l2_value(parameters, np.intp(0), parameters.shape[0])


def is_worth_sharing(network: Network, batch_size: int) -> bool:
    """Return whether two threads are faster than one for the batches of a network."""
    return network.n_parameters * batch_size > WORTH_SHARING


class Halves:
    """Memory for both halves of a batch, and updates by two threads."""

    def __init__(self, network: Network, batches: Batches, dtype: np.dtype) -> None:
        capacity = -(-batches.size // 2)
        self._work = [make_workspace(network, capacity, dtype, dropout=batches.dropout > 0) for _ in range(2)]
        self._gradients = [gradient_of(work, network.n_parameters) for work in self._work]
        seed = batches.dropout_state
        self._states = [seed, np.random.RandomState(seed[0] % 2**32).randint(2**63, size=1, dtype=np.uint64)]

    def run(
        self,
        objective: Objective,
        parameters: np.ndarray,
        examples: Examples,
        rule: Rule,
        schedule: Schedule,
        batches: Batches,
        progress: Progress,
        n_updates: int,
    ) -> None:
        """Make `n_updates` updates, or fewer if training stops earlier."""
        with ThreadPoolExecutor(1) as other_thread:
            for _ in range(n_updates):
                if progress.counts[STOPPED]:
                    break
                start, n = begin_shared_batch(batches, progress)
                half = n - n // 2
                shared = objective, parameters, examples, batches
                other = other_thread.submit(
                    part_of_batch, *shared, start + half, n - half, n, False, self._states[1], self._work[1]
                )
                data_loss = part_of_batch(*shared, start, half, n, True, self._states[0], self._work[0])
                data_loss += other.result()
                end_shared_batch(
                    objective, parameters, examples, rule, schedule, batches, progress, n, data_loss, *self._gradients
                )
