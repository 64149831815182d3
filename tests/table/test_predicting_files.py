"""Predictions for files: the model's own, beside the columns, or nothing."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tables_of_tests import diabetes, passengers, written

from ridgenet import RidgeNetClassifier, about_model, load_model, save_model
from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._reading import Reading, read_batches
from ridgenet.page.report._saving import save
from ridgenet.table._prediction import Predictor, predict_file
from ridgenet.table._training import train

QUICK = {"n_alphas": 5, "n_restarts": 2, "cv": 2, "hidden_layer_sizes": [3]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ship")
    path = written(passengers(), folder / "ship.csv")
    settings = TableSettings(str(path), "survived", categorical=("class",), test="0.3", parameters=QUICK)
    save(train(settings), folder / "out")
    return folder


@pytest.fixture(scope="module")
def model(folder):
    return folder / "out" / "model.skops"


@pytest.mark.parametrize("name", ["out.parquet", "out.csv", "out.feather"])
def test_predictions_stand_beside_the_columns(folder, model, tmp_path, name):
    frame = passengers(50, seed=3)
    n = predict_file(model, written(frame, tmp_path / "new.csv"), tmp_path / name)
    out = {"csv": pd.read_csv, "parquet": pd.read_parquet, "feather": pd.read_feather}[name.split(".")[1]](
        tmp_path / name
    )
    assert n == len(out) == 50
    assert list(out)[: frame.shape[1]] == list(frame)
    assert list(out)[frame.shape[1] :] == ["predicted_survived", "probability_0", "probability_1"]
    np.testing.assert_allclose(out["probability_0"] + out["probability_1"], 1)
    np.testing.assert_array_equal(out["predicted_survived"], (out["probability_1"] > 0.5).astype(int))
    assert out["name"].tolist() == frame["name"].tolist()
    assert out["boarded"].astype(str).tolist() == frame["boarded"].tolist()


CELLS = {
    "account": ["600000000001", "1152921504606846977", "00501", "2.50", "1.0"],
    "flag": ["True", "FALSE", "true", "NA", "0"],
    "colour": ["red", "NA", " blue", "n/a", "None"],
    "when": ["2024-01-31", "2024-02-01", "?", "2024-02-01", "2024-02-01"],
    "note": ["NA", "n/a", '"with, comma"', "?", "007"],
}


@pytest.fixture(scope="module")
def of_cells(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cells")
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "account": rng.normal(size=60),
            "flag": rng.random(60) < 0.5,
            "colour": rng.choice(["red", "blue"], 60),
            "when": rng.choice(["2024-01-31", "2024-02-01"], 60),
            "y": np.arange(60) % 2,
        }
    )
    settings = TableSettings(str(written(frame, folder / "t.csv")), "y", test="none", parameters=QUICK)
    save(train(settings), folder / "out")
    return folder / "out" / "model.skops"


def test_the_cells_of_a_csv_stay_as_they_were(of_cells, tmp_path):
    rows = ["account,flag,colour,when,note", *map(",".join, zip(*CELLS.values(), strict=True))]
    (tmp_path / "new.csv").write_text("\n".join(rows) + "\n")
    predict_file(of_cells, tmp_path / "new.csv", tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert [line.rsplit(",", 3)[0] for line in lines] == rows
    assert lines[0].endswith(",predicted_y,probability_0,probability_1")


def test_a_decimal_comma_is_written_as_it_was(of_cells, tmp_path):
    header = "account;flag;colour;when"
    (tmp_path / "comma.csv").write_text(f"{header}\n 1,50 ;true;red;2024-01-31\n")
    (tmp_path / "point.csv").write_text(f"{header}\n1.5;true;red;2024-01-31\n")
    predict_file(of_cells, tmp_path / "comma.csv", tmp_path / "a.tsv", reading=Reading(decimal=","))
    predict_file(of_cells, tmp_path / "point.csv", tmp_path / "b.tsv")
    comma, point = ((tmp_path / name).read_text().splitlines()[1].split("\t") for name in ("a.tsv", "b.tsv"))
    assert comma[0] == " 1,50 "
    assert comma[1:] == point[1:]
    with pytest.raises(InputError, match=r"column 'account', row 1: '1\.5' is not a number"):
        predict_file(of_cells, tmp_path / "point.csv", tmp_path / "c.tsv", reading=Reading(decimal=","))


def test_numbers_of_the_model_are_numbers_where_a_format_has_them(of_cells, tmp_path):
    new = written(pd.DataFrame(CELLS), tmp_path / "new.csv")
    predict_file(of_cells, new, tmp_path / "out.parquet")
    out = pd.read_parquet(tmp_path / "out.parquet")
    assert out["account"].tolist() == [600000000001, 2.0**60, 501, 2.5, 1]
    assert out["flag"].tolist() == [True, False, True, None, False]
    assert out["note"].tolist() == CELLS["note"]


def test_the_columns_of_a_parquet_keep_their_types(of_cells, tmp_path):
    when, account = pd.Timestamp("2024-01-31"), [2**60 + 1, 1, 2, 3, 4]
    frame = pd.DataFrame(CELLS).assign(account=account, when=when, flag=True, colour="red")
    frame.to_parquet(tmp_path / "new.parquet")
    predict_file(of_cells, tmp_path / "new.parquet", tmp_path / "out.parquet")
    out = pd.read_parquet(tmp_path / "out.parquet")
    pd.testing.assert_frame_equal(out[list(frame)], frame)


def test_batches_do_not_change_predictions(model, tmp_path, monkeypatch):
    new = written(passengers(50, seed=3), tmp_path / "new.csv")
    predict_file(model, new, tmp_path / "whole.parquet")
    monkeypatch.setattr(
        "ridgenet.table._prediction.read_batches",
        lambda *arguments: read_in_sevens(*arguments),
    )
    predict_file(model, new, tmp_path / "sevens.parquet")
    whole, sevens = pd.read_parquet(tmp_path / "whole.parquet"), pd.read_parquet(tmp_path / "sevens.parquet")
    np.testing.assert_allclose(sevens["probability_1"], whole["probability_1"], rtol=1e-12)


def read_in_sevens(path, kinds, reading):
    from ridgenet.formats._reading import read_batches

    return read_batches(path, kinds, reading, 7)


def test_a_regression_predicts_numbers(tmp_path):
    frame = diabetes()
    settings = TableSettings(str(written(frame, tmp_path / "d.csv")), "target", test="none", parameters=QUICK)
    model = train(settings)
    save(model, tmp_path / "out")
    predict_file(tmp_path / "out" / "model.skops", tmp_path / "d.csv", tmp_path / "p.csv")
    out = pd.read_csv(tmp_path / "p.csv")
    np.testing.assert_allclose(out["predicted_target"], model.pipeline.predict(model.rows.X), rtol=1e-6)


def test_the_file_says_what_it_is(model):
    about = about_model(model)
    assert about["target"] == "survived"
    assert about["classes"] == [0, 1]
    assert about["columns"]["harbour"] == "text"
    assert about["columns"]["class"] == "text"
    assert about["data"]["n_rows"] == 240
    assert about["settings"]["test"] == "0.3"
    assert {score["name"] for score in about["test"]["scores"]} >= {"log loss", "error rate"}


def test_a_loaded_model_predicts_as_it_did(folder, model):
    pipeline = load_model(model)
    frame = passengers(20, seed=9).drop(columns="survived").astype({"class": str})
    first = pipeline.predict_proba(frame)
    np.testing.assert_array_equal(first, load_model(model).predict_proba(frame))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns=["age", "sex"]), "columns 'sex', 'age' of the model are missing; the file has"),
        (lambda f: f.assign(age="old"), "column 'age', row 1: 'old' is not a number"),
        (
            lambda f: f.assign(harbour=["Cherbourg"] * 7 + ["Belfast"] + ["Cherbourg"] * 12),
            "column 'harbour', row 8: 'Belfast' is a category unseen in training; --unseen ignore encodes it as none",
        ),
        (lambda f: f.assign(**{"class": 4}), "column 'class', row 1: '4' is a category unseen in training"),
        (lambda f: f.assign(fare=np.inf), "column 'fare', row 1: the value is infinite"),
        (lambda f: f.assign(boarded="some day"), "column 'boarded', row 1: 'some day' is not a date"),
        (lambda f: f.assign(predicted_survived=1), "there is already a column 'predicted_survived'"),
        (lambda f: f.iloc[:0], "the file has a header, but no rows"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_and_nothing_is_written(model, tmp_path, change, message):
    path = written(change(passengers(20, seed=1)), tmp_path / "new.csv")
    with pytest.raises(InputError) as caught:
        predict_file(model, path, tmp_path / "out.parquet")
    assert message in str(caught.value)
    assert "new.csv" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["new.csv"]


def test_a_file_does_not_replace_what_it_is_made_from(model, tmp_path):
    path = written(passengers(20), tmp_path / "new.csv")
    (tmp_path / "link.csv").symlink_to(path)
    before = path.read_bytes()
    for out, what in ((path, "the table"), (tmp_path / "link.csv", "the table"), (model, "the model")):
        with pytest.raises(InputError, match=f"predictions would overwrite {what}; give another"):
            predict_file(model, path, out)
    assert path.read_bytes() == before


def test_an_unseen_category_can_be_ignored(model, tmp_path):
    path = written(passengers(20).assign(harbour="Belfast"), tmp_path / "new.csv")
    assert predict_file(model, path, tmp_path / "out.csv", unseen="ignore") == 20
    with pytest.raises(InputError, match="unseen must be one of refuse, ignore"):
        predict_file(model, path, tmp_path / "out.csv", unseen="perhaps")


def test_a_category_that_is_missing_is_no_unseen_one(model, tmp_path):
    path = written(passengers(20).assign(harbour=None, sex="?"), tmp_path / "new.csv")
    assert predict_file(model, path, tmp_path / "out.csv") == 20


def test_an_estimator_saved_by_hand_predicts_if_it_knows_its_columns(tmp_path):
    X, y = load_iris(return_X_y=True, as_frame=True)
    save_model(RidgeNetClassifier((3,), random_state=0).fit(X, y), tmp_path / "net.skops")
    assert predict_file(tmp_path / "net.skops", written(X, tmp_path / "x.csv"), tmp_path / "p.csv") == 150
    save_model(RidgeNetClassifier((3,), random_state=0).fit(X.to_numpy(), y), tmp_path / "net.skops")
    with pytest.raises(InputError, match="the columns that it needs are unknown"):
        predict_file(tmp_path / "net.skops", tmp_path / "x.csv", tmp_path / "q.csv")


def test_a_model_without_an_imputer_names_the_empty_cell(tmp_path):
    X, y = load_iris(return_X_y=True, as_frame=True)
    save_model(RidgeNetClassifier((3,), random_state=0).fit(X, y), tmp_path / "net.skops")
    X.iloc[7, 2] = np.nan
    with pytest.raises(InputError, match=r"x\.csv: column 'petal length \(cm\)', row 8: the cell is empty"):
        predict_file(tmp_path / "net.skops", written(X, tmp_path / "x.csv"), tmp_path / "p.csv")
    assert not (tmp_path / "p.csv").exists()


def test_preprocessing_that_fails_is_blamed_on_the_model_file(tmp_path):
    X, y = load_iris(return_X_y=True, as_frame=True)
    model = make_pipeline(StandardScaler(), RidgeNetClassifier((3,), random_state=0)).fit(X, y)
    for damage in ({"mean_": np.zeros(3)}, {"mean_": "a"}, {"with_mean": [1, 2]}):
        model[0].__dict__.update(damage)
        save_model(model, tmp_path / "net.skops")
        with pytest.raises(InputError, match=r"net\.skops: cannot predict .*x\.csv") as error:
            predict_file(tmp_path / "net.skops", written(X, tmp_path / "x.csv"), tmp_path / "p.csv")
        assert "\n" not in str(error.value)


def test_words_for_missing_values_are_those_of_training(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"size": rng.normal(size=60).round(2), "colour": rng.choice(["red", "NA"], 60)}, dtype=object)
    frame.loc[::7, "size"] = "-"
    frame["class"] = np.where(np.arange(60) % 2, "=1+1", "b")
    settings = TableSettings(str(written(frame, tmp_path / "t.csv")), "class", alpha=1.0, na="-", test="none")
    save(train(settings), tmp_path / "out")
    model = tmp_path / "out" / "model.skops"
    for name in ("new.csv", "new.parquet"):
        new = frame.drop(columns="class").astype(str)
        new.to_csv(tmp_path / name, index=False) if name.endswith("csv") else new.to_parquet(tmp_path / name)
        assert predict_file(model, tmp_path / name, tmp_path / "out.parquet") == 60
    with pytest.raises(InputError, match="column 'size', row 1: '-' is not a number"):
        predict_file(model, tmp_path / "new.csv", tmp_path / "out.parquet", reading=Reading(na=("NA",)))


def test_a_class_that_is_a_formula_is_warned_of_and_escaped_if_asked_for(tmp_path):
    X = pd.DataFrame({"x": np.arange(20.0)})
    net = RidgeNetClassifier(max_iter=50, random_state=0).fit(X, np.where(X["x"] < 10, "=1+1", "b"))
    save_model(net, tmp_path / "model.skops")
    written(X, tmp_path / "new.csv")
    with pytest.warns(UserWarning, match="would run the class '=1\\+1' as a formula; --escape-formulas"):
        predict_file(tmp_path / "model.skops", tmp_path / "new.csv", tmp_path / "out.csv")
    assert "0.0,=1+1," in (tmp_path / "out.csv").read_text()
    predict_file(tmp_path / "model.skops", tmp_path / "new.csv", tmp_path / "out.csv", escape_formulas=True)
    assert "0.0,'=1+1," in (tmp_path / "out.csv").read_text()
    # in Parquet text is text
    predict_file(tmp_path / "model.skops", tmp_path / "new.csv", tmp_path / "out.parquet")


def test_as_many_predictions_as_rows_where_lines_are_empty(tmp_path):
    X = pd.DataFrame({"x": np.where(np.arange(30) % 5, np.arange(30.0), np.nan), "y": np.arange(30) % 2})
    settings = TableSettings(str(written(X, tmp_path / "t.csv")), "y", alpha=1.0, test="none")
    save(train(settings), tmp_path / "out")
    (tmp_path / "new.csv").write_text("x\n1\n\n3\n")
    assert predict_file(tmp_path / "out" / "model.skops", tmp_path / "new.csv", tmp_path / "out.csv") == 3


def test_prediction_sets_stand_beside_the_probabilities(model, tmp_path):
    new = written(passengers(50, seed=3), tmp_path / "new.csv")
    predict_file(model, new, tmp_path / "out.parquet", coverage=0.9)
    out = pd.read_parquet(tmp_path / "out.parquet")
    assert list(out)[-2:] == ["in_set_0", "in_set_1"]
    pipeline, (batch,) = load_model(model), read_batches(new, Predictor.of(model).kinds, Reading())
    sets = pipeline[-1].predict_set(pipeline[:-1].transform(batch.frame), 0.9)
    np.testing.assert_array_equal(out[["in_set_0", "in_set_1"]], sets)


def test_bounds_of_intervals_stand_beside_the_prediction(tmp_path):
    path = written(diabetes(), tmp_path / "diabetes.csv")
    save(train(TableSettings(str(path), "target", test="none", parameters=QUICK)), tmp_path / "out")
    model = tmp_path / "out" / "model.skops"
    predict_file(model, path, tmp_path / "new.csv", coverage=0.8)
    out = pd.read_csv(tmp_path / "new.csv")
    assert list(out)[-3:] == ["predicted_target", "lower_target", "upper_target"]
    low, predicted, high = (out[f"{name}_target"] for name in ("lower", "predicted", "upper"))
    assert ((low < predicted) & (predicted < high)).all()
    assert 0.75 < ((low <= out["target"]) & (out["target"] <= high)).mean() < 0.95
    with pytest.raises(InputError, match=r"coverage=0\.9999 needs at least"):
        predict_file(model, path, tmp_path / "new.csv", coverage=0.9999)


def test_intervals_need_cross_validation(tmp_path):
    X, y = load_iris(return_X_y=True, as_frame=True)
    net = RidgeNetClassifier((2,), max_iter=5, tol=1.0, random_state=0).fit(X, y)
    model = save_model(net, tmp_path / "model.skops")
    with pytest.raises(InputError, match=r"model\.skops: intervals need a model trained with cross-validation"):
        predict_file(model, written(X, tmp_path / "new.csv"), tmp_path / "out.csv", coverage=0.9)
