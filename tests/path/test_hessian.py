"""The exact Hessian against PyTorch and finite differences."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from path_problems import make_path_problem
from test_equations import TORCH_ACTIVATIONS, TORCH_LOSSES

from ridgenet import equations
from ridgenet._network import Network
from ridgenet.path import _hessian
from ridgenet.path._hessian import exact_hessian, logit_jacobian

OUTPUTS = [
    ("log_loss", 1),
    ("log_loss", 2),
    ("multinomial_log_loss", 3),
    ("squared_error", 2),
    ("poisson", 1),
    ("huber", 1),
    ("quantile", 1),
]


def some_problem(hidden, loss="squared_error", k=1, activation="tanh"):
    problem = make_path_problem(hidden, loss, k=k, n=15, activation=activation)
    network, part = problem.network, problem.rows.part()
    parameters = network.initial_parameters("glorot", np.random.default_rng(1))
    return network, parameters, part.inputs(), part.targets, np.arange(1.0, 16.0)


def torch_loss(network, inputs, targets, weights):
    """The weighted sum of the losses as a function of the flat parameters."""
    X, Y = torch.tensor(inputs), torch.tensor(targets)
    sizes = network.layer_sizes

    def loss(p):
        a, start = X, 0
        for n_in, n_out in pairwise(sizes):
            W = p[start : start + n_in * n_out].reshape(n_out, n_in)
            start += n_in * n_out
            z = torch.nn.functional.linear(a, W, p[start : start + n_out])
            start += n_out
            a = TORCH_ACTIVATIONS[network.activation](z)
        rows = [TORCH_LOSSES[network.loss](z[i : i + 1], Y[i : i + 1]) for i in range(len(X))]
        return (torch.stack(rows) * torch.tensor(weights)).sum()

    return loss


@pytest.mark.parametrize(("loss", "k"), OUTPUTS)
@pytest.mark.parametrize("hidden", [(), (4,), (4, 3), (3, 2, 3)])
def test_the_hessian_is_that_of_pytorch_for_each_loss_and_depth(loss, k, hidden):
    network, parameters, *samples = some_problem(hidden, loss, k)
    expected = torch.autograd.functional.hessian(torch_loss(network, *samples), torch.tensor(parameters)).numpy()
    found = exact_hessian(network, parameters, *samples)
    np.testing.assert_allclose(found, expected, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("activation", sorted(TORCH_ACTIVATIONS))
@pytest.mark.parametrize("hidden", [(4,), (4, 3)])
def test_the_hessian_is_that_of_pytorch_for_each_activation(activation, hidden):
    network, parameters, *samples = some_problem(hidden, activation=activation)
    expected = torch.autograd.functional.hessian(torch_loss(network, *samples), torch.tensor(parameters)).numpy()
    found = exact_hessian(network, parameters, *samples)
    np.testing.assert_allclose(found, expected, atol=1e-11 * np.abs(expected).max())


@pytest.mark.parametrize(("loss", "k"), OUTPUTS[:5])
@pytest.mark.parametrize("hidden", [(), (4,), (4, 3)])
def test_the_hessian_is_the_derivative_of_the_gradient(loss, k, hidden):
    network, parameters, X, Y, _ = some_problem(hidden, loss, k)

    def gradient(p):
        W, b = network.weights(p), network.biases(p)
        z, a = equations.forward(W, b, X.T, network.activation, network.loss)
        return len(X) * network.flatten(*equations.backward(W, z, a, Y.T, network.activation, network.loss, 0.0))

    h = 1e-5
    eye = np.eye(network.n_parameters)
    expected = np.array([(gradient(parameters + h * e) - gradient(parameters - h * e)) / (2 * h) for e in eye])
    found = exact_hessian(network, parameters, X, Y, np.ones(len(X)))
    np.testing.assert_allclose(found, expected, atol=1e-8 * np.abs(expected).max())


def test_blocks_of_rows_add_up(monkeypatch):
    network, parameters, *samples = some_problem((4, 3), "multinomial_log_loss", 3)
    whole = exact_hessian(network, parameters, *samples)
    monkeypatch.setattr(_hessian, "JACOBIAN_BYTES", 4 * 8 * network.n_parameters * 3)
    np.testing.assert_allclose(exact_hessian(network, parameters, *samples), whole, rtol=1e-12, atol=1e-12)


def test_the_jacobian_is_the_derivative_of_the_logits():
    network = Network((3, 4, 2), "softplus", "squared_error")
    parameters = network.initial_parameters("glorot", np.random.default_rng(0))
    X, h = np.random.default_rng(1).normal(size=(5, 3)), 1e-6
    expected = np.stack(
        [
            (network.predict(parameters + h * e, X) - network.predict(parameters - h * e, X)) / (2 * h)
            for e in np.eye(network.n_parameters)
        ],
        axis=-1,
    )
    np.testing.assert_allclose(logit_jacobian(network, parameters, X), expected, atol=1e-8)
