"""How large a table may be that is uploaded: found out without unpacking more of it than is allowed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet.formats._sniffing import BYTE_ORDER_MARKS, sniff
from ridgenet.formats._sources import COMPRESSIONS, KINDS, Source

if TYPE_CHECKING:
    import pyarrow as pa

MEGABYTE = 2**20
LARGEST_UPLOAD = 20 * MEGABYTE
LARGEST_UNPACKED = 100 * MEGABYTE
MOST_CELLS = 5_000_000
MOST_COLUMNS = 2_000
PIECE = 2**18
# what a compressed buffer of Feather begins with, and what it says if it was left as it is
LENGTH, NOT_COMPRESSED = struct.Struct("<q"), -1


def require_small(path: Path, name: str) -> None:
    """Refuse a table that would take too much memory, before it is read.

    Parameters
    ----------
    path : Path
        The file. If it is Parquet or Feather that was packed once more, it is unpacked in its place.
    name : str
        What it is called.

    Raises
    ------
    InputError
        If it has too many bytes once unpacked, too many columns, or too many cells.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if packed := next((packed for magic, packed in COMPRESSIONS.items() if start.startswith(magic)), None):
        start = _counted(path, packed, name)
    kind = next((kind for magic, kind in KINDS.items() if start.startswith(magic)), "text")
    if packed and kind != "text":
        _unpack(path, packed)
    try:
        if kind == "parquet":
            _require_small_parquet(path, name)
        elif kind == "feather":
            _require_small_feather(path, name)
        elif start:
            _require_small_text(path, name)
    except (struct.error, OSError):
        # it is damaged, which reading it will put into words
        return


def _counted(path: Path, packed: str, name: str) -> bytes:
    """Return how a packed file begins, once it is known that not too much is in it."""
    start, n_bytes = b"", 0
    try:
        for piece in _pieces(path, packed):
            start = start or bytes(piece[:8])
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


def _require_small_text(path: Path, name: str) -> None:
    source = Source.of(path)
    # whatever it is encoded in, its delimiters are found in Latin-1, unless it says that it has more bytes a character
    marked = source.head(4).startswith(tuple(BYTE_ORDER_MARKS))
    n_columns = len(sniff(source, encoding=None if marked else "latin-1").names)
    _require_few(name, n_columns, n_columns)
    n_rows = 0
    with source.open() as stream:
        while piece := stream.read(PIECE):
            n_rows += max(piece.count(b"\n"), piece.count(b"\r"))
            _require_few(name, n_columns, n_rows * n_columns)


def _require_small_parquet(path: Path, name: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    try:
        about = pyarrow.parquet.read_metadata(path)
    except (pa.ArrowInvalid, OSError):
        return
    groups = [about.row_group(k) for k in range(about.num_row_groups)]
    chunks = [group.column(k) for group in groups for k in range(group.num_columns)]
    _require_few(name, about.num_columns, max(sum(chunk.num_values for chunk in chunks), about.num_rows))
    _require_few_bytes(name, sum(chunk.total_uncompressed_size for chunk in chunks))
    for batch in pyarrow.parquet.ParquetFile(path, read_dictionary=_of_text(path)).iter_batches(PIECE):
        _require_few_bytes(name, sum(map(_size_of_text, batch.columns)))


def _of_text(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet

    return [field.name for field in pyarrow.parquet.read_schema(path) if pa.types.is_string(field.type)]


def _size_of_text(column: pa.Array) -> int:
    """Return the bytes of a column of text once each of its values stands for itself."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return 0
    return pc.sum(pc.binary_length(column.dictionary).take(column.indices).cast(pa.int64())).as_py() or 0


def _require_small_feather(path: Path, name: str) -> None:
    import pyarrow as pa

    n_columns = n_rows = n_bytes = 0
    try:
        with pa.memory_map(str(path)) as file:
            n_columns = len(pa.ipc.open_file(file).schema)
            file.seek(8)
            for message in pa.ipc.MessageReader.open_stream(file):
                if message.type not in ("record batch", "dictionary"):
                    continue
                rows, size = _rows_and_bytes(message)
                n_rows, n_bytes = n_rows + rows, n_bytes + size
    except (pa.ArrowInvalid, StopIteration):
        pass
    _require_few(name, n_columns, n_rows * n_columns)
    _require_few_bytes(name, n_bytes)


def _rows_and_bytes(message: Any) -> tuple[int, int]:
    """Return the rows of a batch of Arrow's, and its bytes, by what it says of itself.

    It says so in a FlatBuffer, of which pyarrow shows only the bytes: a table begins with how far before it
    lies a list of where its fields are.
    """
    about, body = memoryview(message.metadata), memoryview(message.body)

    def field(table: int, number: int) -> int | None:
        fields = table - struct.unpack_from("<i", about, table)[0]
        if 4 + 2 * number >= struct.unpack_from("<H", about, fields)[0]:
            return None
        place = struct.unpack_from("<H", about, fields + 4 + 2 * number)[0]
        return table + place if place else None

    def followed(place: int | None) -> int:
        if place is None:
            raise struct.error
        return int(place + struct.unpack_from("<I", about, place)[0])

    batch = followed(field(followed(0), 2))
    if message.type == "dictionary":
        batch = followed(field(batch, 1))
    length = field(batch, 0)
    rows = 0 if length is None else LENGTH.unpack_from(about, length)[0]
    if field(batch, 3) is None:
        return rows, len(body)
    buffers, size = followed(field(batch, 2)), 0
    for k in range(struct.unpack_from("<I", about, buffers)[0]):
        start, n_bytes = struct.unpack_from("<qq", about, buffers + 4 + 16 * k)
        unpacked = LENGTH.unpack_from(body, start)[0] if n_bytes else 0
        size += n_bytes if unpacked == NOT_COMPRESSED else unpacked
    return rows, size


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
