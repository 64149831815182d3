"""Settings as data, from options and from files."""

import json
from pathlib import Path

import pytest

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings, read_config
from ridgenet.table._rerun import Rerun, rerun


def test_settings_come_back_from_json(tmp_path):
    settings = TableSettings(
        data="a.csv", target="y", drop=("b",), parameters={"hidden_layer_sizes": [4], "selection": "1se"}
    )
    (tmp_path / "result.json").write_text(json.dumps({"settings": settings.to_dict(), "alpha": 3}))
    assert TableSettings.of(read_config(tmp_path / "result.json")) == settings


def test_settings_are_read_from_toml(tmp_path):
    (tmp_path / "run.toml").write_text('data = "a.csv"\ntarget = "y"\ntest = "0.3"\n[parameters]\nn_alphas = 7\n')
    settings = TableSettings.of(read_config(tmp_path / "run.toml"))
    assert settings.parameters == {"n_alphas": 7}
    assert settings.test_share == 0.3


def test_one_name_is_a_list_of_one():
    settings = TableSettings.of({"data": "a", "target": "y", "drop": "name", "categorical": ["class", "deck"]})
    assert settings.drop == ("name",)
    assert settings.categorical == ("class", "deck")
    assert TableSettings("a", "y", drop="name") == TableSettings("a", "y", drop=("name",))


@pytest.mark.parametrize("given", [{"na": "NA, -"}, {"na": ["NA", "-"]}])
def test_words_for_missing_values_come_as_a_list_or_with_commas(given, tmp_path):
    settings = TableSettings.of({"data": "a", "target": "y", **given})
    assert settings.reading.na == ("NA", "-")
    (tmp_path / "result.json").write_text(json.dumps({"settings": settings.to_dict()}))
    assert TableSettings.of(read_config(tmp_path / "result.json")) == settings
    assert TableSettings("a", "y", na="").na == ()
    assert TableSettings("a", "y").na is None


def test_files_of_an_earlier_run_are_found_from_anywhere(tmp_path, monkeypatch):
    (tmp_path / "run" / "out").mkdir(parents=True)
    (tmp_path / "run" / "a.csv").write_text("x,y\n")
    settings = {"data": "a.csv", "target": "y", "test": "0.2"}
    (tmp_path / "run" / "out" / "result.json").write_text(json.dumps({"settings": settings, "run_from": ".."}))
    for here, config, expected in (
        ("run", "out/result.json", "a.csv"),
        ("run/out", "result.json", "../a.csv"),
        (".", "run/out/result.json", "run/a.csv"),
    ):
        monkeypatch.chdir(tmp_path / here)
        assert read_config(Path(config)) == {**settings, "data": expected}
    (tmp_path / "a.csv").write_text("another\n")
    monkeypatch.chdir(tmp_path)
    assert read_config(Path("run/out/result.json"))["data"] == "a.csv"


@pytest.mark.parametrize(
    ("data", "folder", "command", "needs"),
    [
        ("a b.csv", "out", "ridgenet path --config result.json -o again", ""),
        ("a b.csv", "/elsewhere", "ridgenet path 'a b.csv' --config result.json -o again", ", with a b.csv next to it"),
        ("/there/a.csv", "/elsewhere", "ridgenet path --config result.json -o again", ""),
        ("-", "out", "ridgenet path - --config result.json -o again < data", ", with the table as standard input"),
    ],
)
def test_results_that_are_handed_on_name_no_folders(data, folder, command, needs):
    assert rerun(TableSettings(data, "y"), Path(folder)) == Rerun(command, needs)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"data": "a", "target": "y", "colour": 1}, "unknown setting 'colour'; the settings are data, target"),
        ({"target": "y"}, "data is not given: name the file"),
        ({"data": "a"}, "target is not given: name --target"),
        ({"data": "a", "target": "y", "task": "clustering"}, "task must be one of"),
        ({"data": "a", "target": "y", "alpha": -1}, "must be 0 or more"),
        ({"data": "a", "target": "y", "test": "1.5"}, "must be between 0 and 1"),
        ({"data": "a", "target": "y", "random_state": -1}, "random_state must be between"),
        ({"data": "a", "target": "y", "random_state": "x"}, "random_state must be a whole number; got 'x'"),
        ({"data": "a", "target": ["y"]}, r"target must be text; got \['y'\]"),
        ({"data": "a", "target": "y", "delimiter": 3}, "delimiter must be text; got 3"),
        ({"data": "a", "target": "y", "alpha": "x"}, r"λ \(alpha\) must be a number; got 'x'"),
        ({"data": "a", "target": "y", "drop": 3}, "of the wrong type"),
        ({"data": "a", "target": "y", "drop": [3]}, "drop must be column names"),
        ({"data": "a", "target": "y", "alpha": 1, "alpha_from": "luck"}, "alpha_from must be one of"),
        ({"data": "a", "target": "y", "decimal": "x"}, "the decimal separator must be"),
        ({"data": "a", "target": "y", "na": 3}, "na must be words for missing values"),
        ({"data": "a", "target": "y", "na": [3]}, "na must be words for missing values"),
    ],
)
def test_settings_that_mean_nothing_are_refused(given, message):
    with pytest.raises(InputError, match=message):
        TableSettings.of(given).reading  # noqa: B018


@pytest.mark.parametrize(("name", "content"), [("a.toml", "data = "), ("a.json", "{")])
def test_a_file_that_holds_no_settings_is_refused(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=r"this is not valid (TOML|JSON)"):
        read_config(tmp_path / name)
    with pytest.raises(InputError, match="cannot be read"):
        read_config(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "content",
    ["[1]", '{"settings": 3}', '{"settings": {}, "chosen": 3}', '{"settings": {"data": "a"}, "run_from": 3}'],
)
def test_json_that_is_no_record_of_a_run_is_refused(tmp_path, content):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(InputError, match=r"a\.json: this is not a result\.json of ridgenet"):
        read_config(tmp_path / "a.json", chooses=False)
