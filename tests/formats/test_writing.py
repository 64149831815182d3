"""Tables out: every format, whole or not there."""

import gzip
import io
import os
import threading

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from ridgenet._errors import InputError
from ridgenet.formats._writing import holds_text, write_batches

BATCHES = [
    pa.record_batch({"x": [1.5, None], "name": ["a", "b,c"]}),
    pa.record_batch({"x": [2.0], "name": pa.array([None], pa.string())}),
]
READERS = {
    "out.csv": pd.read_csv,
    "out.tsv": lambda path: pd.read_csv(path, sep="\t"),
    "out.csv.gz": pd.read_csv,
    "out.csv.zst": lambda path: pd.read_csv(pa.CompressedInputStream(str(path), "zstd")),
    "out.parquet": pd.read_parquet,
    "out.feather": pd.read_feather,
    "out.arrow": pd.read_feather,
}


@pytest.mark.parametrize("name", READERS)
def test_what_is_written_can_be_read(tmp_path, name):
    write_batches(tmp_path / "new" / name, iter(BATCHES))
    frame = READERS[name](tmp_path / "new" / name)
    pd.testing.assert_frame_equal(
        frame, pa.Table.from_batches(BATCHES).to_pandas(), check_dtype=False, check_column_type=False
    )
    assert [path.name for path in (tmp_path / "new").iterdir()] == [name]


def test_gzip_is_gzip(tmp_path):
    write_batches(tmp_path / "out.csv.gz", iter(BATCHES))
    assert gzip.decompress((tmp_path / "out.csv.gz").read_bytes()).startswith(b"x,name\n1.5,a\n")


def test_cells_of_text_are_in_quotation_marks_where_they_need_them(tmp_path):
    cells = ["plain", "a,b", 'say "yes"', "two\nlines", "\r", "", None, "ä\t;"]
    columns = {"a,b": cells, "n": pa.array(cells).dictionary_encode(), "k": list(range(8))}
    write_batches(tmp_path / "out.csv", iter([pa.record_batch(columns)]))
    written = ["plain", '"a,b"', '"say ""yes"""', '"two\nlines"', '"\r"', '""', "", "ä\t;"]
    expected = '"a,b",n,k\n' + "".join(f"{cell},{cell},{k}\n" for k, cell in enumerate(written))
    assert (tmp_path / "out.csv").read_bytes().decode() == expected


def test_lists_are_no_text(tmp_path):
    with pytest.raises(
        InputError, match=r"column 'x' holds list<.*> which|column 'x' holds list.*write a .parquet file"
    ):
        write_batches(tmp_path / "out.csv", iter([pa.record_batch({"x": [[1, 2]]})]))
    assert list(tmp_path.iterdir()) == []


def failing():
    yield BATCHES[0]
    raise InputError("something is wrong with row 3")


@pytest.mark.parametrize("name", READERS)
def test_nothing_is_left_of_a_file_that_could_not_be_finished(tmp_path, name):
    (tmp_path / name).write_text("an earlier one")
    with pytest.raises(InputError, match="row 3"):
        write_batches(tmp_path / name, failing())
    assert (tmp_path / name).read_text() == "an earlier one"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["out", "out.parquet.gz"])
def test_a_name_that_says_no_format_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="unknown file extension"):
        write_batches(tmp_path / name, iter(BATCHES))


def test_workbooks_are_not_written(tmp_path):
    with pytest.raises(
        InputError, match=r"out.xlsx: spreadsheets cannot be written, but spreadsheet programs open .csv; use"
    ):
        write_batches(tmp_path / "out.xlsx", iter(BATCHES))


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_a_link_is_written_through(tmp_path, name):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / name, tmp_path / name
    target.write_text("an earlier one")
    link.symlink_to(target)
    write_batches(link, iter(BATCHES))
    assert link.is_symlink()
    assert len(READERS[name](target)) == 3
    assert [path.name for path in (tmp_path / "there").iterdir()] == [name]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("name", ["pipe.csv", "pipe.parquet", "pipe.csv.gz"])
def test_a_pipe_is_written_into(tmp_path, name):
    pipe = tmp_path / name
    os.mkfifo(pipe)
    found = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    reader.start()
    write_batches(pipe, iter(BATCHES))
    reader.join()
    assert pipe.is_fifo()
    content = gzip.decompress(found[0]) if name.endswith(".gz") else found[0]
    read = pd.read_parquet if name.endswith(".parquet") else pd.read_csv
    assert len(read(io.BytesIO(content))) == 3
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_links_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a.csv").symlink_to(tmp_path / "a.csv")
    with pytest.raises(InputError, match=r"a.csv: cannot be written \(its symbolic links form a loop\)"):
        write_batches(tmp_path / "a.csv", iter(BATCHES))


def test_a_device_without_an_ending_takes_text():
    write_batches(os.devnull, iter(BATCHES))
    assert holds_text(os.devnull)
    assert holds_text("/dev/stdout")


def test_formulas_are_escaped_where_that_is_asked_for(tmp_path):
    cells = ["=1+1", "+cmd|x", "-2", "+1.5e3", "@sum", " =x", "-5%", "plain", None, "a=b", "-x"]
    batch = pa.record_batch({"=head": cells})
    write_batches(tmp_path / "out.csv", iter([batch]))
    as_it_is = {"keep_default_na": False, "skip_blank_lines": False}
    assert pd.read_csv(tmp_path / "out.csv", **as_it_is)["=head"].tolist() == [cell or "" for cell in cells]
    write_batches(tmp_path / "out.csv", iter([batch]), escape_formulas=True)
    escaped = ["'=1+1", "'+cmd|x", "-2", "+1.5e3", "'@sum", "' =x", "-5%", "plain", "", "a=b", "'-x"]
    assert pd.read_csv(tmp_path / "out.csv", **as_it_is)["'=head"].tolist() == escaped
