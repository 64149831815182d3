"""The whole method in plain NumPy, to be read with docs/method.md beside it.

One example is one column: X is (features, examples), Y is (outputs, examples), and layer l computes
z_l = W_l a_(l-1) + b_l with W_l of shape (units, inputs). What is minimised is

    J = 1/m sum_i loss(a_L, y)_i  +  lambda / (2 m) sum_l ||W_l||^2          m examples, lambda = alpha

the data cost and the L2 cost; biases are never penalised. Nothing here is fast: training uses
`ridgenet.core`, and the tests hold every number of it against these lines.

Examples
--------
>>> import numpy as np
>>> X, Y = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]), np.array([[0.0, 1.0, 1.0, 0.0]])
>>> rng = np.random.default_rng(3)
>>> weights, biases = [rng.normal(size=(4, 2)), rng.normal(size=(1, 4))], [np.zeros(4), np.zeros(1)]
>>> for step in range(2000):
...     z, a = forward(weights, biases, X, "tanh", "logistic")
...     dW, db = backward(weights, z, a, Y, "tanh", alpha=0.001)
...     weights, biases = update(weights, biases, dW, db, learning_rate=0.5)
>>> a[-1].round()
array([[0., 1., 1., 0.]])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

Array = np.ndarray


class Activation(NamedTuple):
    """A hidden unit: its value ``phi(z)``, and its slope ``phi'(z)`` given z and a = phi(z)."""

    value: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array]


class Output(NamedTuple):
    """An output unit: its value ``a(z)``, and the loss ``(z, y)`` of each example that belongs to it."""

    value: Callable[[Array], Array]
    loss: Callable[[Array, Array], Array]


def logistic(z: Array) -> Array:
    """Return 1 / (1 + e^-z), written with e^-|z|, which cannot overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def softmax(z: Array) -> Array:
    """Return e^z_j / sum_k e^z_k for each column; taking out the largest z changes nothing but overflow."""
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def logistic_loss(z: Array, y: Array) -> Array:
    """Return -y log a - (1 - y) log(1 - a) for a = logistic(z), which is log(1 + e^z) - y z."""
    return (np.logaddexp(0.0, z) - y * z).sum(axis=0)


def softmax_loss(z: Array, y: Array) -> Array:
    """Return -sum_j y_j log a_j for a = softmax(z), which is sum_j y_j (log sum_k e^z_k - z_j)."""
    return (y * (np.logaddexp.reduce(z, axis=0) - z)).sum(axis=0)


def poisson_loss(z: Array, y: Array) -> Array:
    """Return a - y + y log(y / a) for a = e^z, half the deviance of Poisson regression; 0 log 0 is 0."""
    log_y = np.log(np.where(y > 0, y, 1.0))
    return (exponential(z) - y + y * (log_y - z)).sum(axis=0)


def exponential(z: Array) -> Array:
    """Return e^z, held at the largest number that is finite."""
    return np.exp(np.minimum(z, 709.0))


def squared_loss(z: Array, y: Array) -> Array:
    """Return (z - y)^2 / 2, summed over the outputs."""
    return ((z - y) ** 2).sum(axis=0) / 2.0


ACTIVATIONS = {
    "identity": Activation(lambda z: z, lambda z, a: np.ones_like(z)),
    "logistic": Activation(logistic, lambda z, a: a * (1.0 - a)),
    "tanh": Activation(np.tanh, lambda z, a: 1.0 - a**2),
    "relu": Activation(lambda z: np.maximum(z, 0.0), lambda z, a: (z > 0).astype(z.dtype)),
    "softplus": Activation(lambda z: np.logaddexp(0.0, z), lambda z, a: logistic(z)),
    "silu": Activation(lambda z: z * logistic(z), lambda z, a: logistic(z) + a * (1.0 - logistic(z))),
}

OUTPUTS = {
    "logistic": Output(logistic, logistic_loss),
    "softmax": Output(softmax, softmax_loss),
    "identity": Output(lambda z: z, squared_loss),
    "exponential": Output(exponential, poisson_loss),
}


def forward(
    weights: Sequence[Array], biases: Sequence[Array], X: Array, activation: str = "tanh", output: str = "logistic"
) -> tuple[list[Array], list[Array]]:
    """Return z and a of every layer; ``a[0]`` is X, and ``z[0]`` too, so that both count layers alike."""
    z, a = [X], [X]
    for layer, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
        last = layer == len(weights)
        z.append(W @ a[-1] + b[:, np.newaxis])
        a.append(OUTPUTS[output].value(z[-1]) if last else ACTIVATIONS[activation].value(z[-1]))
    return z, a


def cost(
    weights: Sequence[Array], z: Sequence[Array], Y: Array, output: str, alpha: float, n_samples: int | None = None
) -> tuple[float, float]:
    """Return the data cost and the L2 cost. `n_samples` is what lambda is divided by: the examples in Y, if None."""
    m = Y.shape[1]
    data_cost = OUTPUTS[output].loss(z[-1], Y).sum() / m
    l2_cost = alpha / (2 * (n_samples or m)) * sum((W**2).sum() for W in weights)
    return float(data_cost), float(l2_cost)


def backward(
    weights: Sequence[Array],
    z: Sequence[Array],
    a: Sequence[Array],
    Y: Array,
    activation: str,
    alpha: float,
    n_samples: int | None = None,
) -> tuple[list[Array], list[Array]]:
    """Return the gradient of the cost with respect to each W and each b, from the last layer to the first."""
    m = Y.shape[1]
    dW: list[Array] = []
    db: list[Array] = []
    delta = a[-1] - Y
    for layer in range(len(weights), 0, -1):
        W = weights[layer - 1]
        dW.insert(0, delta @ a[layer - 1].T / m + alpha / (n_samples or m) * W)
        db.insert(0, delta.sum(axis=1) / m)
        if layer > 1:
            delta = (W.T @ delta) * ACTIVATIONS[activation].slope(z[layer - 1], a[layer - 1])
    return dW, db


def update(
    weights: Sequence[Array], biases: Sequence[Array], dW: Sequence[Array], db: Sequence[Array], learning_rate: float
) -> tuple[list[Array], list[Array]]:
    """Return the parameters one step down the gradient."""
    return (
        [W - learning_rate * g for W, g in zip(weights, dW, strict=True)],
        [b - learning_rate * g for b, g in zip(biases, db, strict=True)],
    )
