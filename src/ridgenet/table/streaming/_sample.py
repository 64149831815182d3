"""Rows drawn at random from all files of a table, from which the columns are learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet.formats._format import NO_ROW
from ridgenet.formats._reading import Reading, Table, read_table
from ridgenet.formats._sources import Source
from ridgenet.io._ahead import ahead

if TYPE_CHECKING:
    import pyarrow as pa

# columns are learned from at most so many rows, which are in memory
MOST_ROWS = 50_000

Watch = Callable[[float, int], object]


@dataclass(frozen=True)
class Sample:
    """Rows of a table, drawn at random.

    Attributes
    ----------
    table : Table
        The rows, in their order.
    indices : ndarray of int
        Their indices among all rows.
    n_rows : int
        Number of all rows.
    """

    table: Table
    indices: np.ndarray
    n_rows: int

    @property
    def is_whole(self) -> bool:
        """Whether these are all rows."""
        return len(self.indices) == self.n_rows


def drawn_from(
    sources: Sequence[Source], name: str, reading: Reading, text: Sequence[str], random_state: int, watch: Watch
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
    watch : callable
        Called with the fraction of the files read and the number of rows.

    Raises
    ------
    InputError
        If a file cannot be read, or there are no rows.
    """
    import pyarrow as pa

    random, reservoir, n_rows = np.random.default_rng(random_state), _Reservoir(), 0
    for rows, fraction in ahead(_pieces(sources, reading)):
        reservoir.add(rows, random.random(len(rows)), n_rows)
        n_rows += len(rows)
        watch(fraction, n_rows)
    if n_rows == 0:
        raise InputError(f"{name}: {NO_ROW}")
    try:
        cells, indices = reservoir.content()
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(f"{name}: the files have columns of different types ({error})") from None
    called = name if len(indices) == n_rows else f"{name} ({len(indices):,} rows drawn at random)"
    # cells of text are as in the files, but for the delimiter and the encoding
    as_written = replace(reading, delimiter=None if sources[0].format.has_types else ",", encoding=None)
    table = read_table(Source.holding(called, cells, sources[0]), as_written, text)
    return Sample(table, indices, n_rows)


def _pieces(sources: Sequence[Source], reading: Reading) -> Iterator[tuple[pa.RecordBatch, float]]:
    """Yield the rows of all files as they are in the files, and the fraction read so far."""
    sizes = [source.path.stat().st_size for source in sources]
    done, names = 0, None
    for source, size in zip(sources, sizes, strict=True):
        file = source.format.open(source, reading)
        names = names or set(file.names)
        if set(file.names) != names:
            other = sorted(names ^ set(file.names))[0]
            raise InputError(f"{source.name}: not all files have a column {other!r}; they must have the same columns")
        for rows, n_bytes in file.batches({}):
            yield rows, (done + n_bytes) / max(sum(sizes), 1)
        done += size


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
