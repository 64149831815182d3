"""The tables of the page: generated, read and uploaded, within its limits."""

import gzip
import io
import re
import tracemalloc

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from tables_of_tests import diabetes, passengers, written

from ridgenet._errors import InputError
from ridgenet.formats._reading import read_table
from ridgenet.page._translations import ENGLISH
from ridgenet.page.app._limits import LARGEST_DECOMPRESSED, LARGEST_UPLOAD, MOST_CELLS, require_small
from ridgenet.page.app._problem import Problem
from ridgenet.page.app._tables import MOST_UPLOADS, TableFile, Tables, as_csv, draw
from ridgenet.page.app._view import content_of


def test_drawn_data_are_read_as_they_were_drawn(moons):
    drawn = draw(Problem())
    np.testing.assert_array_equal(moons.model.rows.X.to_numpy(), drawn.X)
    np.testing.assert_array_equal(moons.model.rows.y, drawn.y)
    assert as_csv(drawn.X[:1], drawn.y[:1]).startswith("x₁,x₂,class\n")


def test_tables_can_be_of_numbers_and_use_some_columns_only(paths, tmp_path):
    content = written(diabetes(), tmp_path / "d.csv").read_bytes()
    key = paths.tables.add(content, "../../d.csv")
    assert paths.tables.file_of(key).name == "d.csv"
    learned = paths.learned(Problem(data=key, target="target", columns=("bmi", "s5")))
    assert learned.scene.input_names == ("bmi", "s5")
    assert learned.scene.classes is None
    stops = content_of(learned, ENGLISH.gettext)["stops"]
    assert all(np.min(stop["surface"]) >= 0 and np.max(stop["surface"]) <= 1000 for stop in stops)
    assert {"overfitted", "balanced", "nothing"} <= {stop["finding"] for stop in stops}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"evil\.csv: the file is empty"),
        (b"a\n1\n2\n", "one column only"),
        (b"a,b\n1,2\n3\n", "row"),
        (b"\x00\x01\x02\x03" * 50, r"evil\.csv"),
        (b"a,b\n" + b"1" * (LARGEST_UPLOAD + 1), "more than 20 MB"),
    ],
)
def test_a_bad_upload_is_refused_by_its_own_name(paths, content, message):
    with pytest.raises(InputError, match=message) as refused:
        paths.tables.add(content, "/tmp/evil.csv")
    assert "ridgenet-app-" not in str(refused.value)


def packed_often(name, row, n_rows):
    """Return the content of a file that is small until it is decompressed."""
    if name.endswith(".gz"):
        return gzip.compress(b"a,b,c\n" + row * n_rows, compresslevel=1)
    content = io.BytesIO()
    columns = {"a": pa.nulls(n_rows) if row == b"" else pa.repeat("x" * 1000, n_rows), "b": pa.nulls(n_rows, pa.int8())}
    table = pa.table(columns)
    if name.endswith(".parquet"):
        pyarrow.parquet.write_table(table, content, compression="zstd")
    else:
        pyarrow.feather.write_feather(table, content, compression="zstd", chunksize=100_000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "row", "n_rows", "message"),
    [
        ("bytes.csv.gz", b"1,2,0" + b" " * 100 + b"\n", 1_200_000, "has more than 100 MB when decompressed"),
        ("cells.csv.gz", b"1,2,0\n", 2_000_000, "rows times columns may be 5,000,000"),
        ("cells.parquet", b"", MOST_CELLS + 1, "rows times columns may be 5,000,000"),
        ("text.parquet", b"a", 120_000, "has more than 100 MB when decompressed"),
        ("cells.feather", b"", MOST_CELLS + 1, "rows times columns may be 5,000,000"),
        ("text.feather", b"a", 120_000, "has more than 100 MB when decompressed"),
    ],
)
def test_a_small_file_that_unpacks_to_a_large_table_is_refused_before_it_is_read(
    paths, monkeypatch, name, row, n_rows, message
):
    content = packed_often(name, row, n_rows)
    assert len(content) < LARGEST_UPLOAD / 4
    monkeypatch.setattr(TableFile, "looked_at", None)
    with pytest.raises(InputError, match=f"^{re.escape(name)}: {message}"):
        paths.tables.add(content, name)


def test_no_more_of_a_packed_file_is_unpacked_than_is_allowed(tmp_path):
    path = tmp_path / "zeros.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(400):
            file.write(bytes(2**20))
    tracemalloc.start()
    before = pa.total_allocated_bytes()
    with pytest.raises(InputError, match="when decompressed"):
        require_small(path, path.name)
    assert tracemalloc.get_traced_memory()[1] < LARGEST_DECOMPRESSED / 10
    assert pa.total_allocated_bytes() - before < LARGEST_DECOMPRESSED / 10
    tracemalloc.stop()


def test_what_is_as_large_as_allowed_is_taken_in_every_format(tmp_path):
    tables, frame = Tables(), passengers(60)
    for name in ("t.csv", "t.csv.gz", "t.parquet", "t.feather", "t.parquet.gz"):
        path = tmp_path / name.removesuffix(".gz")
        {"c": frame.to_csv, "p": frame.to_parquet, "f": frame.to_feather}[name[2]](
            path, **({"index": False} if name[2] == "c" else {})
        )
        content = gzip.compress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
        assert tables.file_of(tables.add(content, name)).n_rows == 60
    wide = ",".join(f"c{k}" for k in range(2001)) + "\n" + ",".join("1" * 2001) + "\n"
    with pytest.raises(InputError, match="has 2,001 columns; an upload may have 2,000"):
        tables.add(wide.encode(), "wide.csv")
    tables.close()


def test_only_some_uploads_are_kept(tmp_path):
    tables = Tables()
    keys = [tables.add(f"a,b\n{k},1\n".encode(), "t.csv") for k in range(MOST_UPLOADS + 2)]
    assert tables.file_of(keys[-1]).n_rows == 1
    with pytest.raises(InputError, match="upload it again"):
        tables.file_of(keys[0])
    folder = tables.file_of(keys[-1]).path.parent
    assert len(list(folder.iterdir())) == MOST_UPLOADS
    tables.close()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1,0\n2,1\n", "has 2 rows with a 'b'; the page needs 10 or more"),
        ("1,0\n2,1\n" + "3,\n" * 20, "has 2 rows with a 'b'; the page needs 10 or more"),
        ("1,0\n1,1\n" * 20, "no column but 'b' has more than one value"),
        ("1,x\n2,y\n3,z\n" * 4, "the most frequent value of 'b' stands in 4 rows only"),
    ],
)
def test_a_table_that_is_too_small_is_told_what_it_lacks(paths, rows, message):
    key = paths.tables.add(f"a,b\n{rows}".encode(), "small.csv")
    with pytest.raises(InputError, match=f"^small.csv: {message}"):
        paths.learned(Problem(data=key, hidden_layer_sizes=(1,)))


ROWS = "Größe;Preis;Stadt\n" + "1,5;2,25;Köln\n2,5;1.000;Jülich\n3,5;3,75;Bonn\n" * 8
CHINESE_ROWS = "年龄,城市\n" + "30,北京\n41,上海\n" * 10


@pytest.mark.parametrize(
    ("text", "encoding", "decimal", "found"),
    [
        (ROWS, "utf-8", ",", None),
        (ROWS, "cp1252", ",", "cp1252"),
        (ROWS.replace(",", "."), "latin-1", ".", "cp1252"),
        (CHINESE_ROWS, "gb18030", ".", "gb18030"),
        (CHINESE_ROWS, "utf-8", ".", None),
        (CHINESE_ROWS, "utf-16", ".", None),
        ("a;b\n1,5;2.5\n1.5;2.5\n", "utf-8", ".", None),
    ],
)
def test_how_a_table_is_written_is_found_out(tmp_path, text, encoding, decimal, found):
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding))
    file = TableFile.looked_at(path, "t.csv", None)
    assert (file.reading.encoding, file.reading.decimal) == (found, decimal)
    assert file.columns == tuple(re.split("[;,]", text.splitlines()[0]))
    if "Preis" in file.columns and decimal == ",":
        assert read_table(path, file.reading).kinds["Größe"] == "number"


def test_a_column_that_is_not_there_is_named(paths):
    with pytest.raises(InputError, match="has no column 'shoe'"):
        paths.learned(Problem(data="file", columns=("shoe",)))
    with pytest.raises(InputError, match="cannot be predicted from itself"):
        paths.learned(Problem(data="file", target="age", columns=("age",)))
    without = Tables()
    with pytest.raises(InputError, match="started without a file"):
        without.file_of("file")
    without.close()
