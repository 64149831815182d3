"""Dates become year, month, day, hour if there are any, and the seconds since 1970."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from pandas.tseries.api import guess_datetime_format

from ridgenet.table.encoding._categories import codes_and_texts
from ridgenet.table.encoding._column import NumericEncoding, medians_of

EPOCH, SECOND = pd.Timestamp("1970-01-01"), pd.Timedelta("1s")
DAY_PARTS, SECONDS = ("year", "month", "day"), "total_seconds"
# of a text column, to guess the format of its dates
MOST_TEXTS = 1000


@dataclass(frozen=True)
class Dates(NumericEncoding):
    """The parts of dates, and their number of seconds since 1970.

    Attributes
    ----------
    parts : tuple of str
        Names of the parts.
    format : str or None
        Format of dates in text; None for columns of dates.
    """

    parts: tuple[str, ...]
    format: str | None

    @classmethod
    def of(cls, column: pd.Series) -> Self | None:
        """Learn from a column; None if it has no dates."""
        format = None
        if not pd.api.types.is_datetime64_any_dtype(column):
            format = format_of_dates(column)
            if format is None:
                return None
        dates = dates_in(column, format)
        has_hours = bool((dates.hour.to_numpy()[dates.notna()] > 0).any())
        parts = (*DAY_PARTS, *(("hour",) if has_hours else ()), SECONDS)
        return cls(str(column.name), *medians_of(_numbers(dates, parts)), parts, format)

    @property
    def names_of_numbers(self) -> list[str]:
        """Names of the parts of the dates."""
        return [f"{self.column}_{part}" for part in self.parts]

    @property
    def use(self) -> str:
        """How the column is used, in words."""
        return "date: " + ", ".join(part.replace("_", " ") for part in self.parts)

    def write(self, column: pd.Series, inputs: np.ndarray) -> np.ndarray | None:
        """Write a column into its inputs; text that is not a date in the format of the training rows is unknown."""
        dates = dates_in(column, self.format)
        self.write_numbers(_numbers(dates, self.parts), inputs)
        return None if self.format is None else dates.isna() & column.notna().to_numpy()


def format_of_dates(column: pd.Series) -> str | None:
    """Return the format of dates in a column of text, in which all of its values are dates; None if there is none.

    Where both are possible, the month comes first.
    """
    texts = np.asarray(pd.unique(column.dropna()))
    if len(texts) == 0 or not isinstance(texts[0], str):
        return None
    some = texts[:: max(1, len(texts) // MOST_TEXTS)]
    for day_first in (False, True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            # the first text shows that most columns hold no dates
            format = _format_of(texts[0], day_first=day_first)
            if format is not None and all(_format_of(text, day_first=day_first) == format for text in some):
                return format if _all_are_dates(texts, format) else None
    return None


def _format_of(text: object, *, day_first: bool) -> str | None:
    if not isinstance(text, str):
        return None
    guess = guess_datetime_format(text, dayfirst=day_first)
    return guess if isinstance(guess, str) else None


def _all_are_dates(texts: np.ndarray, format: str) -> bool:
    try:
        pd.to_datetime(texts, format=format)
    except (ValueError, OverflowError):
        return False
    return True


def dates_in(column: pd.Series, format: str | None) -> pd.DatetimeIndex:
    """Return a column as dates without time zone, in UTC; NaT where text is not a date in the format."""
    if format is not None:
        codes, texts = codes_and_texts(column)
        dates = pd.to_datetime(pd.Index(texts, dtype=object), format=format, errors="coerce", utc=True)
        # a code of -1, of missing values, takes the last
        column = pd.Series(dates.append(pd.DatetimeIndex([pd.NaT], tz="UTC"))[codes])
    dates = pd.DatetimeIndex(column)
    return dates if dates.tz is None else dates.tz_convert(None)


def _numbers(dates: pd.DatetimeIndex, parts: tuple[str, ...]) -> np.ndarray:
    numbers = np.empty((len(dates), len(parts)))
    for k, part in enumerate(parts):
        numbers[:, k] = (dates - EPOCH) / SECOND if part == SECONDS else getattr(dates, part)
    return numbers
