"""Let estimators predict and score on Dask collections: lazy predictions, and scores summed over partitions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np
from sklearn.base import is_classifier

from ridgenet._preprocessing import TargetEncoder
from ridgenet.backends._dask_collections import is_collection, partitions_of, side_by_side

Prediction = TypeVar("Prediction", bound=Callable[..., np.ndarray])


def partition_by_partition(method: Prediction) -> Prediction:
    """Extend a prediction method to Dask collections, for which it returns a Dask array, unlike its type says."""

    @wraps(method)
    def predict(self: Any, X: Any) -> Any:
        return _lazily(self, method, X) if is_collection(X) else method(self, X)

    return cast(Prediction, predict)


def _lazily(estimator: Any, method: Callable[[Any, Any], np.ndarray], X: Any) -> Any:
    import dask
    import dask.array as da

    example = method(estimator, _one_row(X))
    partitions = partitions_of(X, "X", whole_rows=True)
    n_rows = X.chunks[0] if hasattr(X, "chunks") else [np.nan] * len(partitions)
    task = dask.delayed(_predicted, pure=True)
    # delayed, so that it is sent once rather than with every partition
    network = dask.delayed(estimator)
    blocks = [
        da.from_delayed(task(network, method.__name__, part), (n, *example.shape[1:]), example.dtype)
        for part, n in zip(partitions, n_rows, strict=True)
    ]
    return da.concatenate(blocks, axis=0)


def _predicted(estimator: Any, method: str, X: Any) -> np.ndarray:
    if len(X) == 0:
        example = getattr(estimator, method)(_one_row(X))
        return np.empty((0, *example.shape[1:]), example.dtype)
    predicted: np.ndarray = getattr(estimator, method)(X)
    return predicted


def _one_row(X: Any) -> Any:
    """Return a single row of zeros with the columns of X."""
    if not hasattr(X, "columns"):
        return np.zeros((1, X.shape[1]), X.dtype if X.dtype.kind == "f" else np.float64)
    import pandas as pd

    return pd.DataFrame(np.zeros((1, len(X.columns))), columns=X.columns)


def summed_over_partitions(method: Callable[..., float]) -> Callable[..., float]:
    """Extend the method `score` to Dask collections."""

    @wraps(method)
    def score(self: Any, X: Any, y: Any, sample_weight: Any = None) -> float:
        return (_score if is_collection(X) else method)(self, X, y, sample_weight)

    return score


def _score(estimator: Any, X: Any, y: Any, sample_weight: Any) -> float:
    """Return the accuracy of a classifier, or the R² of a regressor averaged over outputs, on Dask collections.

    Raises
    ------
    InputError
        If the collections are partitioned differently.
    """
    import dask

    task = dask.delayed(_correct if is_classifier(estimator) else _squares, pure=False)
    # delayed, so that it is sent once rather than with every partition
    network = dask.delayed(estimator)
    sums = dask.compute(*[task(network, arrays) for arrays in side_by_side(X, y, sample_weight)])
    parts = [part for part in sums if part[0] > 0]
    if is_classifier(estimator):
        weight, correct = (sum(each) for each in zip(*parts, strict=True))
        return float(correct / weight)
    weights, means, spreads, errors = (np.array(each) for each in zip(*parts, strict=True))
    mean = np.average(means, axis=0, weights=weights)
    total = (spreads + weights[:, np.newaxis] * (means - mean) ** 2).sum(axis=0)
    error = errors.sum(axis=0)
    # for a constant target, as in scikit-learn's r2_score
    unexplained = np.divide(error, total, out=np.where(error > 0, 1.0, 0.0), where=total > 0)
    return float(1.0 - unexplained.mean())


def _correct(estimator: Any, arrays: tuple[Any, Any, Any]) -> tuple[float, float]:
    """Return the total weight of the rows of a partition, and that of the correctly classified rows."""
    X, y, weights = _with_weights(arrays)
    return float(weights.sum()), float(weights[np.asarray(estimator.predict(X)) == y].sum()) if len(y) else 0.0


def _squares(estimator: Any, arrays: tuple[Any, Any, Any]) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Return total weight, mean of the targets, sum of squares about the mean, and sum of squared errors."""
    X, y, weights = _with_weights(arrays)
    y = TargetEncoder(None).transform(y)
    weight = float(weights.sum())
    if not weight > 0:
        zeros = np.zeros(y.shape[1])
        return 0.0, zeros, zeros, zeros
    mean = np.average(y, axis=0, weights=weights)
    errors = (y - np.asarray(estimator.predict(X)).reshape(y.shape)) ** 2
    return weight, mean, weights @ (y - mean) ** 2, weights @ errors


def _with_weights(arrays: tuple[Any, Any, Any]) -> tuple[Any, np.ndarray, np.ndarray]:
    X, y, weights = arrays
    return X, np.asarray(y), np.ones(len(X)) if weights is None else np.asarray(weights, np.float64)
