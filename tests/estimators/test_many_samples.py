"""Paths of many samples: the whole grid is explored on a part of them."""

import numpy as np

from ridgenet import RidgeNetRegressorCV
from ridgenet._preprocessing import Standardizer
from ridgenet.path._rows import ArrayRows, Fold


def test_a_sine_is_found_among_many_samples():
    rng = np.random.default_rng(0)
    n = 21_000
    X = rng.normal(size=(n, 2)).astype(np.float32)
    y = np.sin(3 * X[:, 0]) + 0.5 * rng.normal(size=n)
    net = RidgeNetRegressorCV(hidden_layer_sizes=[(), (8,)], cv=2, n_restarts=2, n_alphas=15, tol=1e-4, random_state=0)
    net.fit(X, y)
    assert net.hidden_layer_sizes_ == (8,)
    new = rng.normal(size=(1000, 2)).astype(np.float32)
    assert np.mean((net.predict(new) - np.sin(3 * new[:, 0])) ** 2) < 0.02


def test_a_part_of_the_rows_has_the_same_folds():
    rng = np.random.default_rng(0)
    X, Y, weights = rng.normal(size=(50, 2)), rng.normal(size=(50, 1)), rng.random(50)
    folds = [Fold(np.arange(25, 50), np.arange(25)), Fold(np.arange(25), np.arange(25, 50))]
    rows = ArrayRows(X, Y, weights, standardizer=Standardizer.identity(2, 1), folds=folds, scoring_weights=weights)
    part = rows.sampled(20, seed=0)
    drawn = [int(np.flatnonzero((row == X).all(axis=1))[0]) for row in part.part().X]
    for fold, of_part in zip(folds, part.folds, strict=True):
        assert set(np.array(drawn)[of_part.train]) == set(drawn) & set(fold.train)
        assert set(np.array(drawn)[of_part.test]) == set(drawn) & set(fold.test)
    np.testing.assert_array_equal(part.part().weights, weights[drawn])
    assert rows.sampled(50, seed=0) is rows
