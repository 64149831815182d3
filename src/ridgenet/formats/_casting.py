"""Convert Arrow columns to the types of their kinds, and to a data frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet.formats._codes import LEADING_ZERO
from ridgenet.formats._kinds import KINDS, ColumnKind, is_text, kind_with

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ridgenet.formats._sources import Source


def kind_of(source: Source, field: pa.Field) -> ColumnKind:
    """Return the kind of a column; reject types that have none."""
    import pyarrow.types as types

    type = field.type.value_type if types.is_dictionary(field.type) else field.type
    kind = kind_with(type)
    if kind is None:
        raise InputError(
            f"{source.name}: column {field.name!r} holds {type}, which a network cannot use; remove it from the file"
        )
    if fault := kind.fault_of(type):
        raise InputError(f"{source.name}: column {field.name!r} holds {kind.values} {fault}")
    return kind.name


def values_in(column: Any) -> Any:
    """Parse a text column whose cells are all of one kind, if it is a kind that Arrow's readers do not detect."""
    if not is_text(column) or column.null_count == len(column):
        return column
    parsed = (kind.parse_text(column) for kind in KINDS.values())
    return next((values for values in parsed if values is not None), column)


def without_words(column: Any, words: Sequence[str]) -> Any:
    """Set the cells of a text column that equal one of the words to null; other columns stay as they are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode() if isinstance(column, pa.Array) else column.cast(column.type.value_type)
    if not words or not is_text(column):
        return column
    return pc.if_else(pc.is_in(column, value_set=pa.array(words, column.type)), pa.scalar(None, column.type), column)


def numbers_in(column: Any) -> Any | None:
    """Parse a text column as numbers; return None if a cell is not a number, or begins with a zero, as codes do."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not is_text(column) or not pc.count(column).as_py():
        return None
    column = pc.utf8_trim_whitespace(column)
    if pc.any(pc.match_substring_regex(column, LEADING_ZERO)).as_py():
        return None
    try:
        return column.cast(pa.float64())
    except pa.ArrowInvalid:
        return None


def as_frame(source: Source, table: Any, kinds: Mapping[str, ColumnKind]) -> pd.DataFrame:
    """Convert Arrow columns to pandas: numbers to floats or integers, dates without time zone, text, booleans."""
    import pandas as pd
    import pyarrow as pa

    columns = {}
    for name, kind in kinds.items():
        try:
            columns[name] = KINDS[kind].series(table.column(name))
        except pa.ArrowInvalid as error:
            raise InputError(
                f"{source.name}: column {name!r} holds {KINDS[kind].values} that cannot be converted ({error}); "
                "correct them"
            ) from None
    return pd.DataFrame(columns, columns=list(kinds))


def require_usable(name: str, frame: pd.DataFrame, kinds: Mapping[str, ColumnKind], first_row: int = 0) -> None:
    """Reject values that no preprocessing can handle, such as infinite numbers.

    Raises
    ------
    InputError
        Names the first such value.
    """
    for column, kind in kinds.items():
        fault = KINDS[kind].first_fault(frame[column])
        if fault is not None:
            raise InputError(f"{name}: column {column!r}, row {first_row + fault[0] + 1}: {fault[1]}")
