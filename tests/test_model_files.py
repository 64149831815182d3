"""Model files: what was saved comes back, and nothing else does."""

import json
import zipfile

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.datasets import make_moons
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from ridgenet import (
    RidgeNetClassifier,
    RidgeNetClassifierCV,
    RidgeNetRegressor,
    RidgeNetRegressorCV,
    about_model,
    load_model,
    save_model,
)
from ridgenet.errors import InputError

X, y = make_moons(60, noise=0.2, random_state=0)
QUICK = {"n_alphas": 4, "n_restarts": 2, "random_state": 0}
MODELS = {
    "lbfgs": RidgeNetClassifier((4,), random_state=0),
    "adam": RidgeNetClassifier((4,), solver="adam", max_iter=30, tol=0.1, early_stopping=True, random_state=0),
    "regressor": RidgeNetRegressor((4,), random_state=0),
    "float32": RidgeNetRegressor((4,), random_state=0),
    "averaged": RidgeNetClassifierCV((4,), keep=True, **QUICK),
    "lowest": RidgeNetRegressorCV([(), (3,)], average=False, **QUICK),
    "evidence": RidgeNetRegressorCV((3,), selection="evidence", **QUICK),
    "pipeline": make_pipeline(
        make_column_transformer((StandardScaler(), [0]), (OneHotEncoder(handle_unknown="ignore"), [1])),
        RidgeNetClassifier((2,), random_state=0),
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_what_was_saved_comes_back(tmp_path, name):
    inputs = X.astype(np.float32) if name == "float32" else X.round() if name == "pipeline" else X
    model = MODELS[name].fit(inputs, y)
    path = save_model(model, tmp_path / "model.skops")
    again = load_model(path)
    predict = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    expected = getattr(model, predict)(inputs)
    np.testing.assert_array_equal(getattr(again, predict)(inputs), expected)
    assert getattr(again, predict)(inputs).dtype == expected.dtype
    if name == "averaged":
        np.testing.assert_array_equal(again.cv_results_["mean_test_score"], model.cv_results_["mean_test_score"])
        np.testing.assert_array_equal(again.path_.costs, model.path_.costs)
    assert [file.name for file in tmp_path.iterdir()] == ["model.skops"]
    about = about_model(path)
    assert about["model"] == type(model).__name__
    assert about["made_with"]["ridgenet"]


@pytest.fixture
def saved(tmp_path):
    return save_model(RidgeNetClassifier((2,), random_state=0).fit(X, y), tmp_path / "model.skops")


class Hostile:
    """Not of ours: would run code if it were made again."""


def test_a_type_that_is_not_trusted_is_refused_by_name(tmp_path):
    import skops.io

    model = RidgeNetClassifier((2,), random_state=0).fit(X, y)
    model.extra_ = Hostile()
    with pytest.raises(InputError, match="Hostile"):
        save_model(model, tmp_path / "model.skops")
    assert not list(tmp_path.iterdir())
    path = tmp_path / "hostile.skops"
    path.write_bytes(skops.io.dumps(model))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ridgenet.json", json.dumps({"format": 1}))
    with pytest.raises(InputError, match=r"names .*Hostile, which is not trusted"):
        load_model(path)
    assert isinstance(load_model(path, trusted=[f"{Hostile.__module__}.Hostile"]).extra_, Hostile)


def test_files_that_are_no_models(tmp_path, saved):
    text = tmp_path / "text.skops"
    text.write_text("no model")
    other = tmp_path / "other.skops"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("schema.json", "{}")
    half = tmp_path / "half.skops"
    half.write_bytes(saved.read_bytes()[: saved.stat().st_size // 2])
    for path in (text, other, half):
        with pytest.raises(InputError, match=rf"{path.name}: no model file of ridgenet, or a damaged one"):
            load_model(path)
    with pytest.raises(InputError, match="No such file"):
        load_model(tmp_path / "missing.skops")
    with pytest.raises(InputError, match="cannot be written"):
        save_model(RidgeNetClassifier((2,)), tmp_path / "missing" / "model.skops")


def test_damage_inside_is_one_line(tmp_path, saved):
    damaged = tmp_path / "damaged.skops"
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"{}" if name == "schema.json" else source.read(name))
    with pytest.raises(InputError, match=r"damaged\.skops: damaged"):
        load_model(damaged)


def test_a_later_format_says_what_to_do(tmp_path, saved):
    later = tmp_path / "later.skops"
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(later, "w") as target:
        for name in source.namelist():
            about = json.dumps({"format": 2, "made_with": {"ridgenet": "9.0"}})
            target.writestr(name, about if name == "ridgenet.json" else source.read(name))
    with pytest.raises(InputError, match=r"format 2, written by ridgenet 9\.0; .* install a later ridgenet"):
        load_model(later)
