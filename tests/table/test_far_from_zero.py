"""Numbers that differ by little beside their size, or are very large or small: the mean is taken off in float64."""

import numpy as np
import pandas as pd
import pytest

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.model_files._files import load_model, save_model
from ridgenet.table._prediction import predict_file
from ridgenet.table._records import record_of
from ridgenet.table._training import train
from ridgenet.table.streaming._training import train_on_stream

RNG = np.random.default_rng(0)
U = RNG.normal(size=80)
Y = U + 0.02 * RNG.normal(size=80)
COLUMNS = {
    "seconds since 1970": 1.7e9 + 3 * U,
    "milliseconds since 1970": 1.7e12 + 3000 * U,
    "a longitude": 47.37 + 1e-7 * U,
    "beyond float32": 1e39 * U,
    "below float32": 1e-40 * U,
    "far below it": 1e-50 * U,
    "squares beyond float64": 1e200 * U,
}
# to whole seconds, so y is not known any better
DATES = pd.Timestamp("2021-03-08 10:00") + pd.to_timedelta(np.round(1000 * U), "s")


def r2(prediction, truth=Y):
    return 1 - np.square(prediction - truth).sum() / np.square(truth - truth.mean()).sum()


def model_of(x, folder, *, name="data.csv", alpha=0.01, **parameters):
    frame = pd.DataFrame({"x": x, "y": Y})
    path = folder / name
    frame.to_csv(path, index=False) if name.endswith("csv") else frame.to_parquet(path)
    return train(TableSettings(str(path), "y", alpha=alpha, test="none", parameters=parameters))


@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
@pytest.mark.parametrize("kind", COLUMNS)
def test_a_column_is_learned_from_wherever_its_numbers_lie(kind, name, tmp_path):
    model = model_of(COLUMNS[kind], tmp_path, name=name)
    # the same network whatever the numbers: R² of the least squares line is 0.9996
    near_zero = model_of(U, tmp_path, name=name).pipeline.predict(pd.DataFrame({"x": U}))
    prediction = model.pipeline.predict(model.rows.X)
    assert r2(prediction) > 0.9994
    np.testing.assert_allclose(prediction, near_zero, atol=5e-3)


@pytest.mark.parametrize("written", ["date", "text"])
def test_dates_that_differ_by_seconds_differ(written, tmp_path):
    x = DATES if written == "date" else DATES.strftime("%m/%d/%Y %H:%M:%S")
    model = model_of(x, tmp_path)
    assert model.columns[0].use.startswith("date")
    assert r2(model.pipeline.predict(model.rows.X)) > 0.9994


def test_a_path_sees_them_and_its_networks_predict_from_the_columns_as_they_are(tmp_path):
    model = model_of(COLUMNS["seconds since 1970"], tmp_path, alpha=None, n_alphas=8, n_restarts=2, cv=2)
    network = model.network
    X = model.rows.X.to_numpy()
    assert r2(model.pipeline.predict(model.rows.X)) > 0.9994
    # every network of the path is in the units of the table
    np.testing.assert_allclose(network.path_.standardizer.mean, X.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(network.path_.standardizer.scale, X.std(axis=0), rtol=1e-6)
    assert any(network.path_ is path for path in network.paths_)
    weakest = network.with_alpha(network.alphas_[-1]).predict(X)
    assert r2(weakest) > 0.9994


def test_without_standardisation_numbers_are_taken_as_they_are(tmp_path):
    model = model_of(1e9 + U, tmp_path, standardize=False, hidden_layer_sizes=[], max_iter=5)
    np.testing.assert_array_equal(model.network._fitted.standardizer.mean, 0)


@pytest.mark.parametrize("kind", ["seconds since 1970", "milliseconds since 1970", "beyond float32", "below float32"])
def test_a_stream_sees_them_and_so_do_its_predictions(kind, tmp_path):
    path = tmp_path / "data.parquet"
    pd.DataFrame({"x": np.tile(COLUMNS[kind], 10), "y": np.tile(Y, 10)}).to_parquet(path)
    settings = TableSettings(
        str(path), "y", alpha=0.01, parameters={"hidden_layer_sizes": [], "learning_rate_init": 0.05}
    )
    train_on_stream(settings, 15, None, tmp_path / "out")
    predict_file(tmp_path / "out" / "model.skops", path, tmp_path / "out.parquet")
    assert r2(pd.read_parquet(tmp_path / "out.parquet")["predicted_y"], np.tile(Y, 10)) > 0.99


def test_on_a_stream_that_is_not_standardised_a_number_beyond_float32_is_named(tmp_path):
    path = tmp_path / "data.parquet"
    pd.DataFrame({"x": np.where(np.arange(80) == 6, 1e39, U), "y": Y}).to_parquet(path)
    settings = TableSettings(str(path), "y", alpha=1.0, parameters={"standardize": False})
    with pytest.raises(InputError, match="column 'x': a value is missing, infinite or too large"):
        train_on_stream(settings, 1, None, tmp_path / "out")


def test_a_number_beyond_float32_is_predicted_from(tmp_path):
    model = model_of(U, tmp_path)
    save_model(model.pipeline, tmp_path / "model.skops", record_of(model))
    (tmp_path / "new.csv").write_text("x\n1\n1e39\n")
    predict_file(tmp_path / "model.skops", tmp_path / "new.csv", tmp_path / "out.csv")
    predicted = pd.read_csv(tmp_path / "out.csv")["predicted_y"]
    network = load_model(tmp_path / "model.skops")[-1]
    # there every hidden unit is at its end
    ends = np.sign(network.coefs_[0]).ravel() @ network.coefs_[1] + network.intercepts_[1]
    assert predicted[1] == pytest.approx(float(ends[0]), rel=1e-6)


def test_a_number_of_which_no_finite_prediction_comes_is_named(tmp_path):
    model = model_of(1e-10 * U, tmp_path, hidden_layer_sizes=[])
    save_model(model.pipeline, tmp_path / "model.skops", record_of(model))
    (tmp_path / "new.csv").write_text("x\n1\n1e305\n")
    with pytest.raises(InputError, match=r"new\.csv: column 'x', row 2: the prediction is not finite, because 1e\+305"):
        predict_file(tmp_path / "model.skops", tmp_path / "new.csv", tmp_path / "out.csv")


@pytest.mark.parametrize(("offset", "unit"), [(1.7e9, 3.0), (0.0, 1e39), (0.0, 1e-50), (0.0, 1e100)])
def test_a_target_is_learned_wherever_its_numbers_lie(tmp_path, offset, unit):
    path = tmp_path / "data.csv"
    pd.DataFrame({"x": U, "y": offset + unit * Y}).to_csv(path, index=False)
    settings = TableSettings(str(path), "y", alpha=0.001, test="none", parameters={"hidden_layer_sizes": []})
    predicted = train(settings).pipeline.predict(pd.DataFrame({"x": U}))
    assert r2((predicted - offset) / unit) == pytest.approx(np.corrcoef(U, Y)[0, 1] ** 2, abs=1e-5)


@pytest.mark.parametrize("unit", [1.0, 1e-300])
def test_the_norm_of_a_network_does_not_depend_on_the_units_of_its_inputs(tmp_path, unit):
    slope = np.corrcoef(U, Y)[0, 1]
    model = model_of(unit * U, tmp_path, alpha=1e-6, hidden_layer_sizes=[])
    assert model.squared_norm == pytest.approx(slope**2, rel=1e-3)
