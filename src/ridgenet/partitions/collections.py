"""Dask's arrays and data frames as lists of partitions, each of which one task can hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ridgenet.errors import InputError


def is_collection(X: Any) -> bool:
    """Tell whether X is an array or a data frame of Dask; without importing it."""
    module = type(X).__module__.partition(".")[0]
    return module in ("dask", "dask_expr") and hasattr(X, "__dask_graph__")


def partitions_of(X: Any, what: str, *, whole_rows: bool = False) -> list[Any]:
    """Return the partitions of a collection, each of them delayed.

    Parameters
    ----------
    X : dask.array.Array, dask.dataframe.DataFrame or dask.dataframe.Series
        The collection.
    what : str
        What messages call it.
    whole_rows : bool
        Whether chunks of an array are joined so that each holds all columns.

    Raises
    ------
    InputError
        If it is no collection of Dask.
    """
    if not is_collection(X):
        raise InputError(f"{what} must be a collection of Dask, as X is; got {type(X).__name__}")
    if whole_rows and hasattr(X, "rechunk"):
        X = X.rechunk({1: -1})
    delayed = X.to_delayed()
    return list(delayed.ravel()) if hasattr(delayed, "ravel") else list(delayed)


def side_by_side(X: Any, y: Any, sample_weight: Any) -> list[tuple[Any, Any, Any]]:
    """Return the partitions of inputs, targets and weights, row for row together.

    Raises
    ------
    InputError
        If they are not partitioned alike.
    """
    inputs = partitions_of(X, "X", whole_rows=True)
    targets = partitions_of(y, "y", whole_rows=getattr(y, "ndim", 1) == 2)
    weights: Sequence[Any] = [None] * len(inputs)
    if sample_weight is not None:
        weights = partitions_of(sample_weight, "sample_weight")
    for what, parts in (("y", targets), ("sample_weight", weights)):
        if len(parts) != len(inputs):
            raise InputError(f"X has {len(inputs)} partitions, {what} has {len(parts)}: partition them alike")
    return list(zip(inputs, targets, weights, strict=True))


def column_names(X: Any) -> list[str] | None:
    """Return the names of a data frame's columns; None for an array."""
    return [str(name) for name in X.columns] if hasattr(X, "columns") else None
