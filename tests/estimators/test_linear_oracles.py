"""Without hidden layers the minimum is known: that of scikit-learn's linear models."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge
from sklearn.preprocessing import StandardScaler

from ridgenet import RidgeNetClassifier, RidgeNetRegressor

RNG = np.random.RandomState(0)
X = RNG.standard_normal((150, 4)) * [1, 3, 0.2, 10] + [0, 5, -1, 100]
Z = StandardScaler().fit_transform(X)
SIGNAL = Z @ [1.0, -1.0, 0.5, 0.0] + RNG.standard_normal(150)
WEIGHTS = RNG.randint(0, 4, 150).astype(float)
TIGHT = {"hidden_layer_sizes": (), "tol": 1e-12, "max_iter": 5000, "random_state": 0}


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("alpha", [0.1, 5.0])
@pytest.mark.parametrize("n_classes", [2, 4])
def test_logistic_regression(weights, alpha, n_classes):
    y = np.digitize(SIGNAL, np.linspace(-1.5, 1.5, n_classes - 1))
    net = RidgeNetClassifier(alpha=alpha, standardize=False, **TIGHT).fit(Z, y, weights)
    oracle = LogisticRegression(C=1 / alpha, tol=1e-12, max_iter=10_000).fit(Z, y, weights)
    np.testing.assert_allclose(net.coefs_[0].T, oracle.coef_, atol=1e-6)
    np.testing.assert_allclose(net.intercepts_[0], oracle.intercept_, atol=1e-6)
    np.testing.assert_allclose(net.predict_proba(Z), oracle.predict_proba(Z), atol=1e-6)
    np.testing.assert_allclose(net.predict_log_proba(Z), oracle.predict_log_proba(Z), atol=1e-5)
    if n_classes == 2:
        np.testing.assert_allclose(net.decision_function(Z), oracle.decision_function(Z), atol=1e-5)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("n_outputs", [1, 3])
def test_ridge(weights, standardize, n_outputs):
    y = SIGNAL if n_outputs == 1 else np.column_stack([SIGNAL, 10 * SIGNAL**2 + 7, -SIGNAL + X[:, 1]])
    net = RidgeNetRegressor(alpha=3.0, standardize=standardize, **TIGHT).fit(X if standardize else Z, y, weights)
    scaler = StandardScaler().fit(X, sample_weight=weights)
    inputs = scaler.transform(X) if standardize else Z
    oracle = Ridge(alpha=3.0).fit(inputs, y, weights)
    np.testing.assert_allclose(
        net.predict(X if standardize else Z), oracle.predict(inputs), atol=1e-6 * np.abs(y).max()
    )
    coef = np.atleast_2d(oracle.coef_) / (scaler.scale_ if standardize else 1.0)
    np.testing.assert_allclose(net.coefs_[0].T, coef, atol=1e-6 * max(1, np.abs(coef).max()))


@pytest.mark.parametrize("solver", ["lbfgs", "sgd", "adam"])
def test_without_hidden_layers_nothing_depends_on_the_start(solver):
    """Only differences of the intercepts of softmax matter; they add up to zero, as at the start."""
    inputs, y = load_iris(return_X_y=True)
    oracle = LogisticRegression(C=1.0, tol=1e-12, max_iter=10_000).fit(inputs, y)
    settings = TIGHT | {"solver": solver, "tol": 1e-8, "max_iter": 5000 if solver == "lbfgs" else 2}
    for seed in (0, 1, 2):
        net = RidgeNetClassifier(standardize=False, **settings | {"random_state": seed})
        if solver == "lbfgs":
            net.fit(inputs, y)
            # intercepts of inputs off zero are flat directions of the objective
            np.testing.assert_allclose(net.intercepts_[0], oracle.intercept_, rtol=1e-3)
            np.testing.assert_allclose(net.coefs_[0].T, oracle.coef_, rtol=1e-3)
        else:
            with pytest.warns(UserWarning, match="Maximum iterations"):
                net.fit(inputs, y)
            np.testing.assert_allclose(net.intercepts_[0].sum(), 0.0, atol=0.01)


@pytest.mark.parametrize("alpha", [0.0, 1e-9])
def test_where_the_inputs_leave_a_choice_the_solution_is_that_of_smallest_norm(alpha):
    inputs = np.column_stack([Z, Z[:, 0], Z[:, 1] - Z[:, 2]])
    standard = StandardScaler().fit_transform(inputs)
    settings = TIGHT | {"tol": 1e-9, "alpha": alpha}
    net = RidgeNetRegressor(**settings).fit(standard, SIGNAL)
    smallest = np.linalg.pinv(standard) @ (SIGNAL - SIGNAL.mean())
    np.testing.assert_allclose(net.coefs_[0][:, 0], smallest, atol=1e-6)
    classifier = RidgeNetClassifier(**settings | {"tol": 1e-6}).fit(standard, np.digitize(SIGNAL, [-1, 1]))
    W = classifier.coefs_[0]
    np.testing.assert_allclose(W[0], W[4], atol=1e-9)
    # what is not seen by any sample is not in the weights: they lie in the space of the rows
    np.testing.assert_allclose(np.linalg.pinv(standard) @ standard @ W, W, atol=1e-9)
    np.testing.assert_allclose(W.sum(axis=1), 0.0, atol=1e-9)


def test_poisson_regression():
    y = RNG.poisson(np.exp(0.5 * Z[:, 0] + 0.3))
    net = RidgeNetRegressor(loss="poisson", alpha=2.0, standardize=False, **TIGHT).fit(Z, y)
    oracle = PoissonRegressor(alpha=2.0 / len(y), tol=1e-10, max_iter=5000).fit(Z, y)
    np.testing.assert_allclose(net.coefs_[0][:, 0], oracle.coef_, atol=1e-6)
    np.testing.assert_allclose(net.predict(Z), oracle.predict(Z), rtol=1e-6)


def test_several_labels_are_as_many_logistic_regressions():
    Y = np.column_stack([SIGNAL > 0, SIGNAL > 1, Z[:, 1] > 0.3]).astype(int)
    net = RidgeNetClassifier(alpha=2.0, standardize=False, **TIGHT).fit(Z, Y)
    for label in range(3):
        oracle = LogisticRegression(C=1 / 2, tol=1e-12, max_iter=10_000).fit(Z, Y[:, label])
        np.testing.assert_allclose(net.coefs_[0][:, label], oracle.coef_[0], atol=1e-6)
        np.testing.assert_allclose(net.predict_proba(Z)[:, label], oracle.predict_proba(Z)[:, 1], atol=1e-6)
        np.testing.assert_array_equal(net.predict(Z)[:, label], oracle.predict(Z))


@pytest.mark.parametrize("class_weight", ["balanced", {0: 1.0, 1: 5.0}])
def test_class_weights(class_weight):
    y = (SIGNAL > 1).astype(int)
    net = RidgeNetClassifier(alpha=2.0, standardize=False, class_weight=class_weight, **TIGHT).fit(Z, y)
    oracle = LogisticRegression(C=1 / 2, class_weight=class_weight, tol=1e-12, max_iter=10_000).fit(Z, y)
    np.testing.assert_allclose(net.coefs_[0].T, oracle.coef_, atol=1e-6)


def test_sparse_inputs():
    y, S = (SIGNAL > 0).astype(int), np.where(np.abs(Z) < 0.7, 0.0, Z)
    dense = RidgeNetClassifier(alpha=2.0, **TIGHT).fit(S, y)
    sparse = RidgeNetClassifier(alpha=2.0, **TIGHT).fit(csr_matrix(S), y)
    np.testing.assert_allclose(sparse.coefs_[0], dense.coefs_[0], atol=1e-7)
    np.testing.assert_allclose(sparse.predict_proba(csr_matrix(S)), dense.predict_proba(S), atol=1e-7)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_mini_batches_go_to_the_same_minimum_under_dataset_scaling(solver):
    """Whatever the size of the batch; with lambda divided by the batch it would be another."""
    y = (SIGNAL > 0).astype(int)
    settings = TIGHT | {"tol": 0.0, "max_iter": 3000, "n_iter_no_change": np.inf}
    net = RidgeNetClassifier(
        alpha=5.0, standardize=False, solver=solver, batch_size=50, learning_rate="cosine",
        learning_rate_init=0.05 if solver == "sgd" else 0.02, **settings,
    )  # fmt: skip
    with pytest.warns(UserWarning, match="Maximum iterations"):
        net.fit(Z, y)
    oracle = LogisticRegression(C=1 / 5, tol=1e-12, max_iter=10_000).fit(Z, y)
    np.testing.assert_allclose(net.coefs_[0].T, oracle.coef_, atol=2e-3)
