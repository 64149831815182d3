"""Spreadsheets: a sheet is read like a file with typed columns."""

import zipfile

import numpy as np
import pandas as pd
import pytest
from files_of_tests import cells

from ridgenet._errors import InputError
from ridgenet.backends._stream import Stream
from ridgenet.formats._reading import Reading, read_batches, read_table

pytest.importorskip("openpyxl")
FRAME = pd.DataFrame(
    {
        "size": [1.5, None, 3.0],
        "colour": ["red", None, "blue"],
        "when": [pd.Timestamp("2024-01-31"), pd.NaT, pd.Timestamp("2024-02-01 12:30")],
        "ok": [True, False, True],
        "code": [7, "00501", 8.5],
    }
)


def workbook(folder, **sheets):
    path = folder / "book.xlsx"
    with pd.ExcelWriter(path) as writer:
        for name, frame in (sheets or {"data": FRAME}).items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return path


def test_columns_have_the_types_of_their_cells(tmp_path):
    path = workbook(tmp_path)
    table = read_table(path)
    assert table.kinds == {"size": "number", "colour": "text", "when": "date", "ok": "boolean", "code": "text"}
    np.testing.assert_array_equal(table.frame["size"], [1.5, np.nan, 3])
    assert cells(table.frame["colour"]) == ["red", None, "blue"]
    assert table.frame["when"].tolist()[::2] == [pd.Timestamp("2024-01-31"), pd.Timestamp("2024-02-01 12:30")]
    assert cells(table.frame["code"]) == ["7", "00501", "8.5"]
    (batch,) = read_batches(path, table.kinds)
    assert batch.frame["ok"].tolist() == [True, False, True]
    assert table.source.sha256() == read_table(path).source.sha256()


def test_a_sheet_is_named_if_there_are_several(tmp_path):
    path = workbook(tmp_path, first=FRAME, second=FRAME[["size"]])
    with pytest.raises(InputError, match="several sheets; name one with --sheet: first, second"):
        read_table(path)
    with pytest.raises(InputError, match="there is no sheet 'third'; the sheets are first, second"):
        read_table(path, Reading(sheet="third"))
    assert list(read_table(path, Reading(sheet="second")).kinds) == ["size"]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame(), "the sheet is empty"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "several columns are named 'a'"),
        (pd.DataFrame(columns=["a", "b"]), "the file has a header, but no rows"),
    ],
)
def test_what_is_no_table_is_one_line(tmp_path, frame, message):
    with pytest.raises(InputError, match=message):
        read_table(workbook(tmp_path, data=frame))


def test_a_damaged_workbook_is_one_line(tmp_path):
    path = workbook(tmp_path)
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content[: len(content) // 2])
    with pytest.raises(InputError, match=r"the workbook is damaged and cannot be read \("):
        read_table(path)


def test_a_spreadsheet_is_no_stream(tmp_path):
    with pytest.raises(InputError, match="a spreadsheet cannot be read as a stream"):
        Stream(workbook(tmp_path), "ok")
