"""Feather, the file format of Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ridgenet.formats._columnar import TypedFile
from ridgenet.formats._format import Format

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"ARROW1"


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
