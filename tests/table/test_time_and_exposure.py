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
