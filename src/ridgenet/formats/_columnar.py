"""Base class of formats with typed columns, such as Parquet and Feather."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from ridgenet._errors import InputError
from ridgenet.formats._casting import numbers_in, without_words
from ridgenet.formats._format import TableFile
from ridgenet.formats._kinds import ColumnKind

if TYPE_CHECKING:
    import pyarrow as pa

# the key of pandas' metadata in a schema
PANDAS = b"pandas"


class TypedFile(TableFile):
    """A file that stores the types of its columns."""

    @cached_property
    def schema(self) -> pa.Schema:
        """Names and types of the columns."""
        with self._damage_explained():
            return self._checked(self._read_schema())

    @abstractmethod
    def _read_schema(self) -> pa.Schema: ...

    @abstractmethod
    def _read_batches(self) -> Iterator[tuple[pa.RecordBatch, float]]:
        """Yield batches, and the fraction of the file read so far."""

    @property
    def names(self) -> Sequence[str]:
        """Names of the columns."""
        names: list[str] = self.schema.names
        return names

    def read(self, text: Sequence[str]) -> tuple[pa.Table, dict[str, str]]:
        """Read the whole file; text columns in which every cell is a number become numeric, as in a text file."""
        import pyarrow as pa

        table = pa.Table.from_batches([batch for batch, _ in self.batches({})], self.schema)
        for index, name in enumerate(table.schema.names):
            column = without_words(table.column(index), self.reading.na or ())
            numbers = None if name in text else numbers_in(column)
            table = table.set_column(index, name, column if numbers is None else numbers)
        return table, {}

    def batches(self, kinds: Mapping[str, ColumnKind]) -> Iterator[tuple[pa.RecordBatch, int]]:
        """Read the file piece by piece."""
        del kinds
        schema, size = self.schema, self.source.path.stat().st_size
        with self._damage_explained():
            for batch, fraction in self._read_batches():
                # otherwise Arrow would follow offsets that point outside a buffer
                batch.validate(full=True)
                yield batch.replace_schema_metadata(schema.metadata), int(size * fraction)

    def values(self, rows: pa.RecordBatch, name: str, kind: ColumnKind, first_row: int) -> pa.Array:
        """Return a column in which words for missing values are null."""
        del kind, first_row
        return without_words(rows.column(name), self.reading.na or ())

    def _checked(self, schema: pa.Schema) -> pa.Schema:
        """Reject duplicate names, and remove malformed metadata of pandas, which would make pandas fail on a copy."""
        duplicates = sorted({name for name in schema.names if schema.names.count(name) > 1})
        if duplicates:
            raise InputError(
                f"{self.source.name}: several columns are named {duplicates[0]!r}; give each a unique name"
            )
        metadata = dict(schema.metadata or {})
        if not _is_valid_pandas_metadata(metadata.get(PANDAS, b"{}"), schema.names):
            del metadata[PANDAS]
        return schema.with_metadata(metadata or None)

    @contextmanager
    def _damage_explained(self) -> Iterator[None]:
        """Convert Arrow's message about a damaged file to one line."""
        import pyarrow as pa

        try:
            yield
        except InputError:
            raise
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            why = " ".join(str(error).split())[:200]
            name = self.source.format.name
            raise InputError(f"{self.source.name}: the file is damaged and cannot be read as {name} ({why})") from None


def _is_valid_pandas_metadata(text: bytes, names: list[str]) -> bool:
    try:
        metadata = json.loads(text)
        columns = [column["field_name"] or column["name"] for column in metadata.get("columns", [])]
        index = [name for name in metadata.get("index_columns", []) if isinstance(name, str)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return set(columns) <= {*names, None} and set(index) <= set(names)
