"""Model files: what was saved comes back, and nothing else does."""

import copy
import io
import json
import os
import tracemalloc
import zipfile
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.compose import make_column_transformer
from sklearn.datasets import make_moons
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from ridgenet import (
    RidgeNetClassifier,
    RidgeNetClassifierCV,
    RidgeNetRegressor,
    RidgeNetRegressorCV,
    TableSettings,
    about_model,
    load_model,
    save_model,
    train,
)
from ridgenet._errors import InputError

X, y = make_moons(60, noise=0.2, random_state=0)
QUICK = {"n_alphas": 4, "n_restarts": 2, "random_state": 0}
MODELS = {
    "lbfgs": RidgeNetClassifier((4,), random_state=0),
    "adam": RidgeNetClassifier((4,), solver="adam", max_iter=30, tol=0.1, early_stopping=True, random_state=0),
    "regressor": RidgeNetRegressor((4,), random_state=0),
    "float32": RidgeNetRegressor((4,), random_state=0),
    "averaged": RidgeNetClassifierCV((4,), keep=True, **QUICK),
    "lowest": RidgeNetRegressorCV([(), (3,)], average=False, **QUICK),
    "folds in turn": RidgeNetClassifierCV((3,), cv=RepeatedStratifiedKFold(n_splits=2, n_repeats=2), **QUICK),
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
        np.testing.assert_array_equal(again.path_.objectives, model.path_.objectives)
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
    model = RidgeNetClassifier((2,), random_state=0).fit(X, y)
    model.extra_ = Hostile()
    with pytest.raises(InputError, match="Hostile"):
        save_model(model, tmp_path / "model.skops")
    assert not list(tmp_path.iterdir())
    path = tmp_path / "hostile.skops"
    path.write_bytes(skops.io.dumps(model))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ridgenet.json", json.dumps({"format": 1}))
    with pytest.raises(InputError, match=r"contains .*Hostile, which is not trusted"):
        load_model(path)
    assert isinstance(load_model(path, trusted=[f"{Hostile.__module__}.Hostile"]).extra_, Hostile)


def test_other_code_sees_what_skops_trusts():
    assert skops.io.get_untrusted_types(data=skops.io.dumps(StandardScaler())) == []
    assert skops.io.loads(skops.io.dumps(StandardScaler(with_std=False))).with_std is False


def test_files_that_are_no_models(tmp_path, saved):
    text = tmp_path / "text.skops"
    text.write_text("no model")
    other = tmp_path / "other.skops"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("schema.json", "{}")
    half = tmp_path / "half.skops"
    half.write_bytes(saved.read_bytes()[: saved.stat().st_size // 2])
    for path in (text, other, half):
        with pytest.raises(InputError, match=rf"{path.name}: not a model file of ridgenet, or damaged"):
            load_model(path)
    with pytest.raises(InputError, match="No such file"):
        load_model(tmp_path / "missing.skops")
    with pytest.raises(InputError, match="cannot be written"):
        save_model(load_model(saved), tmp_path / "missing" / "model.skops")


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


# what others may have put into a file


def changed(path, source, **entries):
    """Write a model file with other entries: text, or a function of the text that was there."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = entries.get(name.partition(".")[0], lambda text: text)
            new.writestr(name, entry(old.read(name)) if callable(entry) else entry)
    return path


def forged(path, model):
    """Write a model as it is, checked by nobody."""
    path.write_bytes(skops.io.dumps(model))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ridgenet.json", json.dumps({"format": 1}))
    return path


def with_parameters(change):
    def forge(model):
        model._fitted = replace(model._fitted, parameters=change(model._fitted.parameters))

    return forge


def with_sizes(*sizes):
    def forge(model):
        network = copy.copy(model._fitted.network)
        vars(network)["layer_sizes"] = sizes
        model._fitted = replace(model._fitted, network=network)

    return forge


def with_units(**change):
    def forge(model):
        model._fitted = replace(model._fitted, standardizer=replace(model._fitted.standardizer, **change))

    return forge


FORGERIES = {
    "one number short": (with_parameters(lambda p: p[:-1]), r"must have shape \(13,\), not \(12,\)"),
    "one number more": (with_parameters(lambda p: np.append(p, 0.0)), "must have shape"),
    "two dimensions": (with_parameters(lambda p: p[np.newaxis]), "must have shape"),
    "integers": (with_parameters(lambda p: p.astype(np.int64)), "another type"),
    "other bytes": (with_parameters(lambda p: p.astype(">f8")), "another type"),
    "no array": (with_parameters(lambda p: p.tolist()), "another type"),
    "NaN": (with_parameters(lambda p: np.full_like(p, np.nan)), "must be finite"),
    "too wide": (with_sizes(2, 1_000_000, 1), "must have shape"),
    "wide": (with_sizes(2, 1000, 1), "must have shape"),
    "negative": (with_sizes(2, -3, 1), "positive integers"),
    "no whole number": (with_sizes(2, 3.0, 1), "layer sizes must be integers"),
    "another input": (with_sizes(5, 1, 5, 1, 1), "must have shape|each feature"),
    "short units": (with_units(mean=np.zeros(1)), "mean must have shape"),
    "scale of zero": (with_units(scale=np.zeros(2)), "above 0"),
    "more classes": (lambda model: setattr(model, "classes_", np.arange(3)), "each class"),
    "more features": (lambda model: setattr(model, "n_features_in_", 3), "each feature"),
    "no units": (
        lambda model: setattr(model, "_fitted", replace(model._fitted, standardizer=None)),
        "and a standardizer",
    ),
    "no network": (lambda model: vars(model).pop("_fitted"), "no trained network"),
}


@pytest.fixture(scope="module")
def tiny():
    return RidgeNetClassifier((3,), max_iter=20, tol=0.1, random_state=0).fit(X, y)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_network_that_is_not_of_its_shape_is_refused(tmp_path, tiny, name):
    forge, message = FORGERIES[name]
    model = copy.deepcopy(tiny)
    forge(model)
    with pytest.raises(InputError, match=rf"forged\.skops: damaged; it cannot be loaded \(.*({message})"):
        load_model(forged(tmp_path / "forged.skops", model))
    with pytest.raises(InputError, match=r"own\.skops: this model cannot be saved"):
        save_model(model, tmp_path / "own.skops")
    assert not (tmp_path / "own.skops").exists()


def test_a_model_of_another_scikit_learn_that_cannot_be_loaded_says_which(tmp_path, tiny, monkeypatch):
    path = save_model(tiny, tmp_path / "later.skops", about={"made_with": {"scikit-learn": "99.1", "skrub": "99.2"}})
    assert load_model(path).n_iter_ == tiny.n_iter_

    def loads(*_):
        raise AttributeError("no such attribute")

    monkeypatch.setattr("ridgenet.model_files._files.loads", loads)
    with pytest.raises(InputError, match=r"damaged, or needs scikit-learn 99\.1 \(here: \d.*\) and skrub 99\.2 \(here"):
        load_model(path)


def test_the_memory_of_a_rule_and_a_path_are_checked(tmp_path):
    net = RidgeNetClassifier((3,), solver="adam", random_state=0).partial_fit(X, y, classes=[0, 1])
    assert load_model(save_model(net, tmp_path / "adam.skops"))._rule.first.size == 13
    net._rule = net._rule._replace(first=net._rule.first[:-1])
    with pytest.raises(InputError, match="state of the update rule"):
        load_model(forged(tmp_path / "adam.skops", net))
    net = RidgeNetClassifierCV((3,), **QUICK).fit(X, y)
    for change in ({"parameters": net.path_.parameters[:, :, 1:]}, {"n_iter": net.path_.n_iter.astype(float)}):
        other = copy.copy(net)
        other.path_ = replace(net.path_, **change)
        with pytest.raises(InputError, match=r"must have shape|another type"):
            load_model(forged(tmp_path / "path.skops", other))


def nested(depth):
    return b"[" * depth + b"]" * depth


HOSTILE_ABOUT = {
    "infinite format": '{"format": 1e999}',
    "format of text": '{"format": "1"}',
    "format of truth": '{"format": true}',
    "NaN": '{"format": 1, "alpha": NaN}',
    "a list": "[1]",
    "versions in a list": '{"format": 1, "made_with": []}',
    "columns in a list": '{"format": 1, "columns": ["x"]}',
    "another kind of column": '{"format": 1, "columns": {"x": "picture"}}',
    "another target": '{"format": 1, "target": ["y"]}',
    "deep": nested(200_000),
    "no UTF-8": b'{"format": 1, "model": "\xff"}',
    "empty": "",
}


@pytest.mark.parametrize("name", HOSTILE_ABOUT)
def test_what_a_file_says_of_itself_is_checked(tmp_path, saved, name):
    path = changed(tmp_path / "hostile.skops", saved, ridgenet=HOSTILE_ABOUT[name])
    for read in (about_model, load_model):
        with pytest.raises(InputError, match=r"hostile\.skops: not a model file of ridgenet, or damaged") as error:
            read(path)
        assert "\n" not in str(error.value)


def mark(content, offset_in_header, value, *, central=46):
    """Set two bytes in the headers of all entries, which stand before each and in the directory at the end."""
    content = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", offset_in_header), (b"PK\x01\x02", offset_in_header + 2)):
        place = content.find(signature)
        while place >= 0:
            content[place + offset : place + offset + 2] = value.to_bytes(2, "little")
            place = content.find(signature, place + 4)
    return bytes(content)


@pytest.mark.parametrize(("offset", "value"), [(6, 1), (8, 99)], ids=["encrypted", "method 99"])
def test_entries_that_cannot_be_unpacked_are_one_line(tmp_path, saved, offset, value):
    path = tmp_path / "marked.skops"
    path.write_bytes(mark(saved.read_bytes(), offset, value))
    with pytest.raises(InputError, match=r"marked\.skops: not a model file of ridgenet, or damaged"):
        load_model(path)


def test_flipped_bytes_are_one_line_or_do_no_harm(tmp_path, saved):
    content, rng = saved.read_bytes(), np.random.default_rng(0)
    path, expected = tmp_path / "flipped.skops", load_model(saved).predict_proba(X)
    for _ in range(60):
        place = rng.integers(len(content))
        path.write_bytes(content[:place] + bytes([content[place] ^ (1 << rng.integers(8))]) + content[place + 1 :])
        # any other error than this one fails the test
        with suppress(InputError):
            np.testing.assert_array_equal(load_model(path).predict_proba(X), expected)


def peak_of(run):
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["ridgenet", "schema"])
@pytest.mark.parametrize("content", [b" " * 50_000_000, b"[" + b"[]," * 2_000_000 + b"1]"], ids=["blanks", "lists"])
def test_a_small_file_takes_little_memory(tmp_path, saved, name, content):
    path = changed(tmp_path / "bomb.skops", saved, **{name: content})
    assert path.stat().st_size < 100_000
    assert peak_of(lambda: load_model(path)) < 40_000_000


def test_arrays_are_of_the_size_that_they_say_and_of_a_reasonable_one(tmp_path, saved, tiny):
    header = saved.read_bytes()
    with zipfile.ZipFile(saved) as archive:
        first = next(name for name in archive.namelist() if name.endswith(".npy")).partition(".")[0]
    liar = io.BytesIO()
    np.lib.format.write_array_header_1_0(liar, {"descr": "<f8", "fortran_order": False, "shape": (10**11,)})
    path = changed(tmp_path / "liar.skops", saved, **{first: liar.getvalue()})
    with pytest.raises(InputError, match="has another size than its header says"):
        load_model(path)
    zeros = io.BytesIO()
    np.save(zeros, np.zeros(12_000_000))
    path = changed(tmp_path / "zeros.skops", saved, **{first: zeros.getvalue()})
    assert peak_of(lambda: load_model(path)) < 1_000_000
    # an entry that is named a thousand times is read a thousand times
    np.save(zeros := io.BytesIO(), np.zeros(1_000_000))
    again = {"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode", "type": "numpy"}

    def repeated(text):
        schema = json.loads(text)
        nodes = [{**again, "file": f"{first}.npy", "__id__": k} for k in range(1000)]
        return json.dumps({**schema, "more": nodes})

    path = changed(tmp_path / "named.skops", saved, schema=repeated, **{first: zeros.getvalue()})
    with pytest.raises(InputError, match="more than any model"):
        load_model(path)
    assert header == saved.read_bytes()


def test_what_a_model_holds_often_is_written_once(tmp_path, tiny):
    model = copy.deepcopy(tiny)
    model.words_ = [f"word {k}" for k in range(500)]
    once = save_model(model, tmp_path / "once.skops").stat().st_size
    model.lists_ = [model.words_] * 50
    often = save_model(model, tmp_path / "often.skops")
    assert often.stat().st_size < 1.1 * once
    again = load_model(often)
    assert again.lists_ == model.lists_
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def own(X):
    return X + 1


def test_a_pipeline_with_code_of_ones_own_is_refused_in_one_line(tmp_path):
    for step in (FunctionTransformer(own), FunctionTransformer(lambda X: X), FunctionTransformer(partial(own))):
        model = make_pipeline(step, RidgeNetClassifier((2,), random_state=0)).fit(X, y)
        with pytest.raises(InputError, match=r"m\.skops: ") as error:
            save_model(model, tmp_path / "m.skops")
        assert "\n" not in str(error.value)
    with pytest.raises(InputError, match="about must contain plain values"):
        save_model(model[-1], tmp_path / "m.skops", {"when": object()})
    assert not list(tmp_path.iterdir())


def test_what_is_no_file_is_not_read(tmp_path):
    with pytest.raises(InputError, match="this is a folder"):
        load_model(tmp_path)
    if os.path.exists("/dev/zero"):
        with pytest.raises(InputError, match="this is not a file"):
            load_model("/dev/zero")


def test_preprocessing_that_is_not_finite_is_refused(tmp_path):
    frame = pd.DataFrame({"size": [1.0, None, 3.0] * 20, "y": np.arange(60.0)})
    frame.to_csv(tmp_path / "data.csv", index=False)
    settings = TableSettings(str(tmp_path / "data.csv"), "y", alpha=1.0, test="none")
    pipeline = train(settings).pipeline
    pipeline["columns"].encodings_["size"].medians[:] = np.nan
    # what is saved is checked as what is loaded
    with pytest.raises(InputError, match="medians of Numbers must be finite"):
        save_model(pipeline, tmp_path / "model.skops")
