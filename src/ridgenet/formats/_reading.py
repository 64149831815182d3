"""Read tables, whole or in batches of rows: the cells as stored in the file, and columns of known kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet.formats._casting import as_frame, kind_of, require_usable, values_in
from ridgenet.formats._dialect import delimiter_hint
from ridgenet.formats._format import HIDDEN, NO_ROW, ROWS_AT_ONCE, TableFile
from ridgenet.formats._kinds import KINDS, THOUSANDS, ColumnKind
from ridgenet.formats._sources import Source

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Reading:
    """Options for reading text files; of these, only `na` applies to files with types.

    Attributes
    ----------
    delimiter : str or None
        The delimiter; None detects it.
    encoding : str or None
        The encoding; None means that of the byte order mark, or else UTF-8.
    decimal : {".", ","}
        The decimal separator.
    thousands : {",", ".", "'", " "} or None
        The thousands separator in numbers such as 1,234.5; None for numbers without one.
    na : tuple of str or None
        Words for missing values, besides empty cells. None means the default words in text files, and no words in
        files with types.
    sheet : str or None
        Name of the sheet of a spreadsheet; None for one with a single sheet.
    """

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str = "."
    na: tuple[str, ...] | None = None
    sheet: str | None = None
    thousands: str | None = None

    def __post_init__(self) -> None:
        if self.decimal not in (".", ","):
            raise InputError(f"the decimal separator must be . or ,; got {self.decimal!r}")
        if self.thousands is not None and self.thousands not in THOUSANDS:
            options = ", ".join(map(repr, THOUSANDS))
            raise InputError(f"the thousands separator must be one of {options}; got {self.thousands!r}")
        if self.thousands == self.decimal:
            raise InputError(
                f"{self.decimal!r} cannot be both the thousands and the decimal separator; give the other one, too"
            )
        object.__setattr__(self, "na", words_of(self.na))


def words_of(given: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return words for missing values as a tuple, from a list or a comma-separated string.

    Raises
    ------
    InputError
        If they are neither.
    """
    if given is None:
        return None
    words = given.split(",") if isinstance(given, str) else given
    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        raise InputError(f"na must be words for missing values, such as NA,-; got {given!r}")
    return tuple(filter(None, (word.strip() for word in words)))


@dataclass(frozen=True)
class Table:
    """A table in memory, and the file it was read from.

    Attributes
    ----------
    frame : DataFrame
        The columns.
    kinds : dict of str to str
        The kind of each column, a key of `KINDS`.
    source : Source
        The file.
    reading : Reading
        The options used.
    remarks : dict of str to str
        Notes for users on columns of codes that look like numbers.
    """

    frame: pd.DataFrame
    kinds: dict[str, ColumnKind]
    source: Source
    reading: Reading = field(default_factory=Reading)
    remarks: dict[str, str] = field(default_factory=dict)

    def words_for_missing(self, name: str) -> list[str]:
        """Return the words used for missing values in a column of the file, the most frequent first."""
        return self.source.format.open(self.source, self.reading).words_for_missing(name)


def read_table(path: str | Path | Source, reading: Reading | None = None, text: Sequence[str] = ()) -> Table:
    """Read a whole table.

    Parameters
    ----------
    path : str, Path or Source
        A file of any registered format, also compressed; ``-`` is standard input.
    reading : Reading, optional
        Options for reading text files.
    text : sequence of str
        Columns to read as text.

    Returns
    -------
    Table
        The table, of at least one row.

    Raises
    ------
    InputError
        If the file cannot be used; names the file and, where possible, the column and the row.
    """
    require_extra("table", "a table", "charset_normalizer", "pandas", "pyarrow")
    reading = reading or Reading()
    source = path if isinstance(path, Source) else Source.of(path, reading.sheet)
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
    """Return the source and the names of the columns of a file, without reading it whole.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    source = Source.of(path, reading.sheet)
    return source, tuple(source.format.open(source, reading).names)


@dataclass(frozen=True)
class Batch:
    """A batch of rows.

    Attributes
    ----------
    cells : RecordBatch
        The cells as stored in the file; those of a text file are text.
    typed : RecordBatch
        The same cells, with the numeric and boolean columns of the model converted.
    frame : DataFrame
        The columns that the model needs, in their kinds.
    first_row : int
        Index of the first row, from 0.
    fraction_read : float
        Fraction of the file read so far.
    """

    cells: pa.RecordBatch
    typed: pa.RecordBatch
    frame: pd.DataFrame
    first_row: int
    fraction_read: float


def read_batches(
    path: str | Path | Source,
    kinds: Mapping[str, ColumnKind],
    reading: Reading | None = None,
    n_rows: int = ROWS_AT_ONCE,
    *,
    is_part: bool = False,
) -> Iterator[Batch]:
    """Read a file in batches of rows.

    Parameters
    ----------
    path : str, Path or Source
        As for `read_table`.
    kinds : mapping of str to str
        Kinds of the columns that a model needs; other columns are passed through.
    reading : Reading, optional
        Options for reading text files.
    n_rows : int
        Maximum number of rows of a batch.
    is_part : bool
        Whether the file is a part of the table that a model is trained on, which may have no rows.

    Raises
    ------
    InputError
        If columns are missing (the message names all of them), or a value is not of the kind of its column.
    """
    reading = reading or Reading()
    source = path if isinstance(path, Source) else Source.of(path, reading.sheet)
    file = source.format.open(source, reading)
    _require_columns(source, file.names, kinds)
    size, first = source.path.stat().st_size, 0
    for rows, n_bytes in _of_size(file.batches(kinds), n_rows):
        if len(rows):
            needed = _cast(file, rows, kinds, first, "as in the rows drawn" if is_part else "as the model requires")
            rows = rows.select([name for name in rows.schema.names if not name.startswith(HIDDEN)])
            frame = as_frame(source, needed, kinds)
            require_usable(source.name, frame, kinds, first)
            typed = rows if source.format.has_types else _typed(rows, needed, kinds)
            yield Batch(rows, typed, frame, first, n_bytes / size if size else 1.0)
            first += len(rows)
    if first == 0 and not is_part:
        raise InputError(f"{source.name}: {NO_ROW}")


def _of_size(pieces: Iterator[tuple[Any, int]], n_rows: int) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Join small pieces and cut large ones: each batch has a fixed cost in preprocessing."""
    import pyarrow as pa

    waiting: list[Any] = []
    n_bytes = 0
    for piece, n_bytes in pieces:
        waiting.append(piece)
        while sum(map(len, waiting)) >= n_rows:
            together = pa.Table.from_batches(waiting).combine_chunks()
            yield together.slice(0, n_rows).to_batches()[0], n_bytes
            waiting = together.slice(n_rows).to_batches()
    if sum(map(len, waiting)):
        yield pa.Table.from_batches(waiting).combine_chunks().to_batches()[0], n_bytes


def _require_columns(source: Source, names: Any, kinds: Mapping[str, ColumnKind]) -> None:
    missing = [name for name in kinds if name not in set(names)]
    if missing:
        raise InputError(
            f"{source.name}: {'columns' if len(missing) > 1 else 'column'} {', '.join(map(repr, missing))} of the "
            f"model {'are' if len(missing) > 1 else 'is'} missing; the file has {', '.join(names)}"
            f"{delimiter_hint(names, missing[0])}"
        )


def _typed(rows: pa.RecordBatch, needed: pa.RecordBatch, kinds: Mapping[str, ColumnKind]) -> pa.RecordBatch:
    """Replace the text in numeric and boolean columns of the model by numbers and booleans; dates stay as written."""
    import pyarrow as pa

    as_such = [name for name, kind in kinds.items() if KINDS[kind].is_written]
    columns = {name: (needed if name in as_such else rows).column(name) for name in rows.schema.names}
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _shown(cell: pa.Scalar) -> str:
    """Return the beginning of a cell as text; its type, if it has no text, as a time in an unknown time zone."""
    import pyarrow as pa

    try:
        return str(cell.as_py())[:40]
    except (pa.ArrowInvalid, ValueError, OverflowError):
        return str(cell.type)


def _cast(
    file: TableFile, rows: pa.RecordBatch, kinds: Mapping[str, ColumnKind], first_row: int, why: str
) -> pa.RecordBatch:
    """Cast columns to the types that the model needs."""
    import pyarrow as pa

    columns = []
    for name, kind in kinds.items():
        values = file.values(rows, name, kind, first_row)
        try:
            columns.append(KINDS[kind].cast(values))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            row = _first_not_of_kind(values, kind)
            raise InputError(
                f"{file.source.name}: column {name!r}, row {first_row + row + 1}: {_shown(rows.column(name)[row])!r} "
                f"is not {KINDS[kind].value}, {why}"
            ) from None
    return pa.RecordBatch.from_arrays(columns, names=list(kinds))


def _first_not_of_kind(column: Any, kind: ColumnKind) -> int:
    import pyarrow as pa

    for row in range(len(column)):
        try:
            KINDS[kind].cast(column.slice(row, 1))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return row
    return 0
