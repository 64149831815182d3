"""From a table to a tested model."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss
from tables_of_tests import diabetes, passengers, wine, written

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.page.report._saving import save
from ridgenet.table._prediction import predict_file
from ridgenet.table._records import path_table, record_of
from ridgenet.table._training import train

QUICK = {"n_alphas": 6, "n_restarts": 1, "cv": 3, "hidden_layer_sizes": [3]}


def trained(path, target, *, quick=None, **settings):
    parameters = {**QUICK, **(quick or {})} if settings.get("alpha") is None else (quick or {})
    return train(TableSettings(data=str(path), target=target, parameters=parameters, **settings))


@pytest.fixture(scope="module")
def ship(tmp_path_factory):
    return written(passengers(), tmp_path_factory.mktemp("ship") / "ship.csv")


@pytest.fixture(scope="module")
def without_text(tmp_path_factory):
    """The same table without its text, whose components take most of the time."""
    return written(passengers(text=False), tmp_path_factory.mktemp("ship") / "ship.csv")


@pytest.fixture(scope="module")
def model(ship):
    return trained(ship, "survived")


def test_every_column_is_accounted_for(model):
    uses = {column.name: column.use for column in model.columns}
    assert uses == {
        "survived": "target",
        "class": "number",
        "sex": "categories: 2",
        "age": "number",
        "fare": "number",
        "harbour": "categories: 3",
        "boarded": "date: year, month, day, total seconds",
        "alone": "number",
        "ship": "dropped: the same value in every row",
        "name": "text: 30 components",
    }
    missing = {column.name: column.n_missing for column in model.columns}
    assert missing["age"] == passengers()["age"].isna().sum() > 0
    assert any("used for classification, as it has two distinct values" in note for note in model.notes)


def test_every_row_is_tested_by_a_model_that_did_not_see_it(model):
    assert len(model.test.y) == model.n_rows
    scores = {score.name: score for score in model.test.scores}
    assert scores["log loss"].value == pytest.approx(log_loss(model.test.y, model.test.outputs))
    assert scores["log loss"].value < scores["log loss"].baseline
    assert scores["error rate"].value == np.mean(model.test.predicted != model.test.y)
    seen = model.pipeline.predict_proba(model.rows.X)
    assert np.abs(seen - model.test.outputs).max() > 0.01


def test_what_matters_comes_first(model):
    importances = {importance.column: importance.value for importance in model.test.importances}
    assert set(importances) == set(model.inputs) - {"ship"}
    assert importances["sex"] > max(importances["boarded"], importances["alone"])


def test_the_same_settings_give_the_same_numbers(ship, model):
    again = trained(ship, "survived")
    np.testing.assert_array_equal(again.test.outputs, model.test.outputs)
    assert record_of(again)["test"] == record_of(model)["test"]
    other = trained(ship, "survived", random_state=1)
    assert (other.test.outputs != model.test.outputs).any()


def test_all_that_the_numbers_depend_on_is_recorded(ship, model):
    settings = record_of(model)["settings"]
    assert settings["test"] == "nested"
    used = settings["parameters"]
    assert used | QUICK == used
    assert used["activation"] == "tanh"
    assert used["tol"] == 1e-5
    assert "n_jobs" not in used
    assert json.loads(json.dumps(settings, allow_nan=False)) == settings
    assert TableSettings.of(settings) == model.settings
    endless = trained(ship, "survived", alpha=1.0, quick={"n_iter_no_change": float("inf")}, test="none")
    again = train(TableSettings.of(json.loads(json.dumps(endless.settings.to_dict(), allow_nan=False))))
    assert again.network.n_iter_no_change == float("inf")
    by_household = trained(ship, "survived", groups="name", quick={"cv": 2}, test="none")
    assert by_household.settings.parameters["cv"] == 2


def test_a_share_held_out_is_not_learned_from(without_text):
    model = trained(without_text, "survived", test="0.25")
    assert len(model.test.y) == 60
    assert len(model.rows) == 180
    assert "held out" in model.test.how


def test_another_file_tests(without_text, tmp_path):
    other = written(passengers(60, seed=5), tmp_path / "other.csv")
    model = trained(without_text, "survived", test=str(other))
    assert len(model.test.y) == 60
    assert len(model.rows) == 240
    written(passengers(60).drop(columns="fare"), other)
    with pytest.raises(InputError, match="has no column 'fare'"):
        trained(without_text, "survived", test=str(other))


@pytest.mark.parametrize("rare", ["a", "pz", "z"])
def test_a_class_of_one_row_keeps_its_place_wherever_it_sorts(tmp_path, rare):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(80, 2)), columns=["matters", "noise"])
    frame["y"] = np.where(frame["matters"] > 0, "p", "q")
    frame.loc[17, "y"] = rare
    model = trained(written(frame, tmp_path / "rare.csv"), "y")
    assert model.test.outputs.shape == (80, 3)
    assert model.notes == (f"class {rare!r} has only 1 row, so its scores are unreliable",)
    # were its probability taken for another class's, shuffling what matters would help
    importances = {importance.column: importance.value for importance in model.test.importances}
    assert importances["matters"] > 0.5
    assert abs(importances["noise"]) < 0.1
    assert np.mean(model.test.predicted == model.test.y) > 0.9


def test_a_test_that_would_learn_from_one_class_is_refused_before_training(tmp_path):
    frame = passengers(60, text=False).assign(survived=[1] + 59 * [0])
    path = written(frame, tmp_path / "ship.csv")

    def watch(stage, progress):
        raise AssertionError("training has begun")

    with pytest.raises(InputError, match=r"few rows of classes other than 0 .* use --test none"):
        train(TableSettings(data=str(path), target="survived", parameters=QUICK), watch)


def test_a_weight_for_one_class_is_enough_even_if_a_part_has_none_of_it(tmp_path):
    frame = passengers(60, text=False).assign(survived=["late"] + 29 * ["no"] + 30 * ["yes"])
    path = written(frame, tmp_path / "ship.csv")
    model = trained(path, "survived", quick={"class_weight": {"late": 5}})
    assert model.network.class_weight == {"late": 5.0, "no": 1.0, "yes": 1.0}
    assert len(model.test.y) == 60


def test_numbers_are_regressed(tmp_path):
    model = trained(written(diabetes(), tmp_path / "d.csv"), "target")
    assert model.target.task == "regression"
    scores = {score.name: score for score in model.test.scores}
    assert scores["root mean squared error"].value < 0.8 * scores["root mean squared error"].baseline
    residuals = model.test.y - model.test.outputs
    assert scores["root mean squared error"].value == pytest.approx(np.sqrt(np.mean(residuals**2)))
    assert scores["R²"].value > 0.35


def test_names_of_classes_are_kept(tmp_path):
    model = trained(written(wine(), tmp_path / "w.csv"), "cultivar", test="none")
    assert model.pipeline.classes_.tolist() == ["first", "second", "third"]
    assert model.test is None


def test_lambda_can_be_given(without_text):
    model = trained(without_text, "survived", alpha=2.0, quick={"hidden_layer_sizes": [3], "solver": "lbfgs"})
    assert model.alpha == 2.0
    assert model.path is None
    assert path_table(model) is None
    assert model.test.how.startswith("training repeated 5 times")


def test_columns_have_the_roles_they_are_given(tmp_path):
    frame = passengers(120, text=False)
    frame["w"], frame["household"] = np.arange(120) % 3, np.arange(120) // 4
    path = written(frame, tmp_path / "ship.csv")
    model = trained(
        path, "survived", drop=("ship",), categorical=("class",), sample_weight="w", groups="household", test="none"
    )
    uses = {column.name: column.use for column in model.columns}
    assert uses["ship"] == "dropped: as requested"
    assert uses["class"] == "categories: 3"
    assert uses["w"] == "sample weight"
    assert uses["household"] == "group, kept in one fold"
    assert not {"w", "household", "ship", "survived"} & set(model.inputs)
    # a row of weight zero is as good as not there
    frame.loc[frame["w"] == 0, "survived"] = 1 - frame["survived"]
    other = trained(
        written(frame, path),
        "survived",
        drop=("ship",),
        categorical=("class",),
        sample_weight="w",
        groups="household",
        test="none",
    )
    assert other.alpha == pytest.approx(model.alpha)
    np.testing.assert_allclose(other.network.coefs_[0], model.network.coefs_[0], rtol=1e-5, atol=1e-5)


def test_the_numbers_of_rows_without_a_name_are_no_column(tmp_path):
    frame = passengers(100, text=False)
    frame.to_csv(tmp_path / "ship.csv")
    model = trained(tmp_path / "ship.csv", "survived", test="none")
    assert model.columns[0].use == "dropped: unnamed row numbers"


def test_rows_without_a_target_are_left_out_and_said(tmp_path):
    frame = passengers(100, text=False).astype({"survived": "Float64"})
    frame.loc[:4, "survived"] = pd.NA
    model = trained(written(frame, tmp_path / "ship.csv"), "survived", test="none")
    assert len(model.rows) == 95
    assert "5 of 100 rows have no 'survived' and were left out" in model.notes


def test_the_table_of_the_path_has_a_row_for_each_size_and_strength(without_text):
    model = trained(without_text, "survived", quick={"hidden_layer_sizes": [[], [2], [4]], "path": "full"}, test="none")
    table = path_table(model)
    assert len(table) == 18
    assert table["hidden_layer_sizes"].unique().tolist() == ["none", "2", "4"]
    assert table["chosen"].sum() == 1
    chosen = table[table["chosen"]].iloc[0]
    assert chosen["alpha"] == model.alpha
    assert chosen["cv_mean"] == table["cv_mean"].min()


def test_large_tables_are_followed_less_closely_and_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("ridgenet._defaults.LARGEST_FOR_LBFGS", 100)
    path = written(passengers(150, text=False), tmp_path / "ship.csv")
    model = train(TableSettings(data=str(path), target="survived", test="none", parameters={"cv": 2}))
    assert model.network.n_alphas == 30
    assert model.network.cv == 2
    assert any("hidden_layer_sizes=((), (16,)), n_alphas=30, n_restarts=2" in note for note in model.notes)


def test_columns_of_large_tables_without_an_effect_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr("ridgenet._defaults.LARGEST_FOR_LBFGS", 1_000)
    rng = np.random.default_rng(0)
    n = 2_000
    frame = pd.DataFrame(rng.normal(size=(n, 3)), columns=["sine", "noise", "linear"])
    frame["kind"], frame["colour"] = rng.choice(list("abcde"), n), rng.choice(["red", "blue", "green"], n)
    frame["y"] = np.sin(3 * frame["sine"]) + frame["linear"] + (frame["colour"] == "red") + 0.3 * rng.normal(size=n)
    model = train(TableSettings(data=str(written(frame, tmp_path / "t.csv")), target="y", test="0.2"))
    uses = {column.name: column.use for column in model.columns}
    assert uses["noise"] == uses["kind"] == "dropped: no effect on unseen rows was found"
    assert set(model.inputs) == {"sine", "linear", "colour"}
    assert model.test.scores[0].value < 0.5
    out = tmp_path / "out"
    save(model, out)
    frame[["sine", "linear", "colour"]].to_csv(tmp_path / "new.csv", index=False)
    predict_file(out / "model.skops", tmp_path / "new.csv", tmp_path / "predicted.csv")
    predicted = pd.read_csv(tmp_path / "predicted.csv")["predicted_y"]
    np.testing.assert_allclose(predicted, model.pipeline.predict(frame), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"target": "nothing"}, "no column is called 'nothing'; the columns are survived, class, sex"),
        ({"drop": ("nothing",)}, "no column is called 'nothing'"),
        ({"sample_weight": "sex"}, "column 'sex' holds text; weights must be numbers"),
        ({"sample_weight": "age"}, "the weight is missing"),
        ({"quick": {"n_layers": 3}}, "RidgeNetClassifierCV has no parameter 'n_layers'; the parameters are"),
        ({"quick": {"selection": "magic"}}, "--selection must be one of '1se', 'evidence', 'loo', 'min'; got 'magic'"),
        ({"quick": {"scoring": "acuracy"}}, "--scoring: scikit-learn has no scorer 'acuracy'; did you mean accuracy"),
        ({"quick": {"cv": 1}}, "--folds (cv) must be a whole number of 2 or more; got 1"),
        ({"quick": {"n_jobs": 0}}, "--jobs (n_jobs) must not be 0; -1 uses all cores"),
        ({"quick": {"n_restarts": 0}}, "--restarts (n_restarts) must be a whole number of 1 or more; got 0"),
        ({"quick": {"tol": -1}}, "tol must be 0 or more; got -1"),
        ({"quick": {"alpha_min_ratio": 2}}, "alpha_min_ratio must be above 0 and below 1; got 2"),
        ({"quick": {"standardize": "perhaps"}}, "standardize must be true or false; got 'perhaps'"),
        (
            {"alpha": 1.0, "quick": {"batch_size": 0}},
            "batch_size must be 'auto', or a whole number of 1 or more; got 0",
        ),
        ({"alpha": 1.0, "quick": {"dropout": 1.5}}, "dropout must be 0 or more and below 1; got 1.5"),
        (
            {"quick": {"class_weight": {"maybe": 2}}},
            "class_weight names an unknown class, 'maybe'; the classes are",
        ),
        ({"quick": {"alphas": "weak"}}, "--alphas must be a list; got 'weak'"),
        ({"quick": {"cv": 300}}, "300 folds need at least as many samples"),
        ({"quick": {"cv": 200}, "test": "none"}, "every class has fewer than 200 rows, one for each fold"),
        ({"quick": {"cv": 4}, "groups": "sex", "test": "none"}, "there are 2 groups, too few for 4 folds"),
        ({"test": "none.csv"}, "none.csv: there is no such file"),
        ({"test": "0.001"}, "--test 0.001 of 240 rows leaves no rows to train or to test on"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(without_text, settings, message):
    settings = dict(settings)
    target = settings.pop("target", "survived")
    with pytest.raises(InputError) as caught:
        trained(without_text, target, **settings)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_column_is_refused_with_what_to_do(tmp_path):
    frame = passengers(50).assign(empty=None)
    with pytest.raises(InputError, match="column 'empty' is empty in all 50 rows; leave it out with --drop 'empty'"):
        trained(written(frame, tmp_path / "ship.csv"), "survived")


@pytest.mark.parametrize("test", ["auto", "0.3", "none"])
def test_columns_that_never_vary_are_refused(tmp_path, test):
    frame = pd.DataFrame({"a": 1, "b": "x", "y": np.arange(60) % 2})
    with pytest.raises(InputError, match=r"t\.csv: all columns except the target are constant"):
        trained(written(frame, tmp_path / "t.csv"), "y", test=test)


def test_columns_that_do_not_vary_where_it_is_learned_from_are_refused(tmp_path):
    path = written(pd.DataFrame({"a": [1, 2], "y": [0, 1]}), tmp_path / "t.csv")
    with pytest.raises(InputError, match="all columns except the target are constant in the training rows"):
        trained(path, "y", test="0.5", alpha=1.0)


def test_ctrl_c_during_the_test_keeps_the_model(without_text):
    def stop(stage, progress):
        if "part 2" in stage:
            raise KeyboardInterrupt

    model = train(TableSettings(data=str(without_text), target="survived", parameters=QUICK), stop)
    assert "interrupted after 1" in model.test.how
    assert model.test_was_interrupted
    assert "the test was interrupted by Ctrl-C after 1 of 5 parts; the model is complete" in record_of(model)["notes"]
    assert len(model.test.y) == 48
    assert model.pipeline.predict(model.rows.X).shape == (240,)


def test_ctrl_c_during_the_test_on_rows_held_out_keeps_the_model(without_text):
    def stop(stage, fraction):
        if "other models" in stage and fraction:
            raise KeyboardInterrupt

    model = train(TableSettings(data=str(without_text), target="survived", test="0.2", parameters=QUICK), None, stop)
    assert model.test is None
    assert model.test_was_interrupted
    assert "interrupted by Ctrl-C before the end of the test; the model is complete" in " ".join(
        record_of(model)["notes"]
    )


def test_stages_are_announced_from_their_beginning_to_their_end(without_text, tmp_path):
    announced = {}

    def note(stage, fraction):
        announced.setdefault(stage, []).append(fraction)

    model = train(TableSettings(data=str(without_text), target="survived", test="0.2", parameters=QUICK), None, note)
    save(model, tmp_path / "out", note)
    assert list(announced) == [
        "reading the table", "the path: preparing the columns", "test on unseen rows, also of other models",
        "report and pictures",
    ]  # fmt: skip
    for fractions in list(announced.values())[2:]:
        assert fractions == sorted(fractions)
        assert (fractions[0], fractions[-1]) == (0.0, 1.0)
