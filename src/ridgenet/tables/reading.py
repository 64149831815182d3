"""Tables read whole, whatever the format, every column of one of four kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ridgenet.errors import InputError
from ridgenet.tables import columnar, delimited
from ridgenet.tables.kinds import ColumnKind, as_frame, kind_of, require_finite
from ridgenet.tables.sources import Source

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Reading:
    """How to read a text file; Parquet and Feather files say so themselves.

    Attributes
    ----------
    delimiter : str or None
        What separates cells; None finds out.
    encoding : str or None
        None is UTF-8, or what the byte order mark says.
    decimal : {".", ","}
        The decimal point.
    """

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str = "."

    def __post_init__(self) -> None:
        if self.decimal not in (".", ","):
            raise InputError(f"the decimal point is . or ,; got {self.decimal!r}")


@dataclass(frozen=True)
class Table:
    """A table in memory, and where it came from.

    Attributes
    ----------
    frame : DataFrame
        The columns.
    kinds : dict of str to str
        What each column holds: "number", "boolean", "date" or "text".
    source : Source
        The file.
    """

    frame: pd.DataFrame
    kinds: dict[str, ColumnKind]
    source: Source


def read_table(path: str | Path, reading: Reading | None = None, text: Sequence[str] = ()) -> Table:
    """Read a file whole.

    Parameters
    ----------
    path : str or Path
        CSV or other delimited text, Parquet or Feather, plain or packed by gzip or zstd; ``-`` is standard input.
    reading : Reading, optional
        How text is written, where it cannot be found out.
    text : sequence of str
        Columns whose numbers are names.

    Returns
    -------
    Table
        With at least one row.

    Raises
    ------
    InputError
        Naming the file, and where there are any, the column and the row of what is wrong.
    """
    import pyarrow as pa

    source = Source.of(path)
    if source.kind == "text":
        table = delimited.read(source, dialect_of(source, reading or Reading()), text)
    else:
        table = pa.Table.from_batches([batch for batch, _ in columnar.batches(source)], columnar.schema_of(source))
    if len(table) == 0:
        raise InputError(f"{source.name}: there is a header, but no row")
    kinds: dict[str, ColumnKind] = {
        field.name: "text" if field.name in text else kind_of(source, field) for field in table.schema
    }
    frame = as_frame(source, table, kinds)
    require_finite(source.name, frame, kinds)
    return Table(frame, kinds, source)


def names_of_columns(path: str | Path, reading: Reading) -> tuple[Source, tuple[str, ...]]:
    """Return a file and the names of its columns, without reading it whole.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    source = Source.of(path)
    return source, dialect_of(source, reading).names if source.kind == "text" else columnar.schema_of(source).names


def dialect_of(source: Source, reading: Reading) -> delimited.Dialect:
    """Find out how a text is written, as far as it is not said."""
    return delimited.sniff(source, reading.delimiter, reading.encoding, reading.decimal)
