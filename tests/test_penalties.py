"""The penalty as an object, and a factor for each input: against differences, scikit-learn, and scaled inputs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import Problem, problems
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.preprocessing import StandardScaler

from ridgenet import InputError, RidgeNetClassifierCV, RidgeNetRegressor, RidgeNetRegressorCV, ridgenet_path
from ridgenet._network import Network
from ridgenet.core._external_lbfgs import ExternalLBFGS
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.core._objective import cost_and_gradient, make_objective
from ridgenet.core._penalties import L2Penalty, penalty_factors
from ridgenet.path._evidence import evidence
from ridgenet.path._grid import strongest
from ridgenet.path._problem import Problem as PathProblem

RNG = np.random.RandomState(3)
X = StandardScaler().fit_transform(RNG.standard_normal((120, 3)))
y = X @ [2.0, -1.0, 0.5] + 0.5 * RNG.standard_normal(120)
FACTORS = np.array([1.0, 4.0, 0.25])
QUICK = {"n_alphas": 6, "n_restarts": 2, "random_state": 0}


@given(problems(), st.booleans(), st.integers(0, 2**31))
def test_the_kernels_are_the_object(problem: Problem, with_factors: bool, seed: int):
    network, rng = problem.network, np.random.RandomState(seed)
    penalty = L2Penalty(
        rng.uniform(0, 3, network.n_layers), rng.uniform(0, 2, network.layer_sizes[0]) if with_factors else None
    )
    data = cost_and_gradient(network, problem.parameters, problem.X, problem.Y, alpha=0.0)
    value, gradient = cost_and_gradient(
        network, problem.parameters, problem.X, problem.Y, alpha=penalty.alpha, factors=penalty.factors, n_samples=7.0
    )[1:]
    assert value == pytest.approx(penalty.value(network, problem.parameters, 7.0), rel=1e-12)
    expected = penalty.gradient(network, problem.parameters, 7.0)
    np.testing.assert_allclose(gradient - data[2], expected, atol=1e-12 * max(1, np.abs(gradient).max()))


def test_gradient_and_curvature_are_the_derivatives_of_the_value():
    network = Network((3, 2, 1), loss="squared_error")
    theta, penalty, h = RNG.standard_normal(network.n_parameters), L2Penalty([0.7, 3.0], FACTORS), 1e-4
    steps = h * np.eye(network.n_parameters)
    value = [[penalty.value(network, theta + sign * step, 5.0) for step in steps] for sign in (1, 0, -1)]
    np.testing.assert_allclose(
        penalty.gradient(network, theta, 5.0), np.subtract(value[0], value[2]) / (2 * h), atol=1e-8
    )
    second = (np.array(value[0]) - 2 * np.array(value[1]) + value[2]) / h**2
    np.testing.assert_allclose(penalty.curvature(network, 5.0), second, atol=1e-5)


@pytest.mark.parametrize("solver", ["lbfgs", "sgd"])
def test_a_factor_is_the_scale_of_an_input(solver):
    """Ridge regression on x / √f, without a hidden layer."""
    settings = {"standardize": False, "tol": 1e-10, "alpha": 10.0}
    if solver == "sgd":
        settings |= {
            "learning_rate_init": 0.05,
            "max_iter": 3000,
            "tol": 0.0,
            "n_iter_no_change": 4000,
            "batch_size": 120,
        }
    net = RidgeNetRegressor((), solver=solver, penalty_factor=FACTORS, random_state=0, **settings)
    if solver == "sgd":
        with pytest.warns(UserWarning, match="Maximum iterations"):
            net.fit(X, y)
    else:
        net.fit(X, y)
    oracle = Ridge(alpha=10.0).fit(X / np.sqrt(FACTORS), y)
    np.testing.assert_allclose(net.coefs_[0][:, 0], oracle.coef_ / np.sqrt(FACTORS), atol=1e-5)


def test_an_input_without_a_penalty_is_least_squares():
    net = RidgeNetRegressor((), penalty_factor=[1, 1, 0], alpha=1e8, tol=1e-12, standardize=False).fit(X, y)
    alone = LinearRegression().fit(X[:, [2]], y)
    np.testing.assert_allclose(net.coefs_[0][:2, 0], 0.0, atol=1e-4)
    assert net.coefs_[0][2, 0] == pytest.approx(alone.coef_[0], abs=1e-4)


def test_lambda_max_is_where_the_penalised_network_vanishes():
    path = ridgenet_path(
        X, y, penalty_factor=FACTORS, hidden_layer_sizes=(3,), n_alphas=3, alpha_max_ratio=1.02, alpha_min_ratio=0.9,
        n_restarts=2, tol=1e-9, random_state=0,
    )  # fmt: skip
    assert path.squared_norms[0] < 1e-6
    assert path.squared_norms[-1] > 1e-4
    plain = ridgenet_path(X / np.sqrt(FACTORS), y, standardize=False, **QUICK)
    factored = ridgenet_path(X, y, standardize=False, penalty_factor=FACTORS, **QUICK)
    np.testing.assert_allclose(factored.alphas, plain.alphas, rtol=1e-9)


@pytest.mark.parametrize("selection", ["min", "evidence"])
@pytest.mark.parametrize("factors", [[1.0, 4.0, 0.25], [1.0, 0.0, 1.0]])
@pytest.mark.parametrize("hidden", [(), (3,)])
def test_lambda_is_chosen_with_them(selection, factors, hidden):
    settings = QUICK if selection == "evidence" else QUICK | {"cv": 3}
    net = RidgeNetRegressorCV(hidden, penalty_factor=factors, selection=selection, **settings).fit(X, y)
    assert net.score(X, y) > 0.9


def test_the_evidence_of_a_factor_is_that_of_the_scaled_input():
    settings = {"standardize": False, "selection": "evidence", "alphas": [10.0, 1.0], "random_state": 0}
    factored = RidgeNetRegressorCV((), penalty_factor=FACTORS, **settings).fit(X, y).path_
    scaled = RidgeNetRegressorCV((), **settings).fit(X / np.sqrt(FACTORS), y).path_
    np.testing.assert_allclose(factored.n_effective, scaled.n_effective, rtol=1e-4)
    np.testing.assert_allclose(np.diff(factored.log_evidence), np.diff(scaled.log_evidence), rtol=1e-4)


def test_noise_held_down_does_less_harm():
    noise = RNG.standard_normal((120, 20))
    inputs, classes = np.column_stack([X, noise]), (y > 0).astype(int)
    held = RidgeNetClassifierCV((4,), penalty_factor=[1] * 3 + [1e3] * 20, cv=3, **QUICK).fit(inputs, classes)
    free = RidgeNetClassifierCV((4,), cv=3, **QUICK).fit(inputs, classes)
    assert held.cv_results_["mean_test_score"].max() > free.cv_results_["mean_test_score"].max()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1, 2], "a number for each of the 3 columns"),
        ([1, -1, 1], "for column 1 it is -1"),
        ([1, 1, np.nan], "for column 2 it is nan"),
        ([0, 0, 0], "0 for every column"),
        (["a", "b", "c"], "a number for each of the 3 columns"),
    ],
)
def test_factors_that_cannot_be_are_refused(given, message):
    with pytest.raises(InputError, match=message):
        RidgeNetRegressor((), penalty_factor=given).fit(X, y)


def test_ones_are_no_factors():
    assert penalty_factors(np.ones(3), 3) is None


class Absolute:
    """A penalty that has a value alone."""

    name = "absolute penalty"

    def value(self, network, parameters, n_samples=1.0):
        return float(np.abs(parameters).sum()) / n_samples


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda network: make_objective(network, Absolute()), "the compiled core needs .* 'numbers'; the absolute"),
        (
            lambda network: ExternalLBFGS(
                network, np.zeros(network.n_parameters), 1.0, Absolute(), LBFGSSettings(), lambda *_: None
            ),
            "L-BFGS on partitions or a device needs .* 'curvature'",
        ),
        (lambda network: evidence(network, None, Absolute(), np.zeros(1)), "the evidence needs .* 'curvature'"),
        (lambda network: strongest(PathProblem(network, None, penalty=Absolute())), "a grid of λ .* 'alpha_max'"),
    ],
    ids=["kernels", "external", "evidence", "grid"],
)
def test_solvers_refuse_a_penalty_that_lacks_what_they_need(use, message):
    with pytest.raises(InputError, match=message):
        use(Network((3, 2, 1)))
