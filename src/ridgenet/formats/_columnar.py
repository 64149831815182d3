"""Parquet and Feather: tables that say themselves what their columns hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet.formats._sources import Source

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 5_000
# under what pandas writes into a schema how its columns were stored
PANDAS = b"pandas"


def schema_of(source: Source) -> pa.Schema:
    """Return names and types of the columns."""
    import pyarrow.parquet

    with _explained(source), _file(source) as file:
        if source.kind == "parquet":
            return _checked(source, pyarrow.parquet.read_schema(file))
        return _checked(source, pyarrow.ipc.open_file(file).schema)


def read(source: Source) -> pa.Table:
    """Read a whole file."""
    import pyarrow as pa

    return pa.Table.from_batches([batch for batch, _ in batches(source)], schema_of(source))


def batches(source: Source) -> Iterator[tuple[Any, int]]:
    """Read a file piece by piece.

    Yields
    ------
    RecordBatch
        Some rows.
    int
        About how many bytes of the file have been read.
    """
    schema, size = schema_of(source), source.path.stat().st_size
    with _explained(source), _file(source) as file:
        for batch, share in _of_parquet(file) if source.kind == "parquet" else _of_feather(file):
            # offsets that lead out of a buffer would be followed to wherever they lead
            batch.validate(full=True)
            yield batch.replace_schema_metadata(schema.metadata), int(size * share)


def _of_parquet(file: Any) -> Iterator[tuple[Any, float]]:
    import pyarrow.parquet

    parquet, done = pyarrow.parquet.ParquetFile(file), 0
    for batch in parquet.iter_batches(ROWS_AT_ONCE):
        done += len(batch)
        yield batch, done / max(parquet.metadata.num_rows, 1)


def _of_feather(file: Any) -> Iterator[tuple[Any, float]]:
    import pyarrow as pa

    reader = pa.ipc.open_file(file)
    for place in range(reader.num_record_batches):
        yield reader.get_batch(place), (place + 1) / reader.num_record_batches


def _file(source: Source) -> Any:
    """Open a file without mapping it: were it cut off by somebody meanwhile, the process would be ended."""
    import pyarrow as pa

    return pa.OSFile(str(source.path))


def _checked(source: Source, schema: pa.Schema) -> pa.Schema:
    """Return a schema without the notes of pandas if they are none: whoever reads a copy would stumble over them."""
    twice = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if twice:
        raise InputError(f"{source.name}: several columns are called {twice[0]!r}; give each a name of its own")
    notes = dict(schema.metadata or {})
    if not _is_of_pandas(notes.get(PANDAS, b"{}"), schema.names):
        del notes[PANDAS]
    return schema.with_metadata(notes or None)


def _is_of_pandas(text: bytes, names: list[str]) -> bool:
    try:
        notes = json.loads(text)
        columns = [column["field_name"] or column["name"] for column in notes.get("columns", [])]
        index = [name for name in notes.get("index_columns", []) if isinstance(name, str)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return set(columns) <= {*names, None} and set(index) <= set(names)


@contextmanager
def _explained(source: Source) -> Iterator[None]:
    """Turn what Arrow says of a damaged file into one line."""
    import pyarrow as pa

    try:
        yield
    except InputError:
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        why = " ".join(str(error).split())[:200]
        raise InputError(f"{source.name}: damaged, it cannot be read as {source.kind} ({why})") from None
