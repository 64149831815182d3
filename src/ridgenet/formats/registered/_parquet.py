"""Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ridgenet.formats._columnar import TypedFile
from ridgenet.formats._format import ROWS_AT_ONCE, Format

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"PAR1"
ROWS_OF_GROUP = 20_000


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
