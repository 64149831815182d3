"""Codes that look like numbers, and words that stand for missing values."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from files_of_tests import as_objects, cells

from ridgenet._errors import InputError
from ridgenet.formats._reading import Reading, read_batches, read_table


def write(folder, content, name="data.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def column_of(folder, column, **reading):
    """Return what becomes of one column beside another."""
    content = "\n".join(["c,x", *(f"{cell},1" for cell in column)])
    table = read_table(write(folder, content + "\n"), Reading(**reading))
    return table.kinds["c"], cells(table.frame["c"]), table.remarks.get("c")


@pytest.mark.parametrize(
    ("column", "remark"),
    [
        (["501", "00501", "0501"], "column 'c' is text because of '00501' in row 2, which begins with a zero"),
        (["1", " 02", "10"], "column 'c' is text because of '02' in row 2, which begins with a zero"),
        (["1.5", "01.50"], "column 'c' is text because of '01.50' in row 2, which begins with a zero"),
        (["1E5", "7", "10E4"], "because '1E5' in row 1 and '10E4' in row 3 would be equal as numbers"),
        (["1E5", "1E5", "100000"], "because '1E5' in row 1 and 100000 would be equal as numbers"),
    ],
)
def test_codes_that_would_lose_something_as_numbers_are_text(tmp_path, column, remark):
    kind, values, found = column_of(tmp_path, column)
    assert kind == "text"
    assert values == [cell.strip() for cell in column]
    assert found.endswith(remark)


def test_a_code_far_down_is_found(tmp_path):
    column = [str(k) for k in range(100, 100_000)] + ["007"]
    kind, values, remark = column_of(tmp_path, column)
    assert kind == "text"
    assert values == column
    assert f"in row {len(column)}" in remark


@pytest.mark.parametrize(
    "column", [["0", "10", "-0.5"], ["0.001", "0.0"], ["1e+05", "100000"], ["1.0E5", "100000.0"], ["-1", "0"]]
)
def test_other_numbers_are_numbers_without_a_word(tmp_path, column):
    assert column_of(tmp_path, column) == ("number", [float(cell) for cell in column], None)


def test_a_number_that_may_be_a_code_is_remarked_on(tmp_path):
    kind, values, remark = column_of(tmp_path, ["12E4", "5", "7E3"])
    assert (kind, values) == ("number", [120_000, 5, 7_000])
    assert remark == "column 'c': '12E4' in row 1 is read as 120,000; if it is a code, use --categorical 'c'"


def test_text_of_a_file_with_types_is_numbers_where_all_cells_are(tmp_path):
    path = tmp_path / "data.parquet"
    table = pa.table({"n": ["1.5", " 2", None], "code": ["01", "2", "3"], "words": ["1", "two", "3"]})
    pyarrow.parquet.write_table(table, path)
    found = read_table(path)
    assert found.kinds == {"n": "number", "code": "text", "words": "text"}
    np.testing.assert_array_equal(found.frame["n"], [1.5, 2, np.nan])
    assert cells(read_table(path, text=["n"]).frame["n"]) == ["1.5", "2", None]


QUOTED = 'class,size\n"NA",1\nNA,"NA"\n"None",3\n?,4\n"",5\nx,\n'


def test_a_word_in_quotation_marks_is_a_word(tmp_path):
    table = read_table(write(tmp_path, QUOTED))
    assert cells(table.frame["class"]) == ["NA", None, "None", None, None, "x"]
    # whoever puts everything in quotation marks does so with numbers, too
    np.testing.assert_array_equal(table.frame["size"], [1, np.nan, 3, 4, 5, np.nan])
    assert table.words_for_missing("class") == ["NA", "?"]


@pytest.mark.parametrize("n_rows", [2, 100])
def test_batches_tell_words_in_quotation_marks_too(tmp_path, n_rows):
    # over several of Arrow's blocks, the words in the last one only
    content = QUOTED.replace("class,size\n", "class,size\n" + "long,1\n" * 150_000)
    path = write(tmp_path, content)
    whole = read_table(path)
    batches = list(read_batches(path, whole.kinds, n_rows=50_000))
    together = pd.concat([as_objects(batch.frame) for batch in batches], ignore_index=True)
    pd.testing.assert_frame_equal(together, as_objects(whole.frame), check_dtype=False)
    assert batches[0].cells.schema.names == ["class", "size"]
    assert batches[-1].cells.column("class").to_pylist()[-6:] == ["NA", "NA", "None", "?", "", "x"]


@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
def test_words_for_missing_values_can_be_named(tmp_path, name):
    columns = {"c": ["NA", "-", "b", "a"], "n": ["1", "-", "#DIV/0!", "4"]}
    path = tmp_path / name
    frame = pd.DataFrame(columns)
    frame.to_csv(path, index=False) if name.endswith("csv") else frame.to_parquet(path)
    table = read_table(path, Reading(na="-, #DIV/0!"))
    assert cells(table.frame["c"]) == ["NA", None, "b", "a"]
    np.testing.assert_array_equal(table.frame["n"], [1, np.nan, np.nan, 4])
    (batch,) = read_batches(path, {"c": "text", "n": "number"}, Reading(na=["-", "#DIV/0!"]))
    pd.testing.assert_frame_equal(as_objects(batch.frame), as_objects(table.frame))


def test_none_may_be_named(tmp_path):
    table = read_table(write(tmp_path, "c,x\nNA,1\nNone,\n,3\n"), Reading(na=""))
    assert cells(table.frame["c"]) == ["NA", "None", None]
    with pytest.raises(InputError, match="na must be words for missing values, such as NA,-; got 3"):
        Reading(na=3)


def test_spaces_around_words_and_between_commas_change_nothing(tmp_path):
    path = write(tmp_path, 'n, c, q\n1, ?, "NA"\n NA, a ,x\n3 , NA ,  \n ,,y\n')
    table = read_table(path)
    assert table.kinds == {"n": "number", "c": "text", "q": "text"}
    np.testing.assert_array_equal(table.frame["n"], [1, np.nan, 3, np.nan])
    assert cells(table.frame["c"]) == [None, "a", None, None]
    assert table.words_for_missing("c") == ["?", "NA"]
    (batch,) = read_batches(path, table.kinds)
    pd.testing.assert_frame_equal(as_objects(batch.frame), as_objects(table.frame))


def test_an_empty_text_is_missing_in_every_format(tmp_path):
    pyarrow.parquet.write_table(pa.table({"c": ["", " ", "a"]}), tmp_path / "data.parquet")
    assert cells(read_table(tmp_path / "data.parquet").frame["c"]) == [None, None, "a"]


def test_in_files_with_types_a_word_is_a_word(tmp_path):
    pyarrow.parquet.write_table(pa.table({"c": ["NA", None, "?"]}), tmp_path / "data.parquet")
    assert cells(read_table(tmp_path / "data.parquet").frame["c"]) == ["NA", None, "?"]
