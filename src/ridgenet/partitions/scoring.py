"""Scores on collections: each partition returns a few sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from ridgenet.partitions.collections import side_by_side
from ridgenet.partitions.parts import columns_of


def score_on_partitions(estimator: Any, X: Any, y: Any, sample_weight: Any) -> float:
    """Return the accuracy, or R² (the mean over several targets), of an estimator on collections of Dask.

    Raises
    ------
    InputError
        If they are not partitioned alike.
    """
    import dask

    task = dask.delayed(_right if not estimator._numeric_targets else _squares, pure=False)
    # sent once, not with every partition
    network = dask.delayed(estimator)
    sums = dask.compute(*[task(network, arrays) for arrays in side_by_side(X, y, sample_weight)])
    parts = [part for part in sums if part[0] > 0]
    if not estimator._numeric_targets:
        weight, right = (sum(each) for each in zip(*parts, strict=True))
        return float(right / weight)
    weights, means, spreads, errors = (np.array(each) for each in zip(*parts, strict=True))
    mean = np.average(means, axis=0, weights=weights)
    total = (spreads + weights[:, np.newaxis] * (means - mean) ** 2).sum(axis=0)
    error = errors.sum(axis=0)
    # as scikit-learn's r2_score has it for a constant target
    shares = np.divide(error, total, out=np.where(error > 0, 1.0, 0.0), where=total > 0)
    return float(1.0 - shares.mean())


def _right(estimator: Any, arrays: tuple[Any, Any, Any]) -> tuple[float, float]:
    """Return the weight of a partition's rows, and that of those whose class is predicted."""
    X, y, weights = _with_weights(arrays)
    return float(weights.sum()), float(weights[np.asarray(estimator.predict(X)) == y].sum()) if len(y) else 0.0


def _squares(estimator: Any, arrays: tuple[Any, Any, Any]) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Return the weight of a partition's rows, mean and spread of their targets, and the sum of squared errors."""
    X, y, weights = _with_weights(arrays)
    y = columns_of(np.asarray(y, np.float64))
    weight = float(weights.sum())
    if not weight > 0:
        nothing = np.zeros(y.shape[1])
        return 0.0, nothing, nothing, nothing
    mean = np.average(y, axis=0, weights=weights)
    errors = (y - np.asarray(estimator.predict(X)).reshape(y.shape)) ** 2
    return weight, mean, weights @ (y - mean) ** 2, weights @ errors


def _with_weights(arrays: tuple[Any, Any, Any]) -> tuple[Any, np.ndarray, np.ndarray]:
    X, y, weights = arrays
    return X, np.asarray(y), np.ones(len(X)) if weights is None else np.asarray(weights, np.float64)
