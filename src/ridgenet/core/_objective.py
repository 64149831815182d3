"""Objective and gradient of one batch, for any depth: the only compiled forward and backward pass.

A batch is stored as features x samples, with the samples of one row contiguous, so that every inner loop
runs over samples. Rows have the length of the batch, n: row r of z, a and delta begins at ``r * n``, and
the rows of layer l follow those of layer l - 1, from the first hidden layer on.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from ridgenet._network import Network
from ridgenet.core._activations import CODES as ACTIVATION_CODES
from ridgenet.core._activations import activate, multiply_by_derivative
from ridgenet.core._arrays import CACHE_LINE, aligned_empty, float_type, for_kernels
from ridgenet.core._dense import add_outer_products, affine, propagate_back
from ridgenet.core._examples import Examples, load, make_examples
from ridgenet.core._interface import require_training
from ridgenet.core._intrinsics import matrix, vector
from ridgenet.core._kernels import entry_point, kernel
from ridgenet.core._losses import CODES as LOSS_CODES
from ridgenet.core._losses import apply_output, loss_value, residual
from ridgenet.core._penalties import (
    KERNELS_NEED,
    NO_PENALTY,
    L2Penalty,
    penalty_gradient,
    penalty_value,
    require_penalty,
)
from ridgenet.core._random_numbers import draw_mask
from ridgenet.core._struct import DataVector, Float64Vector, Int64Vector, UInt64Vector


class Objective(NamedTuple):
    """The objective without the data, in kernel layout."""

    layer_sizes: Int64Vector  # units of each layer, the inputs first
    activation: int  # code of the hidden layers' activation
    loss: int  # code of the loss and its output unit
    loss_parameter: float
    alphas: Float64Vector  # numbers of the penalty: λ of each layer, then the factor of each input or none


class Workspace(NamedTuple):
    """Memory of one fit, allocated once for its largest batch.

    One block of memory and the offset of each part: every further array that kernels pass on increases compilation
    time by a tenth.
    """

    capacity: int
    rows: UInt64Vector  # indices of the loaded samples
    memory: DataVector
    x: int
    y: int
    shares: int  # normalised sample weights
    z: int
    a: int
    delta: int
    slopes: int  # derivative of the activation times dropout mask; empty without dropout
    scratch: int
    gradient: int


def make_objective(network: Network, penalty: L2Penalty = NO_PENALTY) -> Objective:
    """Return the objective of `network`, with or without a penalty.

    Raises
    ------
    InputError
        If kernels cannot compute the penalty.
    """
    require_penalty(penalty, KERNELS_NEED, "the compiled core")
    return Objective(
        np.array(network.layer_sizes, np.int64),
        ACTIVATION_CODES[network.activation],
        LOSS_CODES[network.loss],
        network.loss_parameter,
        penalty.numbers(network),
    )


def make_workspace(network: Network, capacity: int, dtype: DTypeLike, *, dropout: bool = False) -> Workspace:
    """Return memory for batches of up to `capacity` samples."""
    starts, end = _layout(network, capacity, np.dtype(dtype), dropout)
    return Workspace(capacity, np.empty(capacity, np.uint64), aligned_empty(end, dtype), *starts)


@lru_cache(maxsize=64)
def _layout(network: Network, capacity: int, dtype: np.dtype, dropout: bool) -> tuple[tuple[int, ...], int]:
    """Return where each part of a workspace begins, and where the last ends."""
    n_features, *units = network.layer_sizes
    n_outputs = units[-1]
    sizes = {
        "x": n_features * capacity,
        "y": n_outputs * capacity,
        "shares": capacity,
        "z": sum(units) * capacity,
        "a": sum(units) * capacity,
        "delta": sum(units) * capacity,
        "slopes": sum(units) * capacity if dropout else 0,
        "scratch": 2 * capacity,
        "gradient": network.n_parameters,
    }
    assert tuple(sizes) == Workspace._fields[3:]
    line = CACHE_LINE // dtype.itemsize
    ends = np.cumsum([0, *(-(-size // line) * line for size in sizes.values())]).tolist()
    return tuple(ends[:-1]), ends[-1]


def gradient_of(work: Workspace, n_parameters: int) -> np.ndarray:
    """Return the gradient in the workspace, as a view."""
    return work.memory[work.gradient : work.gradient + n_parameters]


@kernel
def forward(objective, parameters, x, dropout, random_state, work):
    """z_l = W_l a_(l-1) + b_l, a_l = phi(z_l); return the row at which the outputs begin"""
    sizes = objective.layer_sizes
    last = sizes.shape[0] - 1
    n = x.shape[1]
    weights, units = np.intp(0), np.intp(0)
    below = x
    for layer in range(1, last + 1):
        n_in, n_out = sizes[layer - 1], sizes[layer]
        z, a = matrix(work.memory, work.z + units * n, n_out, n), matrix(work.memory, work.a + units * n, n_out, n)
        affine(parameters, weights, below, z)
        if layer == last:
            apply_output(objective.loss, z, a, scratch_of(n, work))
        else:
            activate(objective.activation, *_flat(work, units * n, n_out * n)[:2])
            if dropout > 0.0:
                drop(objective.activation, dropout, units * n, n_out * n, random_state, work)
            units += n_out
        below = a
        weights += (n_in + 1) * n_out
    return units


@kernel
def drop(activation, dropout, start, length, random_state, work):
    """a = mask phi(z), and slopes = mask phi'(z) for the backward pass; delta, not yet needed, holds the mask"""
    z, a, mask = _flat(work, start, length)
    slopes = vector(work.memory, work.slopes + start, length)
    draw_mask(dropout, mask, random_state)
    for i in range(length):
        slopes[i] = mask[i]
    multiply_by_derivative(activation, z, a, slopes)
    for i in range(length):
        a[i] *= mask[i]


@kernel
def backward(objective, parameters, x, outputs, dropout, work):
    """delta_l = (W_(l+1)^T delta_(l+1)) phi'(z_l), from the last layer to the first; gradient += delta_l a_(l-1)^T"""
    sizes = objective.layer_sizes
    n = x.shape[1]
    units = outputs
    weights = parameters.shape[0]
    gradient = vector(work.memory, work.gradient, weights)
    for layer in range(sizes.shape[0] - 1, 0, -1):
        n_in, n_out = sizes[layer - 1], sizes[layer]
        weights -= (n_in + 1) * n_out
        delta = matrix(work.memory, work.delta + units * n, n_out, n)
        below = x
        if layer > 1:
            units -= n_in
            below = matrix(work.memory, work.a + units * n, n_in, n)
            z, a, delta_below = _flat(work, units * n, n_in * n)
            propagate_back(parameters, weights, delta, matrix(work.memory, work.delta + units * n, n_in, n))
            if dropout > 0.0:
                multiply(vector(work.memory, work.slopes + units * n, n_in * n), delta_below)
            else:
                multiply_by_derivative(objective.activation, z, a, delta_below)
        add_outer_products(delta, below, gradient, weights)


@kernel
def multiply(factors, delta):
    """Multiply delta by `factors`."""
    for i in range(delta.shape[0]):
        delta[i] *= factors[i]


@kernel
def scratch_of(n, work):
    """Return scratch memory of two numbers for each sample of a batch."""
    return vector(work.memory, work.scratch, 2 * n)


@kernel
def _flat(work, start, length):
    """Return z, a and delta of one layer as flat views."""
    return (
        vector(work.memory, work.z + start, length),
        vector(work.memory, work.a + start, length),
        vector(work.memory, work.delta + start, length),
    )


@kernel
def add_batch(objective, parameters, x, y, shares, dropout, random_state, with_cost, with_gradient, work):
    """Add the gradient of the data loss of one batch to that in the workspace, and return its data loss."""
    n, k = x.shape[1], y.shape[0]
    outputs = forward(objective, parameters, x, dropout, random_state, work)
    z, a = matrix(work.memory, work.z + outputs * n, k, n), matrix(work.memory, work.a + outputs * n, k, n)
    cost = 0.0
    if with_gradient:
        delta = matrix(work.memory, work.delta + outputs * n, k, n)
        residual(objective.loss, objective.loss_parameter, a, y, shares, delta)
        backward(objective, parameters, x, outputs, dropout, work)
    if with_cost:
        cost = loss_value(objective.loss, objective.loss_parameter, z, a, y, shares, scratch_of(n, work))
    return cost


@kernel
def load_rows(examples, rows, work):
    """Load samples to the workspace; return views of inputs, targets and normalised weights."""
    n = rows.shape[0]
    x, y = matrix(work.memory, work.x, examples.mean.shape[0], n), matrix(work.memory, work.y, examples.Y.shape[1], n)
    shares = vector(work.memory, work.shares, n)
    load(examples, rows, x, y, shares)
    return x, y, shares


@kernel
def rows_from(start, n, work):
    """Return the rows ``start, start + 1, ...`` as a view of the workspace."""
    rows = vector(work.rows, 0, n)
    for i in range(n):
        rows[i] = np.uintp(start) + np.uintp(i)
    return rows


@kernel
def load_part(examples, start, n, work):
    """Load `n` samples from `start` on as a part of all samples: their normalised weights sum to n / n_samples."""
    rows = rows_from(start, n, work)
    x, y, shares = load_rows(examples, rows, work)
    scale = shares.dtype.type(n / examples.Y.shape[0])
    for i in range(n):
        shares[i] *= scale
    return x, y, shares


@entry_point
def evaluate(
    objective: Objective,
    parameters: DataVector,
    examples: Examples,
    n_samples: float,
    with_gradient: bool,
    work: Workspace,
) -> tuple[float, float]:
    """Return data loss and L2 penalty over all samples; leave the gradient in the workspace.

    Samples are processed in blocks of the capacity of the workspace, which stay in the processor's cache.
    """
    require_training(objective, parameters, examples, work, 0.0)
    n_examples = examples.Y.shape[0]
    data_loss = 0.0
    no_state = vector(work.rows, 0, 1)
    penalty_gradient(objective, parameters, n_samples, vector(work.memory, work.gradient, parameters.shape[0]))
    for start in range(0, n_examples, work.capacity):
        n = min(work.capacity, n_examples - start)
        x, y, shares = load_part(examples, start, n, work)
        data_loss += add_batch(objective, parameters, x, y, shares, 0.0, no_state, True, with_gradient, work)
    return data_loss, penalty_value(objective, parameters, n_samples)


def cost_of(network: Network, parameters: np.ndarray, examples: Examples, work: Workspace) -> float:
    """Return the data loss."""
    data_loss: float = evaluate(make_objective(network), parameters, examples, 1.0, False, work)[0]
    return data_loss


def cost_and_gradient(
    network: Network,
    parameters: np.ndarray,
    X: np.ndarray,
    Y: np.ndarray,
    *,
    alpha: float | Sequence[float],
    factors: np.ndarray | None = None,
    sample_weight: np.ndarray | None = None,
    n_samples: float | None = None,
    capacity: int = 256,
) -> tuple[float, float, np.ndarray]:
    """Return data loss, L2 penalty and gradient of one batch, in the type of `parameters`.

    Parameters
    ----------
    network : Network
        The network.
    parameters : ndarray of shape (n_parameters,)
        Weights and biases.
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Inputs.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets.
    alpha : float or sequence of float
        Regularisation strength λ; one for all layers, or one for each.
    factors : ndarray of shape (n_features,), optional
        Penalty factor of each input.
    sample_weight : ndarray of shape (n_samples,), optional
        Sample weights; all one, if None.
    n_samples : float, optional
        What λ is divided by; the sum of the weights, if None.
    capacity : int, default=256
        Samples processed at a time.
    """
    dtype = float_type(parameters.dtype)
    examples = make_examples(X, Y, dtype, weights=sample_weight)
    work = make_workspace(network, min(capacity, examples.n_examples), dtype)
    data_loss, l2_penalty = evaluate(
        make_objective(network, L2Penalty(alpha, factors)),
        for_kernels(parameters, dtype),
        examples,
        float(n_samples or examples.total_weight),
        True,
        work,
    )
    return data_loss, l2_penalty, gradient_of(work, network.n_parameters)
