"""λ_max: just above it nothing of the network is left, just below it something is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from path_problems import make_path_problem

from ridgenet import formulas, ridgenet_path
from ridgenet._datasets import load
from ridgenet.formulas import LOSSES
from ridgenet.path._grid import Grid, alpha_grid, alpha_max, null_gradient_norm
from ridgenet.path._search import Plan, follow, new_chain

PRECISE = Plan(n_screened=1, sweeps=1, tol=1e-10, relative_tol=1e-15, max_iter=20_000)


def lowest_of_8_starts(problem, alpha):
    """Return data loss and sum of squared weights of the lowest of 8 minima."""
    alphas = np.array([alpha])
    chains = [follow(problem, alphas, [seed], PRECISE, new_chain(problem, 1)) for seed in range(8)]
    best = min(chains, key=lambda chain: chain.objectives[0])
    return best.objectives[0], sum((W**2).sum() for W in problem.network.weights(best.parameters[0]))


def null_biases(problem):
    """Return the output biases of the network that has no others, in closed form."""
    rows = problem.rows.part()
    mean = np.average(rows.targets, axis=0, weights=rows.weights)
    link = {
        "identity": lambda p: p,
        "logistic": lambda p: np.log(p / (1 - p)),
        "softmax": np.log,
        "exponential": np.log,
    }
    return link[problem.network.output](mean)


def nearby_minimum(problem, alpha, seed):
    """Return data loss and sum of squared weights of the minimum that is reached from close to the null network."""
    network, random = problem.network, np.random.default_rng(seed)
    start = 0.01 * network.initial_parameters("glorot", random)
    network.biases(start)[-1][:] += null_biases(problem)
    search = problem.search(PRECISE.settings)
    search.restart(alpha, start)
    search.run_to_the_end()
    return search.data_losses[-1] + search.l2_penalties[-1], sum((W**2).sum() for W in network.weights(search.point))


def null_objective(problem):
    """Return the objective of the network that has only output biases."""
    rows = problem.rows.part()
    Y, w = rows.targets, np.ones(len(rows.Y)) if rows.weights is None else rows.weights
    z = np.repeat(null_biases(problem)[:, np.newaxis], len(Y), axis=1)
    return np.average(LOSSES[problem.network.loss].value(np, z, Y.T, 0.0), weights=w)


SHAPES = [("log_loss", 1), ("multinomial_log_loss", 3), ("squared_error", 1), ("squared_error", 3), ("poisson", 1)]


def assert_begins_at_alpha_max(problem):
    largest, null = alpha_max(problem), null_objective(problem)
    above, norm_above = max(nearby_minimum(problem, 1.01 * largest, start) for start in range(4))
    below, norm_below = lowest_of_8_starts(problem, 0.97 * largest)
    assert above == pytest.approx(null, rel=1e-6)
    assert norm_above < 1e-4
    assert below < null - 1e-9
    assert norm_below > 100 * norm_above


@settings(max_examples=25, deadline=None)
@given(
    activation=st.sampled_from(["tanh", "identity"]),
    shape=st.sampled_from(SHAPES),
    weighted=st.booleans(),
    standardize=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_the_null_network_is_a_minimum_just_above_and_not_just_below(activation, shape, weighted, standardize, seed):
    loss, k = shape
    assert_begins_at_alpha_max(
        make_path_problem(loss=loss, k=k, seed=seed, activation=activation, weighted=weighted, standardize=standardize)
    )


@pytest.mark.parametrize(("loss", "k"), SHAPES)
@pytest.mark.parametrize("weighted", [False, True])
def test_the_same_for_relu(loss, k, weighted):
    """On chosen data: on one in 500 its few units find a lower minimum elsewhere, from however close to zero."""
    assert_begins_at_alpha_max(make_path_problem(loss=loss, k=k, seed=3, activation="relu", weighted=weighted))


@pytest.mark.parametrize("activation", formulas.ACTIVATIONS)
def test_steepest_slopes(activation):
    z = np.linspace(-8, 8, 200_001)
    unit = formulas.ACTIVATIONS[activation]
    found = np.abs(unit.derivative(np, z, unit.value(np, z))).max()
    assert found == pytest.approx(unit.largest_derivative, rel=1e-3)


def test_the_gradient_at_zero_is_that_of_the_equations():
    """‖R‖₂ is the steepest descent of the summed data loss along W_2 W_1, by finite differences."""
    problem = make_path_problem(hidden=(1,), activation="identity", loss="squared_error", k=2, weighted=True)
    rows = problem.rows.part()
    X, Y, w = rows.inputs(), rows.targets, rows.weights

    def objective(A):
        return (LOSSES["squared_error"].value(np, A @ X.T, Y.T, 0.0) * w).sum()

    gradient = np.zeros((2, 3))
    for index in np.ndindex(2, 3):
        step = np.zeros((2, 3))
        step[index] = 1e-5
        gradient[index] = (objective(step) - objective(-step)) / 2e-5
    assert null_gradient_norm(problem) == pytest.approx(np.linalg.norm(gradient, 2), rel=1e-6)


def test_two_hidden_layers_collapse_at_the_strength_found_and_not_well_below():
    problem = make_path_problem(hidden=(4, 3))
    largest = alpha_max(problem)
    _, norm_above = lowest_of_8_starts(problem, 1.05 * largest)
    _, norm_below = lowest_of_8_starts(problem, 0.5 * largest)
    assert norm_above < 1e-3 < 1e-1 < norm_below


def test_inputs_that_say_nothing_have_a_path_all_the_same():
    problem = make_path_problem(as_inputs=np.ones_like)
    assert alpha_max(problem) == 1.0


def test_the_grid_runs_from_strong_to_weak():
    grid = alpha_grid(50.0, 5, 1e-4)
    np.testing.assert_allclose(grid, [50, 5, 0.5, 0.05, 0.005])
    np.testing.assert_allclose(Grid(grid).at(range(7)), [50, 5, 0.5, 0.05, 0.005, 0.0005, 0.00005])
    assert Grid(grid).steps(1000.0) == 3
    assert Grid(grid).steps(1.5) == 1


def test_the_grid_can_begin_above_the_strength_that_leaves_nothing():
    np.testing.assert_allclose(alpha_grid(50.0, 4, 2e-3, 2.0), [100, 10, 1, 0.1])


@pytest.mark.parametrize("n_alphas", [2, 3, 50])
@pytest.mark.parametrize("ratio", [0.999999, np.nextafter(1.0, 0.0), 0.99, 0.5, 1e-4, 1e-100])
def test_a_grid_has_as_many_strengths_as_asked_for_and_goes_on_below(n_alphas, ratio):
    alphas = alpha_grid(26.0, n_alphas, ratio)
    assert len(alphas) == n_alphas
    grid = Grid(alphas)
    assert len(grid) == n_alphas <= grid.last + 1
    np.testing.assert_array_equal(grid.at(range(n_alphas)), alphas)
    ends = [grid[n_alphas - 1], grid[min(n_alphas, grid.last)], grid[grid.last]]
    assert ends == sorted(ends, reverse=True)
    assert ends[-1] > 0
    assert ends[-1] >= min(26.0e-10, alphas[-1]) * 0.999


@pytest.mark.parametrize("ratios", [(5e-324, 1.0, "alpha_min_ratio"), (0.5, 1e308, "alpha_max_ratio")])
def test_a_grid_with_an_end_that_is_no_number_is_refused(ratios):
    smallest, largest, name = ratios
    with pytest.raises(ValueError, match=name):
        alpha_grid(0.1 if name == "alpha_min_ratio" else 10.0, 3, smallest, largest)


@pytest.mark.parametrize("name", ["circles", "xor", "moons"])
def test_a_path_begins_where_a_network_has_collapsed(name):
    data = load(name)
    path = ridgenet_path(data.X, data.y, n_alphas=12, alpha_max_ratio=1.5, n_restarts=2, random_state=0)
    assert path.squared_norms[0] < 1e-3
    # and not far above: half of that, and there is a network
    half = ridgenet_path(data.X, data.y, alphas=[path.alphas[0] / 3], n_restarts=2, random_state=0)
    assert half.squared_norms[0] > 0.1


def test_where_no_input_tells_anything_by_itself_the_closed_form_is_not_the_end():
    rng = np.random.RandomState(0)
    quadrant = rng.uniform(0.2, 1, size=(40, 2))
    # each point in all four quadrants: Xᵀ(y - ȳ) is zero, though the class is plain to see
    X = np.concatenate([quadrant * signs for signs in ([1, 1], [-1, -1], [1, -1], [-1, 1])])
    y = np.repeat([1, 1, 0, 0], 40)
    path = ridgenet_path(X, y, n_alphas=20, alpha_max_ratio=1.5, n_restarts=3, random_state=0)
    assert path.squared_norms[0] < 1e-3
    at_a_tenth = path.networks[path.index_of(path.alphas[0] / 10)]
    assert np.mean((at_a_tenth.outputs(X)[:, 0] > 0.5) == y) > 0.95


def test_a_grid_of_tiny_steps_goes_on_in_larger_ones():
    grid = Grid(alpha_grid(26.0, 50, 0.9999))
    assert grid.last < 400
    assert grid.steps(2.0) == 49
    assert grid[grid.last] == pytest.approx(26.0e-10, rel=0.2)
