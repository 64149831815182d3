from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import Problem, make_problem, problems

from ridgenet import equations
from ridgenet._network import Network
from ridgenet.core._dense import is_wide
from ridgenet.core._objective import cost_and_gradient
from ridgenet.formulas import ACTIVATIONS, LOSSES


def by_equations(problem):
    network, weights = problem.network, problem.weights
    z, a = equations.forward(weights, problem.biases, problem.X.T, network.activation, network.loss)
    costs = equations.objective(weights, z, problem.Y.T, network.loss, problem.alpha, problem.n_samples)
    dW, db = equations.backward(
        weights, z, a, problem.Y.T, network.activation, network.loss, problem.alpha, problem.n_samples
    )
    return *costs, network.flatten(dW, db)


def by_core(problem, **changed):
    arguments = {"parameters": problem.parameters, "X": problem.X, "Y": problem.Y, "alpha": problem.alpha} | changed
    return cost_and_gradient(problem.network, n_samples=problem.n_samples, **arguments)


def assert_equal_to_equations(problem, **changed):
    """Objective to 1e-12, and each derivative to 1e-12 of the largest, where terms of opposite sign cancel in it."""
    data_loss, l2_penalty, gradient = by_core(problem, **changed)
    expected_data_loss, expected_l2_penalty, expected_gradient = by_equations(problem)
    assert data_loss == pytest.approx(expected_data_loss, rel=1e-12, abs=0)
    assert l2_penalty == pytest.approx(expected_l2_penalty, rel=1e-12, abs=0)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=0, atol=1e-12 * abs(expected_gradient).max())


@given(problems(), st.sampled_from([1, 7, 256]))
def test_the_core_computes_the_equations(problem, capacity):
    assert_equal_to_equations(problem, capacity=capacity)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_each_activation_with_each_loss_is_that_of_the_equations(activation, loss):
    for seed, hidden in enumerate([(4,), (7, 5), (1,), (9, 2, 3)]):
        assert_equal_to_equations(make_problem(Network((6, *hidden, 3), activation, loss), 37, seed))


def test_the_objective_of_the_tutorial_is_that_of_the_equations(golden):
    Y = golden.y[:, np.newaxis]
    for parameters in (golden.start, *golden.after_epoch.values()):
        assert_equal_to_equations(Problem(golden.network, parameters, golden.X, Y, golden.alpha, len(Y)))


@given(problems())
def test_float32_is_right_to_its_own_precision(problem):
    data_loss, l2_penalty, gradient = by_core(problem, parameters=problem.parameters.astype(np.float32))
    # the oracle sees the rounded parameters too, so that only arithmetic differs
    rounded = [values.astype(np.float32).astype(float) for values in (problem.parameters, problem.X, problem.Y)]
    exact = type(problem)(problem.network, *rounded, problem.alpha, problem.n_samples)
    expected_data_loss, expected_l2_penalty, expected_gradient = by_equations(exact)
    assert gradient.dtype == np.float32
    assert data_loss == pytest.approx(expected_data_loss, rel=1e-5, abs=1e-6)
    assert l2_penalty == pytest.approx(expected_l2_penalty, rel=1e-5)
    if problem.network.activation != "relu":  # a unit at its kink may fall on either side
        scale = max(1, abs(expected_gradient).max())
        np.testing.assert_allclose(gradient, expected_gradient, rtol=0, atol=2e-5 * scale)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("n_inputs", range(1, 10))
def test_every_remainder_of_the_unrolled_loops(activation, n_inputs):
    problem = make_problem(Network((n_inputs, n_inputs, 2), activation, "squared_error"), 19, seed=n_inputs)
    np.testing.assert_allclose(by_core(problem)[2], by_equations(problem)[2], rtol=0, atol=1e-12)


@pytest.mark.parametrize("sizes", [(30, 40, 3), (9, 50, 48, 2), (100, 7, 1)])
@pytest.mark.parametrize("capacity", [7, 64])
def test_layers_so_wide_that_blas_takes_them(sizes, capacity):
    problem = make_problem(Network(sizes, "tanh", "squared_error"), 64, seed=3, scale=0.2)
    assert any(is_wide(n_out, n_in, 64) for n_in, n_out in pairwise(sizes)) == (sizes[1] > 8)
    data_loss, l2_penalty, gradient = by_core(problem, capacity=capacity)
    expected = by_equations(problem)
    assert (data_loss, l2_penalty) == pytest.approx(expected[:2], rel=1e-12)
    np.testing.assert_allclose(gradient, expected[2], rtol=0, atol=1e-12)


@given(problems())
def test_the_gradient_of_the_penalty_is_lambda_w_over_n_and_spares_biases(problem):
    network = problem.network
    difference = by_core(problem, alpha=2.0)[2] - by_core(problem, alpha=0.0)[2]
    expected = network.flatten(
        [2.0 * W / problem.n_samples for W in problem.weights], [np.zeros_like(b) for b in problem.biases]
    )
    np.testing.assert_allclose(difference, expected, atol=1e-14)


def test_a_strength_for_each_layer_penalises_that_layer():
    problem = make_problem(Network((3, 4, 2, 1)), 20, seed=0)
    only_second = by_core(problem, alpha=[0.0, 5.0, 0.0])
    none = by_core(problem, alpha=0.0)
    assert only_second[1] == pytest.approx(5.0 / (2 * problem.n_samples) * np.sum(problem.weights[1] ** 2))
    changed = problem.network.weights(only_second[2] - none[2])
    np.testing.assert_allclose(changed[1], 5.0 / problem.n_samples * problem.weights[1], rtol=1e-12)
    assert not changed[0].any()
    assert not changed[2].any()


@given(problems(), st.integers(1, 9))
def test_under_dataset_scaling_batches_of_an_epoch_add_up_to_the_full_gradient(problem, batch_size):
    n = len(problem.X)
    starts = range(0, n, batch_size)
    parts = [slice(start, start + batch_size) for start in starts]
    gradients = [
        cost_and_gradient(
            problem.network, problem.parameters, problem.X[part], problem.Y[part], alpha=problem.alpha, n_samples=n
        )[2]
        for part in parts
    ]
    sizes = [len(problem.X[part]) for part in parts]
    full = cost_and_gradient(problem.network, problem.parameters, problem.X, problem.Y, alpha=problem.alpha)[2]
    np.testing.assert_allclose(
        np.average(gradients, axis=0, weights=sizes), full, rtol=0, atol=1e-13 * max(1, abs(full).max())
    )


def test_the_order_of_hidden_units_and_the_signs_of_tanh_units_do_not_matter():
    problem = make_problem(Network((3, 6, 1)), 25, seed=4)
    order, signs = np.random.RandomState(0).permutation(6), np.array([1, -1, 1, 1, -1, -1])
    (W1, W2), (b1, b2) = problem.weights, problem.biases
    same = problem.network.flatten([signs[:, None] * W1[order], W2[:, order] * signs], [signs * b1[order], b2])
    assert by_core(problem, parameters=same)[:2] == pytest.approx(by_core(problem)[:2], rel=1e-14)


@pytest.mark.parametrize(
    "change",
    [
        np.asfortranarray,
        lambda X: np.repeat(X, 2, axis=1)[:, ::2],
        lambda X: X.astype(">f8"),
        lambda X: X.tolist(),
    ],
    ids=["Fortran order", "strided", "big-endian", "list"],
)
def test_any_layout_of_the_same_numbers_gives_the_same_result(change):
    problem = make_problem(Network((5, 4, 1)), 11, seed=2)
    expected = by_core(problem)
    result = by_core(problem, X=change(problem.X))
    assert result[0] == expected[0]
    np.testing.assert_array_equal(result[2], expected[2])


def test_read_only_arrays_are_left_alone():
    problem = make_problem(Network((5, 4, 1)), 11, seed=2)
    expected = by_core(problem)[2]
    for values in (problem.X, problem.Y, problem.parameters):
        values.flags.writeable = False
    np.testing.assert_array_equal(by_core(problem)[2], expected)
