"""Validation sets and early stopping."""

import numpy as np
import pytest
from moons import X, X_new, y, y_new
from sklearn.datasets import load_diabetes

from ridgenet import InputError, RidgeNetClassifier, RidgeNetRegressor


def test_early_stopping_keeps_the_epoch_that_scored_best():
    net = RidgeNetClassifier((16,), alpha=0.0, early_stopping=True, learning_rate_init=0.05, random_state=0)
    net.fit(X, y)
    assert net.solver_ == "adam"
    assert net.converged_
    assert len(net.validation_scores_) == len(net.validation_loss_curve_) == net.n_iter_
    assert net.best_validation_score_ == max(net.validation_scores_)
    assert net.best_loss_ is None
    assert net.t_ == 180 * net.n_iter_


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_an_own_validation_set_is_the_one_that_is_scored():
    net = RidgeNetClassifier((8,), max_iter=20, random_state=0).fit(X, y, X_val=X_new, y_val=y_new)
    assert net.solver_ == "adam"
    assert net.validation_scores_[-1] == pytest.approx(net.score(X_new, y_new))
    p = net.predict_proba(X_new)[np.arange(1000), y_new]
    assert net.validation_loss_curve_[-1] == pytest.approx(-np.log(p).mean())
    assert net.t_ == 200 * net.n_iter_
    stopped = RidgeNetClassifier((8,), early_stopping=True, random_state=0).fit(X, y, X_val=X_new, y_val=y_new)
    assert stopped.best_validation_score_ == pytest.approx(stopped.score(X_new, y_new))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_regressor_is_scored_by_r2_in_the_units_of_the_target():
    inputs, target = load_diabetes(return_X_y=True)
    net = RidgeNetRegressor((5,), max_iter=30, random_state=0)
    net.fit(inputs[:300], target[:300], X_val=inputs[300:], y_val=target[300:])
    assert net.validation_scores_[-1] == pytest.approx(net.score(inputs[300:], target[300:]))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"X_val": X_new}, "must be given together"),
        ({"sample_weight_val": np.ones(1000)}, "must be given together"),
        ({"X_val": X_new[:1], "y_val": y_new[:1]}, "The validation set is too small: X_val needs at least 2 samples"),
        ({"X_val": X_new, "y_val": y_new + 1}, "`y_val` has classes not in"),
        ({"X_val": X_new * np.nan, "y_val": y_new}, "X_val, y_val: Input X contains NaN"),
        ({"X_val": X_new, "y_val": y_new[:-1]}, "X_val, y_val: .*inconsistent numbers of samples"),
        (
            {"X_val": X_new, "y_val": y_new, "sample_weight_val": np.full(1000, -1.0)},
            r"sample_weight_val must be .*sample_weight_val\[0\] is -1",
        ),
        ({"X_val": X_new, "y_val": y_new, "sample_weight_val": np.zeros(1000)}, "sample_weight_val must contain"),
    ],
)
def test_validation_sets_that_make_no_sense_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        RidgeNetClassifier().fit(X, y, **given)


def test_targets_of_validation_have_as_many_outputs_as_those_of_training():
    with pytest.raises(InputError, match="y_val must have as many outputs as y, 1; got 2"):
        RidgeNetRegressor().fit(X, X[:, 0], X_val=X, y_val=X)


@pytest.mark.parametrize(
    ("n", "fraction", "message"),
    [
        (50, 0.01, "The validation set is too small: validation_fraction=0.01 gives 1 sample"),
        (50, 0, "early_stopping with validation_fraction=0: "),
        (50, 0.99, "early_stopping with validation_fraction=0.99: "),
        (1, 0.1, "early_stopping with validation_fraction=0.1: "),
        (4, 0.1, "The validation set is too small"),
    ],
)
def test_too_few_rows_to_stop_by_are_refused(n, fraction, message):
    with pytest.raises(ValueError, match=message):
        RidgeNetRegressor(early_stopping=True, validation_fraction=fraction).fit(X[:n], X[:n, 0])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_weights_count_in_validation():
    """Weights of samples and of classes, in the score and in the objective; as rows repeated so often."""
    often = np.random.RandomState(0).randint(0, 4, 1000)
    settings = {"max_iter": 5, "random_state": 0, "class_weight": {0: 1.0, 1: 3.0}}
    net = RidgeNetClassifier((4,), **settings).fit(X, y, X_val=X_new, y_val=y_new, sample_weight_val=often)
    repeated = {"X_val": X_new.repeat(often, axis=0), "y_val": y_new.repeat(often)}
    again = RidgeNetClassifier((4,), **settings).fit(X, y, **repeated)
    np.testing.assert_allclose(net.validation_scores_, again.validation_scores_, rtol=1e-12)
    np.testing.assert_allclose(net.validation_loss_curve_, again.validation_loss_curve_, rtol=1e-12)
    assert net.validation_scores_[-1] == pytest.approx(net.score(X_new, y_new, often * (1 + 2.0 * y_new)))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_weights_count_in_early_stopping(class_weight):
    """The half of the rows that weighs nothing is labelled at random, and must not be stopped by."""
    noisy = np.arange(200) % 2 == 0
    labels = np.where(noisy, np.random.RandomState(1).randint(2, size=200), X[:, 0] > 0.5)
    weights = np.where(noisy, 1e-9, 1.0)
    net = RidgeNetClassifier(
        (8,), early_stopping=True, learning_rate_init=0.05, validation_fraction=0.3, class_weight=class_weight,
        random_state=0,
    )  # fmt: skip
    assert net.fit(X, labels, weights).best_validation_score_ > 0.95
    assert net.fit(X, labels).best_validation_score_ < 0.9


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_warm_start_goes_on_with_early_stopping_on_the_same_rows():
    settings = {"early_stopping": True, "warm_start": True, "learning_rate_init": 0.02, "tol": 0.0}
    net = RidgeNetClassifier((8,), max_iter=5, random_state=0, **settings).fit(X, y)
    first = list(net.validation_scores_)
    best = net.best_validation_score_
    net.set_params(learning_rate_init=1e-12).fit(X, y)
    # nothing moves, and the rows are the same: each epoch scores as the network that was kept
    assert net.validation_scores_ == first + [best] * 5
    assert net.best_validation_score_ == best
