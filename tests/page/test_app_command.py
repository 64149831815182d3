"""`ridgenet app` writes the report of a table; it is not opened here, where there may be no screen."""

import json
import re
import webbrowser

import pytest
from forked_commands import ridgenet
from tables_of_tests import diabetes, written

from ridgenet.cli._app import app_command

QUICK = ("--test", "none", "--set", "n_alphas=6", "--set", "n_restarts=1", "--hidden", "2")


@pytest.fixture
def folder(tmp_path):
    written(diabetes(), tmp_path / "data.csv")
    return tmp_path


def content_of(page):
    text = page.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="content">(.*?)</script>', text, re.DOTALL)[1])


def test_it_writes_one_file_and_says_what_it_found(folder):
    done = ridgenet("app", "data.csv", "-t", "target", *QUICK, "--no-browser", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "442 rows" in done.stdout
    assert re.search(r"^λ \(alpha\) = ", done.stdout, re.MULTILINE)
    assert sorted(path.name for path in folder.iterdir()) == ["data.csv", "report.html"]
    assert content_of(folder / "report.html")["rows"] is None


def test_it_opens_the_file_in_a_browser(folder, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.chdir(folder)
    app_command("data.csv", "target", test="none", parameters=["n_alphas=6", "n_restarts=1"], quiet=True)
    assert capsys.readouterr().out == ""
    assert opened == [(folder / "report.html").as_uri()]


@pytest.mark.parametrize("command", ["app", "path"])
def test_the_data_are_in_the_file_on_request_only(folder, command):
    out = ["-o", "report.html"] if command == "app" else ["-o", "out"]
    browser = ["--no-browser"] if command == "app" else []
    done = ridgenet(command, "data.csv", "-t", "target", *QUICK, *browser, *out, "--with-data", folder=folder)
    assert done.returncode == 0, done.stderr
    page = folder / ("report.html" if command == "app" else "out/report.html")
    assert content_of(page)["rows"]["numbers"] == list(range(1, 443))
    assert "whoever has it has the 442 rows" in page.read_text(encoding="utf-8")


def test_it_says_why_the_data_are_not_in_the_file(folder):
    written(diabetes().assign(weight=1), folder / "data.csv")
    done = ridgenet(
        "app", "data.csv", "-t", "target", "--weight", "weight", *QUICK, "--no-browser", "--with-data", folder=folder
    )
    assert done.returncode == 0
    assert "does not hold the data, and cannot train again: rows have weights or groups" in done.stderr
    assert content_of(folder / "report.html")["rows"] is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "which column is the target?"),
        (("-t", "nothing"), "nothing"),
        (("-t", "target", "-o", "."), "this is a folder"),
        (("-t", "target", "--set", "alpha=1"), "alpha"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_written(folder, options, said):
    done = ridgenet("app", "data.csv", *options, "--no-browser", folder=folder)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.startswith("ridgenet: error:")
    assert [path.name for path in folder.iterdir()] == ["data.csv"]
