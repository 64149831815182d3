"""path, fit, predict, inspect and export on real tables, in processes of their own."""

import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forked_commands import COMMAND, installed, ridgenet
from PIL import Image
from tables_of_tests import diabetes, passengers, wine, written

from ridgenet.cli import main
from ridgenet.cli._training import SELECTIONS, SOLVERS

# for what does not depend on the table
OF_ONE_TABLE = pytest.mark.parametrize("run", ["ship"], indirect=True)
QUICK = ("--n-alphas", 6, "--restarts", 1, "--folds", 3)
TABLES = {"ship": (passengers, "survived"), "wine": (wine, "cultivar"), "diabetes": (diabetes, "target")}
FILES = [
    "boundary.png",
    "card.md",
    "model.skops",
    "path.csv",
    "path.png",
    "report.html",
    "result.json",
    "shrinkage.png",
]


@pytest.fixture(scope="module", params=TABLES)
def run(request, tmp_path_factory):
    make, target = TABLES[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    written(make(), folder / "data.csv")
    done = installed("path", "data.csv", "--target", target, *QUICK, "-o", "out", folder=folder)
    return request.param, folder, done


def test_path_says_what_it_read_chose_and_is_worth(run):
    name, _, done = run
    assert done.returncode == 0, done.stderr
    make, target = TABLES[name]
    assert f"data.csv: {len(make())} rows, {make().shape[1]} columns" in done.stdout
    for column in make().columns:
        assert re.search(rf"^{re.escape(column)}\s", done.stdout, re.MULTILINE)
    assert re.search(r"^λ \(alpha\) = [\d.]+ of \d+ from", done.stdout, re.MULTILINE)
    assert "chosen" in done.stdout
    assert "choice of λ and training repeated 5 times on four fifths" in done.stdout
    assert ("root mean squared error" if target == "target" else "log loss") in done.stdout
    assert "Traceback" not in done.stderr


def test_path_writes_files_that_agree_with_each_other(run):
    name, folder, _ = run
    out = folder / "out"
    expected = [file for file in FILES if name != "diabetes" or file != "boundary.png"]
    assert sorted(path.name for path in out.iterdir()) == expected
    record = json.loads((out / "result.json").read_text())
    table = pd.read_csv(out / "path.csv")
    sizes = table["hidden_layer_sizes"].astype(str).unique().tolist()
    assert sizes == ["-".join(map(str, each)) or "none" for each in record["chosen"]["candidates"]]
    assert sum(record["chosen"]["candidate_weights"]) == pytest.approx(1)
    assert table.loc[table["chosen"], "alpha"].iloc[0] == pytest.approx(record["alpha"])
    assert record["test"]["n_rows"] == record["data"]["n_rows"]
    for picture in out.glob("*.png"):
        with Image.open(picture) as image:
            assert len(image.convert("RGB").getcolors(1 << 24)) > 50
    assert "Predicting" in (out / "report.html").read_text(encoding="utf-8")


def test_predict_adds_columns(run):
    name, folder, _ = run
    make, target = TABLES[name]
    make().drop(columns=target).head(30).to_csv(folder / "new.csv", index=False)
    done = ridgenet("predict", "out/model.skops", "new.csv", "-o", "predictions.parquet", folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "30 rows predicted: predictions.parquet\n"
    frame = pd.read_parquet(folder / "predictions.parquet")
    truth = make()[target].head(30)
    if name == "diabetes":
        assert np.corrcoef(frame["predicted_target"], truth)[0, 1] > 0.5
    else:
        assert (frame[f"predicted_{target}"] == truth).mean() > 0.7


def test_predict_reads_a_pipe_and_writes_one(run):
    name, folder, _ = run
    make, target = TABLES[name]
    table = make().drop(columns=target).head(5).to_csv(index=False)
    done = ridgenet("predict", "out/model.skops", "-", folder=folder, input=table)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 6
    assert f",predicted_{target}" in lines[0]


@OF_ONE_TABLE
def test_inspect_says_what_the_model_is(run):
    name, folder, _ = run
    done = ridgenet("inspect", "out/model.skops", folder=folder)
    assert done.returncode == 0, done.stderr
    record = json.loads((folder / "out" / "result.json").read_text())
    assert f"predicts {TABLES[name][1]!r}" in done.stdout
    assert f"λ (alpha) = {record['alpha']:.4g}, chosen by 'min'" in done.stdout
    assert f"trained on {record['data']['n_rows']} rows of data.csv" in done.stdout
    about = json.loads(ridgenet("inspect", "out/model.skops", "--json", folder=folder).stdout)
    assert about["alpha"] == record["alpha"]
    assert about["made_with"]["ridgenet"]


def test_the_written_result_runs_again_to_the_same_numbers(run):
    _, folder, _ = run
    done = ridgenet("path", "--config", "out/result.json", "-o", "again", "-q", folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert (folder / "again" / "path.csv").read_bytes() == (folder / "out" / "path.csv").read_bytes()
    first, second = (json.loads((folder / out / "result.json").read_text()) for out in ("out", "again"))
    assert second["test"] == first["test"]
    assert second["settings"] == first["settings"]


@OF_ONE_TABLE
def test_the_command_of_the_report_runs_where_the_report_is(run):
    _, folder, _ = run
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    command = re.search(r'<pre tabindex="0" id="command">(.*?)</pre>', page)[1]
    environment = {**os.environ, "PATH": f"{Path(COMMAND).parent}:{os.environ['PATH']}"}
    subprocess.run(f"{command} -q", shell=True, check=True, cwd=folder / "out", env=environment, timeout=120)
    assert (folder / "out" / "again" / "path.csv").read_bytes() == (folder / "out" / "path.csv").read_bytes()
    shutil.rmtree(folder / "out" / "again")


@OF_ONE_TABLE
def test_fit_takes_the_strength_and_the_size_that_a_path_chose(run):
    _, folder, _ = run
    done = ridgenet("fit", "--config", "out/result.json", "--test", "none", "-o", "fitted", folder=folder)
    assert done.returncode == 0, done.stderr
    chosen, fitted = (json.loads((folder / out / "result.json").read_text()) for out in ("out", "fitted"))
    assert f"λ (alpha) = {chosen['alpha']:.4g}, chosen by an earlier ridgenet path" in done.stdout
    assert fitted["alpha"] == chosen["alpha"]
    assert fitted["network"]["layer_sizes"] == chosen["network"]["layer_sizes"]
    assert "its default" not in done.stdout
    inspected = ridgenet("inspect", "fitted/model.skops", folder=folder).stdout
    assert "chosen by an earlier ridgenet path" in inspected
    assert "tol=1e-05" in inspected
    (folder / "changed").mkdir()
    changed = pd.read_csv(folder / "data.csv").iloc[1:]
    changed.to_csv(folder / "changed" / "data.csv", index=False)
    options = ("--config", "fitted/result.json", "--alpha", 3, "--json", "-o", "changed")
    record = json.loads(ridgenet("fit", "changed/data.csv", *options, folder=folder).stdout)
    assert record["alpha"] == 3
    assert record["settings"]["alpha_from"] is None
    assert any("not the data of the run" in note for note in record["notes"])


def test_a_default_strength_is_called_one(tmp_path):
    written(wine(), tmp_path / "wine.csv")
    done = ridgenet("fit", "wine.csv", "-t", "cultivar", "--test", "none", folder=tmp_path)
    assert "λ (alpha) = 1, the default" in done.stdout
    assert "ridgenet path chooses λ" in done.stdout
    assert "as given" not in done.stdout
    page = (tmp_path / "ridgenet-results" / "report.html").read_text(encoding="utf-8")
    assert "λ = 1 (alpha), the default" in page


def test_export_writes_a_graph_or_says_why_not(run):
    name, folder, _ = run
    done = ridgenet("export", "out/model.skops", "model.onnx", folder=folder)
    if name == "ship":
        assert done.returncode == 2
        assert "column 'name' holds free text, which cannot be exported" in done.stderr
        assert not (folder / "model.onnx").exists()
        return
    assert done.returncode == 0, done.stderr
    assert re.search(r"model.onnx: its predictions differ from those of the model by at most \d\.\de-\d\d", done.stdout)
    assert (folder / "model.onnx").stat().st_size > 1000


def test_json_is_all_there_is(tmp_path):
    written(wine(), tmp_path / "wine.csv")
    done = ridgenet("path", "wine.csv", "-t", "cultivar", *QUICK, "--json", "--test", "none", folder=tmp_path)
    assert json.loads(done.stdout)["classes"] == ["first", "second", "third"]
    assert done.stderr == ""


def test_fit_takes_a_strength_and_any_parameter(tmp_path):
    written(wine(), tmp_path / "wine.csv")
    done = ridgenet(
        "fit", "wine.csv", "-t", "cultivar", "--alpha", 0.5, "--hidden", "5,3", "--solver", "adam",
        "--set", "max_iter=40", "--set", "tol=0.1", "-s", "learning_rate=cosine",
        "--class-weight", "{first=2,second=1,third=1}", "--test", "0.3", folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "λ (alpha) = 0.5, as given" in done.stdout
    record = json.loads((tmp_path / "ridgenet-results" / "result.json").read_text())
    assert record["network"]["layer_sizes"] == [13, 5, 3, 3]
    given = {
        "hidden_layer_sizes": [5, 3], "solver": "adam", "class_weight": {"first": 2, "second": 1, "third": 1},
        "max_iter": 40, "tol": 0.1, "learning_rate": "cosine",
    }  # fmt: skip
    assert record["settings"]["parameters"] | given == record["settings"]["parameters"]


def test_toml_and_options_go_together(tmp_path):
    written(wine(), tmp_path / "wine.csv")
    (tmp_path / "run.toml").write_text(
        'data = "wine.csv"\ntarget = "cultivar"\ntest = "none"\n[parameters]\nn_alphas = 5\nn_restarts = 1\ncv = 2\n'
    )
    done = ridgenet(
        "path", "--config", "run.toml", "--n-alphas", 4, "--hidden", "none", "--hidden", "3",
        "--selection", "1se", folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "ridgenet-results" / "result.json").read_text())
    given = {"n_alphas": 4, "n_restarts": 1, "cv": 2, "hidden_layer_sizes": [[], [3]], "selection": "1se"}
    assert record["settings"]["parameters"] | given == record["settings"]["parameters"]
    assert "hidden layers: " in done.stdout


BAD = {
    "no file": ("", ("none.csv", "-t", "y"), "none.csv: there is no such file"),
    "empty": ("", ("data.csv", "-t", "y"), "data.csv: the file is empty"),
    "no header": ("1,2\n3,4\n", ("data.csv", "-t", "y"), "the first line holds numbers (1, 2)"),
    "ragged": ("x,y\n1,2\n3\n", ("data.csv", "-t", "y"), "row 2 has 1 cell, but the header has 2"),
    "delimiter": (
        "x:y\n1:2\n",
        ("data.csv", "-t", "y"),
        "the columns are x:y; the delimiter may be a different one: try --delimiter ':'",
    ),
    "encoding": (b"x,y\n\xff,2\n", ("data.csv", "-t", "y"), "row 1, column 'x': this is not UTF-8 text"),
    "twice": ("x,x,y\n1,2,3\n", ("data.csv", "-t", "y"), "columns 1, 2 are all named 'x'"),
    "no target": (
        "x,y\n1,2\n",
        ("data.csv",),
        "data.csv: which column is the target? Name it with --target; the columns are x, y",
    ),
    "no target, nor data": ("", (), "data is not given: name the file"),
    "constant": ("x,y\n1,2\n3,2\n", ("data.csv", "-t", "y"), "the target 'y' is 2 in every row"),
    "empty column": ("x,z,y\n1,,0\n2,,1\n", ("data.csv", "-t", "y"), "column 'z' is empty in all 2 rows"),
    "infinite": ("x,y\n1,0\ninf,1\n", ("data.csv", "-t", "y"), "column 'x', row 2: the value is infinite"),
    "too few": ("x,y\n1,0\n2,1\n", ("data.csv", "-t", "y"), "2 rows are too few for a nested test; use --test none"),
    "too few folds": ("x,y\n1,0\n2,1\n", ("data.csv", "-t", "y", "--test", "none"), "5 folds need at least"),
    "option": ("x,y\n1,0\n2,1\n", ("data.csv", "-t", "y", "--set", "tol"), "--set takes NAME=VALUE"),
    "unknown": (
        "x,y\n1,0\n2,1\n",
        ("data.csv", "-t", "y", "--test", "none", "--set", "toll=1"),
        "has no parameter 'toll'",
    ),
    "config": ("", ("--config", "none.toml"), "none.toml: cannot be read"),
}


@pytest.fixture
def refusal(tmp_path, monkeypatch, capsys):
    """Return what a command says that refuses what it is given."""

    def refused(*arguments):
        monkeypatch.chdir(tmp_path)
        # in this process, for a new one spends seconds on its imports
        monkeypatch.setattr("sys.argv", ["ridgenet", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        printed = capsys.readouterr()
        assert printed.err.startswith("ridgenet: error: ")
        assert printed.err.count("\n") == 1
        assert printed.out == ""
        return printed.err

    return refused


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_gets_one_line_and_exit_code_2(tmp_path, name, refusal):
    content, arguments, message = BAD[name]
    (tmp_path / "data.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert message in refusal("path", *arguments)
    assert not list(tmp_path.rglob("*.skops"))


def test_fit_refuses_several_sizes_and_path_chooses_among_them(tmp_path, refusal):
    written(wine(), tmp_path / "wine.csv")
    fit = ("fit", "wine.csv", "-t", "cultivar")
    assert "give one size, or let ridgenet path choose" in refusal(*fit, "--hidden", 4, "--hidden", 8)
    assert "give one size" in refusal(*fit, "--stream", "--set", "hidden_layer_sizes=[[4], [8]]")
    assert "whole numbers of 1 or more; got 'many'" in refusal(*fit, "--set", "hidden_layer_sizes=many")
    helps = {
        name: " ".join(ridgenet(name, "--help", folder=tmp_path).stdout.replace("│", " ").split())
        for name in ("fit", "path")
    }
    assert "the best" not in helps["fit"]
    assert "repeated, the best" in helps["path"]
    assert "(default: 16)" in helps["fit"]


def test_a_folder_where_a_file_is_to_be_written_is_refused_before_training(tmp_path, refusal):
    written(wine(), tmp_path / "wine.csv")
    names = {"path": "report.html", "fit": "model.skops", "compare": "objective.png"}
    for command, name in names.items():
        (tmp_path / command / name).mkdir(parents=True)
        said = refusal(command, "wine.csv", "--target", "cultivar", "-o", command)
        assert f"{command}/{name}: this is a folder" in said
        assert [path.name for path in (tmp_path / command).iterdir()] == [name]


def test_a_graph_is_not_written_over_a_folder(run, refusal):
    _, folder, _ = run
    assert "this is a folder" in refusal("export", folder / "out" / "model.skops", folder)


def test_a_damaged_or_foreign_model_is_refused(tmp_path):
    written(wine(), tmp_path / "wine.csv")
    (tmp_path / "model.skops").write_bytes(b"PK\x03\x04 not really")
    for command in (("predict", "model.skops", "wine.csv"), ("inspect", "model.skops"), ("export", "model.skops", "m")):
        done = ridgenet(*command, folder=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith("ridgenet: error: model.skops: ")
        assert done.stderr.count("\n") == 1


@OF_ONE_TABLE
def test_inspect_warns_of_a_model_that_will_not_be_loaded(run, tmp_path):
    _, folder, _ = run
    content = (folder / "out" / "model.skops").read_bytes()
    with zipfile.ZipFile(folder / "out" / "model.skops") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
        end_of_schema = archive.getinfo("schema.json").header_offset + 200
    damaged = content[:end_of_schema] + bytes(16) + content[end_of_schema + 16 :]
    (tmp_path / "damaged.skops").write_bytes(damaged)
    with zipfile.ZipFile(tmp_path / "hostile.skops", "w") as archive:
        for name, entry in entries.items():
            archive.writestr(
                name, entry.replace(b"RidgeNetClassifierCV", b"Evil").replace(b"RidgeNetRegressorCV", b"Evil")
            )
    for name, why in (("damaged", "it is damaged"), ("hostile", "Evil, which is not trusted")):
        done = ridgenet("inspect", f"{name}.skops", folder=tmp_path)
        assert done.returncode == 0
        assert "trained on" in done.stdout
        assert "warning: this model cannot be used" in done.stderr
        assert why in done.stderr
        assert done.stderr.count("\n") == 1
    assert ridgenet("inspect", "out/model.skops", folder=folder).stderr == ""


def test_choices_that_shells_complete_are_those_that_are_allowed(refusal, tmp_path):
    written(wine(), tmp_path / "wine.csv")
    for command, option, values in (("path", "selection", SELECTIONS), ("fit", "solver", SOLVERS)):
        said = refusal(command, "wine.csv", "-t", "cultivar", f"--{option}", "best")
        assert set(re.findall(r"'(\w+)'", said.split("; got")[0])) == set(values)
