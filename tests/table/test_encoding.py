"""The encoding of columns, compared with scikit-learn's and pandas' transformers."""

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.preprocessing import OneHotEncoder, TargetEncoder

from ridgenet import InputError
from ridgenet.table.encoding._categories import Categories
from ridgenet.table.encoding._dates import Dates, format_of_dates
from ridgenet.table.encoding._encoder import TableEncoder
from ridgenet.table.encoding._numbers import Numbers
from ridgenet.table.encoding._text import Text


def column(values, name="c", dtype=None):
    return pd.Series(values, name=name, dtype=dtype)


def written(encoding, values):
    inputs = np.zeros((len(values), len(encoding.names)))
    encoding.write(values, inputs)
    return inputs


def unknown(encoding, values):
    return encoding.write(values, np.zeros((len(values), len(encoding.names))))


def test_numbers_are_those_of_an_imputer_and_an_indicator():
    rng = np.random.default_rng(0)
    seen, new = (np.where(rng.random(50) < 0.2, np.nan, rng.normal(size=50)) for _ in range(2))
    encoding = Numbers.of(column(seen))
    expected = [
        SimpleImputer(strategy="median").fit(seen[:, np.newaxis]).transform(new[:, np.newaxis]),
        MissingIndicator().fit(seen[:, np.newaxis]).transform(new[:, np.newaxis]),
    ]
    np.testing.assert_array_equal(written(encoding, column(new)), np.concatenate(expected, axis=1))
    assert encoding.names == ["c", "missingindicator_c"]


def test_a_gap_that_training_lacks_becomes_the_median():
    encoding = Numbers.of(column([1.0, 2.0, 9.0]))
    np.testing.assert_array_equal(written(encoding, column([np.nan, 4.0])), [[2.0], [4.0]])


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (pd.array([True, False, None], dtype="boolean"), [1, 0, np.nan]),
        (pd.array([3, None, 5], dtype="Int64"), [3, np.nan, 5]),
        (pd.to_timedelta(["1 days", None, "2s"]), [86400, np.nan, 2]),
    ],
    ids=["booleans", "integers", "durations"],
)
def test_other_numbers(values, numbers):
    encoding = Numbers.of(column(values))
    expected = np.where(np.isnan(numbers), np.nanmedian(numbers), numbers)
    np.testing.assert_array_equal(written(encoding, column(values))[:, 0], expected)


@pytest.mark.parametrize("values", [list("cabca"), list("abaab"), ["a", None, "b", "a"], ["a", None, "a"]], ids=str)
def test_categories_are_those_of_a_one_hot_encoder(values):
    encoding = Categories.of(column(values, dtype=object))
    oracle = OneHotEncoder(drop="if_binary", handle_unknown="ignore", sparse_output=False)
    oracle.fit(column(values, dtype=object).to_frame())
    new = column([*values, None, "unseen"], dtype=object)
    known = [(value is None and encoding.has_missing) or value in values for value in new]
    expected = oracle.transform(new[known].to_frame())
    np.testing.assert_array_equal(written(encoding, new)[known], expected)
    assert not written(encoding, new)[~np.array(known)].any()
    assert new[unknown(encoding, new)].tolist() == ["unseen"]


def test_categories_of_other_types_are_text():
    encoding = Categories.of(column([5, 7, 5, 11]))
    assert encoding.names == ["c_11", "c_5", "c_7"]
    np.testing.assert_array_equal(written(encoding, column(["7", 5], dtype=object)), [[0, 0, 1], [0, 1, 0]])
    of_pandas = pd.Series(pd.Categorical(["b", "a", "b", None]), name="c")
    assert Categories.of(of_pandas).names == ["c_a", "c_b", "c_missing"]


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_dates_have_the_parts_of_pandas(zone):
    rng = np.random.default_rng(0)
    seconds = rng.integers(-(10**9), 2 * 10**9, 40)
    dates = column(pd.to_datetime(seconds, unit="s").tz_localize("UTC").tz_convert(zone))
    encoding, in_utc = Dates.of(dates), pd.to_datetime(seconds, unit="s")
    assert encoding.names == ["c_year", "c_month", "c_day", "c_hour", "c_total_seconds"]
    expected = [in_utc.year, in_utc.month, in_utc.day, in_utc.hour, seconds]
    np.testing.assert_array_equal(written(encoding, dates), np.column_stack(expected))


def test_a_missing_date_has_one_flag_and_the_medians_of_its_parts():
    dates = column(pd.to_datetime(["2020-01-01", None, "2020-03-05", "2022-01-09"]))
    encoding = Dates.of(dates)
    assert encoding.names == ["c_year", "c_month", "c_day", "c_total_seconds", "missingindicator_c"]
    inputs = written(encoding, dates)
    np.testing.assert_array_equal(inputs[1], [2020, 1, 5, pd.Timestamp("2020-03-05").timestamp(), 1])
    assert not inputs[[0, 2, 3], -1].any()


@pytest.mark.parametrize(
    ("texts", "format"),
    [
        (["12/1/2021", "3/4/2021"], "%m/%d/%Y"),
        (["12/1/2021", "13/4/2021"], "%d/%m/%Y"),
        (["13/4/2021", "3/14/2021"], None),
        (["2021-01-05 10:00", "2021-02-03 11:30"], "%Y-%m-%d %H:%M"),
        (["1.2.2021", "no date"], None),
        (["a", "b"], None),
    ],
    ids=str,
)
def test_dates_in_text(texts, format):
    texts = column([*texts, None], dtype=object)
    assert format_of_dates(texts) == format
    if format is None:
        assert Dates.of(texts) is None
        return
    encoding, expected = Dates.of(texts), pd.to_datetime(texts, format=format)
    np.testing.assert_array_equal(written(encoding, texts)[:2, 0], expected.dt.year[:2])
    np.testing.assert_array_equal(written(encoding, texts)[:2, 1], expected.dt.month[:2])
    new = column([texts[0], "13th of May", None], dtype=object)
    assert new[unknown(encoding, new)].tolist() == ["13th of May"]


def table(n=60):
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "number": rng.normal(size=n),
            "constant": "x",
            "kind": rng.choice(["a", "b", "c"], n).astype(object),
            "code": rng.integers(100, size=n).astype(str).astype(object),
            "note": [f"text number {k}" for k in range(n)],
            "empty": np.nan,
        }
    )


def test_a_table_is_encoded_column_by_column():
    frame = table()
    encoder = TableEncoder(categorical=("code",), random_state=0).fit(frame)
    kinds = {name: type(encoding) for name, encoding in encoder.encodings_.items()}
    assert kinds == {"number": Numbers, "kind": Categories, "code": Categories, "note": Text}
    inputs = encoder.transform(frame)
    names = encoder.get_feature_names_out()
    assert inputs.shape == (60, len(names))
    assert encoder.owners == [name for name in kinds for _ in encoder.encodings_[name].names]
    np.testing.assert_array_equal(inputs[:, 0], frame.number)
    np.testing.assert_array_equal(inputs[:, list(names).index("kind_b")], frame.kind == "b")
    assert np.isfinite(inputs).all()
    # rows are encoded independently, whatever the other columns and their order
    again = encoder.transform(frame.iloc[::-1, ::-1].assign(more=1))
    np.testing.assert_allclose(again, inputs[::-1], atol=1e-12)


def test_a_column_that_is_missing_is_named():
    encoder = TableEncoder().fit(table())
    with pytest.raises(InputError, match="column 'kind' is missing; the model needs number, kind, code, note"):
        encoder.transform(table().drop(columns="kind"))


def test_names_may_be_numbers():
    frame = pd.DataFrame({0: [1.0, 2.0, 3.0], 1: ["a", "b", "a"]})
    np.testing.assert_array_equal(TableEncoder().fit(frame).transform(frame), [[1, 0], [2, 1], [3, 0]])


@pytest.mark.parametrize("n_classes", [0, 2, 3])
def test_many_categories_become_the_means_of_the_target(n_classes):
    rng = np.random.default_rng(0)
    n = 1200
    levels = rng.integers(0, 45, n)
    cells = column([None if level == 0 else f"level {level}" for level in levels], dtype=object)
    y = levels / 10 + rng.normal(size=n) if n_classes == 0 else rng.integers(0, n_classes, n).astype(str)
    encoder = TableEncoder()
    inputs = encoder.fit_transform(pd.DataFrame({"c": cells}), y)
    target = {0: "continuous", 2: "binary", 3: "multiclass"}[n_classes]
    oracle = TargetEncoder(target_type=target, random_state=0)
    given = np.array(["missing" if cell is None else cell for cell in cells], dtype=object)[:, np.newaxis]
    assert inputs.shape == (n, max(n_classes, 1) if n_classes != 2 else 1)
    oracle.fit(given, y)
    new = column(["level 7", None, "unseen"], dtype=object)
    expected = oracle.transform(np.array([["level 7"], ["missing"], ["unseen"]], dtype=object))
    np.testing.assert_allclose(encoder.transform(pd.DataFrame({"c": new})), expected)
    # of a training row, the own target is no part
    assert not np.allclose(inputs, oracle.transform(given))
    assert encoder.encodings_["c"].use == "categories: 44, by the mean of the target"


def test_without_a_target_or_with_few_rows_in_each_many_categories_are_text():
    rng = np.random.default_rng(0)
    cells = [f"level {level}" for level in rng.integers(0, 45, 1200)]
    assert isinstance(TableEncoder().fit(pd.DataFrame({"c": cells})).encodings_["c"], Text)
    few = TableEncoder().fit(pd.DataFrame({"c": cells[:400]}), rng.normal(size=400))
    assert isinstance(few.encodings_["c"], Text)
