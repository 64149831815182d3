"""Leave-one-out without refits, against refits."""

import numpy as np
import pytest
from path_problems import make_path_problem
from scipy.sparse import csr_matrix
from sklearn.datasets import load_wine, make_moons
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import log_loss

from ridgenet import PathDisplay, RidgeNetClassifierCV, RidgeNetRegressorCV
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.path import _hessian
from ridgenet.path._leave_one_out import leave_one_out
from ridgenet.path._problem import Problem
from ridgenet.path._rows import ArrayRows

QUICK = {"n_alphas": 8, "n_restarts": 2, "random_state": 0}
TIGHT = LBFGSSettings(20_000, 60_000, 1e-10, 0.0, 20)


def minimum(problem, alpha, start=None):
    search = problem.search(TIGHT)
    search.restart(alpha, problem.random_start(np.random.default_rng(0)) if start is None else start)
    search.run_to_the_end()
    return search.point.copy()


def refitted(problem, alpha, parameters):
    """The prediction of each row by the network refitted without it, at the same λ and in the same units."""
    part = problem.rows.part()
    outputs = np.empty(part.Y.shape)
    for i in range(len(outputs)):
        weights = np.ones(len(outputs)) if part.weights is None else part.weights.copy()
        weights[i] = 0.0
        without = ArrayRows(part.X, part.Y, weights, standardizer=part.standardizer)
        found = minimum(Problem(problem.network, without), alpha, parameters)
        outputs[i] = problem.network.predict(found, part.inputs()[i : i + 1])[0]
    return part.standardizer.inverse_transform_targets(outputs)


def approximate(problem, alpha, parameters):
    return leave_one_out(problem.network, problem.rows.part(), problem.penalty.at(alpha), parameters)


@pytest.mark.parametrize("weighted", [False, True])
def test_it_is_exact_for_ridge_regression(weighted):
    problem = make_path_problem((), "squared_error", n=20, k=2, weighted=weighted)
    parameters = minimum(problem, 2.0)
    np.testing.assert_allclose(
        approximate(problem, 2.0, parameters), refitted(problem, 2.0, parameters), rtol=1e-7, atol=1e-7
    )


@pytest.mark.parametrize(
    ("loss", "k", "hidden", "alpha"),
    [
        ("log_loss", 1, (), 0.5),
        ("log_loss", 1, (4,), 0.5),
        ("log_loss", 2, (4,), 1.0),
        ("multinomial_log_loss", 3, (4,), 0.5),
        ("squared_error", 1, (4,), 0.5),
        ("squared_error", 2, (4, 3), 3.0),
        ("poisson", 1, (4,), 10.0),
    ],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_it_agrees_with_refits(loss, k, hidden, alpha, weighted):
    problem = make_path_problem(hidden, loss, n=40, k=k, weighted=weighted)
    parameters = minimum(problem, alpha)
    Y = problem.rows.part().Y
    fitted = problem.network.predict(parameters, problem.rows.part().inputs())
    fitted = problem.rows.standardizer().inverse_transform_targets(fitted)
    found, expected = approximate(problem, alpha, parameters), refitted(problem, alpha, parameters)
    moved = np.abs(expected - fitted).mean()
    assert np.abs(found - expected).mean() < 0.1 * moved
    assert ((found - Y) ** 2).mean() == pytest.approx(((expected - Y) ** 2).mean(), rel=0.02)


def test_samples_that_decide_their_own_class_get_further_steps(monkeypatch):
    """One step alone misses the loss of nearly separated classes by more than a tenth."""
    X, y = load_wine(return_X_y=True)
    net = RidgeNetClassifierCV((8,), alphas=[0.5], selection="loo", **QUICK | {"n_restarts": 1}).fit(X, y)
    problem = net._problems(net._data(X, y, None))[0]
    parameters = minimum(problem, 0.5, net.path_.parameters[0, 0])
    expected = log_loss(y, refitted(problem, 0.5, parameters))
    assert log_loss(y, approximate(problem, 0.5, parameters)) == pytest.approx(expected, rel=0.01)
    assert -net.cv_results_["mean_test_score"][0] == pytest.approx(expected, rel=0.01)
    monkeypatch.setattr("ridgenet.path._leave_one_out.TOLERANCE", np.inf)
    assert abs(log_loss(y, approximate(problem, 0.5, parameters)) / expected - 1) > 0.1


def test_blocks_of_rows_make_no_difference(monkeypatch):
    problem = make_path_problem((4,), "multinomial_log_loss", n=30, k=3)
    parameters = minimum(problem, 0.5)
    whole = approximate(problem, 0.5, parameters)
    monkeypatch.setattr(_hessian, "JACOBIAN_BYTES", 7 * 8 * problem.network.n_parameters * 3)
    np.testing.assert_allclose(approximate(problem, 0.5, parameters), whole, rtol=1e-5)


def test_ridge_regression_chooses_the_lambda_of_scikit_learn():
    """RidgeCV's leave-one-out standardises nothing: neither does this network."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 6))
    y = X @ rng.normal(size=6) + 2 * rng.normal(size=30)
    alphas = np.geomspace(100, 0.01, 20)
    net = RidgeNetRegressorCV((), alphas=alphas, selection="loo", standardize=False, tol=1e-10, keep=True).fit(X, y)
    ridge = RidgeCV(alphas, store_cv_results=True).fit(X, y)
    assert net.alpha_ == pytest.approx(ridge.alpha_)
    np.testing.assert_allclose(-net.cv_results_["mean_test_score"], ridge.cv_results_.mean(axis=0), rtol=1e-5)
    errors = ridge.cv_results_.std(axis=0) / np.sqrt(29)
    np.testing.assert_allclose(net.cv_results_["standard_error"], errors, rtol=1e-4)
    assert net.oof_predictions_.shape == (20, 30, 1)
    assert not any(name.startswith("split") for name in net.cv_results_)


def test_logistic_regression_has_the_leave_one_out_loss_of_scikit_learn():
    X, y = make_moons(40, noise=0.3, random_state=0)
    net = RidgeNetClassifierCV((), alphas=[3.0, 0.3], selection="loo", standardize=False, tol=1e-8).fit(X, y)
    for alpha, score in zip(net.alphas_, net.cv_results_["mean_test_score"], strict=True):
        kept = [np.delete(np.arange(40), i) for i in range(40)]
        models = [LogisticRegression(C=1 / alpha, tol=1e-10).fit(X[rows], y[rows]) for rows in kept]
        predicted = [model.predict_proba(X[i : i + 1])[0, 1] for i, model in enumerate(models)]
        assert -score == pytest.approx(log_loss(y, predicted), rel=2e-3)


def test_it_chooses_candidates_too_and_has_a_picture_of_its_own():
    X, y = make_moons(60, noise=0.2, random_state=0)
    net = RidgeNetClassifierCV([(), (4,)], selection="loo", **QUICK).fit(X, y)
    assert net.hidden_layer_sizes_ == (4,)
    assert net.alpha_ == net.alpha_min_ <= net.alpha_1se_
    scores = net.cv_results_["mean_test_score"]
    assert net.alpha_ == net.cv_results_["alpha"][scores.argmax()]
    display = PathDisplay.from_estimator(net).plot()
    assert display.ax_.get_ylabel() == "leave-one-out log loss"
    single = RidgeNetClassifierCV((4,), selection="loo", average=False, **QUICK).fit(X, y)
    assert (single.cv_results_["mean_test_score"] != scores[8:]).any()


def test_sparse_inputs_make_no_difference():
    dense, sparse = (make_path_problem(as_inputs=as_inputs) for as_inputs in (np.asarray, csr_matrix))
    parameters = minimum(dense, 1.0)
    np.testing.assert_allclose(approximate(sparse, 1.0, parameters), approximate(dense, 1.0, parameters), rtol=1e-6)


def test_single_precision_gives_nearly_the_same():
    X, y = make_moons(40, noise=0.3, random_state=0)
    nets = [RidgeNetClassifierCV((3,), selection="loo", **QUICK).fit(X.astype(dtype), y) for dtype in ("f4", "f8")]
    single, double = (-net.cv_results_["mean_test_score"] for net in nets)
    assert single.min() == pytest.approx(double.min(), rel=0.02)
