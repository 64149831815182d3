"""`ridgenet doctor`: what it tells, and that it works where ridgenet does not."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from test_extras import HIDING, OPTIONAL

import ridgenet
from ridgenet.core._targets import current_target
from ridgenet.doctor import _attempts, _facts, _requirements, _trials
from ridgenet.doctor._report import diagnose

RUN = "import sys; sys.argv = ['ridgenet', 'doctor', *{arguments}]; from ridgenet.cli import main; main()"


PYPROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
DECLARED = PYPROJECT["dependencies"] + [
    f'{package}; extra == "{extra}"'
    for extra, packages in PYPROJECT["optional-dependencies"].items()
    for package in packages
]
# the metadata of an editable installation may be those of other sources
AS_DECLARED = f"""
import ridgenet.doctor._requirements as r, ridgenet.doctor._trials as t
r.requires = lambda name: {DECLARED!r}
"""


# packages of the extra plot have no metadata
NOT_INSTALLED = """
import importlib.metadata as m
import ridgenet.doctor._requirements as r
def version(name):
    if name in ("matplotlib", "rich", "typer"):
        raise m.PackageNotFoundError(name)
    return m.version(name)
r.version = version
"""


@pytest.fixture(autouse=True)
def as_declared(monkeypatch):
    monkeypatch.setattr(_requirements, "requires", lambda name: DECLARED)
    _requirements.requirements.cache_clear()


def doctor(
    *arguments: str, extras: tuple[str, ...] = (), before: str = "", folders: tuple[Path, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    only = f"t.extras = lambda: {extras!r}\n"
    path = os.pathsep.join([*map(str, folders), *filter(None, sys.path)])
    return subprocess.run(
        [sys.executable, "-c", before + AS_DECLARED + only + RUN.format(arguments=list(arguments))],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": path} | environment,
    )


@pytest.fixture
def only(monkeypatch):
    """Return a function that leaves only some extras to be tried."""

    def leave(*names: str) -> None:
        monkeypatch.setattr(_trials, "extras", lambda: names)

    return leave


def test_versions_and_kernels_are_those_of_show_versions(only, capsys):
    only()
    ridgenet.show_versions()
    versions = capsys.readouterr().out
    assert diagnose() == 0
    whole = capsys.readouterr().out
    assert whole.startswith(versions)
    assert re.search(rf"^  numpy +{re.escape(np.__version__)}$", versions, re.MULTILINE)
    target = current_target()
    for text in (target.instructions, target.reason):
        assert text in versions
    for title in ("Threads", "Caches", "Environment", "Tried"):
        assert f"\n{title}\n" in whole
    assert re.search(r"core +works +fitted RidgeNetClassifier to 200 samples in \d+\.\d+ s, accuracy 0\.9\d", whole)
    assert whole.endswith("All that is installed works.\n")


def test_every_extra_of_users_is_known_and_has_an_attempt():
    hidden = {*_requirements.FOR_DEVELOPERS, *_requirements.COMBINED}
    assert set(_attempts.ATTEMPTS) == set(PYPROJECT["optional-dependencies"]) - hidden


@pytest.mark.parametrize("name", [name for name in _attempts.ATTEMPTS if name != "jit"])
def test_what_is_installed_works(name):
    assert _attempts.ATTEMPTS[name]()


def test_the_attempts_notice_what_is_wrong(monkeypatch):
    monkeypatch.setattr("ridgenet.estimators._classifier.RidgeNetClassifier.score", lambda *_: 0.5)
    trial = next(_trials.trials())
    assert (trial.name, trial.state) == ("core", "broken")
    assert "accuracy on the training samples is 0.50" in trial.text
    assert "https://github.com/ridgenet/ridgenet/issues" in trial.text


def test_requirements_are_resolved_through_extras():
    names = [each.name for each in _requirements.requirements("excel")]
    assert names.index("matplotlib") < names.index("pandas") < names.index("python-calamine")
    assert not {"numpy", "pytest"} & set(names)
    assert "numpy" in [each.name for each in _requirements.requirements(_requirements.CORE)]


def test_another_version_than_required_is_told(monkeypatch, only):
    only("plot")
    monkeypatch.setattr(_requirements, "version", lambda name: "2.0" if name == "matplotlib" else "99")
    trial = list(_trials.trials())[-1]
    assert (trial.name, trial.state) == ("plot", "not installed")
    assert re.search(r"needs matplotlib>=[\d.]+ \(2\.0 is installed\): pip install 'ridgenet\[plot\]'", trial.text)


@pytest.mark.parametrize("error", ["ImportError('DLL load failed')", "OSError('libfoo.so: cannot open')"])
def test_a_broken_package_is_named_with_what_to_do(tmp_path, error):
    (tmp_path / "python_calamine.py").write_text(f"print('noise')\nraise {error}\n")
    done = doctor("--json", extras=("plot", "excel"), folders=(tmp_path,))
    assert done.returncode == 1, done.stderr
    record = json.loads(done.stdout)
    assert record["works"] is False
    states = {trial["name"]: trial["state"] for trial in record["tried"]}
    assert states.pop("excel") == "broken"
    assert set(states.values()) <= {"works", "not installed"}
    text = next(trial["text"] for trial in record["tried"] if trial["name"] == "excel")
    assert text.startswith("python-calamine cannot be imported (")
    assert text.endswith("): pip install --force-reinstall python-calamine")


def test_a_broken_command_line_does_not_stop_it(tmp_path, monkeypatch):
    (tmp_path / "typer.py").write_text("raise ImportError('no typer')\n")
    done = doctor(extras=("plot",), folders=(tmp_path,))
    assert done.returncode == 1, done.stderr
    assert "typer cannot be imported (no typer): pip install --force-reinstall typer" in done.stdout
    assert done.stdout.endswith("Broken: plot\n")


def test_it_runs_with_the_core_alone():
    done = doctor("--json", extras=("plot",), before=HIDING.format(names=OPTIONAL) + NOT_INSTALLED)
    assert done.returncode == 0, done.stderr
    core, plot = json.loads(done.stdout)["tried"]
    assert core["state"] == "works"
    assert plot["state"] == "not installed"
    assert re.fullmatch(r"needs matplotlib, rich, typer: pip install 'ridgenet\[plot\]'", plot["text"])


def test_neither_the_user_nor_the_home_folder_is_named(tmp_path):
    home = tmp_path / "anna"
    home.mkdir()
    secret = {"HOME": str(home), "USERPROFILE": str(home), "LOGNAME": "bob", "RIDGENET_X": f"{home / 'a'}, /data/bob/b"}
    done = doctor(**secret)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert f"{tmp_path}" not in done.stdout
    assert re.search(r"RIDGENET_X +~/a, /data/USER/b", done.stdout)
    assert re.search(r"kernels +~/.cache/ridgenet: 0 files, 0.0 MB", done.stdout) or "XDG_CACHE_HOME" in os.environ


def test_facts_that_need_a_broken_package_do_not_stop_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    assert _facts.surroundings()["Threads"]["threads"].startswith("unknown: ")
