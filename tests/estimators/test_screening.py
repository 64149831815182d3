"""Which columns have an effect on unseen samples."""

import numpy as np
import pytest

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV
from ridgenet.estimators._screening import MOST_SAMPLES, relevant_columns

N = 6_000


def inputs(n=N, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 8)).astype(np.float32)


def each(X):
    return [np.array([k]) for k in range(X.shape[1])]


def effect(X):
    """Return a sine of column 0, a product of 2 and 3, and a linear effect of 5; the other columns have none."""
    return 2 * np.sin(3 * X[:, 0]) + X[:, 2] * X[:, 3] + X[:, 5]


@pytest.mark.parametrize("seed", range(3))
def test_columns_with_an_effect_are_found(seed):
    X, noise = inputs(seed=seed), np.random.default_rng(seed + 10).logistic(size=N)
    for estimator, y in (
        (RidgeNetRegressorCV(random_state=seed), effect(X) + noise),
        (RidgeNetClassifierCV(random_state=seed), effect(X) + noise > 0),
    ):
        found = relevant_columns(estimator, X, y, each(X))
        assert set(np.flatnonzero(found)) >= {0, 2, 3, 5}
        assert found.sum() <= 5


def test_inputs_of_one_column_are_tested_together():
    rng = np.random.default_rng(0)
    level, noise = rng.integers(0, 4, N), rng.integers(0, 20, N)
    X = np.concatenate([np.eye(4)[level], np.eye(20)[noise]], axis=1).astype(np.float32)
    y = np.array([0.0, 1.0, -1.0, 2.0])[level] + rng.normal(size=N)
    found = relevant_columns(RidgeNetRegressorCV(random_state=0), X, y, [np.arange(4), np.arange(4, 24)])
    assert found.tolist() == [True, False]


def test_without_any_effect_all_columns_stay():
    X = inputs()
    y = np.random.default_rng(5).normal(size=N)
    found = relevant_columns(RidgeNetRegressorCV(random_state=0), X, y, each(X))
    assert found.all() or found.sum() <= 1


def test_weights_and_groups_count():
    X, rng = inputs(), np.random.default_rng(0)
    # the effect of column 7 is only in samples of weight 0
    weights = (np.arange(N) % 2).astype(float)
    y = X[:, 5] + np.where(weights == 0, 5 * X[:, 7], 0) + rng.normal(size=N)
    found = relevant_columns(RidgeNetRegressorCV(random_state=0), X, y, each(X), weights, np.arange(N) // 10)
    assert found[5]
    assert not found[7]


def test_of_many_samples_a_part_is_used_and_the_estimator_stays_as_it_was():
    X = inputs(MOST_SAMPLES + 100)
    estimator = RidgeNetRegressorCV(hidden_layer_sizes=(3,), random_state=0)
    found = relevant_columns(estimator, X, X[:, 1] ** 2, each(X))
    assert found.tolist() == [k == 1 for k in range(8)]
    assert estimator.get_params() == RidgeNetRegressorCV(hidden_layer_sizes=(3,), random_state=0).get_params()
    assert not hasattr(estimator, "n_features_in_")
