"""Rows in the order of time, and counts that refer to an exposure."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import PoissonRegressor
from tables_of_tests import written

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.table._training import train

QUICK = {"n_alphas": 6, "n_restarts": 1, "hidden_layer_sizes": []}


def claims(n=300, seed=0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"age": rng.uniform(20, 70, n), "days": rng.integers(1, 365, n).astype(float)})
    frame["when"] = (pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.permutation(n), "D")).strftime("%Y-%m-%d")
    frame["claims"] = rng.poisson(frame["days"] / 365 * np.exp(0.03 * (frame["age"] - 45)))
    return frame


def trained(frame, folder, **settings):
    settings = {"target": "claims", "task": "regression", "parameters": QUICK, "baselines": False} | settings
    return train(TableSettings(data=str(written(frame, folder / "claims.csv")), **settings))


def test_tests_are_on_later_rows_than_training(tmp_path):
    frame = claims()
    model = trained(frame, tmp_path, time="when", test="0.2")
    dates = pd.to_datetime(frame["when"])
    last = dates[model.test.rows.numbers - 1].to_numpy()
    assert len(last) == 60
    assert last.min() > dates[model.rows.numbers - 1].max()
    assert "last rows in time" in model.test.how
    assert {column.name: column.use for column in model.columns}["when"] == "order of the rows"
    nested = trained(frame, tmp_path, time="when", test="nested")
    assert len(nested.test.y) == 250
    assert (np.diff(dates[nested.test.rows.numbers - 1]) > np.timedelta64(0)).all()


def test_counts_with_an_exposure_are_those_of_an_offset(tmp_path):
    frame = claims()
    alphas = [1e-6, 1e-7]
    model = trained(
        frame.drop(columns="when"), tmp_path, exposure="days", test="none", parameters=QUICK | {"alphas": alphas}
    )
    age = (frame[["age"]] - frame["age"].mean()) / frame["age"].std()
    oracle = PoissonRegressor(alpha=0, tol=1e-10, max_iter=1000)
    oracle.fit(age, frame["claims"] / frame["days"], sample_weight=frame["days"])
    np.testing.assert_allclose(model.pipeline.predict(frame), oracle.predict(age), rtol=1e-3)
    assert model.network.loss == "poisson"


def test_rows_at_the_same_time_are_not_on_both_sides(tmp_path):
    frame = claims()
    frame["day"] = np.arange(len(frame)) // 40
    held_out = trained(frame, tmp_path, time="day", test="0.2")
    days = frame["day"].to_numpy()
    assert days[held_out.rows.numbers - 1].max() < days[held_out.test.rows.numbers - 1].min()
    with pytest.raises(InputError, match="have the same time as those tested"):
        trained(frame.assign(day=0), tmp_path, time="day", test="0.2")
    with pytest.raises(InputError, match="too many rows have the same time"):
        trained(frame.assign(day=frame["day"] // 4), tmp_path, time="day", test="nested")
    with pytest.raises(InputError, match="40 rows are too few for a nested test in the order of time"):
        trained(frame[:40], tmp_path, time="when", test="nested")


def test_another_file_needs_the_exposure_but_no_time(tmp_path):
    frame = claims()
    other = written(frame.drop(columns="when"), tmp_path / "other.csv")
    assert len(trained(frame, tmp_path, time="when", exposure="days", test=str(other)).test.y) == 300
    other = written(frame.drop(columns="days"), tmp_path / "other.csv")
    with pytest.raises(InputError, match="has no column 'days'"):
        trained(frame, tmp_path, exposure="days", test=str(other))


def test_counts_with_an_exposure_are_numbers(tmp_path):
    assert trained(claims(), tmp_path, exposure="days", task="auto", test="none").target.task == "regression"


@pytest.mark.parametrize(
    ("change", "settings", "message"),
    [
        ({"days": 0.0}, {"exposure": "days"}, "column 'days', row 1: the exposure is not positive"),
        ({"days": "x"}, {"exposure": "days"}, "column 'days' holds text; exposures must be numbers"),
        ({"when": "x"}, {"time": "when"}, "column 'when' holds text; the time must be dates or numbers"),
        ({}, {"time": "nothing"}, "no column is called 'nothing'"),
        ({}, {"time": "when", "groups": "days"}, "time and groups cannot be combined"),
        ({}, {"exposure": "days", "task": "classification"}, "an exposure is for counts"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path, change, settings, message):
    with pytest.raises(InputError, match=message):
        trained(claims().assign(**change), tmp_path, **settings)


def test_a_missing_time_is_named(tmp_path):
    frame = claims()
    frame.loc[4, "when"] = None
    with pytest.raises(InputError, match="column 'when', row 5: the time is missing"):
        trained(frame, tmp_path, time="when")
