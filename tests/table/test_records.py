"""result.json follows its schema, and the model card says the same."""

import json
from importlib.resources import files

import pytest
from tables_of_tests import diabetes, passengers, wine, written

from ridgenet._table_settings import TableSettings
from ridgenet.page.report._saving import save
from ridgenet.table._training import train

jsonschema = pytest.importorskip("jsonschema")
QUICK = {"n_alphas": 6, "n_restarts": 1, "cv": 3, "hidden_layer_sizes": [3]}
RUNS = {
    "two classes": (lambda: passengers(160, text=False), {"target": "survived", "cost": "1:4", "test": "0.3"}),
    "three classes": (wine, {"target": "cultivar", "test": "nested"}),
    "numbers": (diabetes, {"target": "target", "test": "0.3"}),
    "untested": (diabetes, {"target": "target", "test": "none"}),
    "given strength": (
        diabetes,
        {"target": "target", "alpha": 1.0, "test": "0.3", "parameters": {"hidden_layer_sizes": [3]}},
    ),
    "evidence": (diabetes, {"target": "target", "test": "0.3", "parameters": QUICK | {"selection": "evidence"}}),
    "nothing learned": (lambda: passengers(80, text=False)[["boarded", "age"]].dropna(), {"target": "age"}),
}


@pytest.mark.parametrize("name", RUNS)
def test_results_follow_the_schema(tmp_path, name):
    table, settings = RUNS[name]
    path = written(table(), tmp_path / "t|able`.csv")
    model = train(TableSettings(data=str(path), **{"parameters": QUICK} | settings))
    save(model, tmp_path / "out")
    schema = json.loads((files("ridgenet.table") / "result.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    record = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, schema)
    card = (tmp_path / "out" / "card.md").read_text(encoding="utf-8")
    assert f"# Predicting {model.target.name}" in card
    assert model.sha256 in card
    for score in record["test"]["scores"] if record["test"] else ():
        assert f"| {score['name']} |" in card
    # a table of Markdown has the same number of cells in each line
    for block in card.split("\n\n"):
        lines = [line.replace("\\|", "") for line in block.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1
