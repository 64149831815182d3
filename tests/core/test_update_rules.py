"""Each rule against scikit-learn's and PyTorch's own optimisers, on the same gradients."""

import numpy as np
import pytest
import torch
from kernels import inner
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from ridgenet.core._update_rules import UPDATE_RULES, make_rule

SIZES = np.array([3, 4, 1])
N = 21
RNG = np.random.RandomState(0)
GRADIENTS = RNG.standard_normal((30, N))
START = RNG.standard_normal(N)


def by_core(name, step=0.05, **settings):
    parameters, rule = START.copy(), make_rule(name, N, np.float64, **settings)
    for gradient in GRADIENTS:
        inner("update")(rule, SIZES, parameters, gradient, step)
    return parameters


def by_sklearn(optimizer):
    parameters = [START.copy()]
    for gradient in GRADIENTS:
        optimizer.update_params(parameters, [gradient])
    return parameters[0]


def by_torch(make, part=slice(None)):
    parameters = torch.tensor(START[part], requires_grad=True)
    optimizer = make([parameters])
    for gradient in GRADIENTS:
        parameters.grad = torch.tensor(gradient[part])
        optimizer.step()
    return parameters.detach().numpy()


def test_gradient_descent():
    np.testing.assert_allclose(by_core("gradient"), START - 0.05 * GRADIENTS.sum(axis=0), rtol=1e-12)


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_is_scikit_learns(nesterov):
    optimizer = SGDOptimizer([START], learning_rate_init=0.05, momentum=0.7, nesterov=nesterov)
    expected = by_sklearn(optimizer)
    np.testing.assert_allclose(by_core("nesterov" if nesterov else "momentum", momentum=0.7), expected, rtol=1e-12)


def test_adam_is_scikit_learns():
    expected = by_sklearn(AdamOptimizer([START], learning_rate_init=0.05, beta_1=0.8, beta_2=0.95, epsilon=1e-6))
    np.testing.assert_allclose(by_core("adam", beta_1=0.8, beta_2=0.95, epsilon=1e-6), expected, rtol=1e-12)


def test_adam_with_weight_decay_is_pytorchs_adamw_on_weights_and_its_adam_on_biases():
    decayed = by_core("adam", weight_decay=0.3, epsilon=1e-13)
    weights = np.r_[0:12, 16:20]
    biases = np.r_[12:16, 20]
    adamw = by_torch(lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.3, eps=1e-13), weights)
    adam = by_torch(lambda p: torch.optim.Adam(p, lr=0.05, eps=1e-13), biases)
    np.testing.assert_allclose(decayed[weights], adamw, rtol=1e-9)
    np.testing.assert_allclose(decayed[biases], adam, rtol=1e-9)


@pytest.mark.parametrize("name", UPDATE_RULES)
def test_float32_stays_float32(name):
    parameters, rule = START.astype(np.float32), make_rule(name, N, np.float32)
    for gradient in GRADIENTS.astype(np.float32):
        inner("update")(rule, SIZES, parameters, gradient, 0.05)
    assert parameters.dtype == rule.first.dtype == np.float32
    np.testing.assert_allclose(parameters, by_core(name), rtol=1e-3, atol=1e-4)
