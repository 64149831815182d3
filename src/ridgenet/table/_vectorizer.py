"""Encode columns with skrub, in float64: float32 would lose digits before the mean is subtracted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline

from ridgenet.formats._kinds import numbers_of
from ridgenet.model_files._skrub import (
    CleanNullStrings,
    DatetimeEncoder,
    DurationToFloat,
    RejectColumn,
    SingleColumnTransformer,
    ToFloat,
)
from ridgenet.model_files._skrub import TableVectorizer as _TableVectorizer

# the reader has detected missing values, and durations are converted like all numeric columns
NOT_NEEDED = (CleanNullStrings, DurationToFloat)
SECOND = pd.Timedelta("1s")
EPOCH = pd.Timestamp("1970-01-01")


class ToFloat64(SingleColumnTransformer):  # type: ignore[misc]
    """Convert columns of numeric kinds to float64; text stays text.

    Text that consists of numbers was converted when the whole file was read.
    """

    def fit_transform(self, column: pd.Series, y: Any = None) -> pd.Series:
        """Convert a column, or reject it if it is not numeric."""
        del y
        self.all_outputs_ = [column.name]
        if numbers_of(column) is None:
            raise RejectColumn(f"column {column.name!r} is not numeric")
        return self.transform(column)

    def transform(self, column: pd.Series) -> pd.Series:
        """Convert a column."""
        numbers = numbers_of(column)
        if numbers is None:
            numbers = column.to_numpy(np.float64, na_value=np.nan)
        return pd.Series(numbers, index=column.index, name=column.name)


class DatetimeEncoder64(DatetimeEncoder):  # type: ignore[misc]
    """Encode dates like skrub's `DatetimeEncoder`, with the seconds since 1970 in float64."""

    def transform(self, column: pd.Series) -> pd.DataFrame:
        """Return the parts of dates as columns."""
        parts = super().transform(column)
        name = f"{column.name}_total_seconds"
        if name in parts:
            moments = column if column.dt.tz is None else column.dt.tz_convert(None)
            parts[name] = (moments - EPOCH) / SECOND
        return parts


class TableVectorizer(_TableVectorizer):  # type: ignore[misc]
    """Encode columns like skrub's `TableVectorizer`, in float64, without treating words such as NA as missing."""

    _preprocessors: list[Any]

    def _make_pipeline(self) -> None:
        super()._make_pipeline()
        self._preprocessors = [
            step for step in self._preprocessors if not isinstance(getattr(step, "transformer", None), NOT_NEEDED)
        ]
        for step in (*self._preprocessors, *self._postprocessors):
            if isinstance(getattr(step, "transformer", None), ToFloat):
                step.transformer = ToFloat64()
        steps = (*self._preprocessors, *self._encoders, *self._specific_transformers, *self._postprocessors)
        self._pipeline = make_pipeline(*steps)
