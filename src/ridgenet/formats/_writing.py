"""Tables out, batch by batch, in the format that a file's name asks for."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet.formats._sources import STANDARD_INPUT
from ridgenet.io._results_folder import is_pipe_or_device, require_writable, write_whole

if TYPE_CHECKING:
    import pyarrow as pa

STANDARD_OUTPUTS = (STANDARD_INPUT, "/dev/stdout")
ROWS_OF_GROUP = 20_000
DELIMITERS = {".csv": ",", ".tsv": "\t"}
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
COLUMNAR = {".parquet": "parquet", ".feather": "feather", ".arrow": "feather"}
WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
# what spreadsheet programs take for the beginning of a formula, and what is none all the same
FORMULA, SIGNED_NUMBER = r"^\s*[=+\-@]", r"[-+]?[0-9]*[.,]?[0-9]+([eE][-+]?[0-9]+)?%?"


def write_batches(path: str | Path, batches: Iterator[pa.RecordBatch], *, escape_formulas: bool = False) -> None:
    """Write batches of one schema to a file, which is whole or not there.

    Parameters
    ----------
    path : str or Path
        Ends in .csv, .tsv (either with .gz or .zst, if it is to be packed), .parquet, .feather or .arrow;
        ``-`` is standard output, as CSV, and so is a pipe or a device without such an ending.
    batches : iterator of RecordBatch
        What to write.
    escape_formulas : bool, default=False
        Whether text that spreadsheet programs would take for a formula gets an apostrophe before it, in CSV and TSV.

    Raises
    ------
    InputError
        If the name says no format, or the file cannot be written.
    """
    if str(path) in STANDARD_OUTPUTS:
        _write(sys.stdout.buffer, ".csv", None, batches, escape_formulas)
        return
    path = Path(path)
    suffix, packed = _format_of(path)
    if suffix not in DELIMITERS and (packed or suffix not in COLUMNAR):
        endings = ", ".join([*DELIMITERS, *(f"{text}{end}" for text in DELIMITERS for end in COMPRESSIONS), *COLUMNAR])
        what = "its name says no format"
        if suffix in WORKBOOKS:
            what = "workbooks are not written, but spreadsheet programs open .csv"
        raise InputError(f"{path}: {what}; it should end in one of {endings}")
    if not is_pipe_or_device(path):
        try:
            target = path.resolve()
        except (OSError, RuntimeError):
            raise InputError(f"{path}: cannot be written (its links lead round in a circle)") from None
        require_writable(target.parent, [target.name])
    write_whole(path, lambda file: _write(file, suffix, packed, batches, escape_formulas))


def holds_text(path: str | Path) -> bool:
    """Return whether a file of this name is delimited text."""
    return str(path) in STANDARD_OUTPUTS or _format_of(Path(path))[0] in DELIMITERS


def _format_of(path: Path) -> tuple[str, str | None]:
    """Return the ending that says the format, and what it is packed by; a pipe without one takes CSV."""
    suffix = path.suffix.lower()
    if not suffix and is_pipe_or_device(path):
        return ".csv", None
    if suffix in COMPRESSIONS:
        return Path(path.stem).suffix.lower(), COMPRESSIONS[suffix]
    return suffix, None


def is_formula(text: str) -> bool:
    """Return whether spreadsheet programs would take a cell of text for a formula, and run it."""
    return bool(re.match(FORMULA, text)) and not re.fullmatch(SIGNED_NUMBER, text)


def _write(
    file: IO[bytes], suffix: str, packed: str | None, batches: Iterator[pa.RecordBatch], escape_formulas: bool
) -> None:
    import pyarrow as pa

    with ExitStack() as stack:
        # kept open: closing is the business of whoever opened it
        sink: Any = pa.PythonFile(_Unclosed(file), mode="w")
        if packed:
            sink = stack.enter_context(pa.CompressedOutputStream(sink, packed))
        writer: Any = None
        for batch in batches:
            if writer is None:
                writer = stack.enter_context(_writer(sink, suffix, batch.schema, escape_formulas))
            writer.write_batch(batch)
    file.flush()


def _writer(sink: Any, suffix: str, schema: pa.Schema, escape_formulas: bool) -> Any:
    import pyarrow as pa

    if suffix in DELIMITERS:
        return _TextWriter(sink, schema.names, DELIMITERS[suffix], escape_formulas)
    if COLUMNAR[suffix] == "parquet":
        return _ParquetWriter(sink, schema)
    return pa.ipc.new_file(sink, schema)


class _TextWriter:
    """Writes cells word for word, in quotation marks where they need them: Arrow's own writer puts all text in them."""

    def __init__(self, sink: Any, names: list[str], delimiter: str, escape_formulas: bool) -> None:
        import pyarrow as pa

        self._sink, self._delimiter, self._escape_formulas = sink, delimiter, escape_formulas
        self._write_rows([pa.array([name]) for name in names])

    def __enter__(self) -> _TextWriter:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing waits to be written."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self._write_rows([_as_text(name, batch.column(name)) for name in batch.schema.names])

    def _write_rows(self, columns: list[pa.Array]) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        lines = pc.binary_join_element_wise(*(self._cells(column) for column in columns), self._delimiter)
        together = pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "\n")
        self._sink.write(together[0].as_buffer())
        self._sink.write(b"\n")

    def _cells(self, column: pa.Array) -> pa.Array:
        """Return cells as they stand in the file; text that is empty is told from what is missing."""
        import pyarrow.compute as pc

        if self._escape_formulas:
            formulas = pc.and_not(
                pc.match_substring_regex(column, FORMULA), pc.match_substring_regex(column, f"^{SIGNED_NUMBER}$")
            )
            column = pc.if_else(formulas, pc.binary_join_element_wise("'", column, ""), column)
        marked = pc.match_substring_regex(column, f'^$|["\r\n{self._delimiter}]')
        if pc.any(marked).as_py():
            quoted = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
            column = pc.if_else(marked, quoted, column)
        return pc.fill_null(column, "")


def _as_text(name: str, column: pa.Array) -> pa.Array:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise InputError(
            f"column {name!r} holds {column.type}, which cannot be written as text; name a .parquet file instead"
        ) from None


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
