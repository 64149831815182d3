"""What may come in: any layout and type of the same numbers gives the same network."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from inputs import MANY, NUMBERS, ONES, X, y
from joblib import Parallel, delayed
from scipy.sparse import coo_matrix, csc_matrix, csr_array, csr_matrix
from sklearn.base import clone
from sklearn.datasets import make_multilabel_classification
from sklearn.utils import compute_sample_weight
from threadpoolctl import threadpool_limits

from ridgenet import RidgeNetClassifier, RidgeNetRegressor

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


@pytest.mark.parametrize("net", MANY, ids=lambda net: type(net).__name__)
def test_one_weight_for_all_is_that_weight_for_each(net):
    net = clone(net).set_params(random_state=0)
    np.testing.assert_array_equal(net.fit(X, y, 2.0).predict_proba(X), clone(net).fit(X, y, 2 * ONES).predict_proba(X))


@pytest.mark.parametrize("unit", [2.0**-600, 2.0**-1000])
def test_columns_are_learned_from_however_small_their_numbers(unit):
    net, target = RidgeNetRegressor(()), X[:, 0] + X[:, 1]
    expected = net.fit(X, target).predict(X)
    np.testing.assert_allclose(net.fit(unit * X, target).predict(unit * X), expected)


def test_partial_fit_goes_on_with_the_units_of_small_numbers():
    net, target = RidgeNetRegressor((), solver="sgd", random_state=0), X[:, 0]
    predictions = []
    for unit in (1.0, 2.0**-1000):
        batches = clone(net).partial_fit(unit * X[:60], target[:60]).partial_fit(unit * X[60:], target[60:])
        predictions.append(batches.predict(unit * X))
    np.testing.assert_allclose(*predictions)


def test_weights_of_classes_may_name_classes_that_happen_to_be_missing():
    one, two = (RidgeNetClassifier((3,), class_weight=w, random_state=0) for w in ({1: 2.0}, {0: 1, 1: 2, 7: 3}))
    np.testing.assert_array_equal(one.fit(X, y).predict_proba(X), two.fit(X, y).predict_proba(X))
    batches = RidgeNetClassifier((3,), class_weight={0: 1.0, 2: 5.0}, random_state=0)
    batches.partial_fit(X, y, classes=[0, 1, 2])
    labels = make_multilabel_classification(80, n_classes=2, random_state=0)
    for weights in ("balanced", [{0: 1.0, 1: 2.0}, {1: 3.0}]):
        net = RidgeNetClassifier((3,), class_weight=weights, random_state=0).fit(*labels)
        by_hand = compute_sample_weight(weights if isinstance(weights, str) else [weights[0], {0: 1, 1: 3}], labels[1])
        again = RidgeNetClassifier((3,), random_state=0).fit(*labels, by_hand)
        np.testing.assert_allclose(net.predict_proba(labels[0]), again.predict_proba(labels[0]), rtol=1e-9)


def test_what_sums_to_infinity_may_still_be_learned():
    large = np.abs(X) * 1e307
    net = RidgeNetRegressor((3,), standardize=False, random_state=0).fit(large, NUMBERS)
    assert np.isfinite(net.predict(large)).all()


def test_a_network_in_single_precision_tells_large_numbers_apart_that_come_in_double():
    """Times in seconds since 1970: float32 knows them to 128."""
    seconds = 1.7e9 + 100 * X[:, :1]
    net = RidgeNetRegressor((4,), alpha=0.01, random_state=0).fit(seconds, NUMBERS)
    single = clone(net)
    single.__dict__.update(net.__dict__)
    single._fitted = net._fitted.astype(np.float32)
    assert single.predict(seconds).dtype == np.float32
    np.testing.assert_allclose(single.predict(seconds), net.predict(seconds), atol=1e-4)


def test_labels_in_a_sparse_matrix():
    inputs, labels = make_multilabel_classification(80, n_classes=3, random_state=0)
    net = RidgeNetClassifier(**SHORT)
    dense = net.fit(inputs, labels).predict_proba(inputs)
    np.testing.assert_array_equal(net.fit(inputs, csr_matrix(labels)).predict_proba(inputs), dense)
    assert set(np.unique(net.predict(inputs))) <= {0, 1}
