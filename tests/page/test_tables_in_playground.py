"""Tables of a reader's own in the playground."""

import re

import numpy as np
import pytest
from playgrounds import PRICES, numbers_in
from tables_of_tests import wine

from ridgenet.plotting._plane import plane_of

NOISE = "a,b,y\n" + "\n".join(
    f"{a:.3f},{b:.3f},{y}"
    for (a, b), y in zip(
        np.random.RandomState(0).normal(size=(80, 2)), np.random.RandomState(1).choice(["no", "yes"], 80), strict=True
    )
)


def test_a_table_of_ones_own_is_confirmed_and_learned_from(page):
    page.page.select_option("#source", "own")
    page.read(PRICES)
    assert page.text("understood") == "60 rows; price is used as numbers."
    assert "colour: categories" in page.text("columns")
    page.learn()
    assert "mean squared error" in page.text("verdict")
    assert "Points have the true price, from" in page.text("plane-help")
    assert "the predicted price goes from" in page.page.get_attribute("#plane", "aria-label")
    page.page.click("#another")
    page.page.select_option("#target", "colour")
    assert "colour" not in page.text("columns")


def test_a_table_of_many_columns_is_seen_on_the_plane_of_python_and_by_the_effects_of_its_columns(page):
    table = wine()
    page.page.select_option("#source", "own")
    page.read(table.to_csv(index=False))
    page.learn()
    X, y = table.drop(columns="cultivar"), table["cultivar"].to_numpy()
    plane = plane_of(X.to_numpy(), y, list(X), X.mean().to_numpy(), X.std(ddof=0).to_numpy(), 2)
    found = page.page.evaluate(
        "given => ridgenetProjection.viewOf(given, given)",
        {
            "X": X.to_numpy().tolist(),
            "y": np.unique(y, return_inverse=True)[1].tolist(),
            "names": list(X),
            "classes": np.unique(y).tolist(),
            "mean": X.mean().tolist(),
            "scale": X.std(ddof=0).tolist(),
        },
    )
    np.testing.assert_allclose(found["points"], plane.points, atol=1e-6)
    np.testing.assert_allclose(np.array(found["origin"]), plane.origin)
    np.testing.assert_allclose(found["axes"], plane.linear_inputs[1], rtol=1e-5)
    share = float(re.search(r"predicted for ([\d.]+)% of the rows", page.text("plane-help"))[1])
    assert share > 90
    labels = page.page.eval_on_selector_all(
        "#effects svg", "found => found.map(each => each.getAttribute('aria-label'))"
    )
    assert len(labels) == 6
    assert all(label.split(":")[0] in table.columns for label in labels)
    # the points are of a projection, so they cannot be moved
    page.page.click("#plane", position={"x": 200, "y": 200})
    assert page.page.query_selector("#plane.still") is not None
    assert "178 points" in page.page.get_attribute("#plane", "aria-label")


def test_everything_about_a_table_is_said_before_it_is_learned_from(page):
    page.page.select_option("#source", "own")
    rows = "".join(f"{k},5;{k % 4 or ''};same;{'yes' if k % 3 else 'no'}\n" for k in range(40))
    page.read(f"size;gap;fixed;y\n{rows}")
    # with semicolons between cells, commas are decimal
    assert "size: numbers" in page.text("columns")
    assert "gap: 10 missing values became the median" in page.text("notes").replace("Column ", "")
    assert "fixed is left out" in page.text("notes")
    page.page.uncheck("#columns input[value=gap]")
    assert "gap" not in page.text("notes")
    page.page.uncheck("#columns input[value=size]")
    assert "no column to predict from" in page.text("table-error")
    assert page.page.is_disabled("#learn")
    page.page.check("#columns input[value=size]")
    assert page.text("table-error") == ""
    page.learn()
    assert "n = 40" in page.text("equation-where")


def test_points_of_a_table_have_axes_of_their_own_and_a_legend(page):
    table = wine()[["alcohol", "proline", "cultivar"]]
    page.page.select_option("#source", "own")
    page.read(table.to_csv(index=False))
    page.learn()
    assert page.text("plane-legend").replace(" ", "") == "●first■second▲third"
    before = page.page.locator("#plane").screenshot()
    # the first row's cultivar becomes the next one where it lies, which each axis places by its own ends
    X = table[["alcohol", "proline"]].to_numpy()
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.12 * (high - low)
    place = (X[0] - low + margin) / (high - low + 2 * margin)
    box = page.page.locator("#plane").bounding_box()
    page.page.locator("#plane").click(position={"x": place[0] * box["width"], "y": (1 - place[1]) * box["height"]})
    page.settle()
    assert "of 178 points" in page.page.get_attribute("#plane", "aria-label")
    assert page.page.evaluate("() => history.state.state.edits")[0].startswith("r")
    assert page.page.locator("#plane").screenshot() != before


def test_a_table_of_noise_has_nothing_to_learn(page):
    page.page.select_option("#source", "own")
    page.read(NOISE)
    page.learn()
    assert page.text("verdict").startswith("Nothing to learn")
    constant = numbers_in(page.text("verdict"))[3]
    assert constant == pytest.approx(np.log(2), abs=0.03)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2,3\n", "Line 2 has 3 cells, but the header has 2."),
        ("a,a\n1,2\n", "Two columns are called a."),
        ("a,b\n", "There is a header at most, but no row."),
        ("", "There is a header at most, but no row."),
        ("a\n1\n", "There is only one column"),
        ('a,b\n\n"1,2\n3,4', "The quotation mark in line 3 is not closed."),
    ],
)
def test_a_table_that_cannot_be_read_is_told_why(page, text, message):
    page.page.select_option("#source", "own")
    page.read(text)
    assert message in page.text("table-error")
    assert page.page.is_hidden("#confirm")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,y\n" + "1,2\n" * 5, "5 rows are too few"),
        ("a,y\n" + "1,2\n2,2\n" * 10, "y is 2 in every row"),
        ("a,y\n" + "".join(f"{k},name {k}\n" for k in range(30)), "y has 30 different values"),
        ("a,y\n" + "".join(f"1,{k}\n" for k in range(30)), "There is no column to predict from."),
    ],
)
def test_a_table_that_cannot_be_learned_from_is_told_why(page, text, message):
    page.page.select_option("#source", "own")
    page.read(text)
    assert message in page.text("table-error")
    assert page.page.is_disabled("#learn")


def test_names_in_a_table_are_text_and_never_markup(page):
    page.page.select_option("#source", "own")
    name = "<img src=x onerror=alert(1)>"
    rows = (f"{k},{k % 7},{k % 5},{'<i>no</i>' if k % 3 else 'yes'}\n" for k in range(40))
    page.read(f"{name},b,c,<b>y</b>\n" + "".join(rows))
    page.learn()
    assert page.page.query_selector("img, main b:not(.legend b), main i:not(.legend i)") is None
    assert name[:20] in page.page.inner_html("#effects").replace("&lt;", "<").replace("&gt;", ">")


def test_points_of_a_table_can_be_edited_and_the_edits_undone(page):
    page.page.select_option("#source", "own")
    page.read(NOISE)
    page.learn()
    page.page.locator("#plane").click(position={"x": 8, "y": 8})
    page.settle()
    assert "of 81 points" in page.page.get_attribute("#plane", "aria-label")
    page.undo("history.state.state.edits.length === 0")
    assert "of 80 points" in page.page.get_attribute("#plane", "aria-label")
    # before the table, there were points of the moons
    page.undo("history.state.table === 0")
    assert page.page.input_value("#source") == "moons"
    assert page.page.is_disabled("#undo")
    page.page.go_forward()
    page.page.wait_for_function("() => history.state.table === 1")
    page.settle()
    assert "of 80 points" in page.page.get_attribute("#plane", "aria-label")
