"""Tables: a seed table with odd cells, columns, headers, dialects and formats; drawn as plain values, and written."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
from hypothesis import strategies as st

from fuzz.mutations import byte_mutations, mutated

Spec = dict[str, Any]

CORPUS = Path(__file__).parent / "corpus"
SEEDS = ["numbers.csv", "mixed.csv", "one_column.csv"]
CELLS = [
    "", "NA", "None", "?", "-", "nan", "null", "inf", "-inf", "1e39", "1e400", "-1e308", "1e-50", "4.9e-324", "0x10",
    "007", "1E5", "1,5", "1.234,5", "1,234.5", "1_000", "12.03.2021", "2021-02-30", "2021-03-08", "03/08/2021",
    "2021-03-08T10:00:00Z", "2021-03-08T10:00:00", "35 kg", "(9)", "1/80", "50%", "$5", "#DIV/0!", "=cmd|' /C calc'!A0",
    "+1", "\u202eabc", "a\nb", 'a"b', "\x1b[31mred", "\x00", "\u20ac\u00e9", "\uff11\uff12", "\u221e", "TRUE", "yes",
    " 1", "1 ", "'1", "1" * 400, "word " * 1000, "99999999999999999999", "-0", "\ufeff1", "\xa01",
]  # fmt: skip
HEADERS = [
    "",
    " ",
    "y",
    "x1",
    "a\nb",
    "\x1b[31m",
    "n" * 5000,
    "r\u00e9sum\u00e9",
    "=1",
    "predicted_y",
    "1",
    "[red]x[/]",
    'a"b',
]
CODES = [["00501", "0501", "501"], ["1E5", "10E4", "100000"], ["01", "02", "10"], ["1.0", "1", "01"]]
WORDS = [
    ["NA", "b"],
    ["None", "b", "?"],
    ["nan", "null", "b"],
    ["=cmd|x", "@b"],
    ["a", "A", " a"],
    ["True", "False", "1"],
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "shift-jis", "utf-32"]
FORMATS = ["csv", "csv.gz", "csv.zst", "tsv", "parquet", "feather", "xlsx", "txt", "xls", "gz named csv", "ipc stream"]
TYPES = [
    "as they are",
    "text",
    "dictionary",
    "float32",
    "decimal",
    "date",
    "zoned",
    "odd zone",
    "list",
    "binary",
    "null",
]


@dataclass
class Table:
    """A table as it is meant.

    Attributes
    ----------
    header : list of str
        Names of the columns.
    rows : list of list of str
        Cells as text.
    is_certain : bool
        Whether the file leaves no doubt of what its rows are.
    first_line : str or None
        A line before the header.
    """

    header: list[str]
    rows: list[list[str]]
    is_certain: bool = True
    first_line: str | None = None


def _edits() -> st.SearchStrategy[list[Any]]:
    row, column = st.integers(0, 40), st.integers(0, 6)
    return st.one_of(
        st.tuples(st.just("cell"), row, column, st.sampled_from(CELLS)),
        st.tuples(st.just("header"), column, st.sampled_from(HEADERS)),
        st.tuples(st.just("part"), column, st.sampled_from([2, 4, 7]), st.sampled_from(CELLS)),
        st.tuples(st.just("constant"), column, st.sampled_from(CELLS)),
        st.tuples(st.just("codes"), column, st.sampled_from([*CODES, *WORDS])),
        st.tuples(st.just("rows"), st.sampled_from([0, 1, 2, 3, 5])),
        st.tuples(st.just("columns"), st.integers(0, 3)),
        st.tuples(st.just("short row"), row),
        st.tuples(st.just("long row"), row),
        st.tuples(st.just("blank line"), row),
        st.tuples(st.just("line"), row, st.sampled_from(["sep=;", "# a comment", ";;;", '"', "total"])),
        st.tuples(st.just("first line"), st.sampled_from(["sep=;", "sep=,", "", "# a comment", "a title"])),
        st.tuples(st.just("written as"), column, st.sampled_from(["{} kg", "({})", "1/{}", "{}%", "$ {}", "00{}"])),
        st.tuples(st.just("decimal comma"), column),
    ).map(list)


def tables() -> st.SearchStrategy[Spec]:
    """Draw a table and how it is written."""

    def usually(*values: Any) -> st.SearchStrategy[Any]:
        return st.one_of(st.just(values[0]), st.just(values[0]), st.sampled_from(values))

    return st.fixed_dictionaries(
        {
            "seed": st.sampled_from(SEEDS[:2] * 2 + SEEDS[2:]),
            "edits": st.lists(_edits(), max_size=3),
            "format": usually(*FORMATS),
            "types": usually(*TYPES),
            "delimiter": usually(",", ";", "\t", "|"),
            "quotes": usually("minimal", "all", "none"),
            "line end": usually("\n", "\r\n", "\r"),
            "encoding": usually(*ENCODINGS),
            "last line": usually("ended", "open"),
            "bytes": st.one_of(st.just([]), byte_mutations()),
        }
    )


def plain(seed: str) -> Spec:
    """Return a table as it is in the corpus."""
    return {
        "seed": seed, "edits": [], "format": "csv", "types": "as they are", "delimiter": ",", "quotes": "minimal",
        "line end": "\n", "encoding": "utf-8", "last line": "ended", "bytes": [],
    }  # fmt: skip


def written(spec: Spec, folder: Path, stem: str = "table") -> tuple[Path, Table]:
    """Write a table into a folder; return the file and what it is meant to hold."""
    table = _meant(spec)
    kind = spec["format"]
    if kind in ("parquet", "feather", "ipc stream"):
        content = _binary(_arrow(table, spec["types"]), kind)
    elif kind == "xlsx":
        content = _xlsx()
    elif kind == "xls":
        content = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    else:
        content = _text(table, spec)
        if "gz" in kind:
            content = gzip.compress(content, mtime=0)
        elif kind.endswith("zst"):
            content = pa.Codec("zstd").compress(content, asbytes=True)
    suffix = {"gz named csv": "csv", "ipc stream": "feather"}.get(kind, kind)
    path = folder / f"{stem}.{suffix}"
    path.write_bytes(mutated(content, spec["bytes"]))
    if spec["bytes"] or kind in ("xlsx", "xls", "gz named csv") or spec["encoding"] not in ("utf-8", "utf-8-sig"):
        table.is_certain = False
    return path, table


def _meant(spec: Spec) -> Table:
    lines = list(csv.reader((CORPUS / spec["seed"]).read_text().splitlines()))
    table = Table(lines[0], lines[1:])
    for kind, *rest in spec["edits"]:
        _edit(table, kind, rest)
    if spec["quotes"] == "none" or spec["line end"] == "\r" or len(set(table.header)) < len(table.header):
        table.is_certain = False
    return table


def _edit(table: Table, kind: str, rest: list[Any]) -> None:
    n, d = len(table.rows), len(table.header)
    if n == 0 or d == 0:
        return
    if kind == "cell":
        row = table.rows[rest[0] % n]
        if row:
            row[rest[1] % len(row)] = rest[2]
    elif kind == "header":
        table.header[rest[0] % d] = rest[1]
    elif kind in ("part", "constant", "codes", "written as", "decimal comma"):
        for k, row in enumerate(table.rows):
            j = rest[0] % d
            if j < len(row):
                row[j] = _in_column(kind, rest[1:], k, row[j])
    elif kind == "rows":
        del table.rows[rest[0] :]
    elif kind == "columns":
        # the last column, the target, stays
        for line in (table.header, *table.rows):
            del line[rest[0] : -1]
    elif kind == "blank line" and d == 1:
        # of a single column it is a row
        table.rows.insert(rest[0] % n, [""])
    else:
        table.is_certain = False
        if kind == "first line":
            table.first_line = rest[0]
            return
        k = rest[0] % n
        if kind == "short row":
            table.rows[k] = table.rows[k][:-1]
        elif kind == "long row":
            table.rows[k] = [*table.rows[k], "more"]
        else:
            table.rows.insert(k, [] if kind == "blank line" else [rest[1]])


def _in_column(kind: str, rest: list[Any], k: int, cell: str) -> str:
    if kind == "part":
        return rest[1] if k % rest[0] == 1 else cell
    if kind == "constant":
        return str(rest[0])
    if kind == "codes":
        return str(rest[0][k % len(rest[0])])
    return cell.replace(".", ",") if kind == "decimal comma" else rest[0].format(cell)


def _text(table: Table, spec: Spec) -> bytes:
    styles = {"minimal": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL, "none": csv.QUOTE_NONE}
    buffer = io.StringIO(newline="")
    delimiter = "\t" if spec["format"] == "tsv" else spec["delimiter"]
    writer = csv.writer(
        buffer,
        delimiter=delimiter,
        quoting=styles[spec["quotes"]],
        lineterminator=spec["line end"],
        escapechar="\\" if spec["quotes"] == "none" else None,
    )
    if table.first_line is not None:
        buffer.write(table.first_line + spec["line end"])
    writer.writerows([table.header, *table.rows])
    text = buffer.getvalue()
    if len(table.header) == 1 and spec["quotes"] == "minimal":
        # the module writes two quotes there, others nothing
        text = text.replace(f'{spec["line end"]}""', spec["line end"])
    if spec["last line"] == "open":
        text = text.removesuffix(spec["line end"])
    return text.encode(spec["encoding"], "replace")


def _arrow(table: Table, types: str) -> pa.Table:
    width = max(map(len, [table.header, *table.rows]))
    names = [*table.header, *(f"more{k}" for k in range(width - len(table.header)))]
    rows = [[*row, *[""] * (width - len(row))] for row in table.rows]
    arrays = [_array([row[j] for row in rows], types) for j in range(width)]
    if types == "null" and len(arrays) > 1:
        arrays[0] = pa.nulls(len(rows))
    return pa.table(arrays, names=names)


def _array(cells: list[str], types: str) -> pa.Array:
    cells = [cell.encode("utf-8", "replace").decode() for cell in cells]
    if types == "text":
        return pa.array(cells)
    values = pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce").astype(float)
    if values.isna().all():
        return pa.array(cells).dictionary_encode() if types == "dictionary" else pa.array(cells)
    if types == "float32":
        return pa.array(values.to_numpy("float32"))
    if types == "binary":
        return pa.array([cell.encode() for cell in cells])
    if types == "list":
        return pa.array([[value] for value in values])
    whole = values.fillna(0).clip(-1e9, 1e9).astype("int64")
    casts: dict[str, Any] = {
        "decimal": pa.decimal128(15, 0),
        "date": pa.date32(),
        "zoned": pa.timestamp("s", "Europe/Berlin"),
        "odd zone": pa.timestamp("s", "Mars/Phobos"),
    }
    if types in casts:
        kind = pa.int32() if types == "date" else pa.int64()
        return pa.array((whole % 20000).to_numpy()).cast(kind).cast(casts[types])
    return pa.array(values, from_pandas=True)


def _binary(table: pa.Table, kind: str) -> bytes:
    sink = pa.BufferOutputStream()
    if kind == "parquet":
        pa.parquet.write_table(table, sink)
    elif kind == "feather":
        pa.feather.write_feather(table, sink, compression="uncompressed")
    else:
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    return sink.getvalue().to_pybytes()


def _xlsx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, "<xml/>")
    return buffer.getvalue()
