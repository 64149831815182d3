"""Tables in some rows at a time: the cells as they are in the file, and beside them columns for a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet.formats._casting import as_frame, require_usable
from ridgenet.formats._dialect import delimiter_hint
from ridgenet.formats._format import HIDDEN, NO_ROW, TableFile
from ridgenet.formats._kinds import KINDS, ColumnKind
from ridgenet.formats._reading import Reading
from ridgenet.formats._sources import Source

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# more would be faster: 20,000 take a quarter less time, and 50 MB more memory
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Batch:
    """Some rows of a file.

    Attributes
    ----------
    cells : RecordBatch
        As they are in the file: if it is text, text.
    typed : RecordBatch
        The same, with numbers, and true and false, as such where a model needs them.
    frame : DataFrame
        The columns that the model needs.
    first_row : int
        Number of the first, from 0.
    share_read : float
        Share of the file read so far.
    """

    cells: pa.RecordBatch
    typed: pa.RecordBatch
    frame: pd.DataFrame
    first_row: int
    share_read: float


def read_batches(
    path: str | Path, kinds: Mapping[str, ColumnKind], reading: Reading | None = None, n_rows: int = ROWS_AT_ONCE
) -> Iterator[Batch]:
    """Read a file some rows at a time.

    Parameters
    ----------
    path : str or Path
        As for `read_table`.
    kinds : mapping of str to str
        What the columns that are needed hold; other columns are passed through.
    reading : Reading, optional
        How text is written.
    n_rows : int
        Rows of a batch at most.

    Raises
    ------
    InputError
        If columns are missing, all of which are named, or a value is not of its column's kind.
    """
    import pyarrow as pa

    source = Source.of(path)
    file = source.format.open(source, reading or Reading())
    _require_columns(source, file.names, kinds)
    size, first = source.path.stat().st_size, 0
    for rows, n_bytes in _of_size(file.batches(kinds), n_rows):
        if len(rows):
            needed = _cast(file, rows, kinds, first)
            rows = rows.select([name for name in rows.schema.names if not name.startswith(HIDDEN)])
            frame = as_frame(source, needed, kinds)
            require_usable(source.name, frame, kinds, first)
            typed = rows if source.format.has_types else _typed(rows, needed, kinds)
            yield Batch(rows, typed, frame, first, n_bytes / size if size else 1.0)
            first += len(rows)
            # or what blocks have taken stays taken, as pages half full
            pa.default_memory_pool().release_unused()
    if first == 0:
        raise InputError(f"{source.name}: {NO_ROW}")


def _of_size(pieces: Iterator[tuple[Any, int]], n_rows: int) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Put small pieces together and cut large ones: preprocessing has a price for each batch."""
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
            f"model {'are' if len(missing) > 1 else 'is'} missing; there {'are' if len(names) > 1 else 'is'} "
            f"{', '.join(names)}{delimiter_hint(names, missing[0])}"
        )


def _typed(rows: pa.RecordBatch, needed: pa.RecordBatch, kinds: Mapping[str, ColumnKind]) -> pa.RecordBatch:
    """Put numbers, and true and false, where a model needs them in the place of their text; dates stay as written."""
    import pyarrow as pa

    as_such = [name for name, kind in kinds.items() if KINDS[kind].is_written]
    columns = {name: (needed if name in as_such else rows).column(name) for name in rows.schema.names}
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _shown(cell: pa.Scalar) -> str:
    """Return the beginning of a cell as text, or its type: a time of an unknown zone cannot be shown."""
    import pyarrow as pa

    try:
        return str(cell.as_py())[:40]
    except (pa.ArrowInvalid, ValueError, OverflowError):
        return str(cell.type)


def _cast(file: TableFile, rows: pa.RecordBatch, kinds: Mapping[str, ColumnKind], first_row: int) -> pa.RecordBatch:
    """Cast columns to the types that the model needs."""
    import pyarrow as pa

    columns = []
    for name, kind in kinds.items():
        values = file.values(rows, name, kind, first_row)
        try:
            columns.append(KINDS[kind].cast(values))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            row = _first_that_is_not(values, kind)
            raise InputError(
                f"{file.source.name}: column {name!r}, row {first_row + row + 1}: {_shown(rows.column(name)[row])!r} "
                f"is not {KINDS[kind].value}, which the model wants there"
            ) from None
    return pa.RecordBatch.from_arrays(columns, names=list(kinds))


def _first_that_is_not(column: Any, kind: ColumnKind) -> int:
    import pyarrow as pa

    for row in range(len(column)):
        try:
            KINDS[kind].cast(column.slice(row, 1))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return row
    return 0
