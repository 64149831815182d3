"""Write tables batch by batch, in the format that the name of the file asks for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet.formats._format import Format
from ridgenet.formats._registry import BY_SUFFIX, TEXT
from ridgenet.formats._sources import COMPRESSION_SUFFIXES, STANDARD_INPUT
from ridgenet.io._results_folder import is_pipe_or_device, require_writable, write_whole

if TYPE_CHECKING:
    import pyarrow as pa

STANDARD_OUTPUTS = (STANDARD_INPUT, "/dev/stdout")
WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
# as a list in messages and in help
ENDINGS = (
    f"{', '.join(suffix for suffix, format in BY_SUFFIX.items() if format.is_stream)} "
    f"(also with {' or '.join(COMPRESSION_SUFFIXES)}), "
    f"{', '.join(suffix for suffix, format in BY_SUFFIX.items() if not format.is_stream)}"
)


def write_batches(path: str | Path, batches: Iterator[pa.RecordBatch], *, escape_formulas: bool = False) -> None:
    """Write batches of one schema to a file, which is complete or not there.

    Parameters
    ----------
    path : str or Path
        Its suffix names the format, and a second one the compression; ``-`` is standard output, as CSV, and so is a
        pipe or a device without a suffix.
    batches : iterator of RecordBatch
        What to write.
    escape_formulas : bool, default=False
        Whether text that spreadsheet programs would take for a formula gets an apostrophe before it, in CSV and TSV.

    Raises
    ------
    InputError
        If the suffix is that of no format, or the file cannot be written.
    """
    if str(path) in STANDARD_OUTPUTS:
        _write(sys.stdout.buffer, TEXT, TEXT.suffixes[0], None, batches, escape_formulas)
        return
    path = Path(path)
    suffix, compression = _suffixes_of(path)
    format = BY_SUFFIX.get(suffix)
    if format is None or (compression and not format.is_stream):
        what = "its name says no format"
        if suffix in WORKBOOKS:
            what = "workbooks are not written, but spreadsheet programs open .csv"
        raise InputError(f"{path}: {what}; it should end in one of {ENDINGS}")
    if not is_pipe_or_device(path):
        try:
            target = path.resolve()
        except (OSError, RuntimeError):
            raise InputError(f"{path}: cannot be written (its links lead round in a circle)") from None
        require_writable(target.parent, [target.name])
    write_whole(path, lambda file: _write(file, format, suffix, compression, batches, escape_formulas))


def holds_text(path: str | Path) -> bool:
    """Return whether the cells of a file of this name are text, not values with types."""
    if str(path) in STANDARD_OUTPUTS:
        return True
    format = BY_SUFFIX.get(_suffixes_of(Path(path))[0])
    return format is not None and not format.has_types


def _suffixes_of(path: Path) -> tuple[str, str | None]:
    """Return the suffix that names the format, and the compression; a pipe without a suffix takes CSV."""
    suffix = path.suffix.lower()
    if not suffix and is_pipe_or_device(path):
        return TEXT.suffixes[0], None
    if suffix in COMPRESSION_SUFFIXES:
        return Path(path.stem).suffix.lower(), COMPRESSION_SUFFIXES[suffix]
    return suffix, None


def _write(
    file: IO[bytes],
    format: Format,
    suffix: str,
    compression: str | None,
    batches: Iterator[pa.RecordBatch],
    escape_formulas: bool,
) -> None:
    import pyarrow as pa

    with ExitStack() as stack:
        # kept open: whoever opened it closes it
        sink: Any = pa.PythonFile(_Unclosed(file), mode="w")
        if compression:
            sink = stack.enter_context(pa.CompressedOutputStream(sink, compression))
        writer: Any = None
        for batch in batches:
            if writer is None:
                writer = stack.enter_context(format.writer(sink, suffix, batch.schema, escape_formulas))
            writer.write_batch(batch)
    file.flush()


class _Unclosed:
    """A file that `close` only flushes."""

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
