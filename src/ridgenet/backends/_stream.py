"""Rows of a pyarrow dataset as arrays, a buffer at a time, in an order that can be made again."""

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
# columns become rows in pieces that stay in the processor's cache
ROWS_IN_CACHE = 4_096
# what pyarrow.dataset calls a format, by the suffix of a file
FORMATS = {suffix: format.dataset for format in REGISTERED for suffix in format.dataset_suffixes}
# how text in a stream may be packed, and the end of the name by which that is known
PACKED = {"gzip": ".gz"}


@dataclass(frozen=True)
class Block:
    """A piece of a dataset that is read in one go: a row group of a Parquet file, or another file."""

    fragment: Any
    row_group: int | None
    n_rows: int | None


@dataclass(frozen=True)
class Buffer:
    """Some rows: inputs, targets as they are in the data, and weights."""

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None


class Stream:
    """A dataset, and the columns of it that are learned from.

    Parameters
    ----------
    data : str, Path, sequence of these, or pyarrow.dataset.Dataset
        A file or a folder of Parquet, CSV or Feather files, several files, or an address that fsspec knows.
    target : str
        Column to predict.
    columns : sequence of str, optional
        Columns to predict it from; all others, if None.
    weight : str, optional
        Column with the weight of each row.

    Raises
    ------
    InputError
        If there are no such data, or a column is missing or holds no numbers.
    """

    def __init__(self, data: Any, target: str, columns: Sequence[str] | None = None, weight: str | None = None) -> None:
        self.dataset = dataset_of(data)
        names = self.dataset.schema.names
        inputs = [name for name in names if name not in (target, weight)] if columns is None else list(columns)
        for name in (*inputs, target, *([weight] if weight else [])):
            if names.count(name) != 1:
                wrong = "several columns are called" if name in names else "there is no column"
                raise InputError(f"{wrong} {name!r}; there are {', '.join(names)}")
        if not inputs:
            raise InputError("there is no column to learn from")
        self.columns, self.target, self.weight = tuple(inputs), target, weight
        for name in (*inputs, *([weight] if weight else [])):
            _require_numbers(name, self.dataset.schema.field(name).type)
        self.blocks = list(self._blocks())

    def buffers(
        self,
        n_rows: int,
        order: np.random.Generator | None = None,
        skip: int = 0,
        standard: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> Iterator[Buffer]:
        """Read all rows once, so many at a time.

        Parameters
        ----------
        n_rows : int
            Rows of each buffer; the last has what is left.
        order : numpy.random.Generator, optional
            Draws the order of the blocks; they keep theirs, if None.
        skip : int
            So many buffers are left out, and not read where the blocks tell how many rows they have.
        standard : pair of ndarray of shape (n_columns,), optional
            What is subtracted from the inputs, and what the differences are divided by: in float64, before they are
            rounded to float32. Inputs stay as they are, in float64, if None.

        Raises
        ------
        InputError
            If a value is missing or infinite.
        """
        blocks = [self.blocks[k] for k in order.permutation(len(self.blocks))] if order else self.blocks
        to_skip = skip * n_rows
        X = np.empty((n_rows, len(self.columns)), np.float64 if standard is None else np.float32)
        weights = np.empty(n_rows) if self.weight else None
        targets: list[Any] = []
        filled = done = 0
        for batch in self._batches(blocks, to_skip):
            start = 0
            # rows have numbers in the order of the data only
            first = None if order is not None or skip else done
            done += len(batch)
            while start < len(batch):
                some = batch.slice(start, n_rows - filled)
                row = None if first is None else first + start + 1
                part = X[filled : filled + len(some)]
                self._fill(some, part, None if weights is None else weights[filled:], standard, row)
                targets.append(some.column(self.target))
                filled += len(some)
                start += len(some)
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
                # a dataset's own scanner holds a row group whole, which may be as large as memory
                file = pq.ParquetFile(block.fragment.open(), pre_buffer=False)
                batches = file.iter_batches(ROWS_AT_ONCE, row_groups=[block.row_group], columns=needed)
            else:
                batches = block.fragment.to_batches(
                    columns=needed, batch_size=ROWS_AT_ONCE, batch_readahead=1, fragment_readahead=0
                )
            for batch in batches:
                # offsets that lead out of a buffer would be followed to wherever they lead
                batch.validate(full=True)
                yield batch
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise InputError(f"{block.fragment.path}: cannot be read ({' '.join(str(error).split())[:200]})") from None

    def _fill(
        self,
        batch: Any,
        X: np.ndarray,
        weights: np.ndarray | None,
        standard: tuple[np.ndarray, np.ndarray] | None,
        first_row: int | None,
    ) -> None:
        columns = [_numbers(batch.column(name), name, first_row) for name in self.columns]
        # beyond the columns' own types, so that nothing is rounded before the mean is taken off
        exact = np.empty((ROWS_IN_CACHE, len(columns)))
        for start in range(0, len(batch), ROWS_IN_CACHE):
            rows = slice(start, start + ROWS_IN_CACHE)
            part = X[rows] if standard is None else exact[: len(X[rows])]
            np.stack([column[rows] for column in columns], axis=1, out=part)
            row = None if first_row is None else first_row + start
            self._require_finite(part, row)
            if standard is not None:
                part -= standard[0]
                part /= standard[1]
                with np.errstate(over="ignore"):
                    X[rows] = part
                self._require_finite(X[rows], row)
        if self.weight and weights is not None:
            found = _numbers(batch.column(self.weight), self.weight, first_row)
            if not (np.isfinite(found) & (found >= 0)).all():
                raise InputError(f"the weights in column {self.weight!r} must be numbers of 0 or more")
            weights[: len(found)] = found

    def _require_finite(self, X: np.ndarray, first_row: int | None) -> None:
        # one look at all columns, and a closer one only if it is worth it
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(X.sum()):
                return
        wrong = ~np.isfinite(X)
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise _unusable(self.columns[column], None if first_row is None else first_row + int(row))


def dataset_of(data: Any) -> Any:
    """Open a dataset.

    Raises
    ------
    InputError
        If there is none.
    """
    require_extra("table", "a stream of files", "charset_normalizer", "pyarrow")
    import pyarrow as pa
    import pyarrow.dataset as ds

    if isinstance(data, ds.Dataset):
        return data
    paths: list[Any] = [data] if isinstance(data, str | Path) else list(data)
    if not paths:
        raise InputError("there are no files")
    filesystem = None
    if "://" in str(paths[0]):
        filesystem, paths = _by_address([str(path) for path in paths])
    kind = _format_of_file(paths[0]) if filesystem is None else FORMATS.get(Path(paths[0]).suffix.lower())
    source = str(paths[0]) if len(paths) == 1 else [str(path) for path in paths]
    try:
        found = ds.dataset(source, format=kind or _format_of_folder(str(paths[0])), filesystem=filesystem)
        if not found.files:
            raise InputError(f"{paths[0]}: there are no files")
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        if "Empty CSV" in str(error):
            raise InputError(f"{paths[0]}: {NO_ROW}") from None
        why = " ".join(str(error).split())[-200:].rpartition("?: ")[2]
        raise InputError(f"{paths[0]}: cannot be opened ({why})") from None
    return found


def _format_of_file(path: Any) -> str | None:
    """Return the format of a file here, by how it begins; by its name if it is none, and None if that says nothing."""
    if not Path(path).is_file():
        return FORMATS.get(Path(path).suffix.lower())
    found = Source.of(path)
    if found.compression and found.compression not in PACKED:
        raise InputError(f"{path}: this is packed by {found.compression}, of which no stream is read; unpack it")
    if found.compression and Path(path).suffix.lower() != PACKED[found.compression]:
        raise InputError(
            f"{path}: this is packed by {found.compression}, and its name does not say so; unpack it, or let its name "
            f"end in {PACKED[found.compression]}"
        )
    found.format.open(found, Reading()).require_no_options()
    return found.format.dataset


def _by_address(addresses: list[str]) -> tuple[Any, list[str]]:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise InputError("addresses need a package that is not installed: pip install fsspec") from None
    try:
        filesystem = url_to_fs(addresses[0])[0]
    except (ValueError, ImportError) as error:
        raise InputError(f"{addresses[0]}: {error}") from None
    return filesystem, [url_to_fs(address)[1] for address in addresses]


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
        raise InputError(
            f"column {name!r} holds {kind}; a stream is learned from numbers: leave it out, or make numbers of it"
        )


def _unusable(column: str, row: int | None) -> InputError:
    where = f"column {column!r}" if row is None else f"column {column!r}, row {row:,}"
    return InputError(f"{where}: a value is missing, infinite or too large; fill or drop such rows first")


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
        raise InputError("the target is missing in some rows: drop them first")
    y = column.to_numpy()
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise InputError("the target is missing or infinite in some rows: drop them first")
    return Buffer(X[:n], y.astype(str) if y.dtype == object else y, None if weights is None else weights[:n])
