"""The shape of a network, and its parameters as one flat vector with weights and biases as views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from ridgenet import equations
from ridgenet._errors import InputError
from ridgenet.formulas import ACTIVATIONS, LOSSES, parameter_of, with_names

if TYPE_CHECKING:
    RandomNumbers = np.random.RandomState | np.random.Generator


@with_names
@dataclass(frozen=True)
class Network:
    """Layer sizes, activation and loss of a fully connected network.

    Parameters
    ----------
    layer_sizes : sequence of int
        Number of units of each layer, including inputs and outputs. ``(2, 8, 1)`` has one hidden layer of
        8 units; ``(2, 1)`` has none.
    activation : {{activations}}, default="tanh"
        Activation of the hidden layers.
    loss : {{losses}}, default="log_loss"
        Loss, which determines the output unit: log loss for two classes or multilabel targets (logistic), multinomial
        log loss for more classes (softmax), squared error, Huber and quantile loss for numbers (identity), Poisson
        for counts (exponential).
    loss_parameter : float, optional
        Parameter of the loss, if it has one; None is its default.

    Raises
    ------
    InputError
        If a size is not a positive integer, a name is unknown, or the loss does not accept the parameter.

    Examples
    --------
    >>> network = Network((2, 8, 1))
    >>> network.n_parameters
    33
    >>> parameters = network.initial_parameters("glorot", np.random.RandomState(0))
    >>> [W.shape for W in network.weights(parameters)]
    [(8, 2), (1, 8)]
    """

    layer_sizes: tuple[int, ...]
    activation: str = "tanh"
    loss: str = "log_loss"
    loss_parameter: float = 0.0

    def __init__(
        self,
        layer_sizes: Sequence[int],
        activation: str = "tanh",
        loss: str = "log_loss",
        loss_parameter: float | None = None,
    ) -> None:
        sizes = tuple(layer_sizes)
        if len(sizes) < 2 or not all(isinstance(size, int | np.integer) and size > 0 for size in sizes):
            raise InputError(f"layer sizes must be positive integers, including inputs and outputs; got {sizes}")
        _require(activation, "activation", ACTIVATIONS)
        _require(loss, "loss", LOSSES)
        object.__setattr__(self, "layer_sizes", tuple(int(size) for size in sizes))
        object.__setattr__(self, "activation", activation)
        object.__setattr__(self, "loss", loss)
        object.__setattr__(self, "loss_parameter", parameter_of(loss, loss_parameter))

    @property
    def output(self) -> str:
        """Name of the output unit."""
        return LOSSES[self.loss].output

    @property
    def n_parameters(self) -> int:
        """Total number of weights and biases."""
        return sum((n_in + 1) * n_out for n_in, n_out in self._pairs())

    @property
    def n_layers(self) -> int:
        """Number of layers with weights."""
        return len(self.layer_sizes) - 1

    def weights(self, parameters: np.ndarray) -> list[np.ndarray]:
        """Return the weights of each layer, of shape (units, inputs), as views of the flat vector."""
        return [W for W, _ in self._views(parameters)]

    def biases(self, parameters: np.ndarray) -> list[np.ndarray]:
        """Return the biases of each layer, of shape (units,), as views of the flat vector."""
        return [b for _, b in self._views(parameters)]

    def flatten(self, weights: Sequence[np.ndarray], biases: Sequence[np.ndarray]) -> np.ndarray:
        """Return weights and biases as one flat vector: W_1 by rows, b_1, W_2 by rows, b_2, and so on."""
        return np.concatenate([np.ravel(part) for pair in zip(weights, biases, strict=True) for part in pair])

    def initial_parameters(self, init: str, rng: RandomNumbers, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Return random initial parameters.

        Parameters
        ----------
        init : {"glorot", "he", "small_normal"}
            Name of the initialisation.
        rng : numpy.random.RandomState or numpy.random.Generator
            Random number generator.
        dtype : {numpy.float64, numpy.float32}, default=numpy.float64
            Type of the parameters.

        Returns
        -------
        numpy.ndarray of shape (n_parameters,)
        """
        _require(init, "init", INITIALISATIONS)
        parameters = np.zeros(self.n_parameters, dtype)
        for W, b in self._views(parameters):
            INITIALISATIONS[init](W, b, self.activation, rng)
        return parameters

    def predict(self, parameters: np.ndarray, X: np.ndarray) -> np.ndarray:
        """Return the outputs for the rows of X, (n_samples, n_outputs): probabilities, or values in regression."""
        _, a = equations.forward(self.weights(parameters), self.biases(parameters), X.T, self.activation, self.loss)
        return a[-1].T

    def _pairs(self) -> list[tuple[int, int]]:
        return list(zip(self.layer_sizes[:-1], self.layer_sizes[1:], strict=True))

    def _views(self, parameters: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        views, start = [], 0
        for n_in, n_out in self._pairs():
            end = start + n_in * n_out
            views.append((parameters[start:end].reshape(n_out, n_in), parameters[end : end + n_out]))
            start = end + n_out
        return views


def _glorot(W: np.ndarray, b: np.ndarray, activation: str, rng: RandomNumbers) -> None:
    """Uniform within sqrt(6 / (fan in + fan out)), or sqrt(2 / ...) for logistic units; biases alike.

    Glorot and Bengio, AISTATS 2010; drawn in the same order as in scikit-learn.
    """
    n_out, n_in = W.shape
    bound = np.sqrt((2.0 if activation == "logistic" else 6.0) / (n_in + n_out))
    W[:] = rng.uniform(-bound, bound, (n_in, n_out)).T
    b[:] = rng.uniform(-bound, bound, n_out)


def _he(W: np.ndarray, b: np.ndarray, activation: str, rng: RandomNumbers) -> None:
    """Uniform within sqrt(6 / fan in), biases zero (He et al., ICCV 2015)."""
    n_out, n_in = W.shape
    bound = np.sqrt(6.0 / n_in)
    W[:] = rng.uniform(-bound, bound, (n_in, n_out)).T


def _small_normal(W: np.ndarray, b: np.ndarray, activation: str, rng: RandomNumbers) -> None:
    """Normal with standard deviation 0.01, biases zero, as in the tutorial."""
    W[:] = 0.01 * rng.standard_normal(W.shape)


INITIALISATIONS: dict[str, Callable[[np.ndarray, np.ndarray, str, RandomNumbers], None]] = {
    "glorot": _glorot,
    "he": _he,
    "small_normal": _small_normal,
}


def _require(name: str, parameter: str, known: dict[str, Any]) -> None:
    if name not in known:
        raise InputError(f"{parameter} must be one of {', '.join(known)}; got {name!r}")
