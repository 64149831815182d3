"""compare and check-gradient, in processes of their own, as a user runs them."""

import json
import os
import pty
import re
import signal
import subprocess
import sys

import pytest
from forked_commands import COMMAND, ridgenet
from PIL import Image

from ridgenet import RidgeNetClassifier, save_model

GOOD_CSV = "height,weight,kind\n" + "".join(f"{i % 7},{i % 5},{'ab'[i % 7 > 3]}\n" for i in range(40))


def test_compare_prints_a_table_and_writes_pictures_and_numbers(tmp_path):
    done = ridgenet("compare", "--epochs", 200, "--out", "results", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "moons: 200 samples, 2 columns" in done.stdout
    assert "λ (alpha) is divided by the size of the batch" in done.stdout
    header = next(line for line in done.stdout.splitlines() if "test error" in line)
    assert re.split(r"\s{2,}", header.strip()) == [
        "λ", "train error", "test error", "data loss", "L2 penalty", "Σ‖W‖²", "max |w|", "seconds", "updates/s",
    ]  # fmt: skip
    for name in ("boundary.png", "objective.png", "weights.png"):
        with Image.open(tmp_path / "results" / name) as picture:
            assert picture.width >= 900
            assert len(picture.convert("RGB").getcolors(1 << 24)) > 50
    record = json.loads((tmp_path / "results" / "result.json").read_text())
    assert record["settings"]["penalty_scaling"] == "batch"
    assert record["data"]["source"] == {"name": "moons", "n_samples": 200, "noise": 0.3, "random_state": 6}
    assert [fit["alpha"] for fit in record["fits"]] == [0, 0.01]
    table = [line.split()[0] for line in done.stdout.splitlines() if re.match(r"\s*[\d.]+\s+[\d.]+%", line)]
    assert table == ["0", "0.01"]


def test_every_option_reaches_the_result(tmp_path):
    done = ridgenet(
        "compare", "spirals", "--samples", 60, "--noise", 0.1, "--alphas", "0,0.1,1", "--hidden", "6,4",
        "--activation", "relu", "--init", "he", "--batch-size", 10, "--step", 0.05, "--epochs", 20,
        "--penalty-scaling", "dataset", "--standardize", "--seed", 9, "-o", "out", folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "out" / "result.json").read_text())
    assert record["settings"] == {
        "alphas": [0, 0.1, 1], "hidden_layer_sizes": [6, 4], "activation": "relu", "init": "he", "batch_size": 10,
        "learning_rate_init": 0.05, "n_epochs": 20, "penalty_scaling": "dataset", "test_size": 0.3, "random_state": 9,
    }  # fmt: skip
    assert record["data"]["source"] == {"name": "spirals", "n_samples": 60, "noise": 0.1, "random_state": 9}
    assert record["data"]["standardize"]
    assert record["fits"][0]["layer_sizes"] == [2, 6, 4, 1]
    assert record["fits"][0]["n_updates"] == 20 * 6


@pytest.mark.parametrize("name", ["circles", "xor", "blobs", "breast_cancer", "iris", "wine"])
def test_every_built_in_data_set_runs(tmp_path, name):
    done = ridgenet("compare", name, "--epochs", 30, "--step", 0.1, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "ridgenet-results" / "boundary.png").exists()


def test_a_csv_file_runs(tmp_path):
    (tmp_path / "people.csv").write_text(GOOD_CSV)
    done = ridgenet("compare", "people.csv", "--target", "kind", "--epochs", 50, "--hidden", "none", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "ridgenet-results" / "result.json").read_text())
    assert record["data"]["feature_names"] == ["height", "weight"]
    assert record["data"]["classes"] == ["a", "b"]
    assert record["data"]["n_train"] == 28
    assert "30% held out for testing, columns standardised" in done.stdout


def test_a_large_batch_is_noted(tmp_path):
    done = ridgenet("compare", "--batch-size", 500, "--epochs", 10, folder=tmp_path)
    assert done.returncode == 0
    assert done.stderr == "note: batch_size=500 is larger than the 200 training samples; each batch uses all of them\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mooons"], "unknown data set 'mooons'; use one of moons, circles, .* or a CSV file"),
        (["none.csv", "--target", "y"], "none.csv: there is no such file"),
        (["people.csv"], "people.csv: which column is the target.* height, weight, kind"),
        (["people.csv", "--target", "species"], "people.csv: no column is called 'species'"),
        (["people.csv", "--target", "height"], "people.csv: column 'kind' holds text"),
        (["people.csv", "--target", "kind", "--noise", "1"], "--samples and --noise are for generated data"),
        (["gaps.csv", "--target", "y"], "gaps.csv: column 'x', row 2: the value is missing"),
        (["one.csv", "--target", "y"], "one.csv: the target has only one class"),
        (["--target", "y"], "--target and --drop are for files; moons is a built-in data set"),
        (["--alphas", "-1"], r"λ \(alpha\) must be 0 or more, and finite; got -1"),
        (["--alphas", "0,x"], "--alphas takes numbers separated by commas.*'0,x'"),
        (["--hidden", "8;4"], "--hidden takes sizes such as 8 or 16,8, or none; got '8;4'"),
        (["--hidden", "0"], "layer sizes must be positive"),
        (["--activation", "sine"], "activation must be one of"),
        (["--penalty-scaling", "both"], "penalty_scaling must be 'batch' or 'dataset'"),
        (["--epochs", "0"], "n_epochs must be 1 or more"),
        (
            ["--alphas", "0,100"],
            r"diverged at epoch \d+ with λ \(alpha\) = 100 and learning rate \(learning_rate_init\) 1: .* such as 0.1",
        ),
        (["--out", "people.csv"], "people.csv: results cannot be written there"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(tmp_path, arguments, message):
    (tmp_path / "people.csv").write_text(GOOD_CSV)
    (tmp_path / "gaps.csv").write_text("x,y\n1,0\n,1\n")
    (tmp_path / "one.csv").write_text("x,y\n1,0\n2,0\n")
    done = ridgenet("compare", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert re.fullmatch(f"ridgenet: error: .*{message}.*\n", done.stderr)
    assert not list(tmp_path.rglob("*.png"))
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize("arguments", [["--epochs", "many"], ["--colour", "red"], ["moons", "circles"]])
def test_a_command_line_that_cannot_be_parsed_is_exit_code_2(tmp_path, arguments):
    done = ridgenet("compare", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


class Terminal:
    """A command behind a pseudo-terminal, as a person sees it."""

    def __init__(self, *arguments, folder):
        self._leader, follower = pty.openpty()
        environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "120"}
        self.process = subprocess.Popen(
            [COMMAND, *map(str, arguments)], cwd=folder, stdout=follower, stderr=follower, env=environment
        )
        os.close(follower)
        self._seen = b""

    def read_until(self, pattern=None):
        """Return all that was shown, once something like `pattern` is among it or the command has ended."""
        while pattern is None or not re.search(pattern, self._seen.decode(errors="ignore")):
            try:
                piece = os.read(self._leader, 65536)
            except OSError:  # how Linux says that the other side has closed
                piece = b""
            if not piece:
                break
            self._seen += piece
        return self._seen.decode(errors="ignore")


def test_on_a_terminal_there_are_bars_and_a_framed_table(tmp_path):
    terminal = Terminal("compare", "--epochs", 20000, folder=tmp_path)
    shown = terminal.read_until()
    assert terminal.process.wait(timeout=60) == 0
    assert "20000/20000" in shown
    assert "Effect of the penalty" in shown
    assert "┃" in shown


def test_ctrl_c_keeps_the_finished_part_and_marks_it(tmp_path):
    terminal = Terminal("compare", "--epochs", 10**8, "--alphas", "0.01,1", folder=tmp_path)
    # an epoch is done
    assert "λ = 0.01" in terminal.read_until(r"[1-9]\d*/100000000")
    terminal.process.send_signal(signal.SIGINT)
    shown = terminal.read_until()
    assert terminal.process.wait(timeout=60) == 130
    assert re.search(r"note: interrupted: λ = 0\.01 stopped after [\d,]+ epochs; not trained: λ = 1", shown)
    record = json.loads((tmp_path / "ridgenet-results" / "result.json").read_text())
    assert record["interrupted"]
    assert len(record["fits"]) == 1
    assert record["fits"][0]["n_updates"] > 0


def test_check_gradient_prints_rows_by_layer_and_a_verdict(tmp_path):
    done = ridgenet(
        "check-gradient", "--hidden", "4,3", "--loss", "multinomial_log_loss", "--outputs", 3, folder=tmp_path
    )
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert len(lines) == 1 + 6 + 1
    assert lines[1].split()[:3] == ["1", "weights", "8"]
    assert lines[-1].startswith("The gradient is correct: largest relative error")
    refused = ridgenet("check-gradient", "--activation", "sine", folder=tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("ridgenet: error: activation must be one of")


def test_help_names_what_can_be_asked_and_loads_no_compiler(tmp_path):
    done = ridgenet("compare", "--help", folder=tmp_path)
    assert done.returncode == 0
    for word in ("--target", "--alphas", "small_normal", "breast_cancer", "relu"):
        assert word in done.stdout
    for command in ([], ["compare"], ["fit"], ["path"], ["predict"]):
        loaded = imported_by(*command, "--help", folder=tmp_path)
        assert not loaded & {"numba", "matplotlib", "sklearn", "pandas", "pyarrow", "scipy", "skrub", "skops"}


def imported_by(*arguments, folder):
    """Return the modules that a command imports, in a process of its own."""
    code = (
        "import atexit, sys; from ridgenet.cli import main; "
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_compare_imports_what_it_trains_and_draws_with_and_nothing_else(tmp_path):
    loaded = imported_by("compare", "--epochs", 5, folder=tmp_path)
    assert {"ridgenet._compare", "matplotlib.figure"} <= loaded
    unused = {"sklearn", "pandas", "pyarrow", "scipy.optimize", "scipy.special", "scipy.stats", "skrub", "skops"}
    # pyplot is imported by matplotlib itself when it looks for a window system
    assert not loaded & (unused | {"matplotlib.pyplot", "ridgenet.estimators", "ridgenet.path", "ridgenet.table"})


def test_inspect_imports_neither_the_training_nor_the_preprocessing_of_tables(tmp_path):
    X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1]
    save_model(RidgeNetClassifier((2,), random_state=0, max_iter=5, tol=1.0).fit(X, y), tmp_path / "model.skops")
    loaded = imported_by("inspect", "model.skops", folder=tmp_path)
    assert "skops" in loaded
    assert not loaded & {"skrub", "matplotlib", "ridgenet.core", "ridgenet.estimators", "ridgenet.table"}


def test_the_estimators_import_no_optional_package(tmp_path):
    code = "import sys; from ridgenet import RidgeNetClassifierCV; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    optional = {"matplotlib", "skrub", "skops", "typer", "dask", "distributed", "onnx", "torch"}
    assert not set(loaded.stdout.split()) & optional


def test_version(tmp_path):
    assert re.fullmatch(r"ridgenet \d+\.\d+\.\d+\n", ridgenet("--version", folder=tmp_path).stdout)
