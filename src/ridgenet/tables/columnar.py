"""Parquet and Feather: tables that say themselves what their columns hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ridgenet.errors import InputError
from ridgenet.tables.sources import Source

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 5_000


def schema_of(source: Source) -> pa.Schema:
    """Return names and types of the columns."""
    import pyarrow as pa
    import pyarrow.parquet

    try:
        if source.kind == "parquet":
            return pyarrow.parquet.read_schema(source.path)
        with pa.memory_map(str(source.path)) as file:
            return pa.ipc.open_file(file).schema
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{source.name}: damaged, it cannot be read as {source.kind} ({error})") from None


def batches(source: Source) -> Iterator[tuple[Any, int]]:
    """Read a file piece by piece.

    Yields
    ------
    RecordBatch
        Some rows.
    int
        About how many bytes of the file have been read.
    """
    import pyarrow as pa
    import pyarrow.parquet

    schema = schema_of(source)
    twice = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if twice:
        raise InputError(f"{source.name}: several columns are called {twice[0]!r}; give each a name of its own")
    size = source.path.stat().st_size
    try:
        if source.kind == "parquet":
            file = pyarrow.parquet.ParquetFile(source.path)
            done = 0
            for batch in file.iter_batches(ROWS_AT_ONCE):
                done += len(batch)
                yield batch, int(size * done / max(file.metadata.num_rows, 1))
        else:
            with pa.memory_map(str(source.path)) as mapped:
                reader = pa.ipc.open_file(mapped)
                for place in range(reader.num_record_batches):
                    yield reader.get_batch(place), int(size * (place + 1) / reader.num_record_batches)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{source.name}: damaged, it cannot be read as {source.kind} ({error})") from None
