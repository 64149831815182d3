"""What scikit-learn's tests of its MLPs ask of training in parts and of its end; see `test_as_sklearn_mlp`."""

import re

import joblib
import numpy as np
import pandas as pd
import pytest
from like_mlp import FOUR, IRIS, THREE, TWO, X_reg, classifier, regressor, y_reg
from sklearn.datasets import make_classification, make_regression
from sklearn.exceptions import ConvergenceWarning

from ridgenet import DivergenceError, InputError
from ridgenet.core._objective import cost_and_gradient

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("learning_rate", ["invscaling", "constant"])
def test_the_step_of_a_warm_start_follows_from_all_samples_seen(learning_rate):
    """Two fits of one epoch: the third begins with the step after 8 samples, as one update of it shows."""
    settings = {
        "solver": "sgd", "hidden_layer_sizes": 4, "learning_rate": learning_rate, "power_t": 0.25,
        "learning_rate_init": 0.1, "momentum": 0.0, "max_iter": 1, "warm_start": True, "random_state": 0,
    }  # fmt: skip
    net = classifier(**settings).fit(*FOUR).fit(*FOUR)
    assert net.t_ == 8
    step = 0.1 / (8 + 1) ** 0.25 if learning_rate == "invscaling" else 0.1
    before, fitted = net._fitted.parameters.copy(), net._fitted
    gradient = cost_and_gradient(fitted.network, before, FOUR[0], FOUR[1][:, np.newaxis].astype(float), alpha=1e-4)[2]
    net.fit(*FOUR)
    np.testing.assert_allclose(net._fitted.parameters, before - step * gradient, rtol=1e-10)
    assert net.t_ == 12


def test_partial_fit_keeps_to_its_classes():
    net = classifier(solver="sgd").partial_fit([[3, 2]], [0], classes=[0, 1])
    with pytest.raises(ValueError, match="classes"):
        net.partial_fit([[3, 2]], [0], classes=[1, 2])


@pytest.mark.parametrize("data", [THREE, TWO], ids=["three", "two"])
def test_partial_fit_learns_classes_as_fit_does(data):
    X, y = data
    settings = {"solver": "sgd", "random_state": 1, "alpha": 1e-5, "learning_rate_init": 0.2}
    whole = classifier(max_iter=100, tol=0, **settings).fit(X, y)
    parts = classifier(**settings)
    for _ in range(100):
        parts.partial_fit(X, y, classes=np.unique(y))
    np.testing.assert_array_equal(parts.predict(X), whole.predict(X))
    assert parts.score(X, y) > 0.95


def test_partial_fit_learns_classes_that_come_later():
    net = classifier(random_state=0).partial_fit([[1], [2], [3]], ["a", "b", "c"], classes=["a", "b", "c", "d"])
    assert net.partial_fit([[4]], ["d"]).score([[1], [2], [3], [4]], ["a", "b", "c", "d"]) > 0


@pytest.mark.parametrize("momentum", [0, 0.9])
def test_partial_fit_learns_numbers_as_fit_does(momentum):
    settings = {"solver": "sgd", "random_state": 1, "learning_rate_init": 0.01, "batch_size": 200, "momentum": momentum}
    whole = regressor(max_iter=100, tol=0, shuffle=False, **settings).fit(X_reg, y_reg)
    parts = regressor(shuffle=False, **settings)
    for _ in range(100):
        parts.partial_fit(X_reg, y_reg)
    np.testing.assert_allclose(parts.predict(X_reg), whole.predict(X_reg))
    assert parts.score(X_reg, y_reg) > 0.65


def test_partial_fit_refuses_classes_it_was_not_told_of_and_lbfgs_has_none():
    with pytest.raises(ValueError, match="class"):
        classifier(solver="sgd").partial_fit([[3, 2], [1, 6]], [1, 0], classes=[2])
    assert not hasattr(classifier(solver="lbfgs"), "partial_fit")


@pytest.mark.parametrize("learning_rate", ["constant", "adaptive"])
def test_a_tolerance_ends_training(learning_rate):
    net = classifier(tol=0.5, max_iter=3000, solver="sgd", learning_rate=learning_rate).fit(FOUR[0][:2], [1, 0])
    assert net.n_iter_ < net.max_iter
    assert net.converged_
    if learning_rate == "adaptive":
        # the step is a fifth seven times, from 1e-3 to below 1e-6: 11 epochs at least before each
        assert net.n_iter_ >= 5 * 11


@pytest.mark.parametrize("make", [classifier, regressor])
def test_early_stopping(make):
    X, y = TWO[0][:100], TWO[1][:100]
    settings = {"tol": 0.2, "max_iter": 3000, "solver": "sgd"}
    net = make(early_stopping=True, **settings).fit(X, y)
    assert net.n_iter_ < net.max_iter
    assert net.best_loss_ is None
    assert isinstance(net.validation_scores_, list)
    assert max(net.validation_scores_) == net.best_validation_score_
    assert max(net.validation_scores_[-2:]) < net.best_validation_score_ + 0.2
    net = make(early_stopping=False, **settings).fit(X, y)
    assert net.validation_scores_ is None
    assert net.best_validation_score_ is None
    assert net.best_loss_ is not None


@pytest.mark.parametrize("parts", [(75, 75), (50, 50, 0, 50), (37, 37, 38, 38), (30, 30, 30, 30, 30)])
def test_a_warm_start_refuses_other_classes(parts):
    net = classifier(hidden_layer_sizes=2, solver="lbfgs", warm_start=True, random_state=42, tol=1e-2).fit(*IRIS)
    net.fit(*IRIS).fit(IRIS[0], np.repeat([0, 1, 2], (40, 40, 70)))
    other = np.repeat(np.arange(len(parts)), parts)
    message = (
        "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
        f"Previously got [0 1 2], `y` has {np.unique(other)}"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        net.fit(IRIS[0], other)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_a_warm_start_makes_all_its_iterations(make):
    net = make(hidden_layer_sizes=2, solver="sgd", warm_start=True, max_iter=3)
    for _ in range(2):
        assert net.fit(*IRIS).n_iter_ == 3


@pytest.mark.parametrize("patience", [2, 5, 10, 50])
def test_so_many_epochs_without_improvement_end_training(patience):
    X, y = TWO[0][:100], TWO[1][:100]
    net = classifier(tol=0.01, max_iter=3000, solver="sgd", n_iter_no_change=patience, random_state=0).fit(X, y)
    assert net.n_iter_ < 3000
    best = np.minimum.accumulate(net.loss_curve_)
    improved = np.append(True, net.loss_curve_[1:] <= best[:-1] - 0.01)
    assert not improved[-patience - 1 :].any()
    assert improved[-patience - 2]


def test_infinite_patience_makes_all_epochs():
    net = classifier(hidden_layer_sizes=5, tol=1e9, max_iter=3000, solver="sgd", n_iter_no_change=np.inf)
    assert net.fit(TWO[0][:100], TWO[1][:100]).n_iter_ == 3000
    assert not net.converged_


def test_early_stopping_is_stratified():
    with pytest.raises(ValueError, match=r"least populated class.* in y ha.* only 1 member"):
        classifier(early_stopping=True).fit([[1, 2], [2, 3], [3, 4], [4, 5]], [0, 0, 0, 1])


def test_early_stopping_takes_labels_that_are_text():
    X, y = make_classification(200, 10, n_classes=3, n_informative=5, random_state=42)
    y = np.array(["class_a", "class_b", "class_c"], dtype=object)[y]
    net = classifier(early_stopping=True, max_iter=50, random_state=42).fit(X, y)
    assert len(net.validation_scores_) == net.n_iter_
    assert np.isfinite(net.validation_scores_).all()


def test_a_loaded_network_learns_on(tmp_path):
    net = regressor(hidden_layer_sizes=(42,), random_state=42, learning_rate_init=0.01).fit([[2]], [4])
    joblib.dump(net, tmp_path / "net.pkl")
    loaded = joblib.load(tmp_path / "net.pkl")
    for _ in range(200):
        loaded.partial_fit([[2]], [1])
    np.testing.assert_allclose(loaded.predict([[2]]), [1], rtol=1e-4)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_early_stopping_knows_the_names_of_columns(make):
    X = pd.DataFrame(np.random.RandomState(0).randn(10, 2), columns=["colname_a", "colname_b"])
    y = pd.Series(np.arange(10) % 2, name="colname_y")
    make(early_stopping=True, validation_fraction=0.2).fit(X, y)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_a_warm_start_with_early_stopping_goes_on(make):
    net = make(max_iter=10, random_state=0, warm_start=True, early_stopping=True).fit(*IRIS)
    n_scores = len(net.validation_scores_)
    assert len(net.set_params(max_iter=20).fit(*IRIS).validation_scores_) > n_scores


@pytest.mark.parametrize("make", [classifier, regressor])
@pytest.mark.parametrize("solver", ["sgd", "adam", "lbfgs"])
def test_a_warm_start_ends_at_max_iter(make, solver):
    net = make(solver=solver, warm_start=True, max_iter=10, n_iter_no_change=np.inf, random_state=0)
    for max_iter in (10, 20):
        with pytest.warns(ConvergenceWarning):
            net.set_params(max_iter=max_iter).fit(*IRIS)
        assert net.n_iter_ == max_iter


@pytest.mark.parametrize("make", [classifier, regressor])
def test_partial_fit_does_not_stop_early(make):
    net = make(early_stopping=True, random_state=0).fit(*IRIS)
    with pytest.raises(ValueError, match="partial_fit does not support early_stopping=True"):
        net.partial_fit(*IRIS)


def test_training_that_diverges_is_an_error_and_no_score_of_nan():
    net = regressor(
        activation="identity", solver="sgd", learning_rate_init=1.0, max_iter=20, early_stopping=True, random_state=0
    )
    with pytest.raises(DivergenceError, match="try a smaller learning rate"):
        net.fit(*IRIS)


def test_weights_of_one_change_nothing_with_early_stopping():
    X, y = make_regression(100, 2, n_informative=2, random_state=42)
    settings = {"hidden_layer_sizes": 10, "early_stopping": True, "tol": 1e-2, "learning_rate_init": 0.01,
                "batch_size": 10, "random_state": 42}  # fmt: skip
    weighted, plain = (regressor(**settings).fit(X, y, weights) for weights in (np.ones(100), None))
    np.testing.assert_allclose(weighted.predict(X), plain.predict(X))


def test_too_few_samples_to_validate_are_an_error():
    X, y = make_regression(2, 5, random_state=0)
    with pytest.raises(InputError, match="The validation set is too small"):
        regressor(early_stopping=True, random_state=0).fit(X, y)
