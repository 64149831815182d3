"""Tables of every format, well written or not."""

import io
import os
import threading

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from files_of_tests import FORMATS, GOOD, as_objects, cells, write

from ridgenet._errors import InputError
from ridgenet.formats._reading import Reading, read_batches, read_table
from ridgenet.table._data_warnings import why_text


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_columns(tmp_path, name):
    # told apart by what they begin with, not by a name
    table = read_table(write(tmp_path, FORMATS[name], "data"))
    assert table.kinds == {"size": "number", "colour": "text", "when": "date", "ok": "boolean"}
    np.testing.assert_array_equal(table.frame["size"], [1.5, np.nan, 3])
    assert cells(table.frame["colour"]) == ["red", "blue", None]
    assert cells(table.frame["when"])[:2] == [pd.Timestamp("2024-01-31"), pd.Timestamp("2024-02-01")]
    assert table.frame["ok"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize("name", FORMATS)
def test_batches_put_together_are_the_table(tmp_path, name):
    path = write(tmp_path, FORMATS[name], "data")
    whole = read_table(path)
    batches = list(read_batches(path, whole.kinds, n_rows=2))
    assert [len(batch.frame) for batch in batches] == [2, 1]
    assert [batch.first_row for batch in batches] == [0, 2]
    together = pd.concat([as_objects(batch.frame) for batch in batches], ignore_index=True)
    pd.testing.assert_frame_equal(together, as_objects(whole.frame), check_dtype=False)


def test_missing_is_written_in_many_ways(tmp_path):
    table = read_table(write(tmp_path, "x,y\n1,a\nNA,b\n?,c\nnull,d\nNaN,e\n,f\n"))
    assert table.kinds["x"] == "number"
    assert table.frame["x"].isna().sum() == 5


def test_cells_may_hold_delimiters_line_ends_and_quotation_marks(tmp_path):
    table = read_table(write(tmp_path, 'text,x\n"a, b",1\n"two\nlines",2\n"say ""yes""",3\n'))
    assert cells(table.frame["text"]) == ["a, b", "two\nlines", 'say "yes"']


def test_a_header_may_take_several_lines(tmp_path):
    table = read_table(write(tmp_path, '"size\nin cm",x\n1,2\n'))
    assert list(table.frame) == ["size\nin cm", "x"]
    assert cells(table.frame["x"]) == [2]


def test_a_decimal_comma_is_read_where_it_is_named(tmp_path):
    table = read_table(write(tmp_path, "a;b\n1,5;2\n2,25;3\n"), Reading(decimal=","))
    assert cells(table.frame["a"]) == [1.5, 2.25]


@pytest.mark.parametrize(
    ("cells_of_file", "options", "expected"),
    [
        (["1,234.5", "-12", "1,000,000", ""], {"thousands": ","}, [1234.5, -12, 1e6, None]),
        (["1.234,5", "12,25", "1.000", ""], {"thousands": ".", "decimal": ","}, [1234.5, 12.25, 1000, None]),
        (["1 234", "1\u00a0000\u00a0000", "1\u202f234", "7"], {"thousands": " "}, [1234, 1e6, 1234, 7]),
        (["1'234.5", "1\u2019000"], {"thousands": "'"}, [1234.5, 1000]),
        # no groups of three digits
        (["1,5", "1,234"], {"thousands": ","}, ["1,5", "1,234"]),
        (["12,34,567", "1"], {"thousands": ","}, ["12,34,567", "1"]),
        # a code
        (["00501", "1,234"], {"thousands": ","}, ["00501", "1,234"]),
    ],
)
def test_thousands_separators_are_read_where_they_are_named(tmp_path, cells_of_file, options, expected):
    path = write(tmp_path, "a;b\n" + "".join(f"{cell};x\n" for cell in cells_of_file))
    table = read_table(path, Reading(delimiter=";", **options))
    is_numbers = not isinstance(expected[0], str)
    assert table.kinds["a"] == ("number" if is_numbers else "text")
    assert cells(table.frame["a"].astype(object).where(table.frame["a"].notna(), None)) == expected
    if is_numbers:
        (batch,) = read_batches(path, {"a": "number"}, Reading(delimiter=";", **options))
        np.testing.assert_array_equal(batch.frame["a"], table.frame["a"])
        # as written, for files of text
        assert [cell or "" for cell in batch.cells.column("a").to_pylist()] == cells_of_file
        without = Reading(delimiter=";", decimal=options.get("decimal", "."))
        assert "use --thousands" in why_text(read_table(path, without).frame["a"], without)


def test_another_encoding_is_read_where_it_is_named(tmp_path):
    path = write(tmp_path, "name,x\nZürich,1\nGenève,2\n".encode("latin-1"))
    assert cells(read_table(path, Reading(encoding="latin-1")).frame["name"]) == ["Zürich", "Genève"]


def test_numbers_that_are_names_stay_as_they_are_written(tmp_path):
    table = read_table(write(tmp_path, "zip,x\n01234,1\n10001,2\n"), text=["zip"])
    assert cells(table.frame["zip"]) == ["01234", "10001"]


@pytest.mark.parametrize("times", [["00:15", "23:30"], ["00:15:00", "23:30:59"]])
def test_times_are_words_as_they_are_written(tmp_path, times):
    path = write(tmp_path, f"t,x\n{times[0]},1\n{times[1]},2\n")
    table = read_table(path)
    assert table.kinds == {"t": "text", "x": "number"}
    assert cells(table.frame["t"]) == times
    (batch,) = read_batches(path, table.kinds)
    assert cells(batch.frame["t"]) == times


def test_dates_with_zones_are_brought_to_one(tmp_path):
    path = write(tmp_path, "when,x\n2024-01-31T12:00:00Z,1\n2024-01-31T13:00:00Z,2\n")
    table = read_table(path)
    assert cells(table.frame["when"]) == [pd.Timestamp("2024-01-31 12:00"), pd.Timestamp("2024-01-31 13:00")]
    (batch,) = read_batches(path, table.kinds)
    assert cells(batch.frame["when"]) == cells(table.frame["when"])


def test_columns_of_another_type_are_brought_to_the_models_or_refused(tmp_path):
    pyarrow.parquet.write_table(pa.table({"a": ["1.5", "2"], "b": [1, 2]}), tmp_path / "data.parquet")
    (batch,) = read_batches(tmp_path / "data.parquet", {"a": "number", "b": "text"})
    assert cells(batch.frame["a"]) == [1.5, 2]
    assert cells(batch.frame["b"]) == ["1", "2"]
    pyarrow.parquet.write_table(pa.table({"a": ["1.5", "two"]}), tmp_path / "data.parquet")
    with pytest.raises(InputError, match="column 'a', row 2: 'two' is not a number"):
        list(read_batches(tmp_path / "data.parquet", {"a": "number"}))


def test_what_separates_cells_may_stand_before_the_header(tmp_path):
    for line in ("sep=;\n", '"sep=;"\r\n', "SEP=;\n"):
        table = read_table(write(tmp_path, line + "a;b\n1;x,y\n"))
        assert table.frame.to_dict("list") == {"a": [1], "b": ["x,y"]}


def test_an_empty_line_of_one_column_is_an_empty_cell(tmp_path):
    path = write(tmp_path, "a\n1\n\n3\n")
    np.testing.assert_array_equal(read_table(path).frame["a"], [1, np.nan, 3])
    (batch,) = read_batches(path, {"a": "number"})
    np.testing.assert_array_equal(batch.frame["a"], [1, np.nan, 3])
    with pytest.raises(InputError, match="row 3: 'x' is not a number"):
        list(read_batches(write(tmp_path, "a\n1\n\nx\n"), {"a": "number"}))


def test_no_file_is_mapped_into_memory(tmp_path, monkeypatch):
    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr(pa, "memory_map", refuse)
    assert len(read_table(write(tmp_path, FORMATS["feather"])).frame) == 3


@pytest.mark.parametrize(
    "notes", [b"{", b"[]", b'{"columns": 3}', b'{"index_columns": ["gone"], "columns": []}', b"[" * 100_000]
)
def test_notes_for_pandas_that_are_none_are_not_copied(tmp_path, notes):
    table = pa.table({"a": [1, 2]}).replace_schema_metadata({b"pandas": notes, b"about": b"kept"})
    pyarrow.parquet.write_table(table, tmp_path / "data.parquet")
    (batch,) = read_batches(tmp_path / "data.parquet", {"a": "number"})
    assert batch.cells.schema.metadata == {b"about": b"kept"}


def test_notes_of_pandas_are_copied(tmp_path):
    pd.DataFrame({"a": [1, 2]}, index=["x", "y"]).to_parquet(tmp_path / "data.parquet")
    (batch,) = read_batches(tmp_path / "data.parquet", {"a": "number"})
    assert batch.cells.to_pandas().index.tolist() == ["x", "y"]


def test_standard_input_is_read_like_a_file(monkeypatch):
    class Fake:
        buffer = io.BytesIO(GOOD.encode())

    monkeypatch.setattr("sys.stdin", Fake)
    assert len(read_table("-").frame) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("name", ["comma", "gzip", "parquet"])
def test_a_pipe_is_read_like_a_file(tmp_path, name):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(FORMATS[name],))
    writer.start()
    table = read_table(tmp_path / "pipe")
    writer.join()
    assert table.source.name == str(tmp_path / "pipe")
    assert cells(table.frame["colour"]) == ["red", "blue", None]
