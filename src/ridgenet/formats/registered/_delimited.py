"""Delimited text, such as CSV, read as values or as written, with error messages that name row and column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet.formats._casting import numbers_in
from ridgenet.formats._codes import codes_in
from ridgenet.formats._dialect import Dialect, sniff
from ridgenet.formats._format import HIDDEN, NO_ROW, Format, TableFile
from ridgenet.formats._kinds import KINDS, ColumnKind, is_text
from ridgenet.formats._positions import NULL_BYTE, null_byte, position_of_ragged, position_of_too_long, undecodable
from ridgenet.formats._text_writer import DELIMITERS, TextWriter

if TYPE_CHECKING:
    import pyarrow as pa

    from ridgenet.formats._sources import Source

BLOCK_BYTES = 8 << 20
# Arrow reads many blocks ahead; a row must not be longer than a block
STREAM_BLOCK_BYTES = 1 << 19


class DelimitedFile(TableFile):
    """A file of delimited text."""

    @cached_property
    def dialect(self) -> Dialect:
        """Dialect of the file, as given by options or detected."""
        reading = self.reading
        dialect = sniff(self.source, reading.delimiter, reading.encoding, reading.decimal, reading.na)
        return replace(dialect, thousands=reading.thousands)

    @property
    def names(self) -> Sequence[str]:
        """Names of the columns."""
        return self.dialect.names

    def read(self, text: Sequence[str]) -> tuple[pa.Table, dict[str, str]]:
        """Read the whole file, with types inferred from the cells."""
        import pyarrow as pa
        import pyarrow.csv

        source, dialect = self.source, self.dialect
        with _explained(source, dialect, BLOCK_BYTES):
            with source.open() as stream:
                table = pyarrow.csv.read_csv(stream, *_options(dialect, text))
            if any(pa.types.is_binary(field.type) for field in table.schema):
                raise InputError(f"{source.name}: {undecodable(source, dialect)}")
            numbers = {
                name: table.column(name) for name in table.schema.names if _is_number(table.schema.field(name).type)
            }
            with _cells_of(source, dialect, [*numbers], block=BLOCK_BYTES) as pieces:
                codes, doubtful = codes_in((piece for piece, _ in pieces), numbers) if numbers else ({}, {})
            table = _with_grouped_numbers(table, dialect, text)
            as_written = [field.name for field in table.schema if field.name in codes or _must_be_text(table, field)]
            if as_written:
                reading, parsing, converting = _options(dialect, as_written)
                converting.include_columns, converting.quoted_strings_can_be_null = as_written, False
                with source.open() as stream:
                    words = pyarrow.csv.read_csv(stream, reading, parsing, converting)
                for name in as_written:
                    table = table.set_column(table.schema.get_field_index(name), name, words.column(name))
        _reject_null_bytes(source, dialect, table)
        return table, codes | doubtful

    def batches(self, kinds: Mapping[str, ColumnKind]) -> Iterator[tuple[pa.RecordBatch, int]]:
        """Read the file piece by piece, with every cell as written; empty cells without quotation marks are null.

        Each column needed as text gets a hidden column that marks missing cells, since a quoted word is text even if it
        means a missing value without quotation marks.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        source, dialect = self.source, self.dialect
        quoted = [name for name, kind in kinds.items() if kind == "text"]
        words, done = pa.array(dialect.na, pa.string()), 0
        with (
            _explained(source, dialect, STREAM_BLOCK_BYTES),
            _cells_of(source, dialect, dialect.names) as cells,
            _cells_of(source, dialect, quoted, na=dialect.na) as missing,
        ):
            for number, (batch, n_bytes) in enumerate(cells):
                nulls = None
                for name in quoted:
                    flags = pc.or_kleene(pc.is_null(batch.column(name)), pc.equal(batch.column(name), ""))
                    if pc.any(pc.is_in(pc.utf8_trim_whitespace(batch.column(name)), value_set=words)).as_py():
                        # the file is read a second time, in the same pieces, only as far as needed
                        while done <= number:
                            nulls, done = next(missing)[0], done + 1
                        assert nulls is not None
                        flags = pc.or_kleene(flags, pc.is_null(nulls.column(name)))
                    batch = batch.append_column(HIDDEN + name, flags)
                yield batch, n_bytes

    def values(self, rows: pa.RecordBatch, name: str, kind: ColumnKind, first_row: int) -> pa.Array:
        """Return text that can be cast to values: missing cells are null, and numbers have a decimal point."""
        import pyarrow as pa
        import pyarrow.compute as pc

        dialect, column = self.dialect, rows.column(name)
        missing = rows.column(HIDDEN + name) if HIDDEN + name in rows.schema.names else None
        if missing is None:
            missing = pc.is_in(pc.utf8_trim_whitespace(column), value_set=pa.array(["", *dialect.na]))
        if pc.any(missing).as_py():
            column = pc.if_else(missing, pa.scalar(None, pa.string()), column)
        column = KINDS[kind].from_text(column, dialect.decimal, dialect.thousands)
        with_null_byte = pc.match_substring(column, "\0")
        if pc.any(with_null_byte).as_py():
            row = first_row + pc.index(with_null_byte, True).as_py() + 1
            raise InputError(f"{self.source.name}: {NULL_BYTE.format(f'row {row}, column {name!r}')}")
        return column

    def words_for_missing(self, name: str) -> list[str]:
        """Return the words used for missing values in a column, the most frequent first."""
        import pyarrow as pa
        import pyarrow.compute as pc

        counts: Counter[str] = Counter()
        words = pa.array(self.dialect.na, pa.string())
        for batch, _ in self.batches({name: "text"}):
            cells = pc.utf8_trim_whitespace(batch.column(name).filter(batch.column(HIDDEN + name)))
            for pair in pc.value_counts(cells.filter(pc.is_in(cells, value_set=words))):
                counts[pair["values"].as_py()] += pair["counts"].as_py()
        return [word for word, _ in counts.most_common()]

    def require_no_options(self) -> None:
        """Reject text unless it is UTF-8, delimited by commas, and begins with the header."""
        source, dialect = self.source, self.dialect
        advice = "store it as Parquet, or as CSV with commas in UTF-8"
        if dialect.encoding != "utf-8":
            raise InputError(
                f"{source.name}: this is {dialect.encoding.upper()} text, which cannot be read as a stream; {advice}"
            )
        if dialect.rows_before:
            raise InputError(
                f"{source.name}: a line before the header names the delimiter, which a stream cannot use; {advice}"
            )
        if dialect.delimiter != "," and len(sniff(source, ",").names) == 1:
            raise InputError(
                f"{source.name}: the delimiter is {dialect.delimiter!r}, which a stream cannot use; {advice}"
            )


@contextmanager
def _cells_of(
    source: Source, dialect: Dialect, names: Sequence[str], na: Sequence[str] = (), block: int = STREAM_BLOCK_BYTES
) -> Iterator[Iterator[tuple[Any, int]]]:
    """Provide columns as written, piece by piece; the file is opened for the first piece."""
    import pyarrow.csv

    with ExitStack() as stack:

        def pieces() -> Iterator[tuple[Any, int]]:
            file = stack.enter_context(source.open_raw())
            stream = source.decompressed(file)
            reading, parsing, converting = _options(dialect, names, threads=False, block=block)
            converting.include_columns = list(names)
            converting.null_values = _with_spaces(("", *na))
            converting.quoted_strings_can_be_null = False
            # closed before the file, since it reads ahead
            reader = stack.enter_context(pyarrow.csv.open_csv(stream, reading, parsing, converting))
            for batch in reader:
                yield batch, file.tell()

        yield pieces()


def _is_number(kind: Any) -> bool:
    import pyarrow.types as types

    return bool(types.is_integer(kind) or types.is_floating(kind))


def _must_be_text(table: pa.Table, field: Any) -> bool:
    """Return whether a column must be read again as text.

    Times of day are text to a model, and Arrow would change how they are written; and a quoted word is text, even if it
    means a missing value without quotation marks.
    """
    import pyarrow.types as types

    is_text = types.is_string(field.type) or types.is_null(field.type)
    return bool(types.is_time(field.type) or (is_text and table.column(field.name).null_count))


def _with_grouped_numbers(table: pa.Table, dialect: Dialect, text: Sequence[str]) -> pa.Table:
    """Replace columns of numbers with a thousands separator, which Arrow reads as text, by the numbers."""
    if dialect.thousands is None:
        return table
    for index, name in enumerate(table.schema.names):
        if name not in text and is_text(table.column(index)):
            cells = KINDS["number"].from_text(table.column(index), dialect.decimal, dialect.thousands)
            numbers = numbers_in(cells)
            if numbers is not None:
                table = table.set_column(index, name, numbers)
    return table


def _reject_null_bytes(source: Source, dialect: Dialect, table: pa.Table) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for column in table.columns:
        if pa.types.is_string(column.type) and pc.any(pc.match_substring(column, "\0")).as_py():
            raise InputError(f"{source.name}: {null_byte(source, dialect)}")


def _with_spaces(words: Sequence[str]) -> list[str]:
    """Return words with and without spaces around them, as in files with a space after each comma."""
    return list(
        dict.fromkeys(f"{before}{word}{after}" for before in ("", " ") for word in words for after in ("", " "))
    )


def _options(
    dialect: Dialect, text: Sequence[str] = (), *, threads: bool = True, block: int = BLOCK_BYTES
) -> tuple[Any, ...]:
    import pyarrow as pa
    from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions

    return (
        ReadOptions(
            use_threads=threads,
            block_size=block,
            encoding=dialect.encoding,
            column_names=list(dialect.names),
            skip_rows=dialect.header_lines,
        ),
        ParseOptions(
            delimiter=dialect.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=not dialect.empty_lines_are_rows,
        ),
        ConvertOptions(
            column_types=dict.fromkeys(text, pa.string()),
            null_values=_with_spaces(("", *dialect.na)),
            strings_can_be_null=True,
            decimal_point=dialect.decimal,
        ),
    )


@contextmanager
def _explained(source: Source, dialect: Dialect, block: int) -> Iterator[None]:
    """Convert Arrow's errors to one line that names the row."""
    import pyarrow as pa

    try:
        yield
    except UnicodeDecodeError:
        raise InputError(f"{source.name}: {undecodable(source, dialect)}") from None
    except pa.ArrowInvalid as error:
        raise InputError(f"{source.name}: {_reason(source, dialect, block, str(error))}") from None
    except OSError as error:
        raise InputError(f"{source.name}: cannot be read completely ({error})") from None


def _reason(source: Source, dialect: Dialect, block: int, message: str) -> str:
    if "straddling" in message or "out of sync" in message:
        most = f"{block >> 20} MiB" if block >= 1 << 20 else f"{block >> 10} KiB"
        position = position_of_too_long(source, dialect, block)
        where = "" if position is None else f"{position.in_words(dialect.names)}: "
        return f"{where}a row of more than {most} cannot be read; is a closing quotation mark missing?"
    if "UTF8" in message:
        return undecodable(source, dialect)
    if "Empty CSV" in message:
        return "the file is empty"
    if "Could not skip initial" in message:
        return NO_ROW
    if wrong := re.search(r"Expected (\d+) columns, got (\d+)", message):
        position = position_of_ragged(source, dialect)
        row, n_cells = ("a row", int(wrong[2])) if position is None else (f"row {position.row}", position.column + 1)
        cells = f"{n_cells} cell{'s' * (n_cells != 1)}"
        return f"{row} has {cells}, but the header has {wrong[1]}; rows are numbered from 1, after the header"
    return f"the file cannot be read as a table: {' '.join(message.split())[:200]}"


FORMAT = Format(
    name="csv",
    title="CSV",
    suffixes=tuple(DELIMITERS),
    recognises=None,
    has_types=False,
    is_stream=True,
    open=DelimitedFile,
    writer=lambda sink, suffix, schema, escape_formulas: TextWriter(
        sink, schema.names, DELIMITERS[suffix], escape_formulas
    ),
    dataset="csv",
    dataset_suffixes=(".csv",),
)
