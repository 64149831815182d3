"""The commands in a shell: completion, colours, closed pipes and signals."""

import os
import re
import signal
import subprocess
import time

import pandas as pd
import pytest
from forked_commands import COMMAND, installed
from tables_of_tests import diabetes, wine, written

from ridgenet._table_settings import TableSettings
from ridgenet.formulas import ACTIVATIONS
from ridgenet.page.report._saving import save
from ridgenet.table._training import train

QUICK = ("--n-alphas", 6, "--restarts", 1, "--folds", 3)


def test_no_colour_is_printed_where_none_is_wanted(tmp_path):
    written(wine(), tmp_path / "wine.csv")
    environment = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1"}
    done = installed("path", "wine.csv", "-t", "cultivar", *QUICK, "--test", "none", folder=tmp_path, env=environment)
    # bold and italic are no colours
    assert re.search(r"\x1b\[(?:[39]\d|38)", done.stdout) is None
    assert "\x1b[1m" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(tmp_path, shell):
    environment = {**os.environ, "_RIDGENET_COMPLETE": f"source_{shell}"}
    done = installed(folder=tmp_path, env=environment)
    assert "ridgenet" in done.stdout.lower()
    assert "complete" in done.stdout.lower() or "compdef" in done.stdout.lower()


@pytest.fixture(scope="module")
def of_diabetes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ends")
    data = written(diabetes(), folder / "data.csv")
    model = train(TableSettings(str(data), "target", alpha=1.0, test="none"))
    save(model, folder / "out")
    pd.concat([diabetes()] * 1000).to_csv(folder / "large.csv", index=False)
    return folder


def wait_for(condition, what):
    until = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.02)


@pytest.mark.skipif(os.name != "posix", reason="signals and pipes are others elsewhere")
def test_a_closed_pipe_is_a_quiet_end(of_diabetes):
    for command in (("predict", "out/model.skops", "large.csv"), ("inspect", "out/model.skops")):
        process = subprocess.Popen(
            [COMMAND, *command], cwd=of_diabetes, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if command[0] == "predict":
            assert process.stdout.readline().startswith("age,")
        process.stdout.close()
        assert process.stderr.read() == ""
        process.stderr.close()
        assert process.wait(60) == 141


@pytest.mark.skipif(os.name != "posix", reason="signals and pipes are others elsewhere")
def test_a_terminated_prediction_leaves_nothing(of_diabetes, tmp_path):
    (tmp_path / "spool").mkdir()
    with (of_diabetes / "large.csv").open("rb") as rows, subprocess.Popen(
        [COMMAND, "predict", of_diabetes / "out" / "model.skops", "-", "-o", "out.csv", "-q"], cwd=tmp_path,
        stdin=rows, env={**os.environ, "TMPDIR": str(tmp_path / "spool")},
    ) as process:  # fmt: skip
        # the output is opened first, and then its input copied
        wait_for(
            lambda: list(tmp_path.glob(".out.csv.*")) and list((tmp_path / "spool").glob("ridgenet-*")),
            "predictions were not begun, or their input not copied",
        )
        process.terminate()
        assert process.wait(60) == -signal.SIGTERM
    assert [path.name for path in tmp_path.rglob("*")] == ["spool"]


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("path --selection ", {"min", "1se", "loo", "evidence"}),
        ("path --task c", {"classification"}),
        ("path --scoring neg_brier", {"neg_brier_score"}),
        ("fit --solver a", {"auto", "adam"}),
        ("fit --activation s", {name for name in ACTIVATIONS if name.startswith("s")}),
        ("predict --unseen ", {"refuse", "ignore"}),
        ("compare --penalty-scaling b", {"batch"}),
    ],
)
def test_shells_complete_values(tmp_path, typed, completed):
    words = {"COMP_WORDS": f"ridgenet {typed}", "COMP_CWORD": "3", "_RIDGENET_COMPLETE": "complete_bash"}
    assert set(installed(folder=tmp_path, env={**os.environ, **words}).stdout.split()) == completed
