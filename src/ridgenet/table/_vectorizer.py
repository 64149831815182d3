"""Convert columns to numbers by skrub, in float64: its float32 would round before the mean is subtracted."""

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

# the reader has decided what is missing, and durations are converted with all other numbers
NOT_NEEDED = (CleanNullStrings, DurationToFloat)
SECOND = pd.Timedelta("1s")
EPOCH = pd.Timestamp("1970-01-01")


class ToFloat64(SingleColumnTransformer):  # type: ignore[misc]
    """Convert columns of numeric kinds to float64; text is left as it is.

    Which text is numbers was decided when the whole file was read.
    """

    def fit_transform(self, column: pd.Series, y: Any = None) -> pd.Series:
        """Convert a column, or reject it if it is not numeric."""
        del y
        self.all_outputs_ = [column.name]
        if numbers_of(column) is None:
            raise RejectColumn(f"column {column.name!r} holds no numbers")
        return self.transform(column)

    def transform(self, column: pd.Series) -> pd.Series:
        """Convert a column."""
        numbers = numbers_of(column)
        if numbers is None:
            numbers = column.to_numpy(np.float64, na_value=np.nan)
        return pd.Series(numbers, index=column.index, name=column.name)


class DatetimeEncoder64(DatetimeEncoder):  # type: ignore[misc]
    """Encode dates as skrub's `DatetimeEncoder` does, with the seconds since 1970 in float64."""

    def transform(self, column: pd.Series) -> pd.DataFrame:
        """Return parts of dates as columns."""
        parts = super().transform(column)
        name = f"{column.name}_total_seconds"
        if name in parts:
            moments = column if column.dt.tz is None else column.dt.tz_convert(None)
            parts[name] = (moments - EPOCH) / SECOND
        return parts


class TableVectorizer(_TableVectorizer):  # type: ignore[misc]
    """Convert as skrub's `TableVectorizer`, to float64, and keep words such as NA as they are."""

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
