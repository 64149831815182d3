"""Losses for targets with outliers, and for quantiles: against SciPy's minima, and against what they promise."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import QuantileRegressor
from sklearn.utils import get_tags

from ridgenet import RidgeNetRegressor, RidgeNetRegressorCV, ridgenet_path
from ridgenet.formulas import LOSSES, parameter_of

RNG = np.random.RandomState(0)
X = RNG.standard_normal((200, 3))
SIGNAL = X @ [2.0, -1.0, 0.5] + 7.0
NOISY = SIGNAL + RNG.standard_normal(200)
WITH_OUTLIERS = np.where(np.arange(200) % 10 == 0, NOISY + 1000.0, NOISY)
QUICK = {"n_alphas": 6, "n_restarts": 1, "cv": 3, "random_state": 0}


@pytest.mark.parametrize(
    ("loss", "parameter"), [("huber", None), ("huber", 0.3), ("quantile", None), ("quantile", 0.9)]
)
@pytest.mark.parametrize("weighted", [False, True])
def test_no_hidden_layer_is_the_minimum_of_the_formula(loss, parameter, weighted):
    weights = RNG.randint(1, 4, 200).astype(float) if weighted else np.ones(200)
    alpha, row, value = 3.0, LOSSES[loss], parameter_of(loss, parameter)

    def objective(theta):
        z = (X @ theta[:3] + theta[3])[np.newaxis]
        losses = row.value(np, z, NOISY[np.newaxis], value)
        return (losses @ weights + 0.5 * alpha * theta[:3] @ theta[:3]) / weights.sum()

    found = minimize(objective, np.r_[np.zeros(3), NOISY.mean()], method="BFGS", options={"gtol": 1e-7})
    net = RidgeNetRegressor(
        (), loss=loss, loss_parameter=parameter, alpha=alpha, standardize=False, tol=1e-9, solver="lbfgs"
    ).fit(X, NOISY, weights)
    np.testing.assert_allclose(np.r_[net.coefs_[0][:, 0], net.intercepts_[0]], found.x, atol=1e-4)
    assert net.loss_ == pytest.approx(found.fun, rel=1e-8)


def test_outliers_do_not_move_huber():
    huber, squared = (
        RidgeNetRegressor((), alpha=1e-3, loss=loss).fit(X, WITH_OUTLIERS) for loss in ("huber", "squared_error")
    )
    assert np.abs(huber.predict(X) - SIGNAL).mean() < 0.5
    assert np.abs(squared.predict(X) - SIGNAL).mean() > 50


def test_delta_is_in_robust_spreads():
    """The fit in another unit is the same fit."""
    one = RidgeNetRegressor((3,), loss="huber", random_state=0).fit(X, WITH_OUTLIERS)
    other = RidgeNetRegressor((3,), loss="huber", random_state=0).fit(X, 1e6 * WITH_OUTLIERS - 5e9)
    np.testing.assert_allclose(other.predict(X), 1e6 * one.predict(X) - 5e9, rtol=1e-6)


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.9])
def test_quantile_regression_is_that_of_scikit_learn_up_to_its_width(tau):
    net = RidgeNetRegressor((), alpha=1e-6, loss="quantile", loss_parameter=tau, tol=1e-8).fit(X, NOISY)
    oracle = QuantileRegressor(quantile=tau, alpha=0.0).fit(X, NOISY)
    spread = 1.4826 * np.median(np.abs(NOISY - np.median(NOISY)))
    assert np.abs(net.predict(X) - oracle.predict(X)).mean() < 0.05 * spread
    assert np.mean(net.predict(X) > NOISY) == pytest.approx(tau, abs=0.03)


@pytest.mark.parametrize("tau", [0.1, 0.9])
def test_as_many_are_below_as_was_asked_for_where_little_is_left_unexplained(tau):
    inputs = RNG.standard_normal((2000, 3))
    target = inputs @ [2.0, -1.0, 0.5] + 0.05 * RNG.standard_normal(2000)  # R² 0.9995
    net = RidgeNetRegressor((), alpha=1e-3, loss="quantile", loss_parameter=tau).fit(inputs, target)
    assert np.mean(target <= net.predict(inputs)) == pytest.approx(tau, abs=0.04)


@pytest.mark.parametrize("loss", ["huber", "quantile"])
def test_lambda_is_chosen_by_a_score_of_their_own(loss):
    net = RidgeNetRegressorCV((3,), loss=loss, **QUICK).fit(X, WITH_OUTLIERS)
    predictions = net.oof_predictions_ if hasattr(net, "oof_predictions_") else net.predict(X)
    errors = np.abs(np.asarray(predictions).ravel() - SIGNAL)
    assert np.median(errors) < 1.0
    assert net.cv_results_["mean_test_score"].max() < 0
    # at λ_max nothing is left but the best constant
    null = ridgenet_path(X, WITH_OUTLIERS, loss=loss, alphas=None, n_alphas=3, hidden_layer_sizes=(), n_restarts=1)
    assert null.squared_norms[0] < null.squared_norms[-1]


def test_above_lambda_max_nothing_is_left():
    for loss in ("huber", "quantile"):
        path = ridgenet_path(
            X, WITH_OUTLIERS, loss=loss, n_alphas=3, alpha_max_ratio=1.02, alpha_min_ratio=0.9, hidden_layer_sizes=(3,),
            n_restarts=2, tol=1e-9, random_state=0,
        )  # fmt: skip
        assert path.squared_norms[0] < 1e-6
        assert path.squared_norms[-1] > 1e-4


def test_several_targets_and_activations():
    Y = np.column_stack([NOISY, -2 * NOISY])
    for activation in ("gelu", "softsign"):
        net = RidgeNetRegressor((4,), activation, loss="huber", alpha=1e-2, random_state=0).fit(X, Y)
        assert net.score(X, Y) > 0.7


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": "huber", "loss_parameter": 0.0}, "the δ of loss='huber', must be above 0"),
        ({"loss": "quantile", "loss_parameter": 1.0}, "the τ of loss='quantile', must be above 0 and below 1"),
        ({"loss_parameter": 2.0}, "loss='squared_error' has no parameter"),
        ({"loss": "luck"}, "The 'loss' parameter of RidgeNetRegressor must be"),
    ],
)
def test_parameters_that_cannot_be_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        RidgeNetRegressor((), **settings).fit(X, NOISY)


def test_they_have_no_evidence():
    with pytest.raises(ValueError, match="not a negative log likelihood"):
        RidgeNetRegressorCV((3,), loss="huber", selection="evidence", **QUICK).fit(X, NOISY)


def test_tags_are_there_before_parameters_are_checked():
    assert not get_tags(RidgeNetRegressor(loss="luck")).target_tags.positive_only
    assert get_tags(RidgeNetRegressor(loss="poisson")).target_tags.positive_only
