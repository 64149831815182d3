"""Parameters, data and weights that make no sense are refused, with the name of what is wrong."""

import pickle

import numpy as np
import pandas as pd
import pytest
from inputs import MANY, NUMBERS, ONES, X, y
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from ridgenet import (
    DivergenceError,
    InputError,
    RidgeNetClassifier,
    RidgeNetClassifierCV,
    RidgeNetRegressor,
    RidgeNetRegressorCV,
)


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


def test_a_prediction_that_is_not_finite_is_refused():
    net = RidgeNetRegressor((4,), "identity", random_state=0).fit(X, 1e10 * NUMBERS)
    rows = X[:2].copy()
    rows[1, 0] = 1e308
    with pytest.raises(InputError, match=r"the prediction for row 1 is not finite: X\[1, 0\] = 1e\+308 is too large"):
        net.predict(rows)


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
    assert "smaller learning rate" not in str(caught.value)


def test_a_penalty_beyond_single_precision_is_said_to_be_too_large():
    with pytest.raises(ValueError, match=r"not finite at the start: alpha=1e\+50 is too large"):
        RidgeNetRegressor((4,), alpha=1e50, random_state=0).fit(X.astype(np.float32), X[:, 0])


def test_a_step_too_large_is_said_to_be():
    with pytest.raises(DivergenceError, match="try a smaller learning rate") as caught:
        RidgeNetClassifier((4,), "relu", solver="sgd", learning_rate_init=1e6, momentum=0.0).fit(X, y)
    assert isinstance(caught.value, ValueError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_a_weight_decay_that_takes_off_more_than_a_weight_is_said_to_be(solver):
    with pytest.raises(DivergenceError, match=r"learning_rate_init \* weight_decay = 100 is above 1"):
        RidgeNetClassifier((4,), solver=solver, learning_rate_init=1.0, weight_decay=100.0, random_state=0).fit(X, y)


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
