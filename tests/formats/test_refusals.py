"""Files that cannot be read are refused in one line that says what is wrong where."""

import gzip
import io
import os
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from files_of_tests import GOOD, cells, in_format, write

from ridgenet._errors import InputError
from ridgenet.formats._reading import Reading, read_batches, read_table


def workbook():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return content.getvalue()


LONG = "x" * (40 << 20)
BAD = {
    "empty": (b"", "the file is empty"),
    "only a line end": (b"\n", "the file is empty"),
    "packed nothing": (gzip.compress(b""), "the file is empty"),
    "no row": (b"a,b\n", "the file has a header, but no rows"),
    "no header": (b"5.1,3.5,1.4,setosa\n4.9,3.0,1.4,setosa\n", "the first line holds numbers (5.1, 3.5, 1.4)"),
    "a row too long": (b"a,b\n1,2\n3,4,5\n", "row 2 has 3 cells, but the header has 2"),
    "a row too short": (b"a,b\n1,2\n3,4\n\n5\n", "row 3 has 1 cell, but the header has 2"),
    "a name twice": (b"a,b,a\n1,2,3\n", "columns 1, 3 are all named 'a'"),
    "no header of text": (b"0,0,red\n1,0,blue\n", "the first line holds numbers (0, 0)"),
    "no header of mixed columns": (
        b"red,0,0,blue,x\n",
        "columns 2, 3 are all named '0'; a header seems to be missing",
    ),
    "UTF-16 without a mark": (
        GOOD.encode("utf-16-le"),
        "unrecognised file format; if it is UTF-16 text, use --encoding utf-16-le",
    ),
    "the other UTF-16": (GOOD.encode("utf-16-be"), "use --encoding utf-16-be"),
    "no names": (b"a,,\n1,2,3\n", "columns 2, 3 have no name"),
    "latin-1": (
        "x,name\n1,Zürich\n".encode("latin-1"),
        "row 1, column 'name': this is not UTF-8 text; if the file was saved by an older program, try --",
    ),
    "latin-1 in the header": (b"x,Gr\xf6\xdfe\n1,2\n", "data.csv: header: this is not UTF-8 text"),
    "latin-1 later": (
        b'x,name\n1,"two\r\nlines"\n\n2,5" pipe\n' + b"1,Bern\n" * 300_000 + b"1,Z\xfcrich\n",
        "row 300003, column 'name': this is not UTF-8 text",
    ),
    "cut UTF-16": ("x,name\n1,é\n".encode("utf-16") + b"\x00", "not UTF-16 text; the file is damaged or truncated"),
    "packed twice": (
        gzip.compress(gzip.compress(GOOD.encode())),
        "this file is compressed twice, with gzip and then with gzip",
    ),
    "cp1252": (
        "x,price\n1,5 €\n".encode("cp1252"),
        "row 1, column 'price': this is not UTF-8 text; if the file was saved by",
    ),
    "Chinese": ("x,name\n1,\u540d\u5b57\n".encode("gbk"), "try --encoding gb18030"),
    "UTF-16 of other letters": (
        "\u540d,b\n\u5b57\u5b57\u5b57\u5b57,2\n".encode("utf-16-le"),
        "use --encoding utf-16-le",
    ),
    "UTF-16 with letters that are no UTF-8": ("a,b\n\xe9,2\n".encode("utf-16-be"), "use --encoding utf-16-be"),
    "a header without a line end": (b"a,b", "the file has a header, but no rows"),
    "a NUL byte": (b"a,b\n1,x\n2,x\0y\n", "row 2, column 'b': there is a NUL byte"),
    "a NUL byte later": (b"a,b\n" + b"1,x\n" * 300_000 + b"2,x\0y\n", "row 300001, column 'b': there is a NUL byte"),
    "a ragged row after what separates": (b"sep=;\na;b\n1;2\n3\n", "row 2 has 1 cell, but the header has 2"),
    "a workbook": (
        workbook(),
        "the workbook is damaged and cannot be read",
    ),
    "an old workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "the workbook is damaged and cannot be read",
    ),
    "an archive": (
        b"PK\x03\x04" + bytes(50),
        "this is a ZIP archive; extract the table, or compress it with gzip or zstd",
    ),
    "bzip2": (b"BZh91AY&SY", "this file is compressed with bzip2; decompress it"),
    "infinite": (b"a,b\n1,2\n3,-inf\n", "column 'b', row 2: the value is infinite"),
    "binary": (b"\x00\x01\x02\x03\x04\x05", "unrecognised file format; save it as CSV (UTF-8) or Parquet first"),
    "a giant cell": (f"a,b\n1,{LONG}\n".encode(), "row 1, column 'b': a row of more than 8 MiB cannot be read"),
    "a quotation mark not closed": (
        b'a,b,c\n1,2,3\n4,"5,6\n' + b"7,8,9\n" * 4_000_000,
        "row 2, column 'b': a row of more than 8 MiB cannot be read; is a closing quotation mark missing?",
    ),
    "half of a gzip": (gzip.compress(GOOD.encode() * 100)[:60], "data.csv"),
    "half of a Parquet": (in_format("parquet")[:200], "the file is damaged and cannot be read as parquet"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_one_line_that_says_what_and_where(tmp_path, name):
    content, message = BAD[name]
    with pytest.raises(InputError) as caught:
        read_table(write(tmp_path, content))
    assert message in str(caught.value)
    assert "data.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_advised_works(tmp_path):
    path = write(tmp_path, GOOD.encode("utf-16-le"))
    assert cells(read_table(path, Reading(encoding="utf-16-le")).frame["colour"]) == ["red", "blue", None]
    path = write(tmp_path, GOOD.replace(",", ":"))
    assert cells(read_table(path, Reading(delimiter=":")).frame["colour"]) == ["red", "blue", None]


def test_a_column_of_lists_is_refused_by_name(tmp_path):
    pyarrow.parquet.write_table(pa.table({"a": [[1, 2], [3]], "b": [1, 2]}), tmp_path / "data.parquet")
    with pytest.raises(InputError, match=r"column 'a' holds list<.*> which|column 'a' holds list"):
        read_table(tmp_path / "data.parquet")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("b\n1\n", "columns 'a', 'c' of the model are missing; the file has b"),
        (
            "a:b:c\n1:2:3\n",
            "columns 'a', 'c' of the model are missing; the file has a:b:c; the delimiter may be a different one: ",
        ),
        ("a c\n1 2\n", "try --delimiter ' '"),
        ("a,c\nx,\n", "column 'a', row 1: 'x' is not a number"),
        ("a,c\n" + "1,\n" * 12_000 + "1e,\n", "column 'a', row 12001: '1e' is not a number"),
        ("a,c\n1,yesterday\n", "column 'c', row 1: 'yesterday' is not a date"),
        ("a,c\n" + "1,\n" * 12_000 + "inf,\n", "column 'a', row 12001: the value is infinite"),
        ("a,c\n1,\n2\n", "row 2 has 1 cell, but the header has 2"),
        ("a,c\n" + "1,\n" * 300_000 + "2\n", "row 300001 has 1 cell, but the header has 2"),
        (b"a,c,n\n" + b"1,,\n" * 300_000 + b"1,,\xff\n", "row 300001, column 'n': this is not UTF-8 text"),
        (f"a,c\n1,\n2,{LONG}\n", "row 2, column 'c': a row of more than 512 KiB cannot be read"),
    ],
)
def test_a_batch_that_does_not_fit_the_model_is_refused_with_its_row(tmp_path, content, message):
    with pytest.raises(InputError) as caught:
        list(read_batches(write(tmp_path, content), {"a": "number", "c": "date"}))
    assert message in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_an_encoding_that_is_named_where_it_is_not_used(tmp_path, encoding):
    with pytest.raises(InputError, match="omit --encoding, since it is UTF-8"):
        read_table(write(tmp_path, GOOD), Reading(encoding=encoding))


@pytest.mark.parametrize(
    ("written", "named", "message"),
    [
        ("utf-8", "utf-16-le", "this is not UTF-16-LE text; omit --encoding"),
        ("utf-8", "utf-32-be", "this is not UTF-32-BE text; omit --encoding"),
        ("utf-16-be", "utf-16-le", "this is not UTF-16-LE text; use --encoding utf-16-be"),
        ("utf-8", "idna", "unknown encoding 'idna'"),
        ("utf-8", "utf-8\0", "unknown encoding"),
    ],
)
def test_an_encoding_that_makes_one_long_line_of_a_table_is_not_its_own(tmp_path, written, named, message):
    content = (GOOD + "\n" * (-len(GOOD) % 4)).encode(written)
    with pytest.raises(InputError, match=message):
        read_table(write(tmp_path, content), Reading(encoding=named))


def test_utf_16_without_its_mark_has_a_name_of_its_own(tmp_path):
    with pytest.raises(InputError, match="use --encoding utf-16-le"):
        read_table(write(tmp_path, GOOD.encode("utf-16-le")), Reading(encoding="utf-16"))


def with_offset(content, wrong):
    """Return a Feather file in which one piece of text ends far outside."""
    offsets = np.array([0, 3, 7, 10], np.int32).tobytes()
    place = content.index(offsets)
    return content[: place + 8] + np.int32(wrong).tobytes() + content[place + 12 :]


def test_offsets_that_lead_out_of_a_file_are_not_followed(tmp_path):
    sink = io.BytesIO()
    pyarrow.feather.write_feather(pa.table({"a": ["red", "blue", "ink"]}), sink, compression="uncompressed")
    path = write(tmp_path, sink.getvalue())
    assert cells(read_table(path).frame["a"]) == ["red", "blue", "ink"]
    path = write(tmp_path, with_offset(sink.getvalue(), 2_000_000_000))
    for read in (read_table, lambda path: list(read_batches(path, {"a": "text"}))):
        with pytest.raises(InputError, match=r"data.csv: the file is damaged and cannot be read as feather \("):
            read(path)


@pytest.mark.parametrize("zone", ["Mars/Phobos", "+25:00"])
def test_a_time_zone_that_nobody_knows_is_refused(tmp_path, zone):
    column = pa.array([0, 1], pa.timestamp("us", zone))
    pyarrow.parquet.write_table(pa.table({"when": column}), tmp_path / "data.parquet")
    with pytest.raises(
        InputError, match=r"column 'when' holds dates of an unknown time zone, '.*'; store them in UTC$"
    ):
        read_table(tmp_path / "data.parquet")


def test_a_device_is_refused():
    with pytest.raises(InputError, match="this is a device, not a file"):
        read_table(os.devnull)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"decimal": "x"}, "the decimal separator must be"),
        ({"thousands": "x"}, "the thousands separator must be one of"),
        ({"thousands": "."}, "cannot be both the thousands and the decimal separator"),
        ({"delimiter": "::"}, "the delimiter must be one character"),
        ({"encoding": "klingon"}, "unknown encoding 'klingon'"),
    ],
)
def test_options_that_mean_nothing_are_refused(tmp_path, options, message):
    with pytest.raises(InputError, match=message):
        read_table(write(tmp_path, GOOD), Reading(**options))
