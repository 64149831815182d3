"""What may come in: any layout and type of the same numbers gives the same network; nonsense is refused."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from joblib import Parallel, delayed
from scipy.sparse import coo_matrix, csc_matrix, csr_array, csr_matrix
from sklearn.datasets import make_classification, make_multilabel_classification
from threadpoolctl import threadpool_limits

from ridgenet import DivergenceError, InputError, RidgeNetClassifier, RidgeNetClassifierCV, RidgeNetRegressor

X, y = make_classification(120, 5, random_state=0)
X = np.round(X * 8) / 8  # exact in float32, so that every type holds the same numbers
SHORT = {"hidden_layer_sizes": (4,), "alpha": 1.0, "random_state": 0}


def strided(X):
    return np.repeat(X, 2, axis=1)[:, ::2]


def read_only(X):
    X = X.copy()
    X.flags.writeable = False
    return X


LAYOUTS = {
    "Fortran order": np.asfortranarray,
    "strided": strided,
    "reversed": lambda X: X[:, ::-1].copy()[:, ::-1],
    "read-only": read_only,
    "big-endian": lambda X: X.astype(">f8"),
    "list": lambda X: X.tolist(),
    "int": lambda X: X,
    "pandas": pd.DataFrame,
    "polars": lambda X: pl.DataFrame(X, schema=[f"c{i}" for i in range(X.shape[1])]),
    "matrix of CSR": csr_matrix,
    "array of CSR": csr_array,
    "CSC": csc_matrix,
    "COO": coo_matrix,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("solver", ["lbfgs", "sgd", "adam"])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_any_layout_of_the_same_numbers_gives_the_same_network(layout, solver):
    plain = np.round(X) if layout == "int" else X
    given = plain.astype(int) if layout == "int" else LAYOUTS[layout](plain)
    net = RidgeNetClassifier(solver=solver, max_iter=30, **SHORT)
    expected = net.fit(plain, y).predict_proba(plain)
    net.fit(given, y)
    np.testing.assert_allclose(net.predict_proba(given), expected, rtol=1e-9)
    if "C" not in layout:
        np.testing.assert_array_equal(net.predict_proba(given), expected)


@pytest.mark.parametrize("solver", ["lbfgs", "sgd", "adam"])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_float32_stays_float32(solver):
    single, double = (
        RidgeNetClassifier(solver=solver, max_iter=30, **SHORT).fit(X.astype(dtype), y)
        for dtype in (np.float32, np.float64)
    )
    assert {part.dtype for part in single.coefs_ + single.intercepts_} == {np.dtype(np.float32)}
    for name in ("predict_proba", "predict_log_proba", "decision_function"):
        values = getattr(single, name)(X.astype(np.float32))
        assert values.dtype == np.float32
        np.testing.assert_allclose(values, getattr(double, name)(X), atol=2e-3)
    regressor = RidgeNetRegressor(**SHORT).fit(X.astype(np.float32), X[:, 0].astype(np.float32))
    assert regressor.predict(X.astype(np.float32)).dtype == np.float32


def test_wide_layers_too_give_the_same_network_on_one_thread_and_two():
    rng = np.random.RandomState(0)
    wide = rng.standard_normal((400, 120))
    target = rng.randint(3, size=400)
    net = RidgeNetClassifier((100,), solver="adam", max_iter=3, tol=0.0, random_state=0)
    results = []
    for threads in (1, 2):
        with threadpool_limits(threads), pytest.warns(UserWarning, match="Maximum iterations"):
            results.append(net.fit(wide, target).predict_proba(wide))
    np.testing.assert_array_equal(*results)


def fitted_probabilities(seed):
    return RidgeNetClassifier((4,), alpha=1.0, random_state=seed).fit(X, y).predict_proba(X)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_the_same_seed_gives_the_same_network_however_many_at_once(backend):
    alone = [fitted_probabilities(seed) for seed in range(4)]
    together = Parallel(n_jobs=2, backend=backend)(delayed(fitted_probabilities)(seed) for seed in range(4))
    np.testing.assert_array_equal(alone, together)
    assert not np.array_equal(alone[0], alone[1])


@pytest.mark.parametrize("labels", [["no", "yes"], [-1, 1], [False, True], [2.0, 7.0]])
def test_labels_of_any_kind(labels):
    named = np.array(labels)[y]
    net = RidgeNetClassifier(**SHORT).fit(X, named)
    np.testing.assert_array_equal(net.classes_, labels)
    assert net.predict(X).dtype == named.dtype
    np.testing.assert_array_equal(net.predict_proba(X), RidgeNetClassifier(**SHORT).fit(X, y).predict_proba(X))
    np.testing.assert_array_equal(net.predict(pd.DataFrame(X).to_numpy()), net.predict(X))
    assert net.score(X, pd.Series(named)) > 0.9


def test_column_names_are_kept_and_checked():
    frame = pd.DataFrame(X).add_prefix("x")
    net = RidgeNetClassifier(**SHORT).fit(frame, y)
    np.testing.assert_array_equal(net.feature_names_in_, frame.columns)
    with pytest.raises(ValueError, match="feature names should match"):
        net.predict(frame.rename(columns={"x0": "z"}))
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        net.predict(X)


def test_a_sparse_matrix_with_a_place_given_twice_counts_both():
    twice = csr_matrix((np.array([1.0, 2.0, 5.0]), np.array([0, 0, 1]), np.array([0, 2, 3])), shape=(2, 5))
    net = RidgeNetClassifier(**SHORT).fit(X, y)
    np.testing.assert_allclose(net.predict_proba(twice), net.predict_proba(twice.toarray()))
    assert twice.nnz == 3  # the user's matrix is left as it was


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"hidden_layer_sizes": 0}, "hidden_layer_sizes"),
        ({"hidden_layer_sizes": (4, 0)}, r"hidden_layer_sizes must be > 0, got \[4, 0\]"),
        ({"hidden_layer_sizes": (4, 2.5)}, "positive whole numbers"),
        ({"hidden_layer_sizes": [(4,), (8,)]}, "must be of one network"),
        ({"activation": "sine"}, "'activation' parameter of RidgeNetClassifier must be a str among"),
        ({"solver": "newton"}, "'solver' parameter"),
        ({"alpha": -1}, "'alpha' parameter"),
        ({"alpha": float("nan")}, "'alpha' parameter"),
        ({"alpha": [1.0, 2.0, 3.0]}, "one for each of the 2 layers with weights; got 3"),
        ({"alpha": [1.0, -2.0]}, "each alpha must be 0 or more"),
        ({"dropout": 1.0}, "'dropout' parameter"),
        ({"weight_decay": -0.1}, "'weight_decay' parameter"),
        ({"max_iter": 0}, "'max_iter' parameter"),
        ({"batch_size": 0}, "'batch_size' parameter"),
        ({"callbacks": 3}, "'callbacks' parameter"),
        ({"class_weight": "even"}, "'class_weight' parameter"),
        ({"solver": "lbfgs", "dropout": 0.5}, "need mini-batches"),
        ({"solver": "lbfgs", "early_stopping": True}, "need mini-batches"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        RidgeNetClassifier(**parameters).fit(X, y)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (np.where(X[0, 0] == X, np.nan, X), y), "Input X contains NaN"),
        (lambda X, y: (X, y[:-1]), "inconsistent numbers of samples"),
        (lambda X, y: (X, np.zeros_like(y)), "only one class: "),
        (lambda X, y: (X, X[:, 0]), "Unknown label type: continuous"),
        (lambda X, y: (X[:, 0], y), "Expected 2D array"),
        (lambda X, y: (X[:0], y[:0]), "Found array with 0 sample"),
        (lambda X, y: (X.astype(complex), y), "Complex data not supported"),
        (lambda X, y: (X.astype(object) + "a", y), "could not convert string|unsupported|can only concatenate"),
        (lambda X, y: (X, np.column_stack([y + 1, y])), "Multioutput target data is not supported"),
    ],
)
def test_data_that_cannot_be_used_are_refused(change, message):
    with pytest.raises((ValueError, TypeError), match=message):
        RidgeNetClassifier().fit(*change(X, y))


def test_weights_that_make_no_sense_are_refused():
    for weights, message in (([-1.0] * 120, "[Nn]egative"), ([0.0] * 120, "non-zero"), ([1.0] * 3, "shape")):
        with pytest.raises(ValueError, match=message):
            RidgeNetClassifier().fit(X, y, weights)


def test_counts_must_not_be_negative():
    with pytest.raises(ValueError, match="out of the valid range of the loss 'poisson'"):
        RidgeNetRegressor(loss="poisson").fit(X, X[:, 0])


@pytest.mark.parametrize("solver", ["lbfgs", "adam", "sgd"])
def test_numbers_too_large_for_arithmetic_are_an_error_and_never_a_network_of_nan(solver):
    large = X * 1e160
    with pytest.raises((InputError, DivergenceError)):
        RidgeNetRegressor((4,), "relu", solver=solver, standardize=False).fit(large, X[:, 0] * 1e160)


def test_a_step_too_large_is_said_to_be():
    with pytest.raises(DivergenceError, match="try a smaller step"):
        RidgeNetClassifier((4,), "relu", solver="sgd", learning_rate_init=1e6, momentum=0.0).fit(X, y)


def test_labels_in_a_sparse_matrix():
    inputs, labels = make_multilabel_classification(80, n_classes=3, random_state=0)
    net = RidgeNetClassifier(**SHORT)
    dense = net.fit(inputs, labels).predict_proba(inputs)
    np.testing.assert_array_equal(net.fit(inputs, csr_matrix(labels)).predict_proba(inputs), dense)
    assert set(np.unique(net.predict(inputs))) <= {0, 1}


@pytest.mark.parametrize(
    ("label", "message"),
    [
        (None, r"the label of row 2 is missing \(None\)"),
        (np.nan, r"the label of row 2 is missing \(nan\)"),
        (1, r"labels are of several kinds \(int, text\)"),
    ],
)
def test_labels_that_cannot_be_put_in_order_are_named(label, message):
    X = np.random.default_rng(0).normal(size=(12, 2))
    y = np.array(["a", label, "b"] * 4, object)
    for net in (RidgeNetClassifier(), RidgeNetClassifierCV(n_alphas=3)):
        with pytest.raises(ValueError, match=message):
            net.fit(X, y)
