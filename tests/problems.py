"""Random problems for property tests."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from ridgenet._network import Network
from ridgenet.formulas import ACTIVATIONS, LOSSES


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


def random_targets(loss: str, shape: tuple[int, int], rng: np.random.RandomState) -> np.ndarray:
    row = LOSSES[loss]
    if row.couples_units:
        return np.eye(shape[1])[rng.randint(shape[1], size=shape[0])]
    if row.targets == "classes":
        return rng.randint(2, size=shape).astype(float)
    return rng.poisson(2.0, size=shape).astype(float) if row.lowest_target == 0 else rng.standard_normal(shape)


def make_problem(network: Network, n_examples: int, seed: int, alpha: float = 0.7, scale: float = 0.7) -> Problem:
    rng = np.random.RandomState(seed)
    n_outputs = network.layer_sizes[-1]
    X = rng.standard_normal((n_examples, network.layer_sizes[0]))
    Y = random_targets(network.loss, (n_examples, n_outputs), rng)
    parameters = scale * rng.standard_normal(network.n_parameters)
    return Problem(network, parameters, X, Y, alpha, n_samples=n_examples + rng.randint(100))


@st.composite
def problems(draw: st.DrawFn, activations: tuple[str, ...] = tuple(ACTIVATIONS)) -> Problem:
    loss = draw(st.sampled_from(list(LOSSES)))
    n_outputs = draw(st.integers(2, 5) if LOSSES[loss].couples_units else st.integers(1, 3))
    hidden = draw(st.lists(st.integers(1, 9), max_size=3))
    network = Network((draw(st.integers(1, 9)), *hidden, n_outputs), draw(st.sampled_from(activations)), loss)
    alpha = draw(st.sampled_from([0.0, 0.01, 3.0]))
    return make_problem(network, draw(st.integers(1, 40)), draw(st.integers(0, 2**31)), alpha)
