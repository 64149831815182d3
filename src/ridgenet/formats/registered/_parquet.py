"""Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ridgenet.formats._columnar import TypedFile
from ridgenet.formats._format import ROWS_AT_ONCE, Format, Size

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"PAR1"
ROWS_OF_GROUP = 20_000
# batch size for measuring text; nothing is decoded but dictionaries and indices
ROWS_COUNTED = 1 << 18


class ParquetFile(TypedFile):
    """A Parquet file."""

    def _read_schema(self) -> pa.Schema:
        import pyarrow.parquet

        with self.source.open_raw() as file:
            return pyarrow.parquet.read_schema(file)

    def _read_batches(self) -> Iterator[tuple[pa.RecordBatch, float]]:
        import pyarrow.parquet

        with self.source.open_raw() as file:
            parquet, done = pyarrow.parquet.ParquetFile(file), 0
            for batch in parquet.iter_batches(ROWS_AT_ONCE):
                done += len(batch)
                yield batch, done / max(parquet.metadata.num_rows, 1)

    def sizes(self) -> Iterator[Size]:
        """Yield lower bounds on the size of the table, from the metadata and from dictionaries of text."""
        import pyarrow as pa
        import pyarrow.parquet

        path = self.source.path
        metadata = pyarrow.parquet.read_metadata(path)
        groups = [metadata.row_group(k) for k in range(metadata.num_row_groups)]
        chunks = [group.column(k) for group in groups for k in range(group.num_columns)]
        n_cells = max(sum(chunk.num_values for chunk in chunks), metadata.num_rows)
        yield Size(metadata.num_columns, n_cells, sum(chunk.total_uncompressed_size for chunk in chunks))
        text = [field.name for field in pyarrow.parquet.read_schema(path) if pa.types.is_string(field.type)]
        for batch in pyarrow.parquet.ParquetFile(path, read_dictionary=text).iter_batches(ROWS_COUNTED):
            yield Size(metadata.num_columns, n_cells, sum(map(_bytes_of_text, batch.columns)))


def _bytes_of_text(column: pa.Array) -> int:
    """Return the number of bytes of a text column after its dictionary is decoded."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return 0
    return pc.sum(pc.binary_length(column.dictionary).take(column.indices).cast(pa.int64())).as_py() or 0


class ParquetWriter:
    """Write batches in large row groups, since each group takes memory until the file is closed."""

    def __init__(self, sink: Any, schema: pa.Schema) -> None:
        import pyarrow.parquet

        self._writer = pyarrow.parquet.ParquetWriter(sink, schema)
        self._waiting: list[pa.RecordBatch] = []

    def __enter__(self) -> ParquetWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._write_group()
        self._writer.close()

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write some rows, possibly together with later ones."""
        self._waiting.append(batch)
        if sum(map(len, self._waiting)) >= ROWS_OF_GROUP:
            self._write_group()

    def _write_group(self) -> None:
        import pyarrow as pa

        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting))
            self._waiting = []


FORMAT = Format(
    name="parquet",
    title="Parquet",
    suffixes=(".parquet", ".pq"),
    recognises=lambda start: start.startswith(MAGIC),
    has_types=True,
    is_stream=False,
    open=ParquetFile,
    writer=lambda sink, suffix, schema, escape_formulas: ParquetWriter(sink, schema),  # noqa: ARG005
    dataset="parquet",
    dataset_suffixes=(".parquet", ".pq"),
)
