"""Update rules with their state, and schedules of the learning rate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from ridgenet._errors import InputError
from ridgenet.core._kernels import kernel
from ridgenet.core._struct import DataVector, Float64Vector
from ridgenet.core._vector_math import cosine_of_half_turns, exp, log

# a smaller learning rate changes nothing any more
SMALLEST_STEP = 1e-6


class LearningRate(NamedTuple):
    """One row of the table: the code kernels know it by, and its formula as LaTeX."""

    code: int
    formula: str


class Schedule(NamedTuple):
    """A schedule of the learning rate, and the stopping rule, in kernel layout."""

    code: int
    initial: float
    power: float
    n_epochs: int
    tolerance: float  # an epoch must lower the best objective by at least this to count as an improvement
    patience: int  # epochs without improvement until training stops; 0: it never does


CONSTANT, INVSCALING, ADAPTIVE, COSINE = range(4)


@kernel
def next_step(schedule, step, epoch, n_seen):
    """Return the learning rate of the next epoch, after `epoch` epochs and `n_seen` samples."""
    if schedule.code == INVSCALING:
        return schedule.initial * exp(-schedule.power * log(n_seen + 1.0))
    if schedule.code == COSINE:
        return 0.5 * schedule.initial * (1.0 + cosine_of_half_turns(min(1.0, epoch / schedule.n_epochs)))
    return step


LEARNING_RATES = {
    "constant": LearningRate(CONSTANT, r"\eta = \eta_0"),
    "invscaling": LearningRate(INVSCALING, r"\eta = \eta_0 / (1 + \text{samples seen})^p"),
    "adaptive": LearningRate(ADAPTIVE, r"\eta \leftarrow \eta / 5 \text{ when the objective no longer falls}"),
    "cosine": LearningRate(COSINE, r"\eta = \tfrac{1}{2} \eta_0 (1 + \cos(\pi\, \text{epoch} / \text{epochs}))"),
}


class UpdateRule(NamedTuple):
    """One row of the table: the code kernels know it by, and its formula as LaTeX."""

    code: int
    formula: str


class Rule(NamedTuple):
    """An update rule with its settings and state, in kernel layout."""

    code: int
    momentum: float
    beta_1: float
    beta_2: float
    epsilon: float
    weight_decay: float  # of weights only, decoupled from the gradient
    first: DataVector  # velocity, or running mean of the gradient
    second: DataVector  # running mean of its square
    powers: Float64Vector  # beta_1^t and beta_2^t


GRADIENT, MOMENTUM, NESTEROV, ADAM = range(4)


@kernel
def require_rule(rule, n_parameters):
    """The state of an update rule matches the parameters."""
    if rule.first.shape[0] != (0 if rule.code == GRADIENT else n_parameters):
        raise InputError("rule.first must have a number for each parameter")
    if rule.second.shape[0] != (n_parameters if rule.code == ADAM else 0) or rule.powers.shape[0] != 2:
        raise InputError("rule.second must have a number for each parameter, rule.powers two")


def make_rule(
    name: str,
    n_parameters: int,
    dtype: DTypeLike,
    *,
    momentum: float = 0.9,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.0,
) -> Rule:
    """Return the update rule of this name, in its initial state."""
    code = UPDATE_RULES[name].code
    first = np.zeros(0 if code == GRADIENT else n_parameters, dtype)
    second = np.zeros(n_parameters if code == ADAM else 0, dtype)
    constants = float(momentum), float(beta_1), float(beta_2), float(epsilon), float(weight_decay)
    return Rule(code, *constants, first, second, np.ones(2))


@kernel
def gradient_update(parameters, gradient, step):
    """theta -= step g"""
    for i in range(parameters.shape[0]):
        parameters[i] -= step * gradient[i]


@kernel
def momentum_update(parameters, gradient, step, momentum, velocity):
    """v = mu v - step g, theta += v"""
    for i in range(parameters.shape[0]):
        velocity[i] = momentum * velocity[i] - step * gradient[i]
        parameters[i] += velocity[i]


@kernel
def nesterov_update(parameters, gradient, step, momentum, velocity):
    """v = mu v - step g, theta += mu v - step g: the gradient as if evaluated one velocity ahead"""
    for i in range(parameters.shape[0]):
        velocity[i] = momentum * velocity[i] - step * gradient[i]
        parameters[i] += momentum * velocity[i] - step * gradient[i]


@kernel
def adam_update(parameters, gradient, step, beta_1, beta_2, epsilon, mean, square):
    """m = beta_1 m + (1 - beta_1) g, s = beta_2 s + (1 - beta_2) g^2, theta -= step m / (sqrt(s) + epsilon)"""
    one = parameters.dtype.type(1.0)
    for i in range(parameters.shape[0]):
        g = gradient[i]
        mean[i] = beta_1 * mean[i] + (one - beta_1) * g
        square[i] = beta_2 * square[i] + (one - beta_2) * g * g
        parameters[i] -= step * mean[i] / (np.sqrt(square[i]) + epsilon)


@kernel
def decay_weights(layer_sizes, parameters, share):
    """W -= share W, biases unchanged"""
    weights = np.intp(0)
    for layer in range(1, layer_sizes.shape[0]):
        biases = weights + layer_sizes[layer - 1] * layer_sizes[layer]
        for i in range(weights, biases):
            parameters[i] -= share * parameters[i]
        weights = biases + layer_sizes[layer]


@kernel
def update(rule, layer_sizes, parameters, gradient, step):
    """Update the parameters."""
    T = parameters.dtype.type
    if rule.weight_decay > 0.0:
        decay_weights(layer_sizes, parameters, T(step * rule.weight_decay))
    if rule.code == ADAM:
        rule.powers[0] *= rule.beta_1
        rule.powers[1] *= rule.beta_2
        corrected = step * np.sqrt(1.0 - rule.powers[1]) / (1.0 - rule.powers[0])
        beta_1, beta_2, epsilon = T(rule.beta_1), T(rule.beta_2), T(rule.epsilon)
        adam_update(parameters, gradient, T(corrected), beta_1, beta_2, epsilon, rule.first, rule.second)
    elif rule.code == MOMENTUM:
        momentum_update(parameters, gradient, T(step), T(rule.momentum), rule.first)
    elif rule.code == NESTEROV:
        nesterov_update(parameters, gradient, T(step), T(rule.momentum), rule.first)
    else:
        gradient_update(parameters, gradient, T(step))


UPDATE_RULES = {
    "gradient": UpdateRule(GRADIENT, r"\theta \leftarrow \theta - \eta g"),
    "momentum": UpdateRule(MOMENTUM, r"v \leftarrow \mu v - \eta g, \quad \theta \leftarrow \theta + v"),
    "nesterov": UpdateRule(NESTEROV, r"v \leftarrow \mu v - \eta g, \quad \theta \leftarrow \theta + \mu v - \eta g"),
    "adam": UpdateRule(
        ADAM,
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad s \leftarrow \beta_2 s + (1 - \beta_2) g^2, \quad "
        r"\theta \leftarrow \theta - \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \frac{m}{\sqrt{s} + \epsilon}",
    ),
}
