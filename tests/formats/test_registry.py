"""The table of file formats: every record is complete, and help and documentation list them all."""

from pathlib import Path

import pyarrow as pa
import pytest
from files_of_tests import cells
from forked_commands import ridgenet

from ridgenet.formats._reading import read_table
from ridgenet.formats._registry import BY_SUFFIX, FORMATS, TEXT, TITLES, format_of
from ridgenet.formats._writing import ENDINGS, write_batches

BATCH = pa.record_batch({"x": [1.5, None, 3.0], "name": ["a", "b,c", None], "ok": [True, False, None]})
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("suffix", BY_SUFFIX)
def test_what_a_format_writes_it_recognises_and_reads(tmp_path, suffix):
    write_batches(tmp_path / f"out{suffix}", iter([BATCH]))
    # by what it begins with
    path = (tmp_path / f"out{suffix}").rename(tmp_path / "data")
    table = read_table(path)
    assert table.source.format is BY_SUFFIX[suffix]
    assert table.kinds == {"x": "number", "name": "text", "ok": "boolean"}
    assert cells(table.frame["name"]) == ["a", "b,c", None]
    assert cells(table.frame["ok"])[:2] == [True, False]


def test_a_format_that_is_a_stream_may_be_compressed_and_no_other(tmp_path):
    for format in FORMATS:
        path = tmp_path / f"out{format.suffixes[0]}.gz"
        if format.is_stream:
            write_batches(path, iter([BATCH]))
            assert len(read_table(path).frame) == 3
    assert format_of(b"") is TEXT
    assert sum(format.recognises is None for format in FORMATS) == 1
    assert len(BY_SUFFIX) == sum(len(format.suffixes) for format in FORMATS)


def test_help_and_documentation_list_all_formats(tmp_path):
    page = " ".join((DOCS / "how-to" / "tables.md").read_text(encoding="utf-8").split())
    said = " ".join(ridgenet("path", "--help", folder=tmp_path).stdout.replace("│", " ").split())
    for title in TITLES:
        assert title in said
        assert title in page
    told = ridgenet("predict", "--help", folder=tmp_path).stdout
    for suffix in BY_SUFFIX:
        assert suffix in told
        assert suffix in ENDINGS
        assert f"`{suffix}`" in page


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_streams_know_every_format(tmp_path, format):
    from ridgenet.backends._stream import Stream

    path = tmp_path / f"out{format.dataset_suffixes[0]}"
    write_batches(path, iter([pa.record_batch({"x": [1.5, 2.0], "y": [0, 1]})]))
    (buffer,) = Stream(path, "y").buffers(10)
    assert buffer.X.tolist() == [[1.5], [2.0]]
    assert buffer.y.tolist() == [0, 1]
