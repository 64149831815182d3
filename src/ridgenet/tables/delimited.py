"""Text with delimiters: what separates its cells, what it is encoded in, and what is wrong with it where."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ridgenet.errors import InputError
from ridgenet.tables.kinds import ColumnKind
from ridgenet.tables.places import place_of_ragged, place_of_too_long, place_of_undecodable
from ridgenet.tables.sources import Source

if TYPE_CHECKING:
    import pyarrow as pa

DELIMITERS = (",", ";", "\t", "|")
# what stands for nothing: what pandas takes for it, and the question mark of older collections
MISSING = ["", "#N/A", "#NA", "<NA>", "?", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"]
# as one types it into a shell
SHOWN = {"\t": "$'\\t'"}
HEAD_BYTES = 1 << 20
BLOCK_BYTES = 8 << 20
# Arrow reads many blocks ahead, all of which are in memory; a row may be no longer than a block
STREAM_BLOCK_BYTES = 1 << 19
# share of empty bytes in UTF-16 that is mostly ASCII; a half if it is nothing else
MOST_WIDE = 0.3
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class Dialect:
    """How cells are written down.

    Attributes
    ----------
    delimiter : str
        What separates cells.
    encoding : str
        What characters are encoded in.
    decimal : str
        The decimal point.
    names : tuple of str
        What the header says.
    header_lines : int
        Lines that the header takes up.
    """

    delimiter: str
    encoding: str
    decimal: str
    names: tuple[str, ...]
    header_lines: int


def sniff(source: Source, delimiter: str | None = None, encoding: str | None = None, decimal: str = ".") -> Dialect:
    """Find out how a file is written from its beginning.

    Raises
    ------
    InputError
        If it is not text of that encoding, has no header, or names a column twice.
    """
    if delimiter is not None and len(delimiter) != 1:
        raise InputError(f"a delimiter is one character; got {delimiter!r}")
    start = source.head(HEAD_BYTES)
    if encoding is None:
        encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if start.startswith(mark)), "utf-8")
    try:
        # the head may end within a character
        text = codecs.getincrementaldecoder(encoding)().decode(start).removeprefix("\ufeff")
    except LookupError:
        raise InputError(f"no encoding is called {encoding!r}; try utf-8, latin-1 or cp1252") from None
    except UnicodeDecodeError:
        raise InputError(f"{source.name}: {_undecodable(source, _guessed(start, delimiter, encoding))}") from None
    if "\0" in text:
        raise InputError(f"{source.name}: this is no text, nor Parquet, nor Feather{_wide(start)}")
    delimiter = delimiter or _delimiter_of(text)
    header_lines, names = next(_records(text, delimiter), (0, []))
    _require_header(source, names)
    return Dialect(delimiter, encoding, decimal, tuple(names), header_lines)


def delimiter_hint(names: Sequence[str], wanted: str) -> str:
    """Return which delimiter would make a column of part of a name, if there is one."""
    for name in names:
        for delimiter in (*DELIMITERS, ":", " "):
            if delimiter in name and wanted in map(str.strip, name.split(delimiter)):
                return f"; is the table separated otherwise? Say --delimiter {SHOWN.get(delimiter, repr(delimiter))}"
    return ""


def read(source: Source, dialect: Dialect, text: Sequence[str] = ()) -> pa.Table:
    """Read a whole file; what its columns hold is found out.

    Parameters
    ----------
    source : Source
        The file.
    dialect : Dialect
        How it is written.
    text : sequence of str
        Columns that are text, whatever they look like.

    Raises
    ------
    InputError
        Naming file and row, or column, of what is wrong.
    """
    import pyarrow as pa
    import pyarrow.csv

    def read_with(text: Sequence[str]) -> pa.Table:
        with source.open() as stream:
            return pyarrow.csv.read_csv(stream, *_options(dialect, text))

    with _explained(source, dialect, BLOCK_BYTES):
        table = read_with(text)
        # a time would be written in another way than in the file, and is a word to a model all the same
        times = [field.name for field in table.schema if pa.types.is_time(field.type)]
        if times:
            table = read_with([*text, *times])
    if any(pa.types.is_binary(field.type) for field in table.schema):
        raise InputError(f"{source.name}: {_undecodable(source, dialect)}")
    return table


def batches(source: Source, dialect: Dialect) -> Iterator[tuple[Any, int]]:
    """Read a file piece by piece.

    Yields
    ------
    RecordBatch
        Some rows, every cell as it is written; missing are those that are empty and without quotation marks.
    int
        How many bytes of the file have been read.
    """
    import pyarrow as pa
    import pyarrow.csv

    with _explained(source, dialect, STREAM_BLOCK_BYTES), pa.OSFile(str(source.path)) as file:
        stream = pa.CompressedInputStream(file, source.compression) if source.compression else file
        reading, parsing, converting = _options(dialect, dialect.names, threads=False, block=STREAM_BLOCK_BYTES)
        converting.null_values = [""]
        converting.quoted_strings_can_be_null = False
        # closed before the file, from which it reads ahead
        with pyarrow.csv.open_csv(stream, reading, parsing, converting) as reader:
            for batch in reader:
                yield batch, file.tell()


def values_of(column: pa.Array, dialect: Dialect, kind: ColumnKind) -> pa.Array:
    """Return text that can be cast to values: without cells that stand for nothing, and with a decimal point."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind != "text":
        column = pc.utf8_trim_whitespace(column)
    missing = pc.is_in(column, value_set=pa.array(MISSING))
    if pc.any(missing).as_py():
        column = pc.if_else(missing, pa.scalar(None, pa.string()), column)
    if kind == "number" and dialect.decimal != ".":
        # a point is no decimal point then, and makes no number
        column = pc.replace_substring(pc.replace_substring(column, ".", dialect.decimal * 2), dialect.decimal, ".")
    return column


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
        ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True),
        ConvertOptions(
            column_types=dict.fromkeys(text, pa.string()),
            null_values=MISSING,
            strings_can_be_null=True,
            decimal_point=dialect.decimal,
        ),
    )


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not empty, and the lines read up to their end."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from ((rows.line_num, [cell.strip() for cell in row]) for row in rows if row)
    except csv.Error:
        # a cell longer than Python's reader takes; what comes before it is enough to go by
        return


def _wide(start: bytes) -> str:
    """Return a hint if every second byte is empty, as of text of two bytes for each character."""
    even, odd = start[::2].count(0) / len(start), start[1::2].count(0) / len(start)
    if max(even, odd) < MOST_WIDE or min(even, odd) > 0:
        return ""
    return f"; if it is text of two bytes for each character, say --encoding utf-16-{'be' if even > odd else 'le'}"


def _guessed(start: bytes, delimiter: str | None, encoding: str) -> Dialect:
    """Return how a text seems to be written that cannot all be decoded."""
    text = start.decode(encoding, "replace")
    delimiter = delimiter or _delimiter_of(text)
    header_lines, names = next(_records(text, delimiter), (0, []))
    return Dialect(delimiter, encoding, ".", tuple(names), header_lines)


def _delimiter_of(text: str) -> str:
    return max(DELIMITERS, key=lambda candidate: _agreement(text, candidate))


def _agreement(text: str, delimiter: str) -> tuple[float, int]:
    """Return how many of the first rows have as many cells as the header, and how many cells that is."""
    rows = []
    for _, row in _records(text, delimiter):
        rows.append(len(row))
        if len(rows) == 20:
            break
    if not rows or rows[0] == 1:
        return 0.0, 0
    return sum(length == rows[0] for length in rows) / len(rows), rows[0]


def _require_header(source: Source, names: list[str]) -> None:
    if not names:
        raise InputError(f"{source.name}: the file is empty")
    numbers = [name for name in names if _is_number(name)]
    if len(numbers) * 2 > len(names):
        raise InputError(
            f"{source.name}: the first line holds numbers ({', '.join(numbers[:3])}{', …' * (len(numbers) > 3)}); "
            "it should name the columns: add a header"
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        places = [str(place + 1) for place, name in enumerate(names) if name == twice[0]]
        what = f"are all called {twice[0]!r}" if twice[0] else "have no name"
        advice = "give each a name of its own"
        if _is_number(twice[0]):
            advice = "a header seems to be missing: the first line should name the columns"
        raise InputError(f"{source.name}: columns {', '.join(places)} {what}; {advice}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@contextmanager
def _explained(source: Source, dialect: Dialect, block: int) -> Iterator[None]:
    """Turn what Arrow says is wrong into a line that says where."""
    import pyarrow as pa

    try:
        yield
    except UnicodeDecodeError:
        raise InputError(f"{source.name}: {_undecodable(source, dialect)}") from None
    except pa.ArrowInvalid as error:
        raise InputError(f"{source.name}: {_reason(source, dialect, block, str(error))}") from None
    except OSError as error:
        raise InputError(f"{source.name}: cannot be read to its end ({error})") from None


def _reason(source: Source, dialect: Dialect, block: int, message: str) -> str:
    if "straddling" in message or "out of sync" in message:
        most = f"{block >> 20} MiB" if block >= 1 << 20 else f"{block >> 10} KiB"
        place = place_of_too_long(source, dialect.encoding, dialect.delimiter, block)
        where = "" if place is None else f"{place.in_words(dialect.names)}: "
        return f"{where}a row of more than {most} cannot be read; is a quotation mark not closed?"
    if "UTF8" in message:
        return _undecodable(source, dialect)
    if "Empty CSV" in message:
        return "the file is empty"
    if wrong := re.search(r"Expected (\d+) columns, got (\d+)", message):
        place = place_of_ragged(source, dialect.encoding, dialect.delimiter, int(wrong[1]))
        where, n_cells = ("a row", wrong[2]) if place is None else (f"row {place.row}", place.column + 1)
        return f"{where} has {n_cells} cells where the header has {wrong[1]}; rows count from the first after it"
    return f"this cannot be read as a table: {' '.join(message.split())[:200]}"


def _undecodable(source: Source, dialect: Dialect) -> str:
    place = place_of_undecodable(source, dialect.encoding, dialect.delimiter)
    where = "" if place is None else f"{place.in_words(dialect.names)}: "
    return (
        f"{where}this is not {dialect.encoding.upper()} text; "
        "if the file was saved by an older program, try --encoding latin-1"
    )
