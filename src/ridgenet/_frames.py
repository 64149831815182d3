"""Data frames and series in memory, of pandas, polars, pyarrow and other libraries, by narwhals."""

from __future__ import annotations

from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet._wording import one_line

TO_ENCODE = "encode it as numbers first, for example by skrub.TableVectorizer or sklearn's OneHotEncoder"
TO_FILL = "fill in such values, for example by sklearn.impute.SimpleImputer, or drop the rows"


def frame_of(X: Any, name: str = "X") -> Any | None:
    """Return a data frame of any library as one of narwhals; None if X is not a data frame.

    Raises
    ------
    InputError
        If it is lazy, two columns have the same name, or a column does not hold numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> frame_of(pd.DataFrame({"a": [1.5], "b": [2]})).columns
    ['a', 'b']
    >>> frame_of(pd.DataFrame({"a": [1.5], "b": ["text"]}))
    Traceback (most recent call last):
    ...
    ridgenet._errors.InputError: column 'b' of X holds text; encode it as numbers first, ...
    """
    if X is None or isinstance(X, np.ndarray | list | tuple):
        return None
    import narwhals as nw

    try:
        frame = nw.from_native(X, pass_through=True)
    except nw.exceptions.DuplicateError as error:
        raise InputError(f"the columns of {name} must have different names: {one_line(str(error))}") from None
    if isinstance(frame, nw.LazyFrame):
        raise InputError(f"{name} is a lazy frame, whose values are not in memory; call its method collect() first")
    if not isinstance(frame, nw.DataFrame):
        return None
    for column, dtype in frame.schema.items():
        # columns of objects may hold numbers
        if not (dtype.is_numeric() or dtype in (nw.Boolean, nw.Object, nw.Unknown)):
            raise InputError(f"column {column!r} of {name} holds {_in_words(dtype)}; {TO_ENCODE}")
    return frame


def as_pandas(X: Any) -> Any:
    """Return a data frame of any library as one of pandas; anything else as it is."""
    import narwhals as nw

    frame = nw.from_native(X, eager_only=True, pass_through=True)
    return frame.to_pandas() if isinstance(frame, nw.DataFrame) else X


def is_single(frame: Any) -> bool:
    """Return whether all columns are of single precision."""
    import narwhals as nw

    return all(dtype == nw.Float32 for dtype in frame.schema.values())


def require_no_gaps(frame: Any, name: str = "X") -> None:
    """Check that no value of a frame of numbers is missing or infinite.

    Raises
    ------
    InputError
        With the first such value, in the words of scikit-learn.
    """
    for column in frame.columns:
        try:
            values = np.asarray(frame[column].to_numpy(), np.float64)
        except (TypeError, ValueError):
            continue
        wrong = np.flatnonzero(~np.isfinite(values))
        if len(wrong):
            what = "NaN" if np.isnan(values[wrong[0]]) else "infinity"
            more = f", and {len(wrong) - 1:,} more in this column" if len(wrong) > 1 else ""
            raise InputError(f"Input {name} contains {what}: column {column!r}, row {wrong[0]}{more}; {TO_FILL}")


def array_of(y: Any, name: str = "y") -> Any:
    """Return a series of any library as an array with the types of its values; anything else as it is.

    Raises
    ------
    InputError
        If a value is missing.
    """
    if y is None or isinstance(y, np.ndarray | list | tuple):
        return y
    import narwhals as nw

    series = nw.from_native(y, allow_series=True, pass_through=True)
    if not isinstance(series, nw.Series):
        return y
    missing = np.flatnonzero(series.is_null().to_numpy())
    if len(missing):
        raise InputError(f"{name}[{missing[0]}] is missing; drop such samples")
    return np.asarray(series.to_numpy())


def _in_words(dtype: Any) -> str:
    import narwhals as nw

    words = {nw.String: "text", nw.Categorical: "categories", nw.Enum: "categories", nw.Duration: "durations"}
    words |= {nw.Date: "dates", nw.Datetime: "dates", nw.Time: "times"}
    return next((text for known, text in words.items() if dtype == known), f"values of type {dtype}")
