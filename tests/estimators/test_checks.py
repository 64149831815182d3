"""scikit-learn's own checks of an estimator, for every solver, with no exemption.

Two of them compare a fit on weighted samples with one on repeated samples to seven digits, the last of which are a
matter of rounding wherever a search ends near, not at, the minimum. The estimators of numbers therefore get a penalty
under which there is one minimum, whatever the start, and a tolerance far below seven digits.
"""

import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from ridgenet import RidgeNetClassifier, RidgeNetClassifierCV, RidgeNetRegressor, RidgeNetRegressorCV

TIGHT = {"hidden_layer_sizes": (3,), "alpha": 10.0, "tol": 1e-11}
QUICK = {"n_alphas": 5, "n_restarts": 2, "n_jobs": 1, "random_state": 0}
TIGHT_PATH = {
    "hidden_layer_sizes": (2,),
    "alphas": [20.0, 10.0],
    "n_restarts": 2,
    "n_jobs": 1,
    "tol": 1e-13,
    "random_state": 0,
}


@pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.{ConvergenceWarning.__name__}")
@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
@parametrize_with_checks(
    [
        RidgeNetClassifier(),
        RidgeNetClassifier(solver="sgd"),
        RidgeNetClassifier(solver="adam"),
        RidgeNetClassifier(hidden_layer_sizes=()),
        RidgeNetRegressor(**TIGHT),
        RidgeNetRegressor(solver="sgd"),
        RidgeNetRegressor(solver="adam"),
        RidgeNetRegressor(hidden_layer_sizes=()),
        RidgeNetRegressor(loss="poisson", **TIGHT),
        RidgeNetRegressor(loss="poisson", solver="adam"),
        RidgeNetRegressor(loss="poisson", hidden_layer_sizes=()),
        RidgeNetRegressor(loss="huber", **TIGHT),
        RidgeNetRegressor(loss="quantile", hidden_layer_sizes=()),
        RidgeNetClassifierCV(hidden_layer_sizes=(4,), **QUICK),
        RidgeNetRegressorCV(**TIGHT_PATH),
        RidgeNetRegressorCV(hidden_layer_sizes=(), n_alphas=5),
        RidgeNetRegressorCV(loss="poisson", **TIGHT_PATH),
        RidgeNetRegressorCV(hidden_layer_sizes=(), loss="poisson", n_alphas=5),
        RidgeNetRegressorCV(hidden_layer_sizes=(), loss="huber", n_alphas=5),
    ]
)
def test_scikit_learns_checks(estimator, check):
    check(estimator)
