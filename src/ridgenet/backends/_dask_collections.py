"""Dask's arrays and data frames as lists of partitions, each of which one task can hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ridgenet._errors import InputError

# names that no column has
TARGET, WEIGHT = " target", " weight"


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


def side_by_side(X: Any, y: Any, sample_weight: Any) -> list[Any]:
    """Return the partitions of inputs, targets and weights, row for row together, each as a delayed tuple.

    Raises
    ------
    InputError
        If they are not partitioned alike.
    """
    import dask

    given = [part for part in (y, sample_weight) if part is not None]
    if hasattr(X, "columns") and all(is_collection(part) and hasattr(part, "divisions") for part in given):
        return _columns_of_one_frame(X, y, sample_weight)
    inputs = partitions_of(X, "X", whole_rows=True)
    targets = partitions_of(y, "y", whole_rows=getattr(y, "ndim", 1) == 2)
    weights: Sequence[Any] = [None] * len(inputs)
    if sample_weight is not None:
        weights = partitions_of(sample_weight, "sample_weight")
    for what, parts in (("y", targets), ("sample_weight", weights)):
        if len(parts) != len(inputs):
            raise InputError(
                f"X has {len(inputs)} partitions, {what} has {len(parts)}: partition them alike, or give data frames"
            )
    together = dask.delayed(lambda *arrays: arrays, pure=False)
    return [together(*arrays) for arrays in zip(inputs, targets, weights, strict=True)]


def _columns_of_one_frame(X: Any, y: Any, sample_weight: Any) -> list[Any]:
    """Return partitions of data frames by way of one frame: Dask may read columns apart in other partitions."""
    import dask

    targets = {f"{TARGET}{k}": y[name] for k, name in enumerate(y.columns)} if y.ndim == 2 else {TARGET: y}
    weights = {} if sample_weight is None else {WEIGHT: sample_weight}
    try:
        whole = X.assign(**targets, **weights)
    except ValueError as error:
        raise InputError(f"X, y and sample_weight cannot be put side by side: {error}") from None
    apart = dask.delayed(_apart, pure=False)
    return [apart(part, list(targets), list(weights)) for part in whole.to_delayed()]


def _apart(frame: Any, targets: list[str], weights: list[str]) -> tuple[Any, Any, Any]:
    y = frame[targets] if len(targets) > 1 else frame[targets[0]]
    return frame.drop(columns=[*targets, *weights]), y, frame[weights[0]] if weights else None


def require_numbers(X: Any) -> None:
    """Refuse a data frame with columns that hold no numbers.

    Raises
    ------
    InputError
        Naming the first.
    """
    if not hasattr(X, "columns"):
        return
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    for name, kind in X.dtypes.items():
        if not (is_numeric_dtype(kind) or is_bool_dtype(kind)):
            raise InputError(f"column {name!r} holds {kind}: leave it out, or make numbers of it")


def column_names(X: Any) -> list[str] | None:
    """Return the names of a data frame's columns; None for an array."""
    return [str(name) for name in X.columns] if hasattr(X, "columns") else None
