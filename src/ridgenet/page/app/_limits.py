"""Limits on the size of uploaded tables, checked without decompressing more than is allowed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from ridgenet._errors import InputError
from ridgenet.formats._reading import Reading
from ridgenet.formats._registry import format_of
from ridgenet.formats._sources import SIGNATURE_BYTES, Source, compression_of

MEGABYTE = 2**20
LARGEST_UPLOAD = 20 * MEGABYTE
LARGEST_DECOMPRESSED = 100 * MEGABYTE
MOST_CELLS = 5_000_000
MOST_COLUMNS = 2_000
PIECE = 2**18


def require_small(path: Path, name: str) -> None:
    """Check that a table is small enough to be read into memory.

    Parameters
    ----------
    path : Path
        The file. Compressed Parquet or Feather is replaced by the decompressed file.
    name : str
        Its name in messages.

    Raises
    ------
    InputError
        If it has too many bytes when decompressed, too many columns, or too many cells.
    """
    with path.open("rb") as file:
        start = file.read(SIGNATURE_BYTES)
    if compression := compression_of(start):
        start = _counted(path, compression, name)
        if not format_of(start).is_stream:
            _decompress(path, compression)
    if not start:
        return
    import pyarrow as pa

    source = Source.of(path)
    try:
        for size in source.format.open(source, Reading()).sizes():
            _require_few(name, size.n_columns, size.n_cells)
            _require_few_bytes(name, size.n_bytes)
    except (pa.ArrowException, struct.error, OSError, StopIteration):
        # reading the damaged file gives a better message
        return


def _counted(path: Path, compression: str, name: str) -> bytes:
    """Return the first bytes of a compressed file, after checking that it does not hold too many."""
    start, n_bytes = b"", 0
    try:
        for piece in _pieces(path, compression):
            start = start or bytes(piece[:SIGNATURE_BYTES])
            n_bytes += len(piece)
            _require_few_bytes(name, n_bytes)
    except OSError:
        raise InputError(f"{name}: the file is damaged and cannot be decompressed with {compression}") from None
    return start


def _decompress(path: Path, compression: str) -> None:
    decompressed = path.with_suffix(".decompressed")
    with decompressed.open("wb") as file:
        file.writelines(_pieces(path, compression))
    decompressed.replace(path)


def _pieces(path: Path, compression: str) -> Iterator[bytes]:
    import pyarrow as pa

    with pa.OSFile(str(path)) as file, pa.CompressedInputStream(file, compression) as stream:
        while piece := stream.read(PIECE):
            yield piece


def _require_few(name: str, n_columns: int, n_cells: int) -> None:
    if n_columns > MOST_COLUMNS:
        raise InputError(f"{name}: has {n_columns:,} columns; an upload may have {MOST_COLUMNS:,}")
    if n_cells > MOST_CELLS:
        raise InputError(
            f"{name}: rows times columns may be {MOST_CELLS:,} in an upload, and it has more; "
            "start the page with it instead, or with a part of its rows"
        )


def _require_few_bytes(name: str, n_bytes: int) -> None:
    if n_bytes > LARGEST_DECOMPRESSED:
        raise InputError(
            f"{name}: has more than {LARGEST_DECOMPRESSED // MEGABYTE} MB when decompressed; start the page with it "
            "instead"
        )
