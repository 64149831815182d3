"""What the address of the page says."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgenet._errors import InputError
from ridgenet.page.app._layout import Shown
from ridgenet.page.app._problem import Problem

names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
sizes = st.lists(st.integers(1, 64), max_size=3).map(tuple)
drawn = st.builds(
    Problem,
    data=st.sampled_from(["moons", "circles", "xor", "spirals", "blobs"]),
    n_samples=st.integers(20, 2000),
    noise=st.integers(0, 200).map(lambda hundredths: hundredths / 100),
    seed=st.integers(0, 2**31 - 1),
    hidden_layer_sizes=sizes,
    activation=st.sampled_from(["tanh", "relu", "identity"]),
)
of_table = st.builds(
    Problem,
    data=st.sampled_from(["file", "upload-0123456789"]),
    target=names,
    columns=st.lists(names, max_size=4, unique=True).map(tuple),
    hidden_layer_sizes=sizes,
)


@given(drawn | of_table)
def test_an_address_holds_the_whole_problem(problem):
    read = Problem.of(parse_qs(problem.query(), keep_blank_values=True), Problem())
    assert read.essential() == problem.essential()


def test_what_an_address_leaves_out_is_as_usual():
    usual = Problem(data="file", target="outcome", columns=("a", "b"))
    assert Problem.of({}, usual) == usual
    assert Problem.of({"hidden": ["4"]}, usual).target == "outcome"
    # but not what belongs to other data
    spirals = Problem.of({"data": ["spirals"]}, usual)
    assert (spirals.target, spirals.columns, spirals.noise) == ("", (), 0.3)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"data": ["../../etc/passwd"]}, "no data set is called"),
        ({"data": ["mnist"]}, "no data set is called"),
        ({"n": ["3"]}, "between 20 and 2000"),
        ({"n": ["many"]}, "n must be a number"),
        ({"noise": ["nan"]}, "finite"),
        ({"noise": ["9"]}, "noise must be between"),
        ({"seed": ["-1"]}, "seed must be between"),
        ({"hidden": ["8;8"]}, "hidden must be sizes"),
        ({"hidden": ["8,8,8,8"]}, "hidden layers must be between 0 and 3"),
        ({"hidden": ["100000"]}, "units must be between 1 and 64"),
        ({"activation": ["softmax"]}, "activation must be one of"),
    ],
)
def test_an_impossible_address_is_refused(query, message):
    with pytest.raises(InputError, match=message):
        Problem.of(query, Problem())


def test_how_the_page_is_looked_at_has_a_fallback():
    assert Shown.of({"lang": ["xx"], "mode": ["fast"], "show": ["wrong,nonsense"]}) == Shown("en", "path", ("wrong",))
    assert Shown.of({"show": ["zzz"]}).points == ("unseen",)
    assert Shown.of({"lang": ["zh"], "mode": ["live"], "show": [""]}) == Shown("zh", "live", ())
