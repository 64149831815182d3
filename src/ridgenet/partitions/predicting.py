"""Predictions for collections: one task for each partition, when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ridgenet.partitions.collections import is_collection, partitions_of


def partition_by_partition(method: Callable[[Any, Any], np.ndarray]) -> Callable[[Any, Any], Any]:
    """Let a method that predicts for rows take collections of Dask, too; it then returns an array of Dask."""

    @wraps(method)
    def predict(self: Any, X: Any) -> Any:
        return _lazily(self, method, X) if is_collection(X) else method(self, X)

    return predict


def _lazily(estimator: Any, method: Callable[[Any, Any], np.ndarray], X: Any) -> Any:
    import dask
    import dask.array as da

    one = _one_row(X)
    example = method(estimator, one)
    partitions = partitions_of(X, "X", whole_rows=True)
    n_rows = X.chunks[0] if hasattr(X, "chunks") else [np.nan] * len(partitions)
    task = dask.delayed(_predicted, pure=True)
    # sent once, not with every partition
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
    """Return a row of zeros with the columns of X."""
    if not hasattr(X, "columns"):
        return np.zeros((1, X.shape[1]), X.dtype if X.dtype.kind == "f" else np.float64)
    import pandas as pd

    return pd.DataFrame(np.zeros((1, len(X.columns))), columns=X.columns)
