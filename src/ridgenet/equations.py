"""The whole method in plain NumPy; :doc:`/explanation/method` derives it.

One sample is one column: X is (features, samples), Y is (outputs, samples), and layer l computes
z_l = W_l a_(l-1) + b_l with W_l of shape (units, inputs). The objective is

    J = 1/n sum_i loss(a_L, y)_i  +  lambda / (2 n) sum_l ||W_l||^2          n samples, lambda = alpha

the data loss plus the L2 penalty; biases are never penalised. This code is not fast: training uses
`ridgenet.core`, which the tests compare with it.

Examples
--------
>>> import numpy as np
>>> X, Y = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]), np.array([[0.0, 1.0, 1.0, 0.0]])
>>> rng = np.random.default_rng(3)
>>> weights, biases = [rng.normal(size=(4, 2)), rng.normal(size=(1, 4))], [np.zeros(4), np.zeros(1)]
>>> for step in range(2000):
...     z, a = forward(weights, biases, X, "tanh", "log_loss")
...     dW, db = backward(weights, z, a, Y, "tanh", "log_loss", alpha=0.001)
...     weights, biases = update(weights, biases, dW, db, learning_rate=0.5)
>>> a[-1].round()
array([[0., 1., 1., 0.]])
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ridgenet.formulas import ACTIVATIONS, LOSSES, OUTPUTS, parameter_of

Array = np.ndarray


def forward(
    weights: Sequence[Array], biases: Sequence[Array], X: Array, activation: str = "tanh", loss: str = "log_loss"
) -> tuple[list[Array], list[Array]]:
    """Return z and a of every layer; ``a[0]`` and ``z[0]`` are X, so that index l is layer l."""
    phi, output = ACTIVATIONS[activation], OUTPUTS[LOSSES[loss].output]
    z, a = [X], [X]
    for layer, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
        last = layer == len(weights)
        z.append(W @ a[-1] + b[:, np.newaxis])
        a.append(output.value(np, z[-1]) if last else phi.value(np, z[-1]))
    return z, a


def objective(
    weights: Sequence[Array],
    z: Sequence[Array],
    Y: Array,
    loss: str,
    alpha: float,
    n_samples: int | None = None,
    parameter: float | None = None,
) -> tuple[float, float]:
    """Return the data loss and the L2 penalty. lambda is divided by `n_samples`, by default the samples in Y."""
    n = Y.shape[1]
    data_loss = LOSSES[loss].value(np, z[-1], Y, parameter_of(loss, parameter)).sum() / n
    l2_penalty = alpha / (2 * (n_samples or n)) * sum((W**2).sum() for W in weights)
    return float(data_loss), float(l2_penalty)


def backward(
    weights: Sequence[Array],
    z: Sequence[Array],
    a: Sequence[Array],
    Y: Array,
    activation: str,
    loss: str,
    alpha: float,
    n_samples: int | None = None,
    parameter: float | None = None,
) -> tuple[list[Array], list[Array]]:
    """Return the gradient of the objective with respect to each W and each b, from the last layer to the first."""
    n = Y.shape[1]
    dW: list[Array] = []
    db: list[Array] = []
    delta = LOSSES[loss].residual(np, a[-1], Y, parameter_of(loss, parameter))
    for layer in range(len(weights), 0, -1):
        W = weights[layer - 1]
        dW.insert(0, delta @ a[layer - 1].T / n + alpha / (n_samples or n) * W)
        db.insert(0, delta.sum(axis=1) / n)
        if layer > 1:
            delta = (W.T @ delta) * ACTIVATIONS[activation].derivative(np, z[layer - 1], a[layer - 1])
    return dW, db


def update(
    weights: Sequence[Array], biases: Sequence[Array], dW: Sequence[Array], db: Sequence[Array], learning_rate: float
) -> tuple[list[Array], list[Array]]:
    """Return the parameters after one step of gradient descent."""
    return (
        [W - learning_rate * g for W, g in zip(weights, dW, strict=True)],
        [b - learning_rate * g for b, g in zip(biases, db, strict=True)],
    )
