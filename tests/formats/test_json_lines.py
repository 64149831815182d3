"""JSON Lines: read whole, in batches and as a stream, and written."""

import datetime
import gzip
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from files_of_tests import as_objects, cells

from ridgenet._errors import InputError
from ridgenet.formats._reading import Reading, read_batches, read_table
from ridgenet.formats._writing import write_batches

ROWS = [
    {"size": 1.5, "colour": "red", "when": "2024-01-31", "ok": True, "code": "00501"},
    {"size": None, "colour": "blue, or so", "when": "2024-02-01", "ok": False, "code": "7"},
    {"size": 3, "when": None, "code": "8"},
]
GOOD = "".join(f"{json.dumps(row)}\n" for row in ROWS).encode()
# each row is longer than what is read at once
LONG = b"".join(b'{"a": %s, "b": "' + b"x" * (1 << 20) + b'"}\n' for _ in range(2))


def write(folder, content, name="data"):
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [GOOD, GOOD.rstrip(), b"\xef\xbb\xbf" + GOOD, GOOD.replace(b"\n", b"\r\n\n"), b" \n" + GOOD, gzip.compress(GOOD)],
    ids=["plain", "no last line end", "mark", "empty lines", "empty line first", "compressed"],
)
def test_a_line_is_a_row(tmp_path, content):
    path = write(tmp_path, content)
    table = read_table(path)
    assert table.source.format.title == "JSON Lines"
    assert table.kinds == {"size": "number", "colour": "text", "when": "date", "ok": "boolean", "code": "text"}
    np.testing.assert_array_equal(table.frame["size"], [1.5, np.nan, 3])
    assert cells(table.frame["colour"]) == ["red", "blue, or so", None]
    assert cells(table.frame["when"])[:2] == [pd.Timestamp("2024-01-31"), pd.Timestamp("2024-02-01")]
    assert cells(table.frame["code"]) == ["00501", "7", "8"]
    batches = list(read_batches(path, table.kinds, n_rows=2))
    assert [len(batch.frame) for batch in batches] == [2, 1]
    together = pd.concat([as_objects(batch.frame) for batch in batches], ignore_index=True)
    pd.testing.assert_frame_equal(together, as_objects(table.frame), check_dtype=False)
    assert batches[-1].fraction_read == 1


def test_types_follow_from_all_rows(tmp_path):
    # over several pieces
    n = 60_000
    lines = [f'{{"x": {k}, "when": "2024-01-31"}}\n' for k in range(n)]
    path = write(tmp_path, "".join([*lines, '{"x": 0.5, "late": true, "when": "soon"}\n']).encode())
    table = read_table(path)
    assert table.kinds == {"x": "number", "when": "text", "late": "boolean"}
    np.testing.assert_array_equal(table.frame["x"], [*range(n), 0.5])
    assert table.frame["late"].notna().sum() == 1
    assert cells(table.frame["when"])[-2:] == ["2024-01-31", "soon"]


def test_words_for_missing_values_are_those_that_are_named(tmp_path):
    path = write(tmp_path, b'{"c": "NA"}\n{"c": "-"}\n')
    assert cells(read_table(path).frame["c"]) == ["NA", "-"]
    assert cells(read_table(path, Reading(na="-")).frame["c"]) == ["NA", None]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1}\n{"a": 2\n', "row 2: this is not a JSON object"),
        (b'{"a": 1}\n{"a" 2}\n', "row 2: this is not a JSON object"),
        (b'{"a": 1}\n' * 200_000 + b'{"a" 2}\n', "row 200001: this is not a JSON object"),
        (b'{"a": 1}\n{"a": "x"}\n', "column 'a', row 2: the value is of type string, but earlier values are of type"),
        (b'{"a": 1}\n' * 200_000 + b'{"a": "x"}\n', "column 'a', row 200001: the value is of type string"),
        (LONG % (b"1", b'"x"'), "a column has values of several types (Unable to merge: Field a has"),
        (b'{"a": 1}\n[2]\n', "row 2"),
        (b'[{"a": 1}]\n', "this is a JSON array; write one object on each line instead"),
        (b'{"a": 1, "a": 2}\n', "row 1"),
        (b'{"a": [1, 2]}\n', "column 'a' holds list<"),
        (b'{"a": {"b": 1}}\n', "column 'a' holds struct<"),
        (b'{"a": "\xff"}\n', "the file is damaged and cannot be read as json lines"),
        (b'{"a": 1e400}\n', "row 1"),
        (b'{"a": "' + b"x" * (9 << 20), "a row of more than 8 MiB cannot be read"),
        (b'{"a": ' + b"[" * 100_000, "data"),
    ],
)
def test_a_malformed_file_is_refused_with_its_row(tmp_path, content, message):
    with pytest.raises(InputError) as caught:
        read_table(write(tmp_path, content))
    assert message in str(caught.value)
    assert str(tmp_path / "data") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_json_has_no_type_for_is_text_or_a_number(tmp_path):
    columns = {
        "x": [1.5, float("nan"), float("inf")],
        "day": pa.array([datetime.date(2024, 1, 31), None, datetime.date(1600, 2, 29)]),
        "when": pa.array([0, 1, None], pa.timestamp("ns")),
        "price": pa.array(["1.5", None, "2"]).cast(pa.decimal128(5, 2)),
        "kind": pa.array(["a", "b", "ä"]).dictionary_encode(),
        "pair": [[1, 2], [], None],
    }
    write_batches(tmp_path / "out.jsonl", iter([pa.record_batch(columns)]))
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["x"] for row in rows] == [1.5, None, None]
    assert [row["day"] for row in rows] == ["2024-01-31", None, "1600-02-29"]
    assert rows[0]["when"].startswith("1970-01-01 00:00:00")
    assert [row["price"] for row in rows] == [1.5, None, 2.0]
    assert [row["kind"] for row in rows] == ["a", "b", "ä"]
    assert [row["pair"] for row in rows] == [[1, 2], [], None]
    with pytest.raises(InputError, match=r"column 'x' holds binary, which cannot be written as JSON"):
        write_batches(tmp_path / "other.jsonl", iter([pa.record_batch({"x": [b"\xff"]})]))
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
