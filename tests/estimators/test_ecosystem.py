"""In the company that scikit-learn's users keep."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from matplotlib import pyplot as plt
from moons import X, y
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer
from sklearn.inspection import DecisionBoundaryDisplay, permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from ridgenet import RidgeNetClassifier, RidgeNetRegressor

NET = RidgeNetClassifier((8,), alpha=0.3, random_state=0)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_grid_search_finds_that_some_penalty_is_better_than_none():
    search = GridSearchCV(NET, {"alpha": [1e-4, 0.3, 1000.0]}, scoring="neg_log_loss", cv=5).fit(X, y)
    assert search.best_params_ == {"alpha": 0.3}
    assert search.best_estimator_.alpha == 0.3


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_clone_keeps_parameters_and_nothing_fitted():
    net = RidgeNetClassifier((3,), "relu", alpha=[1.0, 2.0], callbacks=[print]).fit(X, y, [1.0] * 200)
    copy = clone(net)
    assert copy.get_params() == net.get_params()
    assert not hasattr(copy, "coefs_")
    assert not hasattr(copy, "classes_")


def test_in_a_pipeline_with_columns_of_several_kinds():
    frame = pd.DataFrame({"x": X[:, 0], "z": X[:, 1], "kind": np.where(X[:, 0] > 0.5, "a", "b")})
    columns = make_column_transformer((StandardScaler(), ["x", "z"]), (OneHotEncoder(sparse_output=False), ["kind"]))
    pipeline = make_pipeline(columns, NET).set_output(transform="pandas").fit(frame, y)
    assert pipeline.score(frame, y) > 0.85
    np.testing.assert_array_equal(pipeline[-1].feature_names_in_, columns.get_feature_names_out())


def test_calibration_and_out_of_fold_predictions():
    calibrated = CalibratedClassifierCV(NET, cv=3).fit(X, y)
    np.testing.assert_allclose(calibrated.predict_proba(X).sum(axis=1), 1)
    assert cross_val_predict(NET, X, y, method="predict_proba").shape == (200, 2)
    assert cross_val_predict(NET, X, y, method="decision_function").shape == (200,)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_cross_validation_is_the_same_however_many_jobs(n_jobs):
    scores = cross_val_score(NET, X, y, n_jobs=n_jobs)
    np.testing.assert_array_equal(scores, cross_val_score(NET, X, y))


def test_permutation_importance():
    inputs = np.column_stack([X, np.random.RandomState(0).standard_normal(200)])
    importance = permutation_importance(NET.fit(inputs, y), inputs, y, random_state=0).importances_mean
    assert importance[2] < importance[:2].min()


@pytest.mark.parametrize("response", ["predict", "predict_proba", "decision_function"])
def test_decision_boundary(response):
    DecisionBoundaryDisplay.from_estimator(NET.fit(X, y), X, response_method=response)
    plt.close("all")


def test_metadata_is_routed():
    weights = np.where(y == 1, 5.0, 1.0)
    with sklearn.config_context(enable_metadata_routing=True):
        net = clone(NET).set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        routed = cross_val_score(net, X, y, params={"sample_weight": weights})
        validated = clone(NET).set_fit_request(X_val=True, y_val=True)
        assert validated.get_metadata_routing().fit.requests["X_val"] is True
    assert not np.array_equal(routed, cross_val_score(NET, X, y))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_one_import_line_replaces_scikit_learns():
    """Every parameter of its estimators is one of ours, with the same meaning."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    assert set(MLPClassifier().get_params()) <= set(RidgeNetClassifier().get_params())
    assert set(MLPRegressor().get_params()) <= set(RidgeNetRegressor().get_params())
    inputs, target = load_breast_cancer(return_X_y=True)
    settings = {"hidden_layer_sizes": (10,), "activation": "relu", "alpha": 1e-4, "random_state": 0, "max_iter": 300}
    net = make_pipeline(StandardScaler(), RidgeNetClassifier(**settings, solver="adam")).fit(inputs, target)
    mlp = make_pipeline(StandardScaler(), MLPClassifier(**settings, solver="adam")).fit(inputs, target)
    for attribute in (
        "n_iter_",
        "n_layers_",
        "n_outputs_",
        "out_activation_",
        "loss_",
        "best_loss_",
        "t_",
        "loss_curve_",
    ):
        assert hasattr(net[-1], attribute)
    assert [W.shape for W in net[-1].coefs_] == [W.shape for W in mlp[-1].coefs_]
    assert net.score(inputs, target) > 0.97


def test_the_start_is_scikit_learns():
    """The same random_state draws the same start, so that a change of import line changes little."""
    from sklearn.neural_network import MLPClassifier

    settings = {"hidden_layer_sizes": (5,), "solver": "adam", "learning_rate_init": 1e-15, "max_iter": 1}
    with pytest.warns(UserWarning, match="Maximum iterations"):
        net = RidgeNetClassifier(activation="tanh", standardize=False, random_state=3, **settings).fit(X, y)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        mlp = MLPClassifier(activation="tanh", random_state=3, **settings).fit(X, y)
    for ours, theirs in zip(net.coefs_ + net.intercepts_, mlp.coefs_ + mlp.intercepts_, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)
