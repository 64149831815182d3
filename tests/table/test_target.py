"""What is to be predicted is decided from its column."""

import numpy as np
import pandas as pd
import pytest

from ridgenet._errors import InputError
from ridgenet.formats._reading import Reading
from ridgenet.table._target import target_of


def decided(values, kind, task="auto"):
    return target_of(pd.Series(values, name="y"), kind, task, "data.csv")


@pytest.mark.parametrize(
    ("values", "kind", "task"),
    [
        (["a", "b", "a"], "text", "classification"),
        (pd.array([True, False, None], dtype="boolean"), "boolean", "classification"),
        ([0.0, 1.0, 1.0], "number", "classification"),
        ([1.5, 2.5, 1.5], "number", "classification"),
        ([1, 2, 3, 3], "number", "classification"),
        (list(range(50)), "number", "regression"),
        ([0.5, 1.5, 2.5], "number", "regression"),
    ],
)
def test_text_and_few_whole_numbers_are_classes(values, kind, task):
    assert decided(values, kind).task == task


def test_the_person_has_the_last_word():
    assert decided([1, 2, 3, 3], "number", "regression").task == "regression"
    assert decided([0.5, 1.5, 0.5], "number", "classification").y.tolist() == [0.5, 1.5, 0.5]


def test_rows_without_a_target_are_marked():
    target = decided([1.0, np.nan, 0.0], "number")
    assert target.present.tolist() == [True, False, True]
    assert target.y.tolist() == [1, 0]
    assert target.y.dtype == np.int64
    assert target.counts == {"0": 1, "1": 1}


@pytest.mark.parametrize(
    ("values", "kind", "task", "message"),
    [
        ([np.nan, np.nan], "number", "auto", "the target 'y' is empty in every row"),
        ([3, 3, 3], "number", "auto", "the target 'y' is 3 in every row"),
        (pd.to_datetime(["2024-01-01", "2024-01-02"]), "date", "auto", "holds dates"),
        (["a", "b"], "text", "regression", "holds text, but regression needs numbers"),
        ([f"id {k}" for k in range(100)], "text", "auto", "100 distinct values in 100 rows, too many for classes"),
    ],
)
def test_a_column_that_cannot_be_a_target_is_refused(values, kind, task, message):
    with pytest.raises(InputError) as caught:
        decided(values, kind, task)
    assert message in str(caught.value)
    assert str(caught.value).startswith("data.csv: ")


def test_a_target_of_words_for_missing_values_says_how_to_keep_them():
    column = pd.Series([None, None], name="y", dtype=object)
    with pytest.raises(
        InputError, match=r"or holds only words for missing values; .*quote it, or list the words .* with --na"
    ):
        target_of(column, "text", "auto", "t.csv")


def test_a_decimal_point_where_a_comma_was_named_is_said():
    column = pd.Series([f"{k}.5" for k in range(20)], name="y", dtype=object)
    with pytest.raises(InputError, match=r"because of '0.5' in row 1 .*if the point is the decimal point, omit"):
        target_of(column, "text", "auto", "t.csv", Reading(decimal=","))


def test_a_number_too_large_to_be_squared_is_named():
    column = pd.Series([1.5, 1e200, 2.5], name="y", index=[0, 3, 4])
    with pytest.raises(InputError, match=r"t.csv: column 'y', row 4: 1e\+200 is too large; correct it"):
        target_of(column, "number", "auto", "t.csv")
