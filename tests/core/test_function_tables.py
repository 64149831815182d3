"""Each row of the tables of formulas against differences, and the compiled kernels against each row."""

from pathlib import Path

import numpy as np
import pytest
from kernels import inner
from problems import random_targets
from sklearn.metrics import get_scorer, get_scorer_names

from ridgenet import formulas
from ridgenet.core import _activations as activations
from ridgenet.core import _losses as losses
from ridgenet.formulas import LOSSES, parameter_of

METHOD = (Path(__file__).parents[2] / "docs" / "explanation" / "method.md").read_text(encoding="utf-8").splitlines()
RNG = np.random.RandomState(1)
STEP = 1e-6


def differences(function, z):
    return (function(z + STEP) - function(z - STEP)) / (2 * STEP)


def activate(code, z):
    a = np.empty_like(z)
    inner("activate")(code, z, a)
    return a


def derivative(code, z):
    delta = np.ones_like(z)
    inner("multiply_by_derivative")(code, z, activate(code, z), delta)
    return delta


def output_and_loss(name, z, y, parameter=None):
    code, parameter = losses.CODES[name], parameter_of(name, parameter)
    a, scratch = np.empty_like(z), np.empty(2 * z.shape[1], z.dtype)
    shares = np.ones(z.shape[1], z.dtype)
    inner("apply_output")(code, z, a, scratch)
    return a, inner("loss_value")(code, parameter, z, a, y, shares, scratch)


def residual(name, z, y, parameter=None):
    delta = np.empty_like(z)
    a = output_and_loss(name, z, y, parameter)[0]
    inner("residual")(losses.CODES[name], parameter_of(name, parameter), a, y, np.ones(z.shape[1]), delta)
    return delta


def targets(name, shape):
    return np.ascontiguousarray(random_targets(name, shape[::-1], RNG).T)


# two values of each parameter: the default and another
PARAMETERS = [
    (name, parameter)
    for name, row in LOSSES.items()
    for parameter in ([None] if row.parameter is None else [None, 0.7 * row.parameter.default])
]


@pytest.mark.parametrize(
    ("codes", "table"), [(activations.CODES, formulas.ACTIVATIONS), (losses.CODES, formulas.LOSSES)]
)
def test_kernels_know_every_row_by_a_code_of_its_own(codes, table):
    assert list(codes) == list(table)
    assert len(set(codes.values())) == len(table)


@pytest.mark.parametrize("name", formulas.ACTIVATIONS)
def test_numbers_of_an_activation(name):
    row, z = formulas.ACTIVATIONS[name], np.linspace(-40, 40, 800_001)
    assert row.value(np, np.zeros(1))[0] == row.value_at_zero
    assert np.abs(row.derivative(np, z, row.value(np, z))).max() == pytest.approx(row.largest_derivative, rel=1e-6)
    jump = np.diff(row.derivative(np, np.array([-STEP, STEP]), row.value(np, np.array([-STEP, STEP]))))
    assert (abs(jump[0]) > 0.1) == row.has_kink
    assert row.latex
    assert row.latex_derivative


@pytest.mark.parametrize("name", formulas.ACTIVATIONS)
def test_derivatives_of_an_activation(name):
    row, z = formulas.ACTIVATIONS[name], RNG.normal(0, 2, 70)
    z = z[np.abs(z) > 2 * STEP]

    def value(x):
        return row.value(np, x)

    def derivative_of(x):
        return row.derivative(np, x, value(x))

    np.testing.assert_allclose(derivative_of(z), differences(value, z), atol=1e-9)
    np.testing.assert_allclose(row.second_derivative(np, z, value(z)), differences(derivative_of, z), atol=1e-8)


@pytest.mark.parametrize("name", LOSSES)
def test_every_field_of_a_loss_is_filled(name):
    row = LOSSES[name]
    assert row.output in formulas.OUTPUTS
    assert row.latex
    assert row.score_name
    assert formulas.OUTPUTS[row.output].latex
    if row.scoring is not None:
        assert row.scoring in get_scorer_names()
    if row.parameter is not None:
        assert row.parameter.low < row.parameter.default < row.parameter.high


def test_the_page_on_the_method_shows_the_formulas_of_the_tables():
    for name, row in formulas.ACTIVATIONS.items():
        assert f"| `{name}` | ${row.latex}$ | ${row.latex_derivative}$ |" in METHOD
    for name, row in LOSSES.items():
        (line,) = (line for line in METHOD if line.startswith(f"| `{name}`"))
        _, output, loss, _ = line.split(" | ")
        assert output.endswith(f", ${formulas.OUTPUTS[row.output].latex}$")
        assert loss.startswith(f"${row.latex}$")


@pytest.mark.parametrize("name", [name for name, row in LOSSES.items() if row.scoring])
def test_the_score_is_that_of_the_scorer(name):
    row, y = LOSSES[name], targets(name, (3, 40))
    a = formulas.OUTPUTS[row.output].value(np, RNG.normal(0, 2, (3, 40)))
    ours = row.score(np, a, y, parameter_of(name, None))
    if row.couples_units:
        y, a, ours = y.argmax(axis=0)[np.newaxis], a.T[np.newaxis], ours.sum(axis=0)[np.newaxis]
    score = get_scorer(row.scoring)._score_func
    np.testing.assert_allclose(ours.mean(axis=1), [score(*each) for each in zip(y, a, strict=True)], rtol=1e-13)


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_derivatives_of_a_loss(name, parameter):
    row, parameter = LOSSES[name], parameter_of(name, parameter)
    z, y = RNG.normal(0, 2, (3, 40)), targets(name, (3, 40))

    def output(x):
        return formulas.OUTPUTS[row.output].value(np, x)

    def shifted(j, sign):
        moved = z.copy()
        moved[j] += sign * STEP
        return moved

    first, second = np.empty((3, 40)), np.empty((3, 3, 40))
    for j in range(3):
        up, down = (shifted(j, sign) for sign in (1, -1))
        first[j] = (row.value(np, up, y, parameter) - row.value(np, down, y, parameter)) / (2 * STEP)
        residuals = (row.residual(np, output(x), y, parameter) for x in (up, down))
        second[j] = np.subtract(*residuals) / (2 * STEP)
    a = output(z)
    np.testing.assert_allclose(row.residual(np, a, y, parameter), first, atol=1e-8)
    root = row.curvature_root(np, a, y, parameter)
    np.testing.assert_allclose(np.einsum("ikn,jkn->ijn", root, root), second, atol=1e-7)


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_residual_and_curvature_root_are_in_any_number_of_networks(name, parameter):
    row, parameter = LOSSES[name], parameter_of(name, parameter)
    z, y = RNG.normal(0, 2, (2, 3, 5)), targets(name, (3, 5))
    a = formulas.OUTPUTS[row.output].value(np, z)
    for function in (row.residual, row.curvature_root):
        both = function(np, a, y, parameter)
        np.testing.assert_array_equal(both, np.stack([function(np, one, y, parameter) for one in a]))
    np.testing.assert_array_equal(
        row.value(np, z, y, parameter), np.stack([row.value(np, one, y, parameter) for one in z])
    )


@pytest.mark.parametrize("name", activations.CODES)
def test_compiled_activation_is_that_of_the_table(name):
    z = np.append(RNG.normal(0, 3, 70), [-1e3, 0.0, 1e3])
    row, code = formulas.ACTIVATIONS[name], activations.CODES[name]
    a = row.value(np, z)
    np.testing.assert_allclose(activate(code, z), a, rtol=1e-14, atol=1e-300)
    np.testing.assert_allclose(derivative(code, z), row.derivative(np, z, a), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 33), (3, 7), (4, 32)])
def test_compiled_loss_is_that_of_the_table(name, parameter, shape):
    row = LOSSES[name]
    if row.couples_units and shape[0] == 1:
        shape = (2, shape[1])
    z, y = RNG.normal(0, 3, shape), targets(name, shape)
    a, loss = output_and_loss(name, z, y, parameter)
    np.testing.assert_allclose(a, formulas.OUTPUTS[row.output].value(np, z), rtol=1e-14, atol=1e-15)
    parameter = parameter_of(name, parameter)
    np.testing.assert_allclose(loss, row.value(np, z, y, parameter).sum(), rtol=1e-13)
    np.testing.assert_allclose(
        residual(name, z, y, parameter), row.residual(np, a, y, parameter), rtol=1e-13, atol=1e-15
    )


@pytest.mark.parametrize("name", ["log_loss", "multinomial_log_loss"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_loss_is_finite_for_logits_of_any_size(name, dtype):
    z = np.array([[1e3, -1e3, 1e30, 0.0], [-1e3, 1e3, -1e30, 0.0]], dtype)
    y = np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0]], dtype)
    a, loss = output_and_loss(name, z, y)
    assert np.isfinite(a).all()
    assert np.isfinite(loss)
    assert loss >= 2e3 * 0.99  # the second example is wrong by 1e3 in each logit


def test_penalty_is_half_the_square_and_its_gradient_the_weight():
    w = RNG.standard_normal(50)
    np.testing.assert_allclose(inner("l2_value")(w, 3, 41), np.sum(w[3:41] ** 2) / 2, rtol=1e-14)
    gradient = np.ones_like(w)
    inner("l2_gradient")(w, 0.3, gradient, 3, 41)
    np.testing.assert_allclose(gradient[3:41], 0.3 * w[3:41], rtol=1e-15)
    assert (gradient[:3] == 1).all()
    assert (gradient[41:] == 1).all()
