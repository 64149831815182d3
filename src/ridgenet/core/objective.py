"""Cost and gradient of one batch, for any depth: the only compiled forward and backward pass.

A batch lies as features x examples, the examples of one row side by side, so that every inner loop
runs over examples. Rows are packed to the size of the batch, n: row r of z, a and delta begins at
``r * n``, and the rows of layer l follow those of layer l - 1, the inputs first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from ridgenet._compile import entry_point, kernel
from ridgenet.core.activations import ACTIVATIONS, activate, multiply_by_slope
from ridgenet.core.arrays import aligned_empty, float_type, for_kernels
from ridgenet.core.dense import add_outer_products, affine, propagate_back
from ridgenet.core.losses import LOSSES, apply_output, loss_value, residual
from ridgenet.core.penalties import l2_gradient, l2_value
from ridgenet.core.views import matrix, vector
from ridgenet.network import Network


class Objective(NamedTuple):
    """What is minimised, apart from the data, in the form kernels take it."""

    layer_sizes: np.ndarray  # units of each layer, the inputs first; int64
    activation: int  # code of the hidden layers' activation
    loss: int  # code of the loss and its output unit
    alphas: np.ndarray  # strength of the penalty on each layer's weights; float64


class Workspace(NamedTuple):
    """Memory of one fit, allocated once for its largest batch."""

    capacity: int
    z: np.ndarray
    a: np.ndarray
    delta: np.ndarray
    y: np.ndarray
    scratch: np.ndarray
    gradient: np.ndarray


def make_objective(network: Network, alpha: float | Sequence[float]) -> Objective:
    """Return the objective of `network` with strength `alpha`, one for all layers or one for each."""
    alphas = np.ascontiguousarray(np.broadcast_to(np.asarray(alpha, np.float64), network.n_layers))
    codes = ACTIVATIONS[network.activation].code, LOSSES[network.output].code
    return Objective(np.array(network.layer_sizes, np.int64), *codes, alphas.copy())


def make_workspace(network: Network, capacity: int, dtype: DTypeLike) -> Workspace:
    """Return memory for batches of up to `capacity` examples."""
    units = sum(network.layer_sizes) * capacity
    z, a, delta = (aligned_empty(units, dtype) for _ in range(3))
    y = aligned_empty(network.layer_sizes[-1] * capacity, dtype)
    scratch, gradient = aligned_empty(2 * capacity, dtype), aligned_empty(network.n_parameters, dtype)
    return Workspace(capacity, z, a, delta, y, scratch, gradient)


@kernel
def load_batch(X, Y, order, start, n, work):
    """Copy the examples ``order[start : start + n]`` to the workspace, transposed."""
    a = matrix(work.a, 0, X.shape[1], n)
    y = matrix(work.y, 0, Y.shape[1], n)
    examples = vector(order, start, n)
    for feature in range(X.shape[1]):
        for i in range(n):
            a[feature, i] = X[examples[i], feature]
    for output in range(Y.shape[1]):
        for i in range(n):
            y[output, i] = Y[examples[i], output]


@kernel
def forward(objective, parameters, n, work):
    """z_l = W_l a_(l-1) + b_l, a_l = phi(z_l); return the row at which the outputs begin"""
    sizes = objective.layer_sizes
    last = sizes.shape[0] - 1
    weights = np.intp(0)
    inputs = np.intp(0)
    for layer in range(1, last + 1):
        n_in, n_out = sizes[layer - 1], sizes[layer]
        units = inputs + n_in
        z = matrix(work.z, units * n, n_out, n)
        affine(parameters, weights, matrix(work.a, inputs * n, n_in, n), z)
        if layer == last:
            apply_output(objective.loss, z, matrix(work.a, units * n, n_out, n), work.scratch)
        else:
            activate(objective.activation, *_hidden(work, units * n, n_out * n)[:2])
        weights += (n_in + 1) * n_out
        inputs = units
    return inputs


@kernel
def backward(objective, parameters, n, outputs, scale, work):
    """delta_L = a_L - y, delta_l = (W_(l+1)^T delta_(l+1)) phi'(z_l); add scale times the data gradient"""
    sizes = objective.layer_sizes
    last = sizes.shape[0] - 1
    k = sizes[last]
    units = outputs
    delta = matrix(work.delta, units * n, k, n)
    residual(matrix(work.a, units * n, k, n), matrix(work.y, 0, k, n), delta)
    weights = parameters.shape[0]
    for layer in range(last, 0, -1):
        n_in, n_out = sizes[layer - 1], sizes[layer]
        weights -= (n_in + 1) * n_out
        inputs = units - n_in
        delta = matrix(work.delta, units * n, n_out, n)
        if layer > 1:
            propagate_back(parameters, weights, delta, matrix(work.delta, inputs * n, n_in, n))
            multiply_by_slope(objective.activation, *_hidden(work, inputs * n, n_in * n))
        add_outer_products(delta, matrix(work.a, inputs * n, n_in, n), scale, work.gradient, weights)
        units = inputs


@kernel
def _hidden(work, start, length):
    """Return z, a and delta of one layer as flat windows."""
    return vector(work.z, start, length), vector(work.a, start, length), vector(work.delta, start, length)


@kernel
def penalty_gradient(objective, parameters, n_samples, gradient):
    """grad W_l = lambda_l / n_samples W_l, grad b_l = 0: what the data gradient is then added to"""
    sizes = objective.layer_sizes
    weights = np.intp(0)
    for layer in range(1, sizes.shape[0]):
        biases = weights + sizes[layer - 1] * sizes[layer]
        strength = parameters.dtype.type(objective.alphas[layer - 1] / n_samples)
        l2_gradient(parameters, strength, gradient, weights, biases)
        weights = biases + sizes[layer]
        for i in range(biases, weights):
            gradient[i] = parameters.dtype.type(0.0)


@kernel
def penalty_cost(objective, parameters, n_samples):
    """sum over layers of lambda_l / (2 n_samples) ||W_l||^2"""
    sizes = objective.layer_sizes
    cost = 0.0
    weights = np.intp(0)
    for layer in range(1, sizes.shape[0]):
        biases = weights + sizes[layer - 1] * sizes[layer]
        cost += objective.alphas[layer - 1] / n_samples * l2_value(parameters, weights, biases)
        weights = biases + sizes[layer]
    return cost


@kernel
def batch_gradient(objective, parameters, n, n_samples, work):
    """Leave the gradient of the loaded batch in the workspace: of its mean loss, and of the penalty."""
    outputs = forward(objective, parameters, n, work)
    penalty_gradient(objective, parameters, n_samples, work.gradient)
    backward(objective, parameters, n, outputs, parameters.dtype.type(1.0 / n), work)


@entry_point
def evaluate(objective, parameters, X, Y, order, n_samples, with_gradient, work):
    """Return data cost and penalty cost over the examples in `order`; leave the gradient in the workspace.

    Goes through the examples in pieces of the workspace's capacity, so that they stay in the cache.
    """
    n_examples = order.shape[0]
    k = Y.shape[1]
    scale = parameters.dtype.type(1.0 / n_examples)
    data_cost = 0.0
    penalty_gradient(objective, parameters, n_samples, work.gradient)
    for start in range(0, n_examples, work.capacity):
        n = min(work.capacity, n_examples - start)
        load_batch(X, Y, order, start, n, work)
        outputs = forward(objective, parameters, n, work)
        z, y = matrix(work.z, outputs * n, k, n), matrix(work.y, 0, k, n)
        data_cost += loss_value(objective.loss, z, y, work.scratch)
        if with_gradient:
            backward(objective, parameters, n, outputs, scale, work)
    return data_cost / n_examples, penalty_cost(objective, parameters, n_samples)


def cost_and_gradient(
    network: Network,
    parameters: np.ndarray,
    X: np.ndarray,
    Y: np.ndarray,
    *,
    alpha: float | Sequence[float],
    n_samples: int | None = None,
    capacity: int = 256,
) -> tuple[float, float, np.ndarray]:
    """Return data cost, penalty cost and gradient of one batch, in the type of `parameters`.

    Parameters
    ----------
    network : Network
        The shape of the network.
    parameters : ndarray of shape (n_parameters,)
        Weights and biases.
    X : ndarray of shape (n_examples, n_features)
        Inputs.
    Y : ndarray of shape (n_examples, n_outputs)
        Targets.
    alpha : float or sequence of float
        Strength λ of the penalty; one for all layers, or one for each.
    n_samples : int, optional
        What λ is divided by; the examples in X, if None.
    capacity : int, default=256
        Examples that go through the network at a time.
    """
    dtype = float_type(parameters.dtype)
    X, Y, parameters = (for_kernels(values, dtype) for values in (X, Y, parameters))
    work = make_workspace(network, min(capacity, len(X)), dtype)
    objective = make_objective(network, alpha)
    data_cost, l2_cost = evaluate(
        objective, parameters, X, Y, np.arange(len(X), dtype=np.uintp), int(n_samples or len(X)), True, work
    )
    return data_cost, l2_cost, work.gradient
