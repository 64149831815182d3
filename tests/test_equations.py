import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from problems import make_problem, problems

from ridgenet import equations
from ridgenet._gradient_check import central_differences
from ridgenet._network import Network
from ridgenet.formulas import LOSSES, OUTPUTS

TORCH_ACTIVATIONS = {
    "identity": lambda z: z,
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "softplus": torch.nn.functional.softplus,
    "silu": torch.nn.functional.silu,
    "gelu": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
    "softsign": torch.nn.functional.softsign,
}
TORCH_LOSSES = {
    "log_loss": lambda z, y: torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="sum"),
    "multinomial_log_loss": lambda z, y: torch.nn.functional.cross_entropy(z, y, reduction="sum"),
    "squared_error": lambda z, y: torch.nn.functional.mse_loss(z, y, reduction="sum") / 2,
    "poisson": lambda z, y: (
        torch.nn.functional.poisson_nll_loss(z, y, log_input=True, reduction="sum") + (torch.xlogy(y, y) - y).sum()
    ),
    "huber": lambda z, y: torch.nn.functional.huber_loss(z, y, delta=1.345, reduction="sum"),
    "quantile": lambda z, y: (0.5 * (y - z) + 0.005 * torch.logaddexp(torch.zeros_like(z), (z - y) / 0.005)).sum(),
}


def cost_and_gradient(problem, n_samples):
    network, weights = problem.network, problem.weights
    z, a = equations.forward(weights, problem.biases, problem.X.T, network.activation, network.loss)
    costs = equations.objective(weights, z, problem.Y.T, network.loss, problem.alpha, n_samples)
    gradient = equations.backward(
        weights, z, a, problem.Y.T, network.activation, network.loss, problem.alpha, n_samples
    )
    return *costs, network.flatten(*gradient)


def by_torch(problem, n_samples):
    """The same objective by PyTorch's own losses, its gradient by automatic differentiation."""
    weights, biases = (
        [torch.tensor(values, requires_grad=True) for values in part] for part in (problem.weights, problem.biases)
    )
    a = torch.tensor(problem.X)
    for W, b in zip(weights, biases, strict=True):
        z = torch.nn.functional.linear(a, W, b)
        a = TORCH_ACTIVATIONS[problem.network.activation](z)
    data_loss = TORCH_LOSSES[problem.network.loss](z, torch.tensor(problem.Y)) / len(problem.X)
    l2_penalty = problem.alpha / (2 * n_samples) * sum((W**2).sum() for W in weights)
    (data_loss + l2_penalty).backward()
    gradient = problem.network.flatten([W.grad.numpy() for W in weights], [b.grad.numpy() for b in biases])
    return data_loss.item(), float(l2_penalty.detach()), gradient


@given(problems(), st.booleans())
def test_cost_and_gradient_are_pytorchs(problem, batch_scaling):
    n_samples = len(problem.X) if batch_scaling else problem.n_samples
    expected_data_loss, expected_l2_penalty, expected_gradient = by_torch(problem, n_samples)
    data_loss, l2_penalty, gradient = cost_and_gradient(problem, None if batch_scaling else n_samples)
    assert data_loss == pytest.approx(expected_data_loss, rel=1e-12)
    assert l2_penalty == pytest.approx(expected_l2_penalty, rel=1e-12)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=0, atol=1e-12 * max(1, abs(expected_gradient).max()))


@given(problems())
def test_the_gradient_is_the_limit_of_differences(problem):
    numerical, at_kink = central_differences(problem.network, problem.parameters, problem.X, problem.Y, problem.alpha)
    gradient = cost_and_gradient(problem, None)[2]
    np.testing.assert_allclose(gradient[~at_kink], numerical[~at_kink], rtol=1e-6, atol=1e-7)


def test_follows_the_tutorial(golden):
    network = golden.network
    weights, biases = network.weights(golden.start), network.biases(golden.start)
    for epoch, order in enumerate(golden.orders, start=1):
        for first in range(0, len(order), golden.batch_size):
            batch = order[first : first + golden.batch_size]
            X, Y = golden.X[batch].T, golden.y[batch][np.newaxis].astype(float)
            z, a = equations.forward(weights, biases, X)
            last_cost = sum(equations.objective(weights, z, Y, "log_loss", golden.alpha))
            dW, db = equations.backward(weights, z, a, Y, "tanh", "log_loss", golden.alpha)
            weights, biases = equations.update(weights, biases, dW, db, golden.learning_rate)
        if epoch in golden.after_epoch:
            np.testing.assert_allclose(
                network.flatten(weights, biases), golden.after_epoch[epoch], rtol=golden.tolerance(epoch)
            )
            # the tutorial guards one of its logarithms by adding 1e-10
            assert last_cost == pytest.approx(golden.cost_of_last_batch[epoch], abs=1e-8)


@pytest.mark.parametrize("loss", ["log_loss", "multinomial_log_loss"])
def test_logits_of_any_size_give_a_finite_loss_without_a_warning(loss):
    z = np.array([[1e308, -1e308, 1e3, -1e3, 0.0], [-1e308, 1e308, -1e3, 1e3, 0.0]]) / 2
    y = np.array([[1.0, 1.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.0, 0.0]])
    with np.errstate(all="raise", under="ignore"):
        a = OUTPUTS[LOSSES[loss].output].value(np, z)
        values = LOSSES[loss].value(np, z, y, 0.0)
    assert np.isfinite(a).all()
    assert np.isfinite(values).all()
    assert values[0] == 0.0
    assert values[1] > 1e300


def test_the_logistic_output_is_symmetric():
    z = np.linspace(-40, 40, 101)
    np.testing.assert_allclose(OUTPUTS["logistic"].value(np, z) + OUTPUTS["logistic"].value(np, -z), 1.0, rtol=1e-15)


def test_a_step_down_the_gradient_lowers_the_cost():
    problem = make_problem(Network((3, 5, 2), loss="multinomial_log_loss"), 30, seed=0)
    data_loss, l2_penalty, gradient = cost_and_gradient(problem, None)
    weights, biases = problem.network.weights(gradient), problem.network.biases(gradient)
    new_weights, new_biases = equations.update(problem.weights, problem.biases, weights, biases, 0.01)
    z, _ = equations.forward(new_weights, new_biases, problem.X.T, "tanh", "multinomial_log_loss")
    assert (
        sum(equations.objective(new_weights, z, problem.Y.T, "multinomial_log_loss", problem.alpha))
        < data_loss + l2_penalty
    )
