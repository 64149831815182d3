"""Ctrl-C at any moment: one line that tells the truth, exit code 130, and a folder that is of one run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from tables_of_tests import passengers, written

from ridgenet.io import _interrupts as interrupts

COMMAND = Path(sys.executable).with_name("ridgenet")
# a path of minutes
SLOW = ("path", "ship.csv", "-t", "survived", "--set", "max_iter=100000", "--set", "tol=1e-12")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("interrupted")
    written(pd.concat([passengers(5000, seed=k, text=False) for k in range(4)]), folder / "ship.csv")
    return folder


def started(folder, *arguments):
    """Start a command, and return when it answers Ctrl-C: when the thread that sees to it is there."""
    process = subprocess.Popen([COMMAND, *arguments], cwd=folder, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and len(os.listdir(f"/proc/{process.pid}/task")) < 2:
        time.sleep(0.005)
    return process


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads of another process are seen in /proc alone")
@pytest.mark.parametrize("seconds", [0.0, 0.4, 1.0, 2.0, 5.0])
def test_ctrl_c_at_any_moment_is_one_line_and_nothing_is_left(folder, seconds):
    process = started(folder, *SLOW)
    time.sleep(seconds)  # whatever it is at by then: importing, reading, compiling, training
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert errors == "interrupted; nothing written\n"
    assert process.returncode == 130
    assert [path.name for path in folder.iterdir()] == ["ship.csv"]


@pytest.mark.parametrize(
    ("n_received", "n_handled", "ends"),
    [(1, 1, False), (1, 0, True), (0, 0, True)],
    ids=["taken care of", "not taken care of", "has not reached Python"],
)
def test_the_program_is_ended_only_if_nobody_else_answers(monkeypatch, n_received, n_handled, ends):
    state, ended = interrupts._Interrupts(), []
    monkeypatch.setattr(interrupts, "PATIENCE", 0.0)
    monkeypatch.setattr(state, "end_at_once", lambda: ended.append(True))
    # all of it happened before the thread that watches has its turn
    state.n_received, state.n_handled = n_received, n_handled
    reading, writing = os.pipe()
    os.write(writing, bytes([signal.SIGINT]))
    os.close(writing)
    state.watch(reading)
    os.close(reading)
    assert bool(ended) == ends


def test_a_second_interruption_does_not_disturb_how_the_first_is_answered():
    state = interrupts._Interrupts()
    with pytest.raises(KeyboardInterrupt):
        state.on_signal(signal.SIGINT, None)
    state.on_signal(signal.SIGINT, None)
    assert state.is_pending
    state.n_handled = state.n_received
    with pytest.raises(KeyboardInterrupt):
        state.on_signal(signal.SIGINT, None)
