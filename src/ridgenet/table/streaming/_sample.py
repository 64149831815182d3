"""Rows drawn at random from all files of a table, from which the columns are learned."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet.formats._format import HIDDEN, NO_ROW
from ridgenet.formats._reading import Reading, Table, read_table
from ridgenet.formats._sources import Source
from ridgenet.io._ahead import ahead

if TYPE_CHECKING:
    import pyarrow as pa

# columns are learned from at most so many rows, which are in memory
MOST_ROWS = 50_000

OnRead = Callable[[float, int], object]
# row numbers in messages, but not in cells that these show
ROW = re.compile(r"(?<!['\w])row (\d+)")


@dataclass(frozen=True)
class Places:
    """Where the rows of a sample are in the files.

    Attributes
    ----------
    indices : ndarray of int
        Their indices among all rows.
    files : tuple of str
        Names of the files.
    ends : ndarray of int of shape (n_files,)
        Number of rows up to the end of each file.
    """

    indices: np.ndarray
    files: tuple[str, ...]
    ends: np.ndarray

    def in_message(self, message: str) -> str:
        """Return a message in which rows of the sample are those of the files."""
        return ROW.sub(self._in_file, message)

    @contextmanager
    def in_errors(self) -> Iterator[None]:
        """Say in errors where rows of the sample are in the files."""
        try:
            yield
        except InputError as error:
            raise InputError(self.in_message(str(error))) from None

    def _in_file(self, row: re.Match[str]) -> str:
        number = int(row[1])
        if not 1 <= number <= len(self.indices):
            return row[0]
        index = int(self.indices[number - 1])
        file = int(np.searchsorted(self.ends, index, "right"))
        first = int(self.ends[file - 1]) if file else 0
        return f"row {index + 1 - first}" + ("" if len(self.files) == 1 else f" of {self.files[file]}")


@dataclass(frozen=True)
class Sample:
    """Rows of a table, drawn at random.

    Attributes
    ----------
    table : Table
        The rows, in their order.
    places : Places
        Where they are in the files.
    """

    table: Table
    places: Places

    @property
    def indices(self) -> np.ndarray:
        """Indices of the rows among all rows."""
        return self.places.indices

    @property
    def n_rows(self) -> int:
        """Number of all rows."""
        return int(self.places.ends[-1])

    @property
    def is_whole(self) -> bool:
        """Whether these are all rows."""
        return len(self.indices) == self.n_rows


def drawn_from(
    sources: Sequence[Source], name: str, reading: Reading, text: Sequence[str], random_state: int, on_read: OnRead
) -> Sample:
    """Read all files, and keep rows drawn at random.

    Parameters
    ----------
    sources : sequence of Source
        The files.
    name : str
        Name of the table in messages.
    reading : Reading
        Options for reading text files.
    text : sequence of str
        Columns to read as text.
    random_state : int
        Seed of the draw.
    on_read : callable
        Called with the fraction of the files read and the number of rows.

    Raises
    ------
    InputError
        If a file cannot be read, or there are no rows.
    """
    import pyarrow as pa

    random, reservoir, n_rows = np.random.default_rng(random_state), _Reservoir(), 0
    ends = np.zeros(len(sources), np.int64)
    try:
        for file, rows, fraction in ahead(_pieces(sources, reading)):
            reservoir.add(rows, random.random(len(rows)), n_rows)
            n_rows += len(rows)
            ends[file:] = n_rows
            on_read(fraction, n_rows)
        if n_rows == 0:
            raise InputError(f"{name}: {NO_ROW}")
        cells, indices = reservoir.content()
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(f"{name}: the files have columns of different types ({error})") from None
    called = name if len(indices) == n_rows else f"{name} ({len(indices):,} rows drawn at random)"
    # cells of text are as in the files, but for the delimiter and the encoding
    as_written = replace(reading, delimiter=None if sources[0].format.has_types else ",", encoding=None)
    places, drawn = (
        Places(indices, tuple(source.name for source in sources), ends),
        Source.holding(called, cells, sources[0]),
    )
    try:
        with places.in_errors():
            return Sample(read_table(drawn, as_written, text), places)
    finally:
        drawn.discard()


def _pieces(sources: Sequence[Source], reading: Reading) -> Iterator[tuple[int, pa.RecordBatch, float]]:
    """Yield the index of the file, rows as they are in the files, with missing cells as null, and the fraction read."""
    sizes = [source.path.stat().st_size for source in sources]
    done, names = 0, None
    for index, (source, size) in enumerate(zip(sources, sizes, strict=True)):
        file = source.format.open(source, reading)
        names = names or set(file.names)
        if set(file.names) != names:
            other = sorted(names ^ set(file.names))[0]
            raise InputError(f"{source.name}: not all files have a column {other!r}; they must have the same columns")
        # of text, whether a word such as NA is quoted says whether it means a missing value
        kinds = {} if source.format.has_types else dict.fromkeys(file.names, "text")
        for rows, n_bytes in file.batches(kinds):
            yield index, _with_nulls(rows, list(file.names)), (done + n_bytes) / max(sum(sizes), 1)
        done += size


def _with_nulls(rows: pa.RecordBatch, names: Sequence[str]) -> pa.RecordBatch:
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = []
    for name in names:
        column, marks = rows.column(name), HIDDEN + name
        if marks in rows.schema.names:
            column = pc.if_else(rows.column(marks), pa.scalar(None, column.type), column)
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, names=list(names))


class _Reservoir:
    """Keep the rows with the smallest of random keys: a sample without replacement of a stream of any length."""

    def __init__(self) -> None:
        self._parts: list[Any] = []
        self._keys, self._indices, self._largest = np.empty(0), np.empty(0, np.int64), np.inf

    def add(self, rows: pa.RecordBatch, keys: np.ndarray, first: int) -> None:
        """Add the rows of a batch, of which the first has this index, if their keys are among the smallest."""
        import pyarrow as pa

        chosen = np.flatnonzero(keys < self._largest)
        self._parts.append(pa.Table.from_batches([rows.take(pa.array(chosen))]))
        self._keys = np.append(self._keys, keys[chosen])
        self._indices = np.append(self._indices, first + chosen)
        if len(self._keys) > 2 * MOST_ROWS:
            self._prune()

    def content(self) -> tuple[pa.Table, np.ndarray]:
        """Return the rows in their order, and their indices."""
        self._prune()
        return self._parts[0], self._indices

    def _prune(self) -> None:
        import pyarrow as pa

        together = pa.concat_tables(self._parts, promote_options="permissive")
        kept = np.sort(np.argsort(self._keys, kind="stable")[:MOST_ROWS])
        self._parts = [together.take(pa.array(kept)).combine_chunks()]
        self._keys, self._indices = self._keys[kept], self._indices[kept]
        if len(kept) == MOST_ROWS:
            self._largest = float(self._keys.max())
