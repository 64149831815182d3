"""Feather, the file format of Arrow."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ridgenet.formats._columnar import TypedFile
from ridgenet.formats._format import Format, Size

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"ARROW1"
# a compressed buffer begins with its uncompressed length, or with -1 if it is stored uncompressed
LENGTH, NOT_COMPRESSED = struct.Struct("<q"), -1


class FeatherFile(TypedFile):
    """A Feather file."""

    def _read_schema(self) -> pa.Schema:
        import pyarrow as pa

        with self.source.open_raw() as file:
            return pa.ipc.open_file(file).schema

    def _read_batches(self) -> Iterator[tuple[pa.RecordBatch, float]]:
        import pyarrow as pa

        with self.source.open_raw() as file:
            reader = pa.ipc.open_file(file)
            for index in range(reader.num_record_batches):
                yield reader.get_batch(index), (index + 1) / reader.num_record_batches

    def sizes(self) -> Iterator[Size]:
        """Yield increasing lower bounds on the size of the table, from the header of each batch."""
        import pyarrow as pa

        n_rows = n_bytes = 0
        with pa.memory_map(str(self.source.path)) as file:
            n_columns = len(pa.ipc.open_file(file).schema)
            yield Size(n_columns, n_columns)
            file.seek(8)
            for message in pa.ipc.MessageReader.open_stream(file):
                if message.type not in ("record batch", "dictionary"):
                    continue
                rows, size = _rows_and_bytes(message)
                n_rows, n_bytes = n_rows + rows, n_bytes + size
                yield Size(n_columns, n_rows * n_columns, n_bytes)


def _rows_and_bytes(message: Any) -> tuple[int, int]:
    """Return the number of rows of a batch, and of its uncompressed bytes, from its header.

    The header is a FlatBuffer, of which pyarrow gives access only to the bytes: a table begins with the distance back
    to its vtable, the list of the offsets of its fields.
    """
    header, body = memoryview(message.metadata), memoryview(message.body)

    def field(table: int, number: int) -> int | None:
        fields = table - struct.unpack_from("<i", header, table)[0]
        if 4 + 2 * number >= struct.unpack_from("<H", header, fields)[0]:
            return None
        offset = struct.unpack_from("<H", header, fields + 4 + 2 * number)[0]
        return table + offset if offset else None

    def followed(offset: int | None) -> int:
        if offset is None:
            raise struct.error
        return int(offset + struct.unpack_from("<I", header, offset)[0])

    batch = followed(field(followed(0), 2))
    if message.type == "dictionary":
        batch = followed(field(batch, 1))
    length = field(batch, 0)
    rows = 0 if length is None else LENGTH.unpack_from(header, length)[0]
    if field(batch, 3) is None:
        return rows, len(body)
    buffers, size = followed(field(batch, 2)), 0
    for k in range(struct.unpack_from("<I", header, buffers)[0]):
        start, n_bytes = struct.unpack_from("<qq", header, buffers + 4 + 16 * k)
        uncompressed = LENGTH.unpack_from(body, start)[0] if n_bytes else 0
        size += n_bytes if uncompressed == NOT_COMPRESSED else uncompressed
    return rows, size


def _writer(sink: Any, suffix: str, schema: pa.Schema, escape_formulas: bool) -> Any:
    import pyarrow as pa

    del suffix, escape_formulas
    return pa.ipc.new_file(sink, schema)


FORMAT = Format(
    name="feather",
    title="Feather",
    suffixes=(".feather", ".arrow"),
    recognises=lambda start: start.startswith(MAGIC),
    has_types=True,
    is_stream=False,
    open=FeatherFile,
    writer=_writer,
    dataset="feather",
    dataset_suffixes=(".feather", ".arrow"),
)
