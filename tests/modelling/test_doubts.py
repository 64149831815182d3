"""What may not be meant is said."""

import numpy as np
import pandas as pd
import pytest
from tables_of_tests import written

from ridgenet.errors import InputError
from ridgenet.modelling.doubts import why_text
from ridgenet.modelling.settings import TableSettings
from ridgenet.modelling.target import target_of
from ridgenet.modelling.training import train

N = 60
RNG = np.random.default_rng(0)
NUMBERS = [f"{value:.2f}" for value in RNG.normal(size=N)]
DATES = [f"2024-{month:02}-{day:02}" for month, day in zip(RNG.integers(1, 13, N), RNG.integers(1, 29, N), strict=True)]


def with_one(values, odd, row):
    return [*values[: row - 1], odd, *values[row:]]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (with_one(NUMBERS, "oops", 18), "'oops' in row 18; the other 59 cells are numbers"),
        (
            with_one(with_one(NUMBERS, "soon", 3), "oops", 18),
            "'soon' in row 3 and 1 more such cell; the other 58 cells are numbers",
        ),
        ([*with_one(NUMBERS, None, 2)[:17], "oops"], "'oops' in row 18; the other 16 cells are numbers"),
        (with_one(DATES, "soon", 5), "'soon' in row 5; the other 59 cells are dates"),
        (
            with_one(NUMBERS, "1,000", 7),
            "'1,000' in row 7; the other 59 cells are numbers (numbers are to be written without signs of currency, "
            "percent or thousands)",
        ),
        (
            ["5%", "12.5%", "7%"],
            "'5%' in row 1 and 2 more such cells (numbers are to be written without signs of currency, percent or "
            "thousands)",
        ),
        (
            ["€5.50", "3", "€1 000.00"],
            "'€5.50' in row 1 and 1 more such cell; the other cell is a number (numbers are to be written without "
            "signs of currency, percent or thousands)",
        ),
        (["1,5", "2,25", "3"], "'1,5' in row 1 and 1 more such cell; the other cell is a number (if the comma is the"),
        (["12-1-21", "3-4-20"], "'12-1-21' and the like, which are not read as dates; write them as 2026-11-23"),
        (["red", "blue", "7"], None),
        (["1", "2", "a", "b"], None),
        (["00:15", "01:30"], None),
        ([None, None], None),
    ],
)
def test_cells_that_make_a_column_text_are_named(cells, expected):
    why = why_text(pd.Series(cells, dtype=object))
    assert why is expected if expected is None else why.startswith(expected)


def notes_of(folder, columns, **settings):
    frame = pd.DataFrame({**columns, "x": RNG.normal(size=N).round(3), "y": np.arange(N) % 2})
    path = written(frame, folder / "t.csv")
    return train(TableSettings(str(path), "y", alpha=1.0, test="none", **settings)).notes


def test_one_bad_cell_is_a_note(tmp_path):
    assert (
        "column 'a' is text because of 'oops' in row 18; the other 59 cells are numbers"
        in notes_of(tmp_path, {"a": with_one(NUMBERS, "oops", 18)})
    )  # fmt: skip
    assert not any("'a'" in note for note in notes_of(tmp_path, {"a": NUMBERS}))


@pytest.mark.parametrize(
    ("dates", "note"),
    [
        (["12/1/2021", "3/4/2020", "5/6/2019"], "in '12/1/2021' the month was taken to come first; if it is the day, "),
        (["12/1/2021", "25/4/2020", "5/6/2019"], None),
        (["2021-01-12", "2020-04-03", "2019-06-05"], None),
    ],
)
def test_the_order_of_a_date_is_said_where_no_cell_tells_it(tmp_path, dates, note):
    notes = notes_of(tmp_path, {"d": dates * (N // 3)})
    assert [note for note in notes if "'d'" in note] == (
        [] if note is None else [f"column 'd': {note}write dates as 2026-11-23"]
    )


@pytest.mark.parametrize(
    ("values", "how"),
    [
        (list(range(1, N + 1)), "counts the rows"),
        (RNG.permutation(N).tolist(), "counts the rows"),
        ([f"id {k}" for k in range(N)], "is different in every row"),
        (list(range(0, 2 * N, 2)), None),
        ([f"id {k // 2}" for k in range(N)], None),
    ],
)
def test_a_column_that_names_the_rows_is_a_note(tmp_path, values, how):
    notes = [note for note in notes_of(tmp_path, {"id": values}) if "'id'" in note]
    expected = f"column 'id' {how}; if it only names them, leave it out with --drop 'id'"
    assert notes == ([] if how is None else [expected])


def test_a_target_that_is_text_because_of_a_slip_is_refused_with_it():
    column = pd.Series(with_one(NUMBERS, "oops", 18), name="y", dtype=object)
    for task in ("auto", "regression"):
        with pytest.raises(InputError, match=r"\(because of 'oops' in row 18; the other 59 cells are numbers\)"):
            target_of(column, "text", task, "t.csv")
