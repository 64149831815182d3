"""Each row of the tables of activations, losses and penalties, against differences and the equations."""

import numpy as np
import pytest
from kernels import from_python

from ridgenet import equations
from ridgenet.core import activations, losses, penalties

RNG = np.random.RandomState(1)
STEP = 1e-6


def differences(function, z):
    return (function(z + STEP) - function(z - STEP)) / (2 * STEP)


def activate(code, z):
    a = np.empty_like(z)
    from_python(activations.activate)(code, z, a)
    return a


def slope(code, z):
    delta = np.ones_like(z)
    from_python(activations.multiply_by_slope)(code, z, activate(code, z), delta)
    return delta


def output_and_loss(code, z, y):
    a, scratch = np.empty_like(z), np.empty(2 * z.shape[1], z.dtype)
    shares = np.ones(z.shape[1], z.dtype)
    from_python(losses.apply_output)(code, z, a, scratch)
    return a, from_python(losses.loss_value)(code, z, a, y, shares, scratch)


def residual(code, z, y):
    delta = np.empty_like(z)
    from_python(losses.residual)(output_and_loss(code, z, y)[0], y, np.ones(z.shape[1]), delta)
    return delta


def targets(name, shape):
    if name == "identity":
        return RNG.standard_normal(shape)
    if name == "softmax":
        return np.eye(shape[0])[:, RNG.randint(shape[0], size=shape[1])]
    if name == "exponential":
        return RNG.poisson(2.0, size=shape).astype(float)
    return RNG.randint(2, size=shape).astype(float)


def test_the_core_and_the_equations_know_the_same_names():
    assert set(activations.ACTIVATIONS) == set(equations.ACTIVATIONS)
    assert set(losses.LOSSES) == set(equations.OUTPUTS)


@pytest.mark.parametrize("table", [activations.ACTIVATIONS, losses.LOSSES])
def test_codes_differ(table):
    assert len({row.code for row in table.values()}) == len(table)


@pytest.mark.parametrize("name", activations.ACTIVATIONS)
def test_activation_is_that_of_the_equations(name):
    z = np.append(RNG.normal(0, 3, 70), [-1e3, 0.0, 1e3])
    row, formula = activations.ACTIVATIONS[name], equations.ACTIVATIONS[name]
    np.testing.assert_allclose(activate(row.code, z), formula.value(z), rtol=1e-14, atol=1e-300)
    np.testing.assert_allclose(slope(row.code, z), formula.slope(z, formula.value(z)), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", activations.ACTIVATIONS)
def test_slope_is_the_derivative_of_the_value(name):
    z = RNG.normal(0, 2, 70)
    z = z[np.abs(z) > 2 * STEP]
    code = activations.ACTIVATIONS[name].code
    np.testing.assert_allclose(slope(code, z), differences(lambda x: activate(code, x), z), atol=1e-9)


@pytest.mark.parametrize("name", losses.LOSSES)
@pytest.mark.parametrize("shape", [(1, 1), (1, 33), (3, 7), (4, 32)])
def test_loss_is_that_of_the_equations(name, shape):
    if name == "softmax" and shape[0] == 1:
        shape = (2, shape[1])
    z, y = RNG.normal(0, 3, shape), targets(name, shape)
    a, loss = output_and_loss(losses.LOSSES[name].code, z, y)
    np.testing.assert_allclose(a, equations.OUTPUTS[name].value(z), rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(loss, equations.OUTPUTS[name].loss(z, y).sum(), rtol=1e-13)


@pytest.mark.parametrize("name", losses.LOSSES)
def test_residual_is_the_derivative_of_the_loss(name):
    z, y = RNG.normal(0, 2, (3, 5)), targets(name, (3, 5))
    code = losses.LOSSES[name].code
    numerical = np.empty_like(z)
    for place in np.ndindex(z.shape):
        shift = np.zeros_like(z)
        shift[place] = STEP
        above, below = (output_and_loss(code, z + sign * shift, y)[1] for sign in (1, -1))
        numerical[place] = (above - below) / (2 * STEP)
    np.testing.assert_allclose(residual(code, z, y), numerical, atol=1e-8)


@pytest.mark.parametrize("name", ["logistic", "softmax"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_loss_is_finite_for_logits_of_any_size(name, dtype):
    z = np.array([[1e3, -1e3, 1e30, 0.0], [-1e3, 1e3, -1e30, 0.0]], dtype)
    y = np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0]], dtype)
    a, loss = output_and_loss(losses.LOSSES[name].code, z, y)
    assert np.isfinite(a).all()
    assert np.isfinite(loss)
    assert loss >= 2e3 * 0.99  # the second example is wrong by 1e3 in each logit


def test_penalty_is_half_the_square_and_its_gradient_the_weight():
    w = RNG.standard_normal(50)
    np.testing.assert_allclose(from_python(penalties.l2_value)(w, 3, 41), np.sum(w[3:41] ** 2) / 2, rtol=1e-14)
    gradient = np.ones_like(w)
    from_python(penalties.l2_gradient)(w, 0.3, gradient, 3, 41)
    np.testing.assert_allclose(gradient[3:41], 0.3 * w[3:41], rtol=1e-15)
    assert (gradient[:3] == 1).all()
    assert (gradient[41:] == 1).all()
