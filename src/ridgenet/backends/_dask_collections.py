"""Split Dask arrays and data frames into lists of delayed partitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ridgenet._errors import InputError

# temporary column names; the leading space avoids clashes
TARGET, WEIGHT = " target", " weight"


def is_collection(X: Any) -> bool:
    """Return whether X is a Dask array or data frame, without importing Dask."""
    module = type(X).__module__.partition(".")[0]
    return module in ("dask", "dask_expr") and hasattr(X, "__dask_graph__")


def partitions_of(X: Any, what: str, *, whole_rows: bool = False) -> list[Any]:
    """Return the delayed partitions of a collection.

    Parameters
    ----------
    X : dask.array.Array, dask.dataframe.DataFrame or dask.dataframe.Series
        The collection.
    what : str
        Name of the collection in messages.
    whole_rows : bool
        Whether to merge the chunks of an array so that each holds all columns.

    Raises
    ------
    InputError
        If X is not a Dask collection.
    """
    if not is_collection(X):
        raise InputError(f"{what} must be a Dask collection because X is one; got {type(X).__name__}")
    if whole_rows and hasattr(X, "rechunk"):
        X = X.rechunk({1: -1})
    delayed = X.to_delayed()
    return list(delayed.ravel()) if hasattr(delayed, "ravel") else list(delayed)


def side_by_side(X: Any, y: Any, sample_weight: Any) -> list[Any]:
    """Return the partitions of inputs, targets and weights as delayed tuples.

    Raises
    ------
    InputError
        If they are partitioned differently.
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
                f"X has {len(inputs)} partitions, {what} has {len(parts)}; partition them alike, or pass data frames"
            )
    together = dask.delayed(lambda *arrays: arrays, pure=False)
    return [together(*arrays) for arrays in zip(inputs, targets, weights, strict=True)]


def _columns_of_one_frame(X: Any, y: Any, sample_weight: Any) -> list[Any]:
    """Merge data frames and split their partitions again: Dask may partition columns differently when read apart."""
    import dask

    targets = {f"{TARGET}{k}": y[name] for k, name in enumerate(y.columns)} if y.ndim == 2 else {TARGET: y}
    weights = {} if sample_weight is None else {WEIGHT: sample_weight}
    try:
        whole = X.assign(**targets, **weights)
    except ValueError as error:
        raise InputError(f"X, y and sample_weight cannot be merged into one data frame: {error}") from None
    split = dask.delayed(_split, pure=False)
    return [split(part, list(targets), list(weights)) for part in whole.to_delayed()]


def _split(frame: Any, targets: list[str], weights: list[str]) -> tuple[Any, Any, Any]:
    y = frame[targets] if len(targets) > 1 else frame[targets[0]]
    return frame.drop(columns=[*targets, *weights]), y, frame[weights[0]] if weights else None


def require_numbers(X: Any) -> None:
    """Check that all columns of a data frame are numeric.

    Raises
    ------
    InputError
        Naming the first column that is not.
    """
    if not hasattr(X, "columns"):
        return
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    for name, kind in X.dtypes.items():
        if not (is_numeric_dtype(kind) or is_bool_dtype(kind)):
            raise InputError(f"column {name!r} holds {kind}, not numbers; drop or encode it")


def column_names(X: Any) -> list[str] | None:
    """Return the column names of a data frame; None for an array."""
    return [str(name) for name in X.columns] if hasattr(X, "columns") else None
