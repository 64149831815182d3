"""Mini-batch updates, and the end of an epoch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ridgenet._errors import InputError
from ridgenet.core._examples import Examples
from ridgenet.core._interface import require_training
from ridgenet.core._intrinsics import vector
from ridgenet.core._kernels import entry_point, kernel
from ridgenet.core._objective import Objective, Workspace, add_batch, load_rows
from ridgenet.core._penalties import l2_value, penalty_gradient, penalty_value
from ridgenet.core._random_numbers import shuffle
from ridgenet.core._struct import DataVector, Float64Vector, Int64Vector, UInt64Vector
from ridgenet.core._update_rules import ADAPTIVE, SMALLEST_STEP, Rule, Schedule, next_step, require_rule, update


class Batches(NamedTuple):
    """How batches are drawn, in kernel layout."""

    size: int
    order: UInt64Vector
    places: UInt64Vector
    shuffled: bool
    shuffle_state: UInt64Vector
    dropout: float
    dropout_state: UInt64Vector
    per_batch: bool  # whether lambda is divided by the size of the batch
    with_objectives: bool  # whether the objective of each epoch is recorded


class Progress(NamedTuple):
    """The progress of a run, updated by the kernel."""

    counts: Int64Vector  # by the names below
    numbers: Float64Vector  # by the names below
    data_losses: Float64Vector  # of each epoch
    l2_penalties: Float64Vector


N_SEEN, EPOCH, UPDATES, WITHOUT_IMPROVEMENT, STOPPED, N_COUNTS = range(6)
STEP, DATA_LOSS, BEST_OBJECTIVE, SQUARED_NORM, N_NUMBERS = range(5)


@kernel
def require_batches(batches, n_examples):
    """The order includes all samples, and each random state is one number."""
    if batches.order.shape[0] != n_examples or batches.places.shape[0] != n_examples or batches.size < 1:
        raise InputError("batches.order and batches.places must have a number for each sample")
    if batches.shuffle_state.shape[0] != 1 or batches.dropout_state.shape[0] != 1:
        raise InputError("batches.shuffle_state and batches.dropout_state must be one number each")


@kernel
def require_progress(progress, batches, n_updates):
    """There is room for the objective of every epoch that these updates finish."""
    if progress.counts.shape[0] != N_COUNTS or progress.numbers.shape[0] != N_NUMBERS:
        raise InputError("progress.counts and progress.numbers must have the lengths of a run")
    if batches.with_objectives:
        n_examples = batches.order.shape[0]
        per_epoch = (n_examples + batches.size - 1) // batches.size
        epochs = progress.counts[EPOCH] + (progress.counts[N_SEEN] // batches.size + n_updates) // per_epoch
        if min(progress.data_losses.shape[0], progress.l2_penalties.shape[0]) < epochs:
            raise InputError("progress.data_losses and progress.l2_penalties must have room for every epoch")


@kernel
def begin_batch(batches, progress):
    """Shuffle if an epoch begins; return the index in the order at which the batch begins, and its size."""
    start = progress.counts[N_SEEN]
    if start == 0 and batches.shuffled:
        shuffle(batches.order, batches.places, batches.shuffle_state)
    return start, min(batches.size, batches.order.shape[0] - start)


@kernel
def penalised(examples, batches, n):
    """Return what lambda is divided by for a batch of `n` samples."""
    return examples.total_weight / batches.order.shape[0] * (n if batches.per_batch else batches.order.shape[0])


@kernel
def end_batch(objective, parameters, examples, rule, schedule, batches, progress, n, data_loss, gradient):
    """Update the parameters by the gradient of a batch, and count it."""
    counts, numbers = progress.counts, progress.numbers
    numbers[DATA_LOSS] += data_loss * n
    update(rule, objective.layer_sizes, parameters, gradient, numbers[STEP])
    counts[UPDATES] += 1
    counts[N_SEEN] += n
    if counts[N_SEEN] == batches.order.shape[0]:
        end_epoch(objective, parameters, schedule, batches, penalised(examples, batches, batches.size), progress)


@entry_point
def run_updates(
    objective: Objective,
    parameters: DataVector,
    examples: Examples,
    rule: Rule,
    schedule: Schedule,
    batches: Batches,
    progress: Progress,
    n_updates: int,
    work: Workspace,
) -> None:
    """Make `n_updates` updates, or fewer if training stops earlier, continuing from `progress`."""
    require_training(objective, parameters, examples, work, batches.dropout)
    require_batches(batches, examples.Y.shape[0])
    require_progress(progress, batches, n_updates)
    require_rule(rule, parameters.shape[0])
    if batches.size > work.capacity:
        raise InputError("batches.size must be no more than the capacity of the workspace")
    gradient = vector(work.memory, work.gradient, parameters.shape[0])
    for _ in range(n_updates):
        if progress.counts[STOPPED]:
            break
        start, n = begin_batch(batches, progress)
        x, y, shares = load_rows(examples, vector(batches.order, start, n), work)
        penalty_gradient(objective, parameters, penalised(examples, batches, n), gradient)
        data_loss = add_batch(
            objective,
            parameters,
            x,
            y,
            shares,
            batches.dropout,
            batches.dropout_state,
            batches.with_objectives,
            True,
            work,
        )
        end_batch(objective, parameters, examples, rule, schedule, batches, progress, n, data_loss, gradient)
    progress.numbers[SQUARED_NORM] = 2.0 * l2_value(parameters, np.intp(0), parameters.shape[0])


@kernel
def end_epoch(objective, parameters, schedule, batches, n_samples, progress):
    """Record the objective of the epoch, choose the next learning rate, and decide whether to stop."""
    counts, numbers = progress.counts, progress.numbers
    n_examples, epoch = batches.order.shape[0], counts[EPOCH]
    counts[N_SEEN] = 0
    counts[EPOCH] = epoch + 1
    numbers[STEP] = next_step(schedule, numbers[STEP], epoch + 1, (epoch + 1.0) * n_examples)
    if batches.with_objectives:
        data_loss, l2_penalty = numbers[DATA_LOSS] / n_examples, penalty_value(objective, parameters, n_samples)
        progress.data_losses[epoch], progress.l2_penalties[epoch] = data_loss, l2_penalty
        improved = data_loss + l2_penalty <= numbers[BEST_OBJECTIVE] - schedule.tolerance
        counts[WITHOUT_IMPROVEMENT] = 0 if improved else counts[WITHOUT_IMPROVEMENT] + 1
        numbers[BEST_OBJECTIVE] = min(numbers[BEST_OBJECTIVE], data_loss + l2_penalty)
        if 0 < schedule.patience < counts[WITHOUT_IMPROVEMENT]:
            without_improvement(schedule, progress)
    numbers[DATA_LOSS] = 0.0


@kernel
def without_improvement(schedule, progress):
    """Stop, or divide an adaptive learning rate by 5 unless it is too small."""
    if schedule.code == ADAPTIVE and progress.numbers[STEP] > SMALLEST_STEP:
        progress.numbers[STEP] /= 5.0
        progress.counts[WITHOUT_IMPROVEMENT] = 0
    else:
        progress.counts[STOPPED] = 1
