"""The record that describes a file format, and the base class of its files."""

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

NO_ROW = "the file has a header, but no rows"
SAVE_AS = "save it as CSV (UTF-8) or Parquet first"
# prefix of the internal columns that a reader adds; no column name of a file begins with it
HIDDEN = "\0"
# each batch has a fixed cost: 5,000 rows take a quarter more time, and 60 MB less memory
ROWS_AT_ONCE = 20_000


class Writer(Protocol):
    """An object that writes record batches."""

    def write_batch(self, batch: Any) -> object:
        """Write some rows."""


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes
    ----------
    name : str
        Name in messages.
    title : str
        Name in help texts and documentation.
    suffixes : tuple of str
        File extensions; the first is the usual one.
    recognises : callable or None
        Returns whether a file with the given first bytes has this format. None for delimited text, the format of all
        files that no other format recognises.
    has_types : bool
        Whether columns have types; if not, all cells are text.
    is_stream : bool
        Whether files are read and written sequentially, and so may be compressed as a whole.
    open : callable
        Opens a file for reading, given the options for text.
    writer : callable
        Opens a sink for writing, given the suffix, the schema, and whether formulas are to be escaped.
    dataset : str
        Name of the format in `pyarrow.dataset`.
    dataset_suffixes : tuple of str
        Extensions of the files that `pyarrow.dataset` reads without options.
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


class TableFile(ABC):
    """A file of one format, open for reading.

    Parameters
    ----------
    source : Source
        The file.
    reading : Reading
        Options for reading text files.
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
            Columns to read as text.

        Returns
        -------
        table : Table
            The table.
        remarks : dict of str to str
            Notes for users on columns of codes that look like numbers.

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
            The columns that are needed as values, and their kinds; the other columns are read as well.

        Yields
        ------
        RecordBatch
            Some rows as they are in the file, and possibly hidden columns.
        int
            Approximate number of bytes read so far.
        """

    @abstractmethod
    def values(self, rows: pa.RecordBatch, name: str, kind: ColumnKind, first_row: int) -> pa.Array:
        """Return a column of a batch, in a form that can be cast to the type of its kind; missing values are null."""

    def words_for_missing(self, name: str) -> list[str]:
        """Return the words used for missing values in a column, the most frequent first."""
        del name
        return []

    def require_no_options(self) -> None:  # noqa: B027  (most formats have none)
        """Reject a file that `pyarrow.dataset` cannot read without options.

        Raises
        ------
        InputError
            Names the reason and the remedy.
        """
