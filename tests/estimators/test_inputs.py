"""What may come in: any layout and type of the same numbers gives the same network; nonsense is refused."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from joblib import Parallel, delayed
from scipy.sparse import coo_matrix, csc_matrix, csr_array, csr_matrix
from sklearn.base import clone
from sklearn.datasets import make_classification, make_multilabel_classification
from sklearn.exceptions import NotFittedError
from sklearn.utils import compute_sample_weight
from threadpoolctl import threadpool_limits

from ridgenet import (
    DivergenceError,
    InputError,
    RidgeNetClassifier,
    RidgeNetClassifierCV,
    RidgeNetRegressor,
    RidgeNetRegressorCV,
)

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
        ({"hidden_layer_sizes": (4, 2.5)}, "hidden_layer_sizes must be whole numbers"),
        ({"hidden_layer_sizes": (4, None)}, "hidden_layer_sizes must be whole numbers"),
        ({"callbacks": [print, 3]}, "callbacks must be functions; got 3"),
        ({"alpha": ["a", "b"]}, "alpha must be a number, or one number for each layer"),
        ({"hidden_layer_sizes": [(4,), (8,)]}, "must describe one network"),
        ({"activation": "sine"}, "'activation' parameter of RidgeNetClassifier must be a str among"),
        ({"solver": "newton"}, "'solver' parameter"),
        ({"alpha": -1}, "'alpha' parameter"),
        ({"alpha": float("nan")}, "'alpha' parameter"),
        ({"alpha": [1.0, 2.0, 3.0]}, "one number for each of the 2 layers with weights; got 3"),
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


ONES = np.ones(120)
MANY = (
    RidgeNetClassifier((3,)),
    RidgeNetClassifierCV((3,), n_alphas=3, n_restarts=1, cv=2, n_jobs=1),
)


def with_at(values, place, value):
    changed = np.array(values, np.float64)
    changed[place] = value
    return changed


@pytest.mark.parametrize("net", MANY, ids=lambda net: type(net).__name__)
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (with_at(ONES, 3, -1.0), r"sample_weight must be finite numbers of 0 or more; sample_weight\[3\] is -1.0"),
        (with_at(ONES, 7, np.nan), r"sample_weight\[7\] is nan"),
        (with_at(ONES, 9, np.inf), r"sample_weight\[9\] is inf"),
        (0 * ONES, "sample_weight must contain at least one non-zero number"),
        (1e307 * ONES, "the sum of sample_weight is inf, out of range"),
        (1e-320 * ONES, "the sum of sample_weight is .*e-31., out of range"),
        ([1.0] * 3, r"one number for each of the 120 samples; got shape \(3,\)"),
        (np.ones((120, 1)), "shape"),
        (ONES * 1j, "sample_weight must be an array of numbers: got complex128"),
        (ONES.astype("datetime64[D]"), r"sample_weight must be an array of numbers: got datetime64\[D\]"),
        (csr_matrix(np.ones((120, 1))), "sample_weight must be an array of numbers: Sparse data"),
        (["much"] * 120, "sample_weight must be an array of numbers: .*'much'"),
    ],
)
def test_weights_that_make_no_sense_are_refused_by_name_and_place(net, weights, message):
    with pytest.raises(ValueError, match=message):
        clone(net).fit(X, y, weights)


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


@pytest.mark.parametrize("net", [RidgeNetRegressor(()), RidgeNetRegressorCV((), n_alphas=3)])
def test_targets_whose_squares_vanish_are_refused(net):
    with pytest.raises(ValueError, match=r"the values of y differ by too little, .* change the unit of y"):
        net.fit(X, 1e-200 * X[:, 0])


@pytest.mark.parametrize("net", MANY, ids=lambda net: type(net).__name__)
@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ({0: 1, 1: -3}, "class_weight must hold finite numbers of 0 or more; class 1 has -3"),
        ({0: np.nan, 1: 1}, "class 0 has nan"),
        ({0: 1, 1: np.inf}, "class 1 has inf"),
        ({0: 1, 1: "much"}, "class 1 has 'much'"),
        ({0: 0, 1: 0}, "class_weight, over the samples, must contain at least one non-zero number"),
        ({0: 1, "1": 2}, r"class_weight names '1', which is not a class of y, and the classes, \[1\], are not in"),
        ([{0: 1}, {1: 2}], "a list of one dict for each of the 1 labels"),
    ],
)
def test_weights_of_classes_that_make_no_sense_are_refused(net, class_weight, message):
    with pytest.raises(ValueError, match=message):
        clone(net).set_params(class_weight=class_weight).fit(X, y)


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


NUMBERS = 3 * X[:, 0] + X[:, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (X, with_at(y, 5, 1e200)), r"y\[5\] = 1e\+200 is too large to standardise"),
        (lambda X, y: (with_at(X, (4, 1), -1e200), y), r"X\[4, 1\] = -1e\+200 is too large to standardise"),
        (lambda X, y: (X, np.column_stack([y, with_at(y, 5, 1e200)])), r"y\[5, 1\] = 1e\+200 is too large"),
        (
            lambda X, y: (X.astype("f4"), 1e40 * y),
            r"y\[\d+\] = -?\d.*e\+\d\d is too large for float32.*pass X as float64",
        ),
        (lambda X, y: (X.astype("f4"), 1e-50 * y), "y differ by too little for float32"),
        (lambda X, y: ((X * 1e-40).astype("f4"), y), r"column \d of X differ by too little for float32"),
        (lambda X, y: (X, np.where(y > 0, "a", "b")), r"y\[0\] is '[ab]', not a number"),
        (lambda X, y: (X, np.where(y > 0, 1.0, None)), "Input y contains NaN"),
        (lambda X, y: (X, np.full(len(y), np.datetime64("2020-01-01"))), r"y\[0\] is '2020-01-01', not a number"),
    ],
)
@pytest.mark.parametrize(
    "net", [RidgeNetRegressor((3,)), RidgeNetRegressor((3,), early_stopping=True)], ids=["lbfgs", "early_stopping"]
)
def test_numbers_that_cannot_be_learned_are_named_with_their_place(net, change, message):
    with pytest.raises(InputError if "NaN" not in message else ValueError, match=message):
        net.fit(*change(X, NUMBERS))


def test_weights_too_large_for_their_type_are_refused():
    with pytest.raises(InputError, match="weights overflow float32; pass X as float64"):
        RidgeNetRegressor(()).fit((X * 1e-25).astype(np.float32), 1e20 * NUMBERS)
    assert RidgeNetRegressor(()).fit(X * 1e-25, 1e20 * NUMBERS).score(X * 1e-25, 1e20 * NUMBERS) > 0.9


@pytest.mark.parametrize("y", [np.array(["a", "b"]), np.array(["a", "b"], object)])
def test_text_is_no_count(y):
    with pytest.raises(InputError, match=r"y\[0\] is 'a', not a number"):
        RidgeNetRegressor(loss="poisson").fit(X[:2], y)


@pytest.mark.parametrize("other", [None, np.nan, 1])
def test_labels_without_an_order_are_named(other):
    with pytest.raises(InputError, match=r"y\[2\] is (None|nan|1)"):
        RidgeNetClassifier().fit(X[:4], np.array(["a", "b", other, "b"], object))


def test_counts_must_not_be_negative():
    with pytest.raises(ValueError, match=r"y\[\d+\] is -.*out of the valid range of the loss 'poisson'"):
        RidgeNetRegressor(loss="poisson").fit(X, X[:, 0])


def test_what_sums_to_infinity_may_still_be_learned():
    large = np.abs(X) * 1e307
    net = RidgeNetRegressor((3,), standardize=False, random_state=0).fit(large, NUMBERS)
    assert np.isfinite(net.predict(large)).all()


def test_a_prediction_that_is_not_finite_is_refused():
    net = RidgeNetRegressor((4,), "identity", random_state=0).fit(X, 1e10 * NUMBERS)
    rows = X[:2].copy()
    rows[1, 0] = 1e308
    with pytest.raises(InputError, match=r"the prediction for row 1 is not finite: X\[1, 0\] = 1e\+308 is too large"):
        net.predict(rows)


def test_a_network_in_single_precision_tells_large_numbers_apart_that_come_in_double():
    """Times in seconds since 1970: float32 knows them to 128."""
    seconds = 1.7e9 + 100 * X[:, :1]
    net = RidgeNetRegressor((4,), alpha=0.01, random_state=0).fit(seconds, NUMBERS)
    single = clone(net)
    single.__dict__.update(net.__dict__)
    single._fitted = net._fitted.astype(np.float32)
    assert single.predict(seconds).dtype == np.float32
    np.testing.assert_allclose(single.predict(seconds), net.predict(seconds), atol=1e-4)


def test_a_fit_that_fails_leaves_no_network_under_other_columns():
    net = RidgeNetClassifier((3,)).fit(X, y)
    with pytest.raises(ValueError, match="Unknown label type"):
        net.fit(np.column_stack([X, X]), NUMBERS)
    with pytest.raises(NotFittedError):
        net.predict(np.column_stack([X, X]))


@pytest.mark.parametrize("solver", ["lbfgs", "adam", "sgd"])
def test_numbers_too_large_for_arithmetic_are_an_error_and_never_a_network_of_nan(solver):
    large = X * 1e160
    with pytest.raises(ValueError, match=r"X\[\d+, \d\] = .*e\+160 is too large; .*standardize=True") as caught:
        RidgeNetRegressor((4,), "relu", solver=solver, standardize=False).fit(large, X[:, 0])
    assert "smaller step" not in str(caught.value)


def test_a_penalty_beyond_single_precision_is_said_to_be_too_large():
    with pytest.raises(ValueError, match=r"not finite at the start: alpha=1e\+50 is too large"):
        RidgeNetRegressor((4,), alpha=1e50, random_state=0).fit(X.astype(np.float32), X[:, 0])


def test_a_step_too_large_is_said_to_be():
    with pytest.raises(DivergenceError, match="try a smaller step") as caught:
        RidgeNetClassifier((4,), "relu", solver="sgd", learning_rate_init=1e6, momentum=0.0).fit(X, y)
    assert isinstance(caught.value, ValueError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_a_weight_decay_that_takes_off_more_than_a_weight_is_said_to_be(solver):
    with pytest.raises(DivergenceError, match=r"learning_rate_init \* weight_decay = 100 is above 1"):
        RidgeNetClassifier((4,), solver=solver, learning_rate_init=1.0, weight_decay=100.0, random_state=0).fit(X, y)


def test_labels_in_a_sparse_matrix():
    inputs, labels = make_multilabel_classification(80, n_classes=3, random_state=0)
    net = RidgeNetClassifier(**SHORT)
    dense = net.fit(inputs, labels).predict_proba(inputs)
    np.testing.assert_array_equal(net.fit(inputs, csr_matrix(labels)).predict_proba(inputs), dense)
    assert set(np.unique(net.predict(inputs))) <= {0, 1}


@pytest.mark.parametrize(
    ("label", "message"),
    [
        (None, r"y\[1\] is None"),
        (np.nan, r"y\[1\] is nan"),
        (pd.NA, r"y\[1\] is <NA>"),
        (1, r"y\[0\] is 'a' and y\[1\] is 1"),
    ],
)
def test_labels_that_cannot_be_put_in_order_are_named(label, message):
    X = np.random.default_rng(0).normal(size=(12, 2))
    y = np.array(["a", label, "b"] * 4, object)
    for net in (RidgeNetClassifier(), RidgeNetClassifierCV(n_alphas=3)):
        with pytest.raises(ValueError, match=message):
            net.fit(X, y)
