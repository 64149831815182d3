"""Compare the gradient of the compiled core with central differences of the objective in plain NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ridgenet import equations
from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.core._objective import cost_and_gradient
from ridgenet.formulas import ACTIVATIONS, LOSSES, with_names

TOLERANCE = 1e-6


@dataclass(frozen=True)
class GradientRow:
    """The check of one layer's weights or biases.

    Attributes
    ----------
    layer : int
        Number of the layer, from 1.
    part : str
        ``"weights"`` or ``"biases"``.
    n_parameters : int
        Number of parameters compared.
    n_at_kink : int
        Number of parameters left out, because the difference crosses the kink of a unit.
    largest_gradient : float
        Largest absolute component of the analytic gradient.
    largest_difference : float
        Largest absolute difference between the two gradients.
    relative_error : float
        ``‖g - n‖ / (‖g‖ + ‖n‖)`` for the analytic gradient g and the numerical gradient n.
    """

    layer: int
    part: str
    n_parameters: int
    n_at_kink: int
    largest_gradient: float
    largest_difference: float
    relative_error: float


@dataclass(frozen=True)
class GradientCheck:
    """Result of `check_gradient`, with a row for the weights and biases of each layer."""

    network: Network
    alpha: float
    rows: tuple[GradientRow, ...]
    tolerance: float = TOLERANCE

    @property
    def passed(self) -> bool:
        """Whether every relative error is below the tolerance."""
        return all(row.relative_error < self.tolerance for row in self.rows)


@with_names
def check_gradient(
    hidden_layer_sizes: Sequence[int] = (8,),
    *,
    n_features: int = 2,
    n_outputs: int = 1,
    activation: str = "tanh",
    loss: str = "log_loss",
    loss_parameter: float | None = None,
    alpha: float = 0.01,
    n_samples: int = 20,
    random_state: int = 0,
) -> GradientCheck:
    """Compare the compiled gradient with central differences, on random data and parameters.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int, default=(8,)
        Units of each hidden layer; ``()`` means no hidden layer.
    n_features, n_outputs : int, default=2 and 1
        Numbers of inputs and outputs.
    activation : {{activations}}, default="tanh"
        Activation of the hidden layers.
    loss : {{losses}}, default="log_loss"
        Loss, which determines the output unit.
    loss_parameter : float, optional
        Parameter of the loss, if it has one; None is its default.
    alpha : float, default=0.01
        Regularisation strength λ, divided by the number of samples.
    n_samples : int, default=20
        Number of random samples.
    random_state : int, default=0
        Seed of data and parameters.

    Returns
    -------
    GradientCheck

    Raises
    ------
    InputError
        If a parameter cannot be used.

    Examples
    --------
    >>> check = check_gradient((4, 3), activation="logistic")
    >>> check.passed
    True
    """
    if not 0 <= alpha < np.inf:
        raise InputError(f"λ (alpha) must be 0 or more, and finite; got {alpha:g}")
    if n_samples < 1:
        raise InputError(f"n_samples must be 1 or more; got {n_samples}")
    network = Network((n_features, *hidden_layer_sizes, n_outputs), activation, loss, loss_parameter)
    if LOSSES[loss].couples_units and n_outputs < 2:
        raise InputError(f"loss={loss!r} needs 2 outputs or more; use 'log_loss' for one")
    if not 0 <= random_state < 2**32:
        raise InputError(f"random_state (--seed) must be between 0 and {2**32 - 1}; got {random_state}")
    rng = np.random.RandomState(random_state)
    parameters = 0.5 * rng.standard_normal(network.n_parameters)
    X = rng.standard_normal((n_samples, n_features))
    Y = _random_targets(network, n_samples, rng)
    analytic = compiled_gradient(network, parameters, X, Y, alpha)
    numerical, at_kink = central_differences(network, parameters, X, Y, alpha)
    rows = []
    parts = zip(*(_parts(network, values) for values in (analytic, numerical, at_kink)), strict=True)
    for (layer, part, g), (_, _, n), (_, _, kink) in parts:
        g, n = g[~kink], n[~kink]
        size = np.linalg.norm(g) + np.linalg.norm(n)
        error = 0.0 if size == 0 else float(np.linalg.norm(g - n) / size)
        largest, difference = (float(np.abs(values).max(initial=0.0)) for values in (g, g - n))
        rows.append(GradientRow(layer, part, g.size, int(kink.sum()), largest, difference, error))
    return GradientCheck(network, alpha, tuple(rows))


def compiled_gradient(
    network: Network, parameters: np.ndarray, X: np.ndarray, Y: np.ndarray, alpha: float
) -> np.ndarray:
    """Return the gradient of the objective from the compiled core; samples are rows."""
    return cost_and_gradient(network, parameters, X, Y, alpha=alpha)[2]


def central_differences(
    network: Network, parameters: np.ndarray, X: np.ndarray, Y: np.ndarray, alpha: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return (J(θ + h) - J(θ - h)) / 2h for each parameter, and which of them cross a kink.

    The step is the cube root of the machine precision, which balances rounding and truncation errors
    (Nocedal and Wright, Numerical Optimization, 2006, section 8.1).
    """
    gradient, at_kink = np.empty_like(parameters), np.zeros(len(parameters), bool)
    for i in range(len(parameters)):
        h = np.cbrt(np.finfo(float).eps) * max(1.0, abs(parameters[i]))
        shifted = parameters.copy()
        shifted[i] = parameters[i] + h
        above, pattern_above = _objective(network, shifted, X, Y, alpha)
        shifted[i] = parameters[i] - h
        below, pattern_below = _objective(network, shifted, X, Y, alpha)
        gradient[i] = (above - below) / (2 * h)
        at_kink[i] = ACTIVATIONS[network.activation].has_kink and not np.array_equal(pattern_above, pattern_below)
    return gradient, at_kink


def _objective(
    network: Network, parameters: np.ndarray, X: np.ndarray, Y: np.ndarray, alpha: float
) -> tuple[float, np.ndarray]:
    """Return the objective, and which hidden units are above zero."""
    weights, biases = network.weights(parameters), network.biases(parameters)
    z, _ = equations.forward(weights, biases, X.T, network.activation, network.loss)
    parts = equations.objective(weights, z, Y.T, network.loss, alpha, parameter=network.loss_parameter)
    above_zero = np.concatenate([np.zeros(0, bool), *((layer > 0).ravel() for layer in z[1:-1])])
    return sum(parts), above_zero


def _random_targets(network: Network, n_samples: int, rng: np.random.RandomState) -> np.ndarray:
    shape, loss = (n_samples, network.layer_sizes[-1]), LOSSES[network.loss]
    if loss.couples_units:
        return np.eye(shape[1])[rng.randint(shape[1], size=n_samples)]
    if loss.targets == "classes":
        return rng.randint(2, size=shape).astype(float)
    return rng.poisson(2.0, size=shape).astype(float) if loss.lowest_target == 0 else rng.standard_normal(shape)


def _parts(network: Network, values: np.ndarray) -> list[tuple[int, str, np.ndarray]]:
    """Return layer, name and numbers of each layer's weights and biases."""
    parts = []
    for layer, (W, b) in enumerate(zip(network.weights(values), network.biases(values), strict=True), start=1):
        parts += [(layer, "weights", W.ravel()), (layer, "biases", b)]
    return parts
