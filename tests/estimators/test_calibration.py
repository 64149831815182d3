"""The expected calibration error: against its definition, MAPIE, and what estimators report."""

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_moons

from ridgenet import RidgeNetClassifierCV, load_model, save_model
from ridgenet.estimators._calibration import expected_calibration_error

QUICK = {"n_alphas": 4, "n_restarts": 2, "random_state": 0, "n_jobs": 1}


def drawn(n_classes, n=200, seed=0):
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(n_classes), n)
    return probabilities, np.eye(n_classes)[rng.integers(n_classes, size=n)], rng.integers(1, 4, n)


def test_by_hand():
    # the bins 0.6 to 0.7 (confidence 0.6 and 0.64, one of two right) and 0.9 to 1 (0.9 and 1.0, both right)
    probabilities = np.array([[0.6, 0.4], [0.36, 0.64], [0.9, 0.1], [0.0, 1.0]])
    is_class = np.eye(2)[[0, 0, 0, 1]]
    expected = 0.5 * (0.62 - 0.5) + 0.5 * (1 - 0.95)
    assert expected_calibration_error(probabilities, is_class) == pytest.approx(expected)


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_it_is_that_of_mapie(n_classes):
    mapie = pytest.importorskip("mapie.metrics.calibration")
    probabilities, is_class, _ = drawn(n_classes)
    is_right = probabilities.argmax(axis=1) == is_class.argmax(axis=1)
    # MAPIE's number of bins is that of their edges
    expected = mapie.expected_calibration_error(is_right, probabilities, num_bins=11, split_strategy="uniform")
    assert expected_calibration_error(probabilities, is_class) == pytest.approx(expected)


def test_whole_weights_are_repeated_samples():
    probabilities, is_class, weights = drawn(3)
    repeated = expected_calibration_error(np.repeat(probabilities, weights, 0), np.repeat(is_class, weights, 0))
    assert expected_calibration_error(probabilities, is_class, weights) == pytest.approx(repeated)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_an_estimator_reports_that_of_its_out_of_fold_probabilities(tmp_path, n_classes):
    X, y = load_iris(return_X_y=True) if n_classes == 3 else make_moons(80, noise=0.3, random_state=0)
    weights = np.where(np.arange(len(y)) % 7 == 0, 0.0, 1.0)
    net = RidgeNetClassifierCV((2,), keep=True, **QUICK).fit(X, y, weights)
    kept = weights > 0
    errors = []
    for alpha, outputs in zip(net.alphas_, net.oof_predictions_, strict=True):
        probabilities = outputs if n_classes == 3 else np.hstack([1 - outputs, outputs])
        expected = expected_calibration_error(probabilities[kept], np.eye(n_classes)[y[kept]])
        assert net.with_alpha(alpha).calibration_error_ == pytest.approx(expected)
        errors.append(expected)
    assert len(set(errors)) > 1
    again = load_model(save_model(net, tmp_path / "model.skops"))
    assert again.calibration_error_ == net.calibration_error_


def test_without_folds_or_with_several_labels_there_is_none():
    X, y = make_moons(60, noise=0.3, random_state=0)
    assert not hasattr(RidgeNetClassifierCV((2,)), "calibration_error_")
    assert not hasattr(RidgeNetClassifierCV((2,), selection="evidence", **QUICK).fit(X, y), "calibration_error_")
    labels = np.column_stack([y, 1 - y])
    assert not hasattr(RidgeNetClassifierCV((2,), **QUICK).fit(X, labels), "calibration_error_")
