"""JSON Lines: one JSON object on each line, whose keys name the columns."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet.formats._columnar import TypedFile
from ridgenet.formats._format import Format
from ridgenet.formats._kinds import kind_with

if TYPE_CHECKING:
    import pyarrow as pa

MARK = b"\xef\xbb\xbf"
# arrays are recognised too, so that the error message can name them
OBJECT, ARRAY = re.compile(rb'(\xef\xbb\xbf)?\s*\{\s*["}]'), re.compile(rb"(\xef\xbb\xbf)?\s*\[\s*\{")
CHUNK_BYTES, LONGEST_ROW = 1 << 20, 8 << 20
IN_ROW = re.compile(r"(?:JSON parse error: )?(.*?)\.? in row (\d+)", re.DOTALL)
CHANGED = re.compile(r"Column\(/(.*)\) changed from (\w+) to (\w+)", re.DOTALL)


class JSONLinesFile(TypedFile):
    """A file of JSON Lines.

    It is read twice, since the types of the columns depend on all rows.
    """

    def _read_schema(self) -> pa.Schema:
        import pyarrow as pa

        schemas = (table.schema for table, _ in self._tables(None))
        try:
            return reduce(_unified, schemas, pa.schema([]))
        except pa.ArrowTypeError as error:
            raise InputError(
                f"{self.source.name}: a column has values of several types ({error}); convert them to one type"
            ) from None

    def _read_batches(self) -> Iterator[tuple[pa.RecordBatch, float]]:
        for table, fraction in self._tables(self.schema):
            for batch in table.combine_chunks().to_batches():
                yield batch, fraction

    def _tables(self, schema: pa.Schema | None) -> Iterator[tuple[pa.Table, float]]:
        """Parse the file piece by piece; without a schema, that of each piece is inferred."""
        import pyarrow as pa
        from pyarrow.json import ParseOptions, ReadOptions, read_json

        n_rows = 0
        for lines, fraction in self._lines():
            options = ReadOptions(use_threads=False, block_size=len(lines) + 1)
            try:
                table = read_json(pa.BufferReader(lines), options, ParseOptions(explicit_schema=schema))
            except pa.ArrowInvalid as error:
                raise InputError(f"{self.source.name}: {_in_words(str(error), n_rows)}") from None
            n_rows += len(table)
            yield table, fraction

    def _lines(self) -> Iterator[tuple[bytes, float]]:
        """Yield pieces of complete lines, and the fraction of the file read so far."""
        source, rest = self.source, b""
        if ARRAY.match(source.head(CHUNK_BYTES)):
            raise InputError(f"{source.name}: this is a JSON array; write one object on each line instead (JSON Lines)")
        size = source.path.stat().st_size
        with source.open_raw() as file:
            stream = source.decompressed(file)
            while piece := stream.read(CHUNK_BYTES):
                lines, _, rest = (rest + piece).rpartition(b"\n")
                if len(rest) > LONGEST_ROW:
                    raise InputError(f"{source.name}: a row of more than {LONGEST_ROW >> 20} MiB cannot be read")
                if lines.strip():
                    yield lines.removeprefix(MARK), file.tell() / size
        if rest.strip():
            yield rest.removeprefix(MARK), 1.0


def _unified(first: pa.Schema, second: pa.Schema) -> pa.Schema:
    """Merge the schemas of two pieces; a column that is text in one and dates in the other is text."""
    import pyarrow as pa

    for name in set(first.names) & set(second.names):
        types = {first.field(name).type, second.field(name).type}
        if pa.string() in types and any(map(pa.types.is_timestamp, types)):
            first, second = (
                schema.set(schema.get_field_index(name), pa.field(name, pa.string())) for schema in (first, second)
            )
    return pa.unify_schemas([first, second], promote_options="permissive")


def _in_words(message: str, n_rows: int) -> str:
    match = IN_ROW.search(message)
    if match is None:
        return f"a row after row {n_rows:,} is not JSON ({message})" if n_rows else f"this is not JSON ({message})"
    row = n_rows + int(match[2]) + 1
    if changed := CHANGED.fullmatch(match[1]):
        name, before, after = changed.groups()
        return f"column {name!r}, row {row}: the value is of type {after}, but earlier values are of type {before}"
    return f"row {row}: this is not a JSON object ({match[1]})"


class JSONLinesWriter:
    """Write each row as a JSON object; values of types that JSON lacks become text."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink

    def __enter__(self) -> JSONLinesWriter:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing, since nothing is buffered."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write some rows."""
        columns = {name: _plain(name, batch.column(name)) for name in batch.schema.names}
        rows = (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))
        self._sink.write("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode())


def _plain(name: str, column: pa.Array) -> list[Any]:
    """Return a column as JSON values; NaN and infinity, which JSON lacks, become null."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
        return column.to_pylist()
    kind = kind_with(column.type)
    try:
        if kind is None:
            values = column.to_pylist()
            json.dumps(values)
        elif kind.name == "number":
            numbers = kind.cast(column).to_pylist()
            values = [number if number is not None and math.isfinite(number) else None for number in numbers]
        else:
            values = kind.as_text(column).to_pylist()
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        raise InputError(
            f"column {name!r} holds {column.type}, which cannot be written as JSON; write a .parquet file instead"
        ) from None
    return values


FORMAT = Format(
    name="json lines",
    title="JSON Lines",
    suffixes=(".jsonl", ".ndjson"),
    recognises=lambda start: bool(OBJECT.match(start) or ARRAY.match(start)),
    has_types=True,
    is_stream=True,
    open=JSONLinesFile,
    writer=lambda sink, suffix, schema, escape_formulas: JSONLinesWriter(sink),  # noqa: ARG005
    dataset="json",
    dataset_suffixes=(".jsonl", ".ndjson"),
)
