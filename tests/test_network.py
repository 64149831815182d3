import numpy as np
import pytest
from hypothesis import given
from problems import problems
from sklearn.neural_network import MLPClassifier

from ridgenet._errors import InputError
from ridgenet._network import INITIALISATIONS, Network


@given(problems())
def test_views_and_flatten_are_each_others_inverse(problem):
    network = problem.network
    np.testing.assert_array_equal(network.flatten(problem.weights, problem.biases), problem.parameters)
    assert sum(W.size + b.size for W, b in zip(problem.weights, problem.biases, strict=True)) == network.n_parameters
    for W, b, n_in, n_out in zip(
        problem.weights, problem.biases, network.layer_sizes, network.layer_sizes[1:], strict=False
    ):
        assert W.shape == (n_out, n_in)
        assert b.shape == (n_out,)


def test_views_write_through():
    network = Network((2, 3, 1))
    parameters = np.zeros(network.n_parameters)
    network.weights(parameters)[1][:] = 7
    network.biases(parameters)[0][:] = 5
    np.testing.assert_array_equal(parameters, [0] * 6 + [5] * 3 + [7] * 3 + [0])


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_glorot_draws_what_scikit_learn_draws(activation):
    network = Network((5, 8, 4, 3), activation, "multinomial_log_loss")
    rng = np.random.RandomState(0)
    X, y = rng.standard_normal((30, 5)), np.arange(30) % 3
    # a step too small to move anything shows the start
    mlp = MLPClassifier(
        (8, 4), activation=activation, solver="sgd", learning_rate_init=1e-300, max_iter=1, random_state=3
    )
    with pytest.warns(UserWarning, match="Maximum iterations"):
        mlp.fit(X, y)
    parameters = network.initial_parameters("glorot", np.random.RandomState(3))
    for ours, theirs in zip(network.weights(parameters), mlp.coefs_, strict=True):
        np.testing.assert_allclose(ours, theirs.T, rtol=1e-12)
    for ours, theirs in zip(network.biases(parameters), mlp.intercepts_, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_small_normal_is_the_tutorials_start(golden):
    """The tutorial seeds once, draws the data, and goes on to draw the start."""
    from sklearn.datasets import make_moons

    rng = np.random.RandomState(6)
    X, y = make_moons(200, noise=0.30, random_state=rng)
    np.testing.assert_allclose(X, golden.X, rtol=1e-12)
    np.testing.assert_array_equal(y, golden.y)
    np.testing.assert_allclose(golden.network.initial_parameters("small_normal", rng), golden.start, rtol=1e-12)


def test_he_fills_the_bound_that_its_fan_in_asks_for_and_leaves_biases_zero():
    network = Network((50, 400, 1))
    parameters = network.initial_parameters("he", np.random.RandomState(0))
    W, b = network.weights(parameters)[0], network.biases(parameters)[0]
    assert W.std() == pytest.approx(np.sqrt(2 / 50), rel=0.01)
    assert abs(W).max() <= np.sqrt(6 / 50)
    assert not b.any()


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_the_start_has_the_type_asked_for_and_depends_on_the_seed_alone(init):
    network = Network((3, 4, 2))
    one, same, other = (network.initial_parameters(init, np.random.RandomState(s), np.float32) for s in (1, 1, 2))
    assert one.dtype == np.float32
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("sizes", [(), (3,), (2, 0, 1), (2, -1, 1), (2, 2.5, 1), (2, True + 0.5, 1), ("2", 1)])
def test_sizes_that_make_no_network_are_refused(sizes):
    with pytest.raises(InputError, match="layer sizes must be positive integers"):
        Network(sizes)


@pytest.mark.parametrize(("name", "arguments"), [("activation", ("elu", "log_loss")), ("loss", ("tanh", "probit"))])
def test_unknown_names_are_refused_with_those_that_are_known(name, arguments):
    with pytest.raises(InputError, match=f"{name} must be one of .*, .*; got '(elu|probit)'"):
        Network((2, 1), *arguments)
    with pytest.raises(InputError, match="init must be one of glorot, he, small_normal; got 'zeros'"):
        Network((2, 1)).initial_parameters("zeros", np.random.RandomState(0))
