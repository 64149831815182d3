"""How the step changes from epoch to epoch, and when training has stopped to improve."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ridgenet._compile import kernel

# a step this small moves nothing any more
SMALLEST_STEP = 1e-6


class LearningRate(NamedTuple):
    """One row of the table: the code kernels know it by, and its formula as LaTeX."""

    code: int
    formula: str


class Schedule(NamedTuple):
    """A learning rate with its settings, and the rule for stopping, in the form kernels take it."""

    code: int
    initial: float
    power: float
    n_epochs: int
    tolerance: float  # an epoch that lowers the best objective by less is one without improvement
    patience: int  # such epochs in a row until training stops; 0: it never does


CONSTANT, INVSCALING, ADAPTIVE, COSINE = range(4)


@kernel
def next_step(schedule, step, epoch, n_seen):
    """Return the step of the coming epoch, `epoch` of them being done and `n_seen` examples seen."""
    if schedule.code == INVSCALING:
        return schedule.initial / (n_seen + 1.0) ** schedule.power
    if schedule.code == COSINE:
        return 0.5 * schedule.initial * (1.0 + np.cos(np.pi * min(1.0, epoch / schedule.n_epochs)))
    return step


LEARNING_RATES = {
    "constant": LearningRate(CONSTANT, r"\eta = \eta_0"),
    "invscaling": LearningRate(INVSCALING, r"\eta = \eta_0 / (1 + \text{examples seen})^p"),
    "adaptive": LearningRate(ADAPTIVE, r"\eta \leftarrow \eta / 5 \text{ when the objective no longer falls}"),
    "cosine": LearningRate(COSINE, r"\eta = \tfrac{1}{2} \eta_0 (1 + \cos(\pi\, \text{epoch} / \text{epochs}))"),
}
