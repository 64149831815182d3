"""What a file format is: a record of its names, how it is recognised, read and written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from ridgenet.formats._kinds import ColumnKind
    from ridgenet.formats._reading import Reading
    from ridgenet.formats._sources import Source

NO_ROW = "there is a header, but no row"
SAVE_AS = "save it as CSV (UTF-8) or Parquet first"
# columns whose names begin with this are notes of a reader for itself; no header holds such a name
HIDDEN = "\0"
PIECE_BYTES = 1 << 18


class Writer(Protocol):
    """What writes record batches."""

    def write_batch(self, batch: Any) -> object:
        """Write some rows."""


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes
    ----------
    name : str
        What messages call it.
    title : str
        What help and documentation call it.
    suffixes : tuple of str
        How names of such files end; the first is the usual one.
    recognises : callable or None
        Tells from the first bytes of a file whether it is of this format. None for delimited text, which is whatever
        no other format recognises.
    has_types : bool
        Whether cells have types; if not, they are text.
    is_stream : bool
        Whether files are read and written from beginning to end, and so may be compressed as a whole.
    open : callable
        Opens a file for reading, given how its text is written.
    writer : callable
        Opens a sink for writing, given the suffix, the schema, and whether formulas are to be escaped.
    dataset : str
        What `pyarrow.dataset` calls it.
    dataset_suffixes : tuple of str
        The suffixes of files that it reads without options.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes], bool] | None
    has_types: bool
    is_stream: bool
    open: Callable[[Source, Reading], TableFile]
    writer: Callable[[Any, str, pa.Schema, bool], AbstractContextManager[Writer]]
    dataset: str
    dataset_suffixes: tuple[str, ...]


@dataclass(frozen=True)
class Size:
    """How much a file holds at least, as far as it has been looked at."""

    n_columns: int
    n_cells: int
    n_bytes: int = 0


class TableFile(ABC):
    """A file of one format, open for reading.

    Parameters
    ----------
    source : Source
        Its bytes.
    reading : Reading
        How text in it is written.
    """

    def __init__(self, source: Source, reading: Reading) -> None:
        self.source, self.reading = source, reading

    @property
    @abstractmethod
    def names(self) -> Sequence[str]:
        """Names of the columns."""

    @abstractmethod
    def read(self, text: Sequence[str]) -> tuple[pa.Table, dict[str, str]]:
        """Read the whole file.

        Parameters
        ----------
        text : sequence of str
            Columns to read as text, whatever they look like.

        Returns
        -------
        table : Table
            Its columns.
        remarks : dict of str to str
            What to tell users about columns of codes, which might have been read as numbers.

        Raises
        ------
        InputError
            If the file is damaged or malformed; names the file and, where known, row and column.
        """

    @abstractmethod
    def batches(self, kinds: Mapping[str, ColumnKind]) -> Iterator[tuple[pa.RecordBatch, int]]:
        """Read the file piece by piece.

        Parameters
        ----------
        kinds : mapping of str to str
            The columns that are needed as values, and their kinds; all columns are read.

        Yields
        ------
        RecordBatch
            Some rows as they are in the file, and perhaps hidden columns.
        int
            About how many bytes of the file have been read.
        """

    @abstractmethod
    def values(self, rows: pa.RecordBatch, name: str, kind: ColumnKind, first_row: int) -> pa.Array:
        """Return a column of a batch as values that can be cast to the type of a kind, null where they are missing."""

    def words_for_missing(self, name: str) -> list[str]:
        """Return the words that stand for the missing values of a column, the most frequent first."""
        del name
        return []

    def first_codes(self, names: Sequence[str]) -> dict[str, str]:
        """Return, of columns that look like numbers, the first cell near the beginning that starts with a zero."""
        del names
        return {}

    def require_no_options(self) -> None:  # noqa: B027  (most formats have none)
        """Refuse a file that `pyarrow.dataset` cannot read without options.

        Raises
        ------
        InputError
            With what to do about it.
        """

    def sizes(self) -> Iterator[Size]:
        """Find out how much the file holds without holding it; each size is at least the one before."""
        n_columns = len(self.names)
        yield Size(n_columns, n_columns)
        n_rows = 0
        with self.source.open() as stream:
            while piece := stream.read(PIECE_BYTES):
                n_rows += max(piece.count(b"\n"), piece.count(b"\r"))
                yield Size(n_columns, n_rows * n_columns)
