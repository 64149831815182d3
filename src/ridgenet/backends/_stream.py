"""Read a pyarrow dataset as arrays, one buffer of rows at a time, in a reproducible order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet.formats._format import NO_ROW
from ridgenet.formats._reading import Reading
from ridgenet.formats._registry import FORMATS as REGISTERED
from ridgenet.formats._sources import Source

ROWS_AT_ONCE = 65_536
# columns are transposed to rows in blocks that fit in the processor's cache
ROWS_IN_CACHE = 4_096
# name of a format in pyarrow.dataset, by file extension
FORMATS = {suffix: format.dataset for format in REGISTERED for suffix in format.dataset_suffixes}
# supported compression of text, and the file extension that pyarrow recognises it by
COMPRESSION_SUFFIXES = {"gzip": ".gz"}


@dataclass(frozen=True)
class Block:
    """A unit of reading: a row group of a Parquet file, or a whole file of another format."""

    fragment: Any
    row_group: int | None
    n_rows: int | None


@dataclass(frozen=True)
class Buffer:
    """Consecutive rows: inputs, targets as in the data, and sample weights."""

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None


class Stream:
    """A dataset with its input, target and weight columns.

    Parameters
    ----------
    data : str, Path, sequence of these, or pyarrow.dataset.Dataset
        A Parquet, CSV or Feather file, a folder or a list of such files, or a URL supported by fsspec.
    target : str
        Column to predict.
    columns : sequence of str, optional
        Input columns; None uses all others.
    weight : str, optional
        Column of sample weights.

    Raises
    ------
    InputError
        If the data cannot be opened, or a column is missing or not numeric.
    """

    def __init__(self, data: Any, target: str, columns: Sequence[str] | None = None, weight: str | None = None) -> None:
        self.dataset = dataset_of(data)
        names = self.dataset.schema.names
        inputs = [name for name in names if name not in (target, weight)] if columns is None else list(columns)
        for name in (*inputs, target, *([weight] if weight else [])):
            if names.count(name) != 1:
                problem = "several columns are called" if name in names else "there is no column"
                raise InputError(f"{problem} {name!r}; the columns are {', '.join(names)}")
        if not inputs:
            raise InputError("there is no input column")
        self.columns, self.target, self.weight = tuple(inputs), target, weight
        for name in (*inputs, *([weight] if weight else [])):
            _require_numbers(name, self.dataset.schema.field(name).type)
        self.blocks = list(self._blocks())

    def buffers(
        self,
        n_rows: int,
        order: np.random.Generator | None = None,
        skip: int = 0,
        mean_and_scale: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> Iterator[Buffer]:
        """Read all rows once, in buffers.

        Parameters
        ----------
        n_rows : int
            Number of rows in each buffer; the last one may be shorter.
        order : numpy.random.Generator, optional
            Shuffles the blocks; None keeps their order.
        skip : int
            Number of buffers to skip. Blocks whose number of rows is known are skipped without reading them.
        mean_and_scale : pair of ndarray of shape (n_columns,), optional
            Mean and scale by which the inputs are standardised, in float64, before they are rounded to float32. None
            returns the inputs unchanged, in float64.

        Raises
        ------
        InputError
            If a value is missing or infinite.
        """
        blocks = [self.blocks[k] for k in order.permutation(len(self.blocks))] if order else self.blocks
        to_skip = skip * n_rows
        X = np.empty((n_rows, len(self.columns)), np.float64 if mean_and_scale is None else np.float32)
        weights = np.empty(n_rows) if self.weight else None
        targets: list[Any] = []
        filled = done = 0
        for batch in self._batches(blocks, to_skip):
            start = 0
            # row numbers are known only if the data are read in order
            first = None if order is not None or skip else done
            done += len(batch)
            while start < len(batch):
                rows = batch.slice(start, n_rows - filled)
                row = None if first is None else first + start + 1
                part = X[filled : filled + len(rows)]
                self._fill(rows, part, None if weights is None else weights[filled:], mean_and_scale, row)
                targets.append(rows.column(self.target))
                filled += len(rows)
                start += len(rows)
                if filled == n_rows:
                    yield _buffer(X, targets, weights, filled)
                    X = np.empty_like(X)
                    weights = None if weights is None else np.empty_like(weights)
                    targets, filled = [], 0
        if filled:
            yield _buffer(X, targets, weights, filled)

    def _blocks(self) -> Iterator[Block]:
        for fragment in self.dataset.get_fragments():
            if fragment.format.default_extname != "parquet":
                yield Block(fragment, None, None)
                continue
            for group in fragment.row_groups:
                yield Block(fragment, group.id, group.num_rows)

    def _batches(self, blocks: Sequence[Block], to_skip: int) -> Iterator[Any]:
        for block in blocks:
            if block.n_rows is not None and to_skip >= block.n_rows:
                to_skip -= block.n_rows
                continue
            for batch in self._read(block):
                if to_skip >= len(batch):
                    to_skip -= len(batch)
                    continue
                yield batch.slice(to_skip)
                to_skip = 0

    def _read(self, block: Block) -> Iterator[Any]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        needed = [*self.columns, self.target, *([self.weight] if self.weight else [])]
        try:
            if block.row_group is not None:
                # the scanner of a dataset would load the whole row group, which may not fit in memory
                # with the metadata, which take long to parse for many row groups
                metadata = block.fragment.metadata
                file = pq.ParquetFile(block.fragment.open(), metadata=metadata, pre_buffer=False)
                batches = file.iter_batches(ROWS_AT_ONCE, row_groups=[block.row_group], columns=needed)
            else:
                batches = block.fragment.to_batches(
                    columns=needed, batch_size=ROWS_AT_ONCE, batch_readahead=1, fragment_readahead=0
                )
            for batch in batches:
                # in a damaged file, offsets may point outside the buffer
                batch.validate(full=True)
                yield batch
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise InputError(f"{block.fragment.path}: cannot be read ({' '.join(str(error).split())[:200]})") from None

    def _fill(
        self,
        batch: Any,
        X: np.ndarray,
        weights: np.ndarray | None,
        mean_and_scale: tuple[np.ndarray, np.ndarray] | None,
        first_row: int | None,
    ) -> None:
        columns = [_numbers(batch.column(name), name, first_row) for name in self.columns]
        # float64 whatever the columns' types, so that nothing is rounded before centring
        exact = np.empty((ROWS_IN_CACHE, len(columns)))
        for start in range(0, len(batch), ROWS_IN_CACHE):
            rows = slice(start, start + ROWS_IN_CACHE)
            part = X[rows] if mean_and_scale is None else exact[: len(X[rows])]
            np.stack([column[rows] for column in columns], axis=1, out=part)
            row = None if first_row is None else first_row + start
            self._require_finite(part, row)
            if mean_and_scale is not None:
                part -= mean_and_scale[0]
                part /= mean_and_scale[1]
                with np.errstate(over="ignore"):
                    X[rows] = part
                self._require_finite(X[rows], row)
        if self.weight and weights is not None:
            values = _numbers(batch.column(self.weight), self.weight, first_row)
            if not (np.isfinite(values) & (values >= 0)).all():
                raise InputError(f"the weights in column {self.weight!r} must be numbers of 0 or more")
            weights[: len(values)] = values

    def _require_finite(self, X: np.ndarray, first_row: int | None) -> None:
        # the sum is a quick check; look at each value only if it fails
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(X.sum()):
                return
        invalid = ~np.isfinite(X)
        if invalid.any():
            row, column = np.argwhere(invalid)[0]
            raise _unusable(self.columns[column], None if first_row is None else first_row + int(row))


def dataset_of(data: Any) -> Any:
    """Open a dataset.

    Raises
    ------
    InputError
        If it cannot be opened.
    """
    require_extra("table", "a stream of files", "charset_normalizer", "pyarrow")
    import pyarrow as pa
    import pyarrow.dataset as ds

    if isinstance(data, ds.Dataset):
        return data
    if hasattr(data, "__dataframe__") or hasattr(data, "__arrow_c_stream__"):
        raise InputError("fit_stream takes files, folders or a pyarrow dataset; for a data frame in memory, call fit")
    paths: list[Any] = [data] if isinstance(data, str | Path) else list(data)
    if not paths:
        raise InputError("there are no files")
    filesystem = None
    if "://" in str(paths[0]):
        filesystem, paths = filesystem_of([str(path) for path in paths])
    kind = _format_of_file(paths[0]) if filesystem is None else FORMATS.get(Path(paths[0]).suffix.lower())
    source = str(paths[0]) if len(paths) == 1 else [str(path) for path in paths]
    try:
        dataset = ds.dataset(source, format=kind or _format_of_folder(str(paths[0])), filesystem=filesystem)
        if not dataset.files:
            raise InputError(f"{paths[0]}: there are no files")
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        if "Empty CSV" in str(error):
            raise InputError(f"{paths[0]}: {NO_ROW}") from None
        why = " ".join(str(error).split())[-200:].rpartition("?: ")[2]
        raise InputError(f"{paths[0]}: cannot be opened ({why})") from None
    return dataset


def _format_of_file(path: Any) -> str | None:
    """Return the format of a local file by its first bytes; of other paths by the extension, None if unknown."""
    if not Path(path).is_file():
        return FORMATS.get(Path(path).suffix.lower())
    source = Source.of(path)
    if source.is_spreadsheet:
        raise InputError(f"{path}: a spreadsheet cannot be read as a stream; save it as CSV or Parquet")
    if source.compression and source.compression not in COMPRESSION_SUFFIXES:
        raise InputError(f"{path}: {source.compression} compression is not supported for streams; decompress the file")
    if source.compression and Path(path).suffix.lower() != COMPRESSION_SUFFIXES[source.compression]:
        raise InputError(
            f"{path}: this file is compressed with {source.compression}; decompress it, or rename it to end in "
            f"{COMPRESSION_SUFFIXES[source.compression]}"
        )
    source.format.open(source, Reading()).require_no_options()
    return source.format.dataset


def filesystem_of(urls: list[str]) -> tuple[Any, list[str]]:
    """Return the filesystem of URLs, and their paths in it.

    Raises
    ------
    InputError
        If there is no such filesystem.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise InputError("URLs need a package that is not installed: pip install fsspec") from None
    try:
        filesystem = url_to_fs(urls[0])[0]
    except (ValueError, ImportError) as error:
        raise InputError(f"{urls[0]}: {error}") from None
    return filesystem, [url_to_fs(url)[1] for url in urls]


def _format_of_folder(path: str) -> str:
    folder = Path(path)
    if folder.is_dir():
        kinds = {FORMATS[file.suffix.lower()] for file in folder.rglob("*") if file.suffix.lower() in FORMATS}
        if len(kinds) > 1:
            raise InputError(f"{path}: the folder holds files of several formats: {', '.join(sorted(kinds))}")
        if kinds:
            return kinds.pop()
    return "parquet"


def _require_numbers(name: str, kind: Any) -> None:
    import pyarrow.types as types

    if not (types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind) or types.is_decimal(kind)):
        raise InputError(f"column {name!r} holds {kind}, not numbers; drop or encode it")


def _unusable(column: str, row: int | None) -> InputError:
    where = f"column {column!r}" if row is None else f"column {column!r}, row {row:,}"
    return InputError(f"{where}: a value is missing, infinite or too large; impute or drop such rows first")


def _numbers(column: Any, name: str, first_row: int | None) -> np.ndarray:
    import pyarrow as pa

    if column.null_count:
        row = None if first_row is None else first_row + column.is_null().to_pylist().index(True)
        raise _unusable(name, row)
    if not pa.types.is_floating(column.type) and not pa.types.is_integer(column.type):
        column = column.cast(pa.float64())
    numbers: np.ndarray = column.to_numpy(zero_copy_only=False)
    return numbers


def _buffer(X: np.ndarray, targets: list[Any], weights: np.ndarray | None, n: int) -> Buffer:
    import pyarrow as pa

    column = pa.chunked_array(targets)
    if column.null_count:
        raise InputError("the target is missing in some rows; drop them first")
    y = column.to_numpy()
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise InputError("the target is missing or infinite in some rows; drop them first")
    return Buffer(X[:n], y.astype(str) if y.dtype == object else y, None if weights is None else weights[:n])
