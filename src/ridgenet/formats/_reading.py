"""Tables read whole, whatever the format, every column of one of four kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet.formats._casting import as_frame, kind_of, require_usable, values_in
from ridgenet.formats._format import NO_ROW
from ridgenet.formats._kinds import ColumnKind
from ridgenet.formats._sources import Source

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
    na : tuple of str or None
        Words that stand for a missing value, besides the empty cell; None are the usual ones in text files, and none
        in files that say themselves which cells are missing.
    """

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str = "."
    na: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.decimal not in (".", ","):
            raise InputError(f"the decimal point is . or ,; got {self.decimal!r}")
        object.__setattr__(self, "na", words_of(self.na))


def words_of(given: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return words that stand for a missing value, out of a list or one text with commas between them.

    Raises
    ------
    InputError
        If it is neither.
    """
    if given is None:
        return None
    words = given.split(",") if isinstance(given, str) else given
    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        raise InputError(f"na takes words for missing values, such as NA,-; got {given!r}")
    return tuple(filter(None, (word.strip() for word in words)))


@dataclass(frozen=True)
class Table:
    """A table in memory, and where it came from.

    Attributes
    ----------
    frame : DataFrame
        The columns.
    kinds : dict of str to str
        What each column holds: a key of `KINDS`.
    source : Source
        The file.
    reading : Reading
        How it was read.
    remarks : dict of str to str
        What is to be said of columns of codes, which might have been read as numbers.
    """

    frame: pd.DataFrame
    kinds: dict[str, ColumnKind]
    source: Source
    reading: Reading = field(default_factory=Reading)
    remarks: dict[str, str] = field(default_factory=dict)

    def words_for_missing(self, name: str) -> list[str]:
        """Return the words that stand for the missing values of a column in its file."""
        return self.source.format.open(self.source, self.reading).words_for_missing(name)


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
    require_extra("table", "a table", "charset_normalizer", "pandas", "pyarrow")
    source, reading = Source.of(path), reading or Reading()
    table, remarks = source.format.open(source, reading).read(text)
    if len(table) == 0:
        raise InputError(f"{source.name}: {NO_ROW}")
    for index, name in enumerate(table.schema.names):
        if name not in text:
            table = table.set_column(index, name, values_in(table.column(index)))
    kinds: dict[str, ColumnKind] = {
        column.name: "text" if column.name in text else kind_of(source, column) for column in table.schema
    }
    frame = as_frame(source, table, kinds)
    require_usable(source.name, frame, kinds)
    return Table(frame, kinds, source, reading, remarks)


def names_of_columns(path: str | Path, reading: Reading) -> tuple[Source, tuple[str, ...]]:
    """Return a file and the names of its columns, without reading it whole.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    source = Source.of(path)
    return source, tuple(source.format.open(source, reading).names)
