"""Random problems for property tests."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from ridgenet.equations import ACTIVATIONS, OUTPUTS
from ridgenet.network import Network


@dataclass(frozen=True)
class Problem:
    network: Network
    parameters: np.ndarray
    X: np.ndarray
    Y: np.ndarray
    alpha: float
    n_samples: int

    @property
    def weights(self) -> list[np.ndarray]:
        return self.network.weights(self.parameters)

    @property
    def biases(self) -> list[np.ndarray]:
        return self.network.biases(self.parameters)


def make_problem(network: Network, n_examples: int, seed: int, alpha: float = 0.7, scale: float = 0.7) -> Problem:
    rng = np.random.RandomState(seed)
    n_outputs = network.layer_sizes[-1]
    X = rng.standard_normal((n_examples, network.layer_sizes[0]))
    if network.output == "softmax":
        Y = np.eye(n_outputs)[rng.randint(n_outputs, size=n_examples)]
    elif network.output == "logistic":
        Y = rng.randint(2, size=(n_examples, n_outputs)).astype(float)
    elif network.output == "exponential":
        Y = rng.poisson(2.0, size=(n_examples, n_outputs)).astype(float)
    else:
        Y = rng.standard_normal((n_examples, n_outputs))
    parameters = scale * rng.standard_normal(network.n_parameters)
    return Problem(network, parameters, X, Y, alpha, n_samples=n_examples + rng.randint(100))


@st.composite
def problems(draw: st.DrawFn, activations: tuple[str, ...] = tuple(ACTIVATIONS)) -> Problem:
    output = draw(st.sampled_from(list(OUTPUTS)))
    n_outputs = draw(st.integers(2, 5) if output == "softmax" else st.integers(1, 3))
    hidden = draw(st.lists(st.integers(1, 9), max_size=3))
    network = Network((draw(st.integers(1, 9)), *hidden, n_outputs), draw(st.sampled_from(activations)), output)
    alpha = draw(st.sampled_from([0.0, 0.01, 3.0]))
    return make_problem(network, draw(st.integers(1, 40)), draw(st.integers(0, 2**31)), alpha)
