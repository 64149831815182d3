"""Delimited text, such as CSV: read as values, or as it is written, with messages that name row and column."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ridgenet._errors import InputError
from ridgenet.formats._codes import LEADING_ZERO, codes_in
from ridgenet.formats._dialect import Dialect, sniff
from ridgenet.formats._encodings import BYTE_ORDER_MARKS
from ridgenet.formats._format import HIDDEN, NO_ROW, Format, Size, TableFile
from ridgenet.formats._kinds import KINDS, ColumnKind
from ridgenet.formats._positions import NULL_BYTE, null_byte, position_of_ragged, position_of_too_long, undecodable
from ridgenet.formats._text_writer import DELIMITERS, TextWriter

if TYPE_CHECKING:
    import pyarrow as pa

    from ridgenet.formats._sources import Source

BLOCK_BYTES = 8 << 20
# Arrow keeps many blocks in memory, reading ahead; a row may be no longer than a block
STREAM_BLOCK_BYTES = 1 << 19


class DelimitedFile(TableFile):
    """A file of delimited text."""

    @cached_property
    def dialect(self) -> Dialect:
        """How the file is written: as the options say, or as detected."""
        reading = self.reading
        return sniff(self.source, reading.delimiter, reading.encoding, reading.decimal, reading.na)

    @property
    def names(self) -> Sequence[str]:
        """Names of the columns."""
        return self.dialect.names

    def read(self, text: Sequence[str]) -> tuple[pa.Table, dict[str, str]]:
        """Read the whole file, with the types that its cells suggest."""
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
            as_written = [
                field.name for field in table.schema if field.name in codes or _may_be_otherwise(table, field)
            ]
            if as_written:
                reading, parsing, converting = _options(dialect, as_written)
                converting.include_columns, converting.quoted_strings_can_be_null = as_written, False
                with source.open() as stream:
                    words = pyarrow.csv.read_csv(stream, reading, parsing, converting)
                for name in as_written:
                    table = table.set_column(table.schema.get_field_index(name), name, words.column(name))
        _refuse_null_bytes(source, dialect, table)
        return table, codes | doubtful

    def batches(self, kinds: Mapping[str, ColumnKind]) -> Iterator[tuple[pa.RecordBatch, int]]:
        """Read the file piece by piece, every cell as it is written; cells that are empty and not quoted are null.

        Each column that is needed as text gets a hidden one beside it that says which cells are missing, for a word
        in quotation marks is a word, even if it would stand for a missing value without them.
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
                known = None
                for name in quoted:
                    flags = pc.or_kleene(pc.is_null(batch.column(name)), pc.equal(batch.column(name), ""))
                    if pc.any(pc.is_in(pc.utf8_trim_whitespace(batch.column(name)), value_set=words)).as_py():
                        # the file is read a second time, in the same pieces, only as far as needed
                        while done <= number:
                            known, done = next(missing)[0], done + 1
                        assert known is not None
                        flags = pc.or_kleene(flags, pc.is_null(known.column(name)))
                    batch = batch.append_column(HIDDEN + name, flags)
                yield batch, n_bytes

    def values(self, rows: pa.RecordBatch, name: str, kind: ColumnKind, first_row: int) -> pa.Array:
        """Return text that can be cast to values: without cells that are missing, and with a decimal point."""
        import pyarrow as pa
        import pyarrow.compute as pc

        dialect, column = self.dialect, rows.column(name)
        missing = rows.column(HIDDEN + name) if HIDDEN + name in rows.schema.names else None
        if missing is None:
            missing = pc.is_in(pc.utf8_trim_whitespace(column), value_set=pa.array(["", *dialect.na]))
        if pc.any(missing).as_py():
            column = pc.if_else(missing, pa.scalar(None, pa.string()), column)
        column = KINDS[kind].from_text(column, dialect.decimal)
        found = pc.match_substring(column, "\0")
        if pc.any(found).as_py():
            row = first_row + pc.index(found, True).as_py() + 1
            raise InputError(f"{self.source.name}: {NULL_BYTE.format(f'row {row}, column {name!r}')}")
        return column

    def words_for_missing(self, name: str) -> list[str]:
        """Return the words that stand for the missing values of a column, the most frequent first."""
        import pyarrow as pa
        import pyarrow.compute as pc

        counts: Counter[str] = Counter()
        words = pa.array(self.dialect.na, pa.string())
        for batch, _ in self.batches({name: "text"}):
            cells = pc.utf8_trim_whitespace(batch.column(name).filter(batch.column(HIDDEN + name)))
            for pair in pc.value_counts(cells.filter(pc.is_in(cells, value_set=words))):
                counts[pair["values"].as_py()] += pair["counts"].as_py()
        return [word for word, _ in counts.most_common()]

    def first_codes(self, names: Sequence[str]) -> dict[str, str]:
        """Return, of the first piece of the file, the first cell of each column that begins with a zero as codes do."""
        import pyarrow.compute as pc

        found = {}
        source, dialect = self.source, self.dialect
        with _explained(source, dialect, STREAM_BLOCK_BYTES), _cells_of(source, dialect, names) as pieces:
            for piece, _ in itertools.islice(pieces, 1):
                for name in names:
                    codes = piece.column(name).filter(pc.match_substring_regex(piece.column(name), LEADING_ZERO))
                    if len(codes):
                        found[name] = codes[0].as_py().strip()[:40]
        return found

    def require_no_options(self) -> None:
        """Refuse text that is not at once UTF-8, with commas, and with the header first."""
        source, dialect = self.source, self.dialect
        advice = "store it as Parquet, or as CSV with commas, in UTF-8"
        if dialect.encoding != "utf-8":
            raise InputError(
                f"{source.name}: this is {dialect.encoding.upper()} text, of which no stream is read; {advice}"
            )
        if dialect.rows_before:
            raise InputError(f"{source.name}: a line before the header says what separates cells; {advice}")
        if dialect.delimiter != "," and len(sniff(source, ",").names) == 1:
            raise InputError(f"{source.name}: cells are separated by {dialect.delimiter!r}; {advice}")

    def sizes(self) -> Iterator[Size]:
        """Find out how much the file holds, whatever it is encoded in."""
        # delimiters are found in Latin-1, unless a mark says that a character has more than one byte
        marked = self.source.head(4).startswith(tuple(BYTE_ORDER_MARKS))
        self.dialect = sniff(self.source, encoding=None if marked else "latin-1")
        return super().sizes()


@contextmanager
def _cells_of(
    source: Source, dialect: Dialect, names: Sequence[str], na: Sequence[str] = (), block: int = STREAM_BLOCK_BYTES
) -> Iterator[Iterator[tuple[Any, int]]]:
    """Yield columns as they are written, piece by piece; the file is opened for the first piece."""
    import pyarrow as pa
    import pyarrow.csv

    with ExitStack() as stack:

        def pieces() -> Iterator[tuple[Any, int]]:
            file = stack.enter_context(pa.OSFile(str(source.path)))
            stream = pa.CompressedInputStream(file, source.compression) if source.compression else file
            reading, parsing, converting = _options(dialect, names, threads=False, block=block)
            converting.include_columns = list(names)
            converting.null_values = _with_spaces(("", *na))
            converting.quoted_strings_can_be_null = False
            # closed before the file, from which it reads ahead
            reader = stack.enter_context(pyarrow.csv.open_csv(stream, reading, parsing, converting))
            for batch in reader:
                yield batch, file.tell()

        yield pieces()


def _is_number(kind: Any) -> bool:
    import pyarrow.types as types

    return bool(types.is_integer(kind) or types.is_floating(kind))


def _may_be_otherwise(table: pa.Table, field: Any) -> bool:
    """Return whether the cells of a column may mean something else than they were read as.

    A time of day is text to a model, and would be written differently from the file; and a word in quotation marks
    is text, even if it would stand for a missing value without them.
    """
    import pyarrow.types as types

    is_text = types.is_string(field.type) or types.is_null(field.type)
    return bool(types.is_time(field.type) or (is_text and table.column(field.name).null_count))


def _refuse_null_bytes(source: Source, dialect: Dialect, table: pa.Table) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for column in table.columns:
        if pa.types.is_string(column.type) and pc.any(pc.match_substring(column, "\0")).as_py():
            raise InputError(f"{source.name}: {null_byte(source, dialect)}")


def _with_spaces(words: Sequence[str]) -> list[str]:
    """Return words also with a space before or after them, as in files with a space after each comma."""
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
    """Turn Arrow's errors into one line that names the row."""
    import pyarrow as pa

    try:
        yield
    except UnicodeDecodeError:
        raise InputError(f"{source.name}: {undecodable(source, dialect)}") from None
    except pa.ArrowInvalid as error:
        raise InputError(f"{source.name}: {_reason(source, dialect, block, str(error))}") from None
    except OSError as error:
        raise InputError(f"{source.name}: cannot be read to its end ({error})") from None


def _reason(source: Source, dialect: Dialect, block: int, message: str) -> str:
    if "straddling" in message or "out of sync" in message:
        most = f"{block >> 20} MiB" if block >= 1 << 20 else f"{block >> 10} KiB"
        position = position_of_too_long(source, dialect, block)
        where = "" if position is None else f"{position.in_words(dialect.names)}: "
        return f"{where}a row of more than {most} cannot be read; is a quotation mark not closed?"
    if "UTF8" in message:
        return undecodable(source, dialect)
    if "Empty CSV" in message:
        return "the file is empty"
    if "Could not skip initial" in message:
        return NO_ROW
    if wrong := re.search(r"Expected (\d+) columns, got (\d+)", message):
        position = position_of_ragged(source, dialect)
        where, n_cells = ("a row", wrong[2]) if position is None else (f"row {position.row}", position.column + 1)
        return f"{where} has {n_cells} cells where the header has {wrong[1]}; rows count from the first after it"
    return f"this cannot be read as a table: {' '.join(message.split())[:200]}"


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
