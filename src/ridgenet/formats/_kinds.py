"""The four kinds of columns: which one a type is, and Arrow's columns as pandas'."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import numpy as np

from ridgenet._errors import InputError
from ridgenet.formats._codes import LEADING_ZERO

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ridgenet.formats._sources import Source

ColumnKind = Literal["number", "boolean", "date", "text"]
IN_WORDS: dict[ColumnKind, str] = {"number": "a number", "boolean": "true or false", "date": "a date", "text": "text"}


def kind_of(source: Source, field: pa.Field) -> ColumnKind:
    """Return what a column holds, or refuse it."""
    import pyarrow.types as types

    kind = field.type
    if types.is_timestamp(kind) and kind.tz is not None and not _is_zone(kind.tz):
        raise InputError(
            f"{source.name}: column {field.name!r} holds dates of an unknown time zone, {kind.tz!r}; store them in UTC"
        )
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_boolean(kind):
        return "boolean"
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    if types.is_timestamp(kind) or types.is_date(kind):
        return "date"
    if types.is_string(kind) or types.is_large_string(kind) or types.is_time(kind) or types.is_string_view(kind):
        return "text"
    if types.is_null(kind):
        return "text"
    raise InputError(
        f"{source.name}: column {field.name!r} holds {kind}, which a network cannot use; leave it out of the file"
    )


def _is_zone(name: str) -> bool:
    if name == "UTC" or re.fullmatch(r"[+-]([01]\d|2[0-3]):?[0-5]\d", name):
        return True
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return False
    return True


def without_words(column: Any, words: Sequence[str]) -> Any:
    """Return a column that came with a type; of text, cells that hold one of the words are missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode() if isinstance(column, pa.Array) else column.cast(column.type.value_type)
    if not words or not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    return pc.if_else(pc.is_in(column, value_set=pa.array(words, column.type)), pa.scalar(None, column.type), column)


def numbers_in(column: Any) -> Any | None:
    """Return text as numbers, if every cell is one and none is a code that begins with a zero; else None."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)) or not pc.count(column).as_py():
        return None
    column = pc.utf8_trim_whitespace(column)
    if pc.any(pc.match_substring_regex(column, LEADING_ZERO)).as_py():
        return None
    try:
        return column.cast(pa.float64())
    except pa.ArrowInvalid:
        return None


def type_of(kind: ColumnKind) -> pa.DataType:
    """Return the type that a kind of column is brought to."""
    import pyarrow as pa

    types = {"number": pa.float64(), "boolean": pa.bool_(), "date": pa.timestamp("us"), "text": pa.string()}
    return types[kind]


def as_frame(source: Source, table: Any, kinds: Mapping[str, ColumnKind]) -> pd.DataFrame:
    """Return Arrow's columns as pandas': numbers as floats or integers, dates without zones, text, booleans."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = {}
    for name, kind in kinds.items():
        column = table.column(name)
        if kind == "date":
            try:
                column = column.cast(pa.timestamp("us"), safe=False)
            except pa.ArrowInvalid as error:
                raise InputError(f"{source.name}: column {name!r} holds dates that cannot be used: {error}") from None
        elif kind == "text":
            column = pc.utf8_trim_whitespace(column.cast(pa.string()))
            column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
        elif kind == "number" and not (pa.types.is_integer(column.type) and column.null_count == 0):
            column = column.cast(pa.float64(), safe=False)
        if kind == "boolean":
            columns[name] = column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get)
        elif kind == "text":
            # plain objects, for pandas' own strings are other ones in each of its versions
            columns[name] = pd.Series(column.to_numpy(zero_copy_only=False), dtype=object)
        else:
            columns[name] = column.to_pandas()
    return pd.DataFrame(columns, columns=list(kinds))


def require_finite(name: str, frame: pd.DataFrame, kinds: Mapping[str, ColumnKind], first_row: int = 0) -> None:
    """Refuse infinite numbers: no preprocessing could make anything of them."""
    for column, kind in kinds.items():
        if kind != "number":
            continue
        infinite = np.isinf(frame[column].to_numpy(dtype=np.float64))
        if infinite.any():
            row = first_row + int(np.argmax(infinite)) + 1
            raise InputError(
                f"{name}: column {column!r}, row {row}: the value is infinite; correct it or leave it empty"
            )
