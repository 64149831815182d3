"""A folder of results is always of one run."""

import json
from pathlib import Path

import pytest

from ridgenet._errors import InputError
from ridgenet.io._results_folder import NAMES_OF_MODEL, results_in

NAMES = ("model.skops", "path.csv", "path.png")


def write_run(folder, run, names=NAMES):
    with results_in(folder, NAMES_OF_MODEL) as results:
        for name in names:
            results.add(name, run.encode())
        results.finish({"run": run})


def write_half(folder):
    with results_in(folder, NAMES_OF_MODEL) as results:
        results.add("model.skops", b"half")
        raise KeyboardInterrupt


def runs_in(folder):
    """Runs whose files lie in a folder."""
    found = set()
    for path in folder.iterdir():
        if path.name in NAMES:
            found.add(path.read_text())
        elif path.name == "result.json":
            found.add(json.loads(path.read_text())["run"])
    return found


def test_files_that_a_later_run_does_not_write_go_and_those_of_others_stay(tmp_path):
    folder = tmp_path / "results"
    write_run(folder, "first")
    (folder / "notes.txt").write_text("mine")
    write_run(folder, "second", names=("model.skops",))
    assert {path.name for path in folder.iterdir()} == {"model.skops", "result.json", "notes.txt"}
    assert runs_in(folder) == {"second"}
    assert json.loads((folder / "result.json").read_text())["files"] == ["model.skops", "result.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_a_run_that_is_not_finished_leaves_the_folder_as_it_was(tmp_path):
    folder = tmp_path / "results"
    for expected in ([], ["model.skops", "path.csv", "path.png", "result.json"]):
        with pytest.raises(KeyboardInterrupt):
            write_half(folder)
        assert sorted(path.name for path in folder.glob("*")) == expected
        write_run(folder, "first")
    assert runs_in(folder) == {"first"}


@pytest.mark.parametrize("method", ["unlink", "replace"])
@pytest.mark.parametrize("step", range(4))
def test_at_no_moment_are_there_files_of_two_runs(tmp_path, monkeypatch, method, step):
    folder = tmp_path / "results"
    write_run(folder, "first")
    done = []
    original = getattr(Path, method)

    def failing(path, *arguments, **options):
        if path.name in (*NAMES, "result.json"):
            if len(done) == step:
                raise OSError("the disk is gone")
            done.append(path)
        return original(path, *arguments, **options)

    monkeypatch.setattr(Path, method, failing)
    with pytest.raises(InputError, match="results cannot be written there"):
        write_run(folder, "second")
    monkeypatch.undo()
    assert len(runs_in(folder)) <= 1


def test_a_record_of_somebody_else_has_no_file_removed_but_ours(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    (tmp_path / "precious.txt").write_text("mine")
    (folder / "result.json").write_text(json.dumps({"files": ["../precious.txt", "/etc/hostname", 3, "path.png"]}))
    (folder / "thesis.txt").write_text("mine")
    write_run(folder, "first")
    assert (tmp_path / "precious.txt").read_text() == (folder / "thesis.txt").read_text() == "mine"
    assert runs_in(folder) == {"first"}
