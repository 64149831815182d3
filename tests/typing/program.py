"""A user's program, checked with mypy and pyright by tests/test_typing.py: what the public names are typed as."""

from pathlib import Path
from typing import Any, assert_type

import numpy as np

from ridgenet import (
    BoundaryPathDisplay,
    Comparison,
    Fit,
    History,
    Network,
    NetworkPath,
    ObjectiveDisplay,
    PathDisplay,
    RidgeNetClassifier,
    RidgeNetClassifierCV,
    RidgeNetRegressor,
    RidgeNetRegressorCV,
    ShrinkageDisplay,
    TableModel,
    TableSettings,
    TrainingState,
    __version__,
    about_model,
    check_gradient,
    compare,
    convert_lambda,
    load_model,
    ridgenet_path,
    save_model,
    show_versions,
    train,
)


def stop(state: TrainingState) -> bool:
    return state.n_iter > 100 and state.data_loss < 0.1


def main() -> None:
    """Use the public names."""
    assert_type(__version__, str)
    X = np.random.default_rng(0).normal(size=(60, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)

    # one network
    net = RidgeNetClassifier(hidden_layer_sizes=(4,), alpha=0.1, callbacks=stop, random_state=0).fit(X, y)
    assert_type(net, RidgeNetClassifier)
    assert_type(net.predict(X), np.ndarray)
    assert_type(net.predict_proba(X=X), np.ndarray)
    assert_type(net.score(X, y), float)
    assert_type(net.classes_, np.ndarray)
    assert_type(net.coefs_, list[np.ndarray])
    assert_type(net.network_, Network)
    assert_type(net.network_.layer_sizes, tuple[int, ...])
    assert_type(net.loss_, float)
    assert_type(net.best_loss_, float | None)
    assert_type(net.loss_curve_, np.ndarray)
    assert_type(net.n_iter_, int)
    assert_type(net.converged_, bool)
    assert_type(net.validation_scores_, list[float] | None)
    assert_type(net.feature_names_in_, np.ndarray)
    regressor = RidgeNetRegressor(solver="adam", loss="huber").fit(X, X[:, 0], sample_weight=np.ones(60))
    assert_type(regressor, RidgeNetRegressor)
    assert_type(regressor.partial_fit(X, X[:, 0]), RidgeNetRegressor)

    # λ by cross-validation
    cv = RidgeNetClassifierCV(n_restarts=1, random_state=0).fit(X, y, groups=None)
    assert_type(cv, RidgeNetClassifierCV)
    assert_type(cv.alpha_, float)
    assert_type(cv.alpha_1se_, float)
    assert_type(cv.alpha_interval_, tuple[float, float])
    assert_type(cv.alphas_, np.ndarray)
    assert_type(cv.hidden_layer_sizes_, tuple[int, ...])
    assert_type(cv.cv_results_, dict[str, np.ndarray])
    assert_type(cv.path_, NetworkPath)
    assert_type(cv.paths_, list[NetworkPath])
    assert_type(cv.calibration_error_, float)
    assert_type(cv.predict_set(X), np.ndarray)
    assert_type(cv.with_alpha(1.0), RidgeNetClassifierCV)
    assert_type(cv.report("report.html", X, y), Path)
    cv_regressor = RidgeNetRegressorCV(hidden_layer_sizes=[(), (4,)]).fit(X, X[:, 0])
    assert_type(cv_regressor.predict_interval(X, 0.9), np.ndarray)
    assert_type(cv_regressor.n_features_in_, int)

    # the path, comparisons and pictures
    path = ridgenet_path(X, y, hidden_layer_sizes=(4,), n_restarts=1)
    assert_type(path, NetworkPath)
    assert_type(path.alphas, np.ndarray)
    assert_type(path.log_evidence, np.ndarray | None)
    assert_type(path.plot(), ShrinkageDisplay)
    assert_type(PathDisplay.from_estimator(cv).plot(), PathDisplay)
    assert_type(BoundaryPathDisplay.from_estimator(cv, X, y), BoundaryPathDisplay)
    comparison = compare(X, y, alphas=(0, 0.1), n_epochs=10)
    assert_type(comparison, Comparison)
    assert_type(comparison.fits, tuple[Fit, ...])
    assert_type(comparison.fits[0].history, History)
    assert_type(comparison.predict(X, 0.1), np.ndarray)
    assert_type(comparison.save("results"), list[Path])
    assert_type(ObjectiveDisplay.from_comparison(comparison).plot(), ObjectiveDisplay)

    # tables and files
    model = train(TableSettings("data.csv", "target", test="none"))
    assert_type(model, TableModel)
    assert_type(model.alpha, float)
    assert_type(model.path, NetworkPath | None)
    assert_type(save_model(cv, "model.skops"), Path)
    assert_type(load_model("model.skops"), Any)
    assert_type(about_model("model.skops"), dict[str, Any])
    assert_type(check_gradient().passed, bool)
    assert_type(convert_lambda(0.1, "sklearn", n_samples=60), float)
    assert_type(show_versions(), None)
