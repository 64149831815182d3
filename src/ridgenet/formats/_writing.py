"""Write tables batch by batch, in the format given by the extension of the file."""

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
from ridgenet.io._whole_file import is_pipe_or_device, require_writable, write_whole

if TYPE_CHECKING:
    import pyarrow as pa

STANDARD_OUTPUTS = (STANDARD_INPUT, "/dev/stdout")
WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
# enumerated in messages and help texts
ENDINGS = (
    f"{', '.join(suffix for suffix, format in BY_SUFFIX.items() if format.is_stream)} "
    f"(also with {' or '.join(COMPRESSION_SUFFIXES)}), "
    f"{', '.join(suffix for suffix, format in BY_SUFFIX.items() if not format.is_stream)}"
)


def write_batches(path: str | Path, batches: Iterator[pa.RecordBatch], *, escape_formulas: bool = False) -> None:
    """Write batches of one schema to a file, which is complete or absent.

    Parameters
    ----------
    path : str or Path
        The file; its extension determines the format, and a second extension the compression. Standard output (``-``),
        and pipes and devices without an extension, get CSV.
    batches : iterator of RecordBatch
        The batches.
    escape_formulas : bool, default=False
        Whether to put an apostrophe before text that spreadsheet programs would run as a formula, in CSV and TSV.

    Raises
    ------
    InputError
        If the extension is unknown, or the file cannot be written.
    """
    if str(path) in STANDARD_OUTPUTS:
        _write(sys.stdout.buffer, TEXT, TEXT.suffixes[0], None, batches, escape_formulas)
        return
    path = Path(path)
    suffix, compression = _suffixes_of(path)
    format = BY_SUFFIX.get(suffix)
    if format is None or (compression and not format.is_stream):
        reason = "unknown file extension"
        if suffix in WORKBOOKS:
            reason = "spreadsheets cannot be written, but spreadsheet programs open .csv"
        raise InputError(f"{path}: {reason}; use one of {ENDINGS}")
    if not is_pipe_or_device(path):
        try:
            target = path.resolve()
        except (OSError, RuntimeError):
            raise InputError(f"{path}: cannot be written (its symbolic links form a loop)") from None
        require_writable(target.parent, [target.name])
    write_whole(path, lambda file: _write(file, format, suffix, compression, batches, escape_formulas))


def write_to(file: IO[bytes], suffix: str, batches: Iterator[pa.RecordBatch]) -> None:
    """Write batches of one schema to an open file, in the format of a file extension."""
    _write(file, BY_SUFFIX[suffix], suffix, None, batches, False)


def holds_text(path: str | Path) -> bool:
    """Return whether a file of this name has text cells, not typed columns."""
    if str(path) in STANDARD_OUTPUTS:
        return True
    format = BY_SUFFIX.get(_suffixes_of(Path(path))[0])
    return format is not None and not format.has_types


def _suffixes_of(path: Path) -> tuple[str, str | None]:
    """Return the extension of the format, and the compression; a pipe without an extension gets CSV."""
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
        # the caller closes the file
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
    """Wrap a file so that `close` only flushes it."""

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
