"""Likely mistakes in the data are named."""

import numpy as np
import pandas as pd
import pytest
from tables_of_tests import written

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._reading import Reading
from ridgenet.table._data_warnings import why_text
from ridgenet.table._target import target_of
from ridgenet.table._training import train

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
            "'1,000' in row 7; the other 59 cells are numbers (if ',' separates thousands, use --thousands ,)",
        ),
        (
            ["1.001,5", "1.234.567,25", "12,5"],
            "'1.001,5' in row 1 and 2 more such cells (if '.' separates thousands, use --decimal , --thousands .)",
        ),
        (
            ["5%", "12.5%", "7%"],
            "'5%' in row 1 and 2 more such cells (write numbers without currency signs, percent signs and thousands "
            "separators)",
        ),
        (
            ["€5.50", "3", "€1 000.00"],
            "'€5.50' in row 1 and 1 more such cell; the other cell is a number (write numbers without currency signs, "
            "percent signs and thousands separators)",
        ),
        (["1,5", "2,25", "3"], "'1,5' in row 1 and 1 more such cell; the other cell is a number (if the comma is the"),
        (["12-1-21", "3-4-20"], "'12-1-21' and similar cells, not read as dates; write them as 2026-11-23"),
        (
            ["01.01.20", "14.01.20"],
            "'01.01.20' and similar cells, not read as dates; write them as 2026-11-23",
        ),
        (with_one(["14.01.2020"] * N, "31.02.2021", 4), "'31.02.2021' in row 4; the other 59 cells are dates"),
        (["01 Jan 2020", "14 Feb 2020"], "'01 Jan 2020' and similar cells, not read as dates; write them as"),
        (
            ["March 1, 2020", "May 12, 2021"],
            "'March 1, 2020' and similar cells, not read as dates; write them",
        ),
        (
            ["2020-W01", "2020-W17"],
            "'2020-W01' and similar cells, not read as dates; write them as 2026-11-23",
        ),
        (
            ["−5", "3", "−2"],
            "'−5' in row 1 and 1 more such cell; the other cell is a number (write numbers with",
        ),
        (["٣", "١٢"], "'٣' in row 1 and 1 more such cell (write numbers with the digits 0 to 9)"),
        (with_one(DATES, "12.03.2021", 8), f"'12.03.2021' in row 8; the other 59 cells are written like {DATES[0]!r}"),
        (with_one(DATES, "2021-02-30", 5), "'2021-02-30' in row 5; the other 59 cells are dates"),
        (
            with_one([f"{day}T10:00Z" for day in DATES], "2021-03-08T10:00", 3),
            f"'2021-03-08T10:00' in row 3; the other 59 cells are written like '{DATES[0]}T10:00Z'",
        ),
        (with_one(["12/25/2021"] * N, "25/12/2021", 9), "'25/12/2021' in row 9; the other 59 cells are dates"),
        (NUMBERS, None),
        (
            ["-" if row % 4 == 0 else cell for row, cell in enumerate(NUMBERS)],
            "'-' in row 1 and 14 more such cells; the other 45 cells are numbers (if '-' means a missing value, use ",
        ),
        (
            ["#DIV/0!" if row % 5 < 2 else cell for row, cell in enumerate(NUMBERS)],
            "'#DIV/0!' in row 1 and 23 more such cells; the other 36 cells are numbers (if '#DIV/0!' means a",
        ),
        (
            [f"{k} kg" for k in range(N)],
            "'0 kg' in row 1 and 59 more such cells (write numbers without units",
        ),
        (
            [f"({k})" for k in range(N)],
            "'(0)' in row 1 and 59 more such cells (write numbers with a minus sign, ",
        ),
        (
            [f"1/{k}" for k in range(N)],
            "'1/0' in row 1 and 59 more such cells (write numbers as decimals, ",
        ),
        (
            [f"1,{k},456" for k in range(10, N)],
            "'1,10,456' in row 1 and 49 more such cells (write numbers without currency signs, percent signs and "
            "thousands separators)",
        ),
        (
            ["<5", "<10", "7"],
            "'<5' in row 1 and 1 more such cell; the other cell is a number (write numbers",
        ),
        ([f"{k}{'abcdef'[k % 6]}" for k in range(N)], None),
        ([f"A{k}" for k in range(N)], None),
        (["36", "38", "S", "M", "L"], None),
        (["red", "blue", "7"], None),
        (["1", "2", "a", "b"], None),
        (["00:15", "01:30"], None),
        ([None, None], None),
    ],
)
def test_cells_that_make_a_column_text_are_named(cells, expected):
    why = why_text(pd.Series(cells, dtype=object))
    assert why is expected if expected is None else why.startswith(expected)


def test_with_a_decimal_comma_it_is_not_advised():
    cells = pd.Series(["1,5", "2,25", "3", "4,1", "5,1", "6.1"], dtype=object)
    why = why_text(cells, Reading(decimal=","))
    assert why.startswith("'6.1' in row 6; the other 5 cells are numbers")
    assert why.endswith("(if the point is the decimal point, omit --decimal)")


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
        (["12/1/2021", "3/4/2020", "5/6/2019"], "'12/1/2021' was read with the month first; if the day comes first, "),
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
    expected = f"column 'id' {how}; if it is only an identifier, leave it out with --drop 'id'"
    assert notes == ([] if how is None else [expected])


@pytest.mark.parametrize("written_as", ["{} kg", "({})", "1/{}"])
def test_numbers_written_for_people_are_not_advised_to_be_left_out(tmp_path, written_as):
    notes = notes_of(tmp_path, {"a": [written_as.format(k) for k in range(80, 80 + N)]})
    (note,) = [note for note in notes if "'a'" in note]
    assert "write numbers" in note
    assert "--drop" not in note


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_codes_are_categories_and_this_is_said(tmp_path, name):
    frame = pd.DataFrame({"zip": ["00501", "0501", "501"] * (N // 3), "y": np.arange(N) % 2})
    frame.to_csv(tmp_path / name, index=False) if name.endswith("csv") else frame.to_parquet(tmp_path / name)
    model = train(TableSettings(str(tmp_path / name), "y", alpha=1.0, test="none"))
    assert model.columns[0].use == "categories: 3"
    said = "column 'zip' is text because of '00501' in row 1, which begins with a zero"
    assert (said in model.notes) == name.endswith("csv")


@pytest.mark.parametrize("categorical", [(), ("y",)])
def test_a_target_of_codes_is_predicted_as_it_is_written(tmp_path, categorical):
    frame = pd.DataFrame({"x": RNG.normal(size=N).round(3), "y": ["01", "02", "10"] * (N // 3)})
    path = written(frame, tmp_path / "t.csv")
    model = train(TableSettings(str(path), "y", alpha=1.0, test="none", categorical=categorical))
    assert model.pipeline.classes_.tolist() == ["01", "02", "10"]
    assert set(model.pipeline.predict(frame[["x"]])) <= {"01", "02", "10"}


def test_a_target_of_numbers_may_be_named_categorical(tmp_path):
    frame = pd.DataFrame({"x": RNG.normal(size=N).round(3), "y": np.arange(N) % 15})
    model = train(TableSettings(str(written(frame, tmp_path / "t.csv")), "y", alpha=1.0, categorical="y", test="none"))
    assert model.target.is_classes
    assert model.pipeline.classes_.tolist() == sorted(map(str, range(15)))


def test_words_taken_for_missing_targets_are_said(tmp_path):
    frame = pd.DataFrame({"x": RNG.normal(size=N).round(3), "y": ["a", "NA", "b", "None"] * (N // 4)})
    path = written(frame, tmp_path / "t.csv")
    note = (
        "30 of 60 rows have no 'y' ('NA', 'None' mean missing values; to keep them as text, quote them, or list other"
    )
    assert any(found.startswith(note) for found in train(TableSettings(str(path), "y", alpha=1.0, test="none")).notes)
    model = train(TableSettings(str(path), "y", alpha=1.0, test="none", na=""))
    assert model.pipeline.classes_.tolist() == ["NA", "None", "a", "b"]
    assert not any("have no 'y'" in found for found in model.notes)


def test_a_number_next_to_which_the_others_are_the_same_is_a_note(tmp_path):
    cells = RNG.normal(size=N)
    cells[6] = 1e39
    note = "column 'a': 1e+39 in row 7 is so far from all other values that they look the same; check whether it is"
    assert f"{note} correct" in notes_of(tmp_path, {"a": cells})
    cells[6] = 1e3
    assert not any("'a'" in note for note in notes_of(tmp_path, {"a": cells}))


def test_a_file_to_test_on_is_read_as_the_table_was(tmp_path):
    frame = pd.DataFrame({"zip": ["00501", "501", "601"] * (N // 3), "n": range(0, 2 * N, 2), "y": np.arange(N) % 2})
    path = written(frame, tmp_path / "t.csv")
    other = written(frame[frame["zip"] != "00501"], tmp_path / "other.csv")
    model = train(TableSettings(str(path), "y", alpha=1.0, test=str(other)))
    assert len(model.test.y) == 40
    written(frame.assign(n=["-" if row == 4 else row for row in range(N)]), tmp_path / "other.csv")
    with pytest.raises(
        InputError, match=r"other.csv: column 'n' holds numbers in .*t.csv, but text here \('-' in row 5;"
    ):
        train(TableSettings(str(path), "y", alpha=1.0, test=str(other)))


def test_a_number_with_an_exponent_may_be_a_slip_as_well_as_a_code(tmp_path):
    notes = [note for note in notes_of(tmp_path, {"n": with_one([*range(N)], "1e39", 5)}) if "'n'" in note]
    assert len(notes) == 2
    assert notes[0].startswith("column 'n': '1e39' in row 5 is read as 1e+39; if it is a code")
    assert notes[1].startswith("column 'n': 1e+39 in row 5 is so far from all other values")


def test_a_target_that_is_text_because_of_a_slip_is_refused_with_it():
    column = pd.Series(with_one(NUMBERS, "oops", 18), name="y", dtype=object)
    for task in ("auto", "regression"):
        with pytest.raises(InputError, match=r"\(because of 'oops' in row 18; the other 59 cells are numbers\)"):
            target_of(column, "text", task, "t.csv")


def test_the_cell_that_is_no_number_is_named_although_others_have_a_thousands_separator():
    cells = pd.Series(["1,234.5", "oops", "12", *(f"{k},000" for k in range(1, 40))], dtype=object)
    assert why_text(cells, Reading(thousands=",")) == "'oops' in row 2; the other 41 cells are numbers"
