"""Tables out, batch by batch, in the format that a file's name asks for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ridgenet.errors import InputError
from ridgenet.result_files import require_writable, write_whole
from ridgenet.tables.sources import STANDARD_INPUT

if TYPE_CHECKING:
    import pyarrow as pa

STANDARD_OUTPUT = STANDARD_INPUT
ROWS_OF_GROUP = 20_000
DELIMITERS = {".csv": ",", ".tsv": "\t"}
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
COLUMNAR = {".parquet": "parquet", ".feather": "feather", ".arrow": "feather"}


def write_batches(path: str | Path, batches: Iterator[pa.RecordBatch]) -> None:
    """Write batches of one schema to a file, which is whole or not there.

    Parameters
    ----------
    path : str or Path
        Ends in .csv, .tsv (either with .gz or .zst, if it is to be packed), .parquet, .feather or .arrow;
        ``-`` is standard output, as CSV.
    batches : iterator of RecordBatch
        What to write.

    Raises
    ------
    InputError
        If the name says no format, or the file cannot be written.
    """
    if str(path) == STANDARD_OUTPUT:
        _write(sys.stdout.buffer, ".csv", None, batches)
        return
    path = Path(path)
    suffix, packed = path.suffix.lower(), None
    if suffix in COMPRESSIONS:
        packed, suffix = COMPRESSIONS[suffix], Path(path.stem).suffix.lower()
    if suffix not in DELIMITERS and (packed or suffix not in COLUMNAR):
        endings = ", ".join([*DELIMITERS, *(f"{text}{end}" for text in DELIMITERS for end in COMPRESSIONS), *COLUMNAR])
        raise InputError(f"{path}: its name says no format; it should end in one of {endings}")
    require_writable(path.parent)
    try:
        write_whole(path, lambda file: _write(file, suffix, packed, batches))
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from None


def _write(file: IO[bytes], suffix: str, packed: str | None, batches: Iterator[pa.RecordBatch]) -> None:
    import pyarrow as pa

    with ExitStack() as stack:
        # kept open: closing is the business of whoever opened it
        sink: Any = pa.PythonFile(_Unclosed(file), mode="w")
        if packed:
            sink = stack.enter_context(pa.CompressedOutputStream(sink, packed))
        writer: Any = None
        for batch in batches:
            if writer is None:
                writer = stack.enter_context(_writer(sink, suffix, batch.schema))
            writer.write_batch(batch)
    file.flush()


def _writer(sink: Any, suffix: str, schema: pa.Schema) -> Any:
    import pyarrow as pa
    import pyarrow.csv

    if suffix in DELIMITERS:
        return pyarrow.csv.CSVWriter(
            sink, schema, write_options=pyarrow.csv.WriteOptions(delimiter=DELIMITERS[suffix], quoting_style="needed")
        )
    if COLUMNAR[suffix] == "parquet":
        return _ParquetWriter(sink, schema)
    return pa.ipc.new_file(sink, schema)


class _ParquetWriter:
    """Gathers batches into row groups: each leaves a note in memory until the file is closed."""

    def __init__(self, sink: Any, schema: pa.Schema) -> None:
        import pyarrow.parquet

        self._writer = pyarrow.parquet.ParquetWriter(sink, schema)
        self._waiting: list[pa.RecordBatch] = []

    def __enter__(self) -> _ParquetWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._write_group()
        self._writer.close()

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        if sum(map(len, self._waiting)) >= ROWS_OF_GROUP:
            self._write_group()

    def _write_group(self) -> None:
        import pyarrow as pa

        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting))
            self._waiting = []


class _Unclosed:
    """A file without its close."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.closed = False

    def write(self, content: bytes) -> int:
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.flush()
