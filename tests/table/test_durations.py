"""Durations, typed or as text, are numbers of seconds from the file to the exported graph."""

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from files_of_tests import as_objects
from tables_of_tests import written

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._reading import read_batches, read_table
from ridgenet.model_files._files import load_model
from ridgenet.page.report._saving import save
from ridgenet.table._prediction import predict_file
from ridgenet.table._training import train
from ridgenet.table.onnx import export_model

N = 120
RNG = np.random.default_rng(0)
SECONDS = RNG.integers(-1000, 400_000, N) + RNG.integers(0, 4, N) / 4
FRAME = pd.DataFrame(
    {
        "took": pd.Series(pd.to_timedelta(SECONDS, "s").astype("timedelta64[us]")).where(np.arange(N) % 10 != 3),
        "x": RNG.normal(size=N),
        "y": SECONDS / 1e5 + 0.1 * RNG.normal(size=N),
    }
)


@pytest.fixture(params=["data.csv", "data.parquet", "data.jsonl"])
def data(request, tmp_path):
    path = tmp_path / request.param
    if path.suffix == ".parquet":
        FRAME.to_parquet(path)
    elif path.suffix == ".jsonl":
        FRAME.assign(took=FRAME["took"].map(lambda t: None if pd.isna(t) else t.isoformat())).to_json(
            path, orient="records", lines=True
        )
    else:
        written(FRAME, path)
    return path


def test_they_are_read_whole_and_in_batches(data):
    table = read_table(data)
    assert table.kinds == {"took": "duration", "x": "number", "y": "number"}
    pd.testing.assert_series_equal(table.frame["took"], FRAME["took"], check_dtype=False)
    batches = list(read_batches(data, table.kinds, n_rows=50))
    together = pd.concat([as_objects(batch.frame) for batch in batches], ignore_index=True)
    pd.testing.assert_frame_equal(together, as_objects(table.frame), check_dtype=False)


def test_they_are_learned_from_and_predicted_with(data, tmp_path):
    model = train(TableSettings(str(data), "y", alpha=0.1, test="0.3"))
    use = {column.name: (column.kind, column.use, column.n_missing) for column in model.columns}
    assert use["took"] == ("duration", "seconds", FRAME["took"].isna().sum())
    assert model.columns[0].values.startswith("0 days 00:19:06.25")
    assert model.test.scores[2].value > 0.4  # where it is missing, nothing is known
    assert model.test.importances[0].column == "took"
    save(model, tmp_path / "out")
    pipeline = load_model(tmp_path / "out" / "model.skops")
    # a frame of the user's own, whatever the resolution
    expected = pipeline.predict(FRAME[["took", "x"]])
    as_seconds = pipeline.predict(FRAME[["took", "x"]].assign(took=FRAME["took"].astype("timedelta64[ms]")))
    np.testing.assert_allclose(as_seconds, expected)
    for name in ("predicted.csv", "predicted.parquet", "predicted.jsonl"):
        predict_file(tmp_path / "out" / "model.skops", data, tmp_path / name)
        found = read_table(tmp_path / name)
        assert found.kinds["took"] == "duration"
        pd.testing.assert_series_equal(found.frame["took"], FRAME["took"], check_dtype=False)
        np.testing.assert_allclose(found.frame["predicted_y"], expected)


def test_a_graph_takes_seconds(tmp_path):
    FRAME.to_parquet(tmp_path / "data.parquet")
    model = train(TableSettings(str(tmp_path / "data.parquet"), "y", alpha=0.1, test="none"))
    save(model, tmp_path / "out")
    assert export_model(tmp_path / "out" / "model.skops", tmp_path / "model.onnx") <= 1e-6
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    given = {
        "took": FRAME["took"].dt.total_seconds().to_numpy()[:, np.newaxis],
        "x": FRAME["x"].to_numpy()[:, np.newaxis],
    }
    (outputs,) = session.run(None, given)
    np.testing.assert_allclose(outputs[:, 0], model.pipeline.predict(model.rows.X), rtol=1e-6)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1 days 02:03:04", "0 days 00:00:00.5", "", "-1 days +22:00:00"], "duration"),
        (["1 day", " 2 days ", "NA", "3 days"], "duration"),
        (["P1DT2H3M4.5S", "PT36H", "P2W", "-PT1S"], "duration"),
        (["1 days 02:03:04", "soon"], "text"),
        (["soon", "1 days 02:03:04"], "text"),
        (["02:03:04", "12:00:00"], "text"),
        (["P", "PT"], "text"),
        (["PS", "P1"], "text"),
        (["99999999999 days", "1 days"], "text"),
    ],
)
def test_text_is_durations_if_every_cell_is_one(tmp_path, cells, kind):
    path = tmp_path / "data.csv"
    path.write_text("\n".join(["took,x", *(f"{cell},1" for cell in cells)]) + "\n")
    assert read_table(path).kinds["took"] == kind
    assert read_table(path, text=["took"]).kinds["took"] == "text"


def test_a_cell_that_keeps_a_column_from_being_durations_is_named(tmp_path):
    cells = [f"{k} days" for k in range(20)]
    cells[7] = "soon"
    written(pd.DataFrame({"took": cells, "x": range(20), "y": [0, 1] * 10}), tmp_path / "data.csv")
    model = train(TableSettings(str(tmp_path / "data.csv"), "y", alpha=1.0, test="none"))
    (note,) = (note for note in model.notes if "took" in note)
    assert "'soon' in row 8; the other 19 cells are durations" in note


@pytest.mark.parametrize(("cell", "shown"), [("90", "'90'"), ("soon", "'soon'"), ("02:03:04", "'02:03:04'")])
def test_what_is_no_duration_is_refused_with_its_row(tmp_path, cell, shown):
    path = tmp_path / "data.csv"
    path.write_text(f"took\n1 days\n{cell}\n")
    with pytest.raises(InputError, match=f"column 'took', row 2: {shown} is not a duration, as the model requires"):
        list(read_batches(path, {"took": "duration"}))


def test_they_are_no_target(tmp_path):
    path = written(FRAME, tmp_path / "data.csv")
    with pytest.raises(InputError, match="the target 'took' holds durations; it must hold numbers or classes"):
        train(TableSettings(str(path), "took"))
