import numpy as np
import pytest

from ridgenet._errors import InputError
from ridgenet.formats._dataset import read_dataset

GOOD = "height,weight,kind\n1.5,60,a\n1.7,70,b\n1.6,65,a\n"


def write(tmp_path, content, name="people.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", ", "])
def test_reads_numbers_and_classes_whatever_the_separator(tmp_path, separator):
    data = read_dataset(write(tmp_path, GOOD.replace(",", separator)), "kind")
    np.testing.assert_array_equal(data.X, [[1.5, 60], [1.7, 70], [1.6, 65]])
    assert data.y.tolist() == ["a", "b", "a"]
    assert data.feature_names == ("height", "weight")
    assert data.name == "people"
    assert data.standardize
    assert len(data.source["sha256"]) == 64


def test_leaves_out_what_is_to_be_dropped_and_reads_a_numeric_target(tmp_path):
    content = "name,x,flag,target\nAnn,1,True,0\nBob,2,False,1\n"
    data = read_dataset(write(tmp_path, content), "target", ["name"])
    assert data.feature_names == ("x", "flag")
    np.testing.assert_array_equal(data.X, [[1, 1], [2, 0]])
    assert data.y.tolist() == [0, 1]


def test_a_byte_order_mark_is_not_part_of_the_first_name(tmp_path):
    data = read_dataset(write(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()), "kind", ["height"])
    assert data.feature_names == ("weight",)


@pytest.mark.parametrize(
    ("content", "target", "message"),
    [
        ("", "kind", "the file is empty"),
        ("a,b\n", "b", "the file has a header, but no rows"),
        (GOOD, None, "which column is the target\\? Name it with --target; the columns are height, weight, kind"),
        (GOOD, "species", "no column is called 'species'; the columns are height, weight, kind"),
        ("kind\na\nb\n", "kind", "there are no columns besides the target; add some, or drop fewer"),
        (
            "x,name,y\n1,2,0\n2,Ann,1\n",
            "y",
            r"column 'name' holds text \(row 2: 'Ann'\); leave it out with --drop 'name'",
        ),
        ("x,when,y\n1,True,0\n2,,1\n", "y", r"column 'when', row 2: the value is missing"),
        ("x,z,y\n1,2,0\n2,,1\n", "y", r"column 'z', row 2: the value is missing"),
        ("x,z,y\n1,inf,0\n2,3,1\n", "y", r"column 'z', row 1: the value is infinite"),
        ("x,y\n1,0\n2,\n", "y", "the target is missing in row 2"),
        ("x,y\n1,0\n2,0\n", "y", "the target has only one class"),
        ("x,y\n1,0.5\n2,0.75\n", "y", "which is regression"),
        ("x,y\n1,0\n2,1,5\n", "y", "row 2 has 3 cells, but the header has 2"),
        ("x,y\n1,Z\xfc\n2,b\n".encode("latin-1"), "y", "not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name_and_place(tmp_path, content, target, message):
    with pytest.raises(InputError, match=message) as caught:
        read_dataset(write(tmp_path, content), target)
    assert "people.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_dataset(tmp_path / "none.csv", "y")
    with pytest.raises(InputError, match="this is a folder"):
        read_dataset(tmp_path, "y")
