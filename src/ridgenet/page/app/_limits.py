"""How large a table may be that is uploaded: found out without unpacking more of it than is allowed."""

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
LARGEST_UNPACKED = 100 * MEGABYTE
MOST_CELLS = 5_000_000
MOST_COLUMNS = 2_000
PIECE = 2**18


def require_small(path: Path, name: str) -> None:
    """Refuse a table that would take too much memory, before it is read.

    Parameters
    ----------
    path : Path
        The file. If it is Parquet or the like that was packed once more, it is unpacked in its place.
    name : str
        What it is called.

    Raises
    ------
    InputError
        If it has too many bytes once unpacked, too many columns, or too many cells.
    """
    with path.open("rb") as file:
        start = file.read(SIGNATURE_BYTES)
    if packed := compression_of(start):
        start = _counted(path, packed, name)
        if not format_of(start).is_stream:
            _unpack(path, packed)
    if not start:
        return
    import pyarrow as pa

    source = Source.of(path)
    try:
        for size in source.format.open(source, Reading()).sizes():
            _require_few(name, size.n_columns, size.n_cells)
            _require_few_bytes(name, size.n_bytes)
    except (pa.ArrowException, struct.error, OSError, StopIteration):
        # it is damaged, which reading it will put into words
        return


def _counted(path: Path, packed: str, name: str) -> bytes:
    """Return how a packed file begins, once it is known that not too much is in it."""
    start, n_bytes = b"", 0
    try:
        for piece in _pieces(path, packed):
            start = start or bytes(piece[:SIGNATURE_BYTES])
            n_bytes += len(piece)
            _require_few_bytes(name, n_bytes)
    except OSError:
        raise InputError(f"{name}: damaged, it cannot be unpacked as {packed}") from None
    return start


def _unpack(path: Path, packed: str) -> None:
    unpacked = path.with_suffix(".unpacked")
    with unpacked.open("wb") as file:
        file.writelines(_pieces(path, packed))
    unpacked.replace(path)


def _pieces(path: Path, packed: str) -> Iterator[bytes]:
    import pyarrow as pa

    with pa.OSFile(str(path)) as file, pa.CompressedInputStream(file, packed) as stream:
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
    if n_bytes > LARGEST_UNPACKED:
        raise InputError(
            f"{name}: unpacked, it has more than {LARGEST_UNPACKED // MEGABYTE} MB; start the page with it instead"
        )
