"""Model files and results of every released version are read, with the predictions of the version that wrote them.

A version adds a folder, by data/model_files/write.py.
"""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forked_commands import ridgenet as command

from ridgenet import TableSettings, about_model, load_model
from ridgenet._table_settings import read_config

DATA = Path(__file__).parent / "data" / "model_files"
FOLDERS = sorted(path for path in DATA.iterdir() if re.fullmatch(r"[\d.]+", path.name))
MODELS = [path for folder in FOLDERS for path in sorted(folder.glob("*.skops"))]
ARRAYS = [path for path in MODELS if path.with_suffix(".json").exists()]
TABLES = [path for path in MODELS if path.with_suffix(".csv").exists()]
RECORDS = [path for folder in FOLDERS for path in sorted(folder.glob("*.result.json"))]
CLASSES = {"RidgeNetClassifier", "RidgeNetRegressor", "RidgeNetClassifierCV", "RidgeNetRegressorCV", "Pipeline"}


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


def same(found, expected, dtype):
    """Compare predictions; processors may round differently."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    if expected.dtype.kind == "f":
        tolerance = 1e-9 if dtype == "float64" else 1e-5
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)
    else:
        np.testing.assert_array_equal(found, expected)


def test_each_version_has_a_file_of_each_kind():
    assert "0.2.0" in [folder.name for folder in FOLDERS]
    assert sorted([*ARRAYS, *TABLES]) == MODELS
    for folder in FOLDERS:
        assert {about_model(path)["model"] for path in folder.glob("*.skops")} == CLASSES
        assert {about_model(path)["made_with"]["ridgenet"] for path in folder.glob("*.skops")} == {folder.name}


@pytest.mark.parametrize("path", ARRAYS, ids=name_of)
def test_a_model_predicts_as_when_it_was_saved(path):
    record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    inputs, dtype = record["inputs"], record["dtype"]
    X = pd.DataFrame(inputs) if isinstance(inputs, dict) else np.array(inputs, dtype)
    model = load_model(path)
    assert "predict" in record["predictions"]
    for call, expected in record["predictions"].items():
        same(getattr(model, call)(X), expected, dtype)


@pytest.mark.parametrize("path", TABLES, ids=name_of)
def test_the_model_of_a_table_predicts_as_when_it_was_saved(tmp_path, path):
    done = command("predict", path, path.parent / "rows.csv", "-o", "predictions.csv", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found, expected = (pd.read_csv(file) for file in (tmp_path / "predictions.csv", path.with_suffix(".csv")))
    assert list(found) == list(expected)
    for name in expected:
        same(found[name], expected[name], "float32")


@pytest.mark.parametrize("path", MODELS, ids=name_of)
def test_inspect_reads_a_file(tmp_path, path):
    done = command("inspect", path, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert about_model(path)["model"] in done.stdout or "network" in done.stdout


@pytest.mark.parametrize("path", RECORDS, ids=name_of)
def test_a_run_can_be_repeated_from_its_result(path):
    record = json.loads(path.read_text(encoding="utf-8"))
    settings = TableSettings.of(read_config(path))
    assert settings.target == record["settings"]["target"]
    assert settings.random_state == record["settings"]["random_state"]
    assert dict(settings.parameters) == record["settings"]["parameters"]
