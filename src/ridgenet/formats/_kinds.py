"""Kinds of columns: one class for each says how to recognise, cast, check, describe and encode its values.

All other modules use the table `KINDS`; a new kind is a class here, and a row in `table/onnx/_kinds.py`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# name of a kind, a key of `KINDS`
ColumnKind = str
# thousands separators, and the characters that each stands for, for a class of a regular expression
THOUSANDS = {",": ",", ".": ".", "'": "'\u2019", " ": " \u00a0\u202f"}
FEWEST_ROWS_TO_BE_FAR_OFF = 5
# if the range of all other numbers is at most this fraction of the whole range, the outlier is likely to be a mistake;
# in float32 the other numbers would be equal
NOTHING_BESIDE = 1e-6
# durations as written by Python and pandas, and in ISO 8601; 02:03:04 alone is a time of day
DURATION = (
    r"^(-?[0-9]+ days?(,? [+-]?[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?)?"
    r"|-?P([0-9]+W|[0-9]+DT?|([0-9]+D)?T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?))$"
)


class Kind(ABC):
    """A kind of column.

    Attributes
    ----------
    name : str
        Name in model files and tables of columns.
    value, values : str
        Words for one value, and for several, in messages.
    pattern : re.Pattern or None
        How cells of this kind are written, if it is found in text by that.
    used_as : str
        How a column is used, if it becomes one input.
    is_numeric : bool
        Whether each value becomes one number.
    is_written : bool
        Whether `predict`, from a text file to a format with types, writes values of this kind instead of the text.
    may_be_target : bool
        Whether the target may be of this kind.
    """

    name: str
    value: str
    values: str
    pattern: re.Pattern[str] | None = None
    used_as = "number"
    is_numeric = False
    is_written = False
    may_be_target = False

    @abstractmethod
    def holds(self, type: pa.DataType) -> bool:
        """Return whether an Arrow type is of this kind."""

    @abstractmethod
    def type(self) -> pa.DataType:
        """Return the Arrow type that columns of this kind are cast to."""

    @abstractmethod
    def summary(self, column: pd.Series) -> str:
        """Summarise the values of a column without missing values."""

    def fault_of(self, type: pa.DataType) -> str | None:
        """Return why a type of this kind cannot be used, and what to do; None if it can."""
        del type
        return None

    def parse_text(self, column: pa.Array) -> pa.Array | None:
        """Parse text if all of it is of this kind, for kinds that Arrow's readers do not detect; else return None."""
        del column
        return None

    def from_text(self, column: pa.Array, decimal: str = ".", thousands: str | None = None) -> pa.Array:
        """Return cells of a text file as text that `cast` accepts."""
        import pyarrow.compute as pc

        del decimal, thousands
        return pc.utf8_trim_whitespace(column)

    def cast(self, column: pa.Array) -> pa.Array:
        """Cast a column of any type."""
        return column.cast(self.type(), safe=False)

    def as_text(self, column: pa.Array) -> pa.Array:
        """Return a column as text that `cast` accepts."""
        import pyarrow as pa

        return column.cast(pa.string())

    def series(self, column: pa.Array) -> pd.Series:
        """Return a column as a pandas Series."""
        return self.cast(column).to_pandas()

    def first_fault(self, column: pd.Series) -> tuple[int, str] | None:
        """Return the index of the first value that no preprocessing can handle, and why; None if there is none."""
        del column
        return None

    def warning(self, column: pd.Series) -> str | None:
        """Return a likely mistake in a column; None if there is none."""
        del column
        return None

    def accepts(self, column: pd.Series) -> bool:
        """Return whether `numbers` accepts a pandas column."""
        import pandas as pd

        return bool(pd.api.types.is_numeric_dtype(column))

    def numbers(self, column: pd.Series) -> np.ndarray:
        """Return a column as float64, with NaN for missing values."""
        return column.to_numpy(np.float64, na_value=np.nan)


class _Number(Kind):
    name, value, values = "number", "a number", "numbers"
    is_numeric = is_written = may_be_target = True

    def holds(self, type: pa.DataType) -> bool:
        import pyarrow.types as types

        return bool(types.is_integer(type) or types.is_floating(type) or types.is_decimal(type))

    def type(self) -> pa.DataType:
        import pyarrow as pa

        return pa.float64()

    def from_text(self, column: pa.Array, decimal: str = ".", thousands: str | None = None) -> pa.Array:
        import pyarrow.compute as pc

        column = super().from_text(column)
        if thousands is not None:
            # only between groups of three digits: 1,5 must not become 15
            written = f"^[-+]?[0-9]{{1,3}}([{THOUSANDS[thousands]}][0-9]{{3}})+([{decimal}][0-9]*)?$"
            plain = pc.replace_substring_regex(column, f"[{THOUSANDS[thousands]}]", "")
            column = pc.if_else(pc.match_substring_regex(column, written), plain, column)
        if decimal == ".":
            return column
        # with a decimal comma, text with a point must not become a number
        return pc.replace_substring(pc.replace_substring(column, ".", decimal * 2), decimal, ".")

    def series(self, column: pa.Array) -> pd.Series:
        import pyarrow as pa

        return (column if pa.types.is_integer(column.type) and not column.null_count else self.cast(column)).to_pandas()

    def first_fault(self, column: pd.Series) -> tuple[int, str] | None:
        infinite = np.isinf(column.to_numpy(dtype=np.float64))
        if not infinite.any():
            return None
        return int(np.argmax(infinite)), "the value is infinite; correct it or leave it empty"

    def summary(self, column: pd.Series) -> str:
        return f"{column.min():.4g} to {column.max():.4g}, median {column.median():.4g}"

    def warning(self, column: pd.Series) -> str | None:
        values = self.numbers(column)
        present = np.flatnonzero(np.isfinite(values))
        largest = np.abs(values[present]).max(initial=0.0)
        if len(present) < FEWEST_ROWS_TO_BE_FAR_OFF or not largest > 0:
            return None
        numbers = values[present] / largest
        far = int(np.argmax(np.abs(numbers - np.median(numbers))))
        others = np.ptp(np.delete(numbers, far))
        if not 0 < others < NOTHING_BESIDE * np.ptp(numbers):
            return None
        row = int(present[far]) + 1
        return (
            f"{column.iloc[row - 1]:g} in row {row} is so far from all other values that they look the same; "
            "check whether it is correct"
        )


class _Boolean(Kind):
    name, value, values = "boolean", "true or false", "true and false"
    is_numeric = is_written = may_be_target = True

    def holds(self, type: pa.DataType) -> bool:
        import pyarrow.types as types

        return bool(types.is_boolean(type))

    def type(self) -> pa.DataType:
        import pyarrow as pa

        return pa.bool_()

    def series(self, column: pa.Array) -> pd.Series:
        import pandas as pd
        import pyarrow as pa

        return column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get)

    def summary(self, column: pd.Series) -> str:
        return _most_frequent(column)


class _Date(Kind):
    name, value, values = "date", "a date", "dates"

    def holds(self, type: pa.DataType) -> bool:
        import pyarrow.types as types

        return bool(types.is_timestamp(type) or types.is_date(type))

    def type(self) -> pa.DataType:
        import pyarrow as pa

        return pa.timestamp("us")

    def fault_of(self, type: pa.DataType) -> str | None:
        import pyarrow.types as types

        if not types.is_timestamp(type) or type.tz is None or _is_zone(type.tz):
            return None
        return f"of an unknown time zone, {type.tz!r}; store them in UTC"

    def cast(self, column: pa.Array) -> pa.Array:
        import pyarrow as pa

        if not pa.types.is_string(column.type):
            return super().cast(column)
        try:
            return column.cast(self.type())
        except pa.ArrowInvalid:
            # with a time zone, to be converted to UTC
            return column.cast(pa.timestamp("us", "UTC")).cast(self.type())

    def summary(self, column: pd.Series) -> str:
        return f"{column.min():%Y-%m-%d} to {column.max():%Y-%m-%d}"


class _Text(Kind):
    name = value = values = "text"
    may_be_target = True

    def holds(self, type: pa.DataType) -> bool:
        import pyarrow.types as types

        is_text = types.is_string(type) or types.is_large_string(type) or types.is_string_view(type)
        return bool(is_text or types.is_time(type) or types.is_null(type))

    def type(self) -> pa.DataType:
        import pyarrow as pa

        return pa.string()

    def from_text(self, column: pa.Array, decimal: str = ".", thousands: str | None = None) -> pa.Array:
        del decimal, thousands
        return column

    def series(self, column: pa.Array) -> pd.Series:
        """Return a column as categories, which hold each distinct text once."""
        import pandas as pd
        import pyarrow as pa
        import pyarrow.compute as pc

        column = pc.utf8_trim_whitespace(column.cast(pa.string()))
        column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        encoded = column.dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        # of dtype object, since the string dtype differs between versions of pandas
        values = pd.Index(encoded.dictionary.to_numpy(zero_copy_only=False), dtype=object)
        return pd.Series(pd.Categorical.from_codes(codes, values))

    def summary(self, column: pd.Series) -> str:
        return _most_frequent(column)


class _Duration(Kind):
    """Time differences: typed, or as text such as ``1 days 02:03:04`` or ``P1DT2H``."""

    name, value, values = "duration", "a duration", "durations"
    pattern = re.compile(DURATION)
    used_as = "seconds"
    is_numeric = True

    def holds(self, type: pa.DataType) -> bool:
        import pyarrow.types as types

        return bool(types.is_duration(type))

    def type(self) -> pa.DataType:
        import pyarrow as pa

        return pa.duration("us")

    def parse_text(self, column: pa.Array) -> pa.Array | None:
        import pyarrow as pa
        import pyarrow.compute as pc

        # the first cell shows that most columns are of other kinds
        first = pc.index(pc.is_valid(column), True).as_py()
        if first < 0 or not self.pattern.match(column[first].as_py().strip()):
            return None
        try:
            return self.cast(pc.utf8_trim_whitespace(column))
        except pa.ArrowInvalid:
            return None

    def cast(self, column: pa.Array) -> pa.Array:
        import pandas as pd
        import pyarrow as pa
        import pyarrow.compute as pc

        if not is_text(column):
            if not pa.types.is_duration(column.type) and not pa.types.is_null(column.type):
                raise pa.ArrowInvalid("numbers have no unit")
            return super().cast(column)
        if not pc.all(pc.match_substring_regex(column, DURATION)).as_py():
            raise pa.ArrowInvalid("not all cells are durations")
        try:
            durations = pd.to_timedelta(pd.Series(column.to_pylist(), dtype=object))
        except (ValueError, OverflowError) as error:
            raise pa.ArrowInvalid(str(error)) from None
        return pa.array(durations, self.type(), from_pandas=True, safe=False)

    def as_text(self, column: pa.Array) -> pa.Array:
        import pandas as pd
        import pyarrow as pa

        texts = [None if pd.isna(value) else str(value) for value in self.series(column)]
        return pa.array(texts, pa.string())

    def accepts(self, column: pd.Series) -> bool:
        return column.dtype.kind == "m"

    def numbers(self, column: pd.Series) -> np.ndarray:
        return column.dt.total_seconds().to_numpy(np.float64)

    def summary(self, column: pd.Series) -> str:
        return f"{column.min()} to {column.max()}, median {column.median()}"


KINDS: dict[ColumnKind, Kind] = {kind.name: kind for kind in (_Number(), _Boolean(), _Date(), _Duration(), _Text())}


def kind_with(type: pa.DataType) -> Kind | None:
    """Return the kind of an Arrow type; None if it has none."""
    return next((kind for kind in KINDS.values() if kind.holds(type)), None)


def is_text(column: pa.Array) -> bool:
    """Return whether a column holds strings that Arrow's functions for text accept."""
    import pyarrow.types as types

    return bool(types.is_string(column.type) or types.is_large_string(column.type))


def holds_text(column: pd.Series) -> bool:
    """Return whether a pandas column holds text: categories, or Python objects."""
    return bool(column.dtype == "category" or column.dtype == object)


def numbers_of(column: pd.Series) -> np.ndarray | None:
    """Return a column of a numeric kind as float64; None for other kinds."""
    return next((kind.numbers(column) for kind in KINDS.values() if kind.is_numeric and kind.accepts(column)), None)


def _most_frequent(column: pd.Series) -> str:
    counts = column.value_counts()
    # categories need not occur
    counts = counts[counts > 0]
    shown = [f"{str(value)[:20]} ({count})" for value, count in counts.head(3).items()]
    return ", ".join(shown) + (", …" if len(counts) > 3 else "")


def _is_zone(name: str) -> bool:
    if name == "UTC" or re.fullmatch(r"[+-]([01]\d|2[0-3]):?[0-5]\d", name):
        return True
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return False
    return True
