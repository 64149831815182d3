"""The pages of evidence: each result is shown once, with its provenance, and what ridgenet loses comes first."""

import importlib
import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "evidence").glob("*.md"))
NAMES = [file.stem for file in sorted((ROOT / "benchmarks" / "results").glob("*.json"))]


@pytest.fixture
def evidence(monkeypatch):
    """Return the module that writes the pages, and the one by which benchmarks report."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / "docs" / "_extensions"), str(ROOT / "benchmarks")])
    text = importlib.import_module("evidence_text")
    return text, importlib.import_module("outcome")


GIVEN = {
    "date": "2026-01-02 03:04",
    "command": "python benchmarks/compare.py",
    "environment": {},
    "machine": {"processor": "A processor", "cores": 2, "memory_gib": 4, "system": "A system", "load": 0.5},
    "versions": {"Python": "3.11.0", "numpy": "2.0.0"},
    "kernels": {"instructions": "x86-64-v3", "compiled": "ahead of time"},
}


def made_up(outcome):
    """Return an outcome with a comparison that is lost in two of three rows, and a missed aim."""
    made = outcome.Outcome("compare", GIVEN)
    table = made.table(
        "times",
        "Times",
        [
            outcome.key("network"),
            outcome.key("λ", format="g"),
            outcome.Column("ridgenet", "s", ".2f", mark="lowest"),
            outcome.Column("other", "s", ".2f", mark="lowest"),
            outcome.speed("times as fast", "the other library"),
            outcome.difference("loss relative to theirs", "the loss of the other"),
        ],
    )
    table.add("small", 0.1, 1.0, 3.0, 3.0, -0.01)
    table.add("wide", 0.1, 2.0, 1.0, 0.5, 0.0)
    table.add("wide", 1.0, 1.0, 0.8, 0.8, float("nan"))
    made.aim("times as fast", 3.0, at_least=2)
    made.aim("peak memory", 700, at_most=600, unit="MB")
    return made


def test_each_result_is_on_one_page_and_each_directive_has_a_script(evidence):
    text, _ = evidence
    shown = text.pages()
    assert NAMES
    assert [name for name in NAMES if name not in shown] == []
    # every script that reports is on a page, measured or not
    reporting = {
        file.stem for file in (ROOT / "benchmarks").glob("*.py") if "Outcome.begin(" in file.read_text("utf-8")
    }
    assert {text.script_of(name) for name in shown} >= reporting


@pytest.mark.parametrize("name", NAMES)
def test_results_are_shown_with_their_provenance_and_losses_first(evidence, name):
    text, outcome = evidence
    found, shown = outcome.read(name), text.evidence_text(name)
    assert found.name == name
    given = found.provenance
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", given["date"])
    assert {"Python", "ridgenet", "numpy", "scipy", "scikit-learn"} <= given["versions"].keys()
    assert given["machine"].keys() >= {"processor", "cores", "memory_gib", "system", "load"}
    for part in (given["date"], given["command"], given["machine"]["processor"], *given["versions"].values()):
        assert str(part) in shown
    for table in found.tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}
        assert shown.index(table.title) > shown.find("Where ridgenet loses")
    if found.aims or any(column.versus for table in found.tables for column in table.columns):
        assert shown.startswith("**Where ridgenet loses**")


@pytest.mark.parametrize("name", NAMES)
def test_results_name_no_folder(name):
    text = (ROOT / "benchmarks" / "results" / f"{name}.json").read_text("utf-8")
    assert not re.search(r"(?<![\w.])/(home|tmp|root|work|usr|Users)\b", text)


def test_losses_are_computed_and_come_first(evidence, monkeypatch, tmp_path, capsys):
    text, outcome = evidence
    monkeypatch.setattr(outcome, "RESULTS", tmp_path)
    made_up(outcome).save()
    printed = capsys.readouterr().out
    assert "aim missed: peak memory: 700 MB (the aim was at most 600 MB)" in printed
    assert text.losses(outcome.read("compare")) == [
        "Aim missed. peak memory: 700 MB (the aim was at most 600 MB)",
        "Worse than the other library in 2 of 3 rows: wide, λ = 0.1 (0.5); wide, λ = 1 (0.8)",
    ]
    shown = text.evidence_text("compare", explanation="Because it is wide.")
    places = [
        shown.index(part) for part in ("**Where ridgenet loses**", "Because it is wide.", "Times:", "*Measured on")
    ]
    assert places == sorted(places)
    assert "| small | 0.1 | **1.00** | 3.00 | 3 | -1.0% |" in shown
    assert "| wide | 0.1 | 2.00 | **1.00** | **0.5** | +0.0% |" in shown
    assert "| wide | 1 | 1.00 | **0.80** | **0.8** | – |" in shown
    alone = text.evidence_text("compare", "times")
    assert alone.startswith("Times:")
    assert alone.endswith(
        "*Measured on 2026-01-02 03:04 UTC.* [Machine, versions, and what else was measured](#evidence-compare)."
    )
    with pytest.raises(ValueError, match="no table 'none' in the results of compare"):
        text.evidence_text("compare", "none")
    assert (
        "| [compare](#evidence-compare) | 2026-01-02 03:04 | A processor, 2 | 1 of 2 | 2 of 5 |" in text.overview_text()
    )
    assert text.all_losses_text().startswith("- [compare](#evidence-compare):\n  - Aim missed. peak memory")


def test_nothing_lost_is_said_too(evidence, monkeypatch, tmp_path):
    text, outcome = evidence
    monkeypatch.setattr(outcome, "RESULTS", tmp_path)
    made = outcome.Outcome("compare", GIVEN)
    made.table("times", "Times", [outcome.key("network"), outcome.speed("ratio", "the other")]).add("small", 0.9999)
    made.aim("speed", 2.0, at_least=2)
    made.save()
    assert text.evidence_text("compare").startswith("**Where ridgenet loses**: in none of 1 comparisons and 1 aims.")


def test_results_that_are_missing_are_said_to_be(evidence, monkeypatch, tmp_path):
    text, outcome = evidence
    monkeypatch.setattr(outcome, "RESULTS", tmp_path)
    shown = text.evidence_text("gpu_on_cpu")
    assert shown.startswith("*Not measured for this version.* `python benchmarks/gpu.py`")
    assert "| [gpu](#evidence-gpu) | not for this version |" in text.overview_text()
    with pytest.raises(ValueError, match="no benchmark 'another'"):
        text.evidence_text("another")


def test_files_are_read_as_they_were_written(evidence):
    _, outcome = evidence
    made = made_up(outcome)
    read = outcome.from_json(made.to_json())
    assert outcome.Column("s", format=",.3g").text(1234.5) == "1,234"
    assert (read.provenance, read.tables, read.aims) == (made.provenance, made.tables, made.aims)
    assert json.loads(made.to_json())["tables"][0]["rows"][2] == ["wide", 1.0, 1.0, 0.8, 0.8, None]


def test_commands_are_shown_without_folders(evidence):
    provenance = importlib.import_module("provenance")
    shown = provenance.command(["/a/benchmarks/x.py", "--file", "/b/c.jsonl", "--models", "one, two"])
    assert shown == "python benchmarks/x.py --file c.jsonl --models 'one, two'"


MEASURED = re.compile(
    r"\d[\d,]*(\.\d+)?\s*(%|times\b|µs|ms\b|s\b|seconds|minutes|[kMG]B|GiB|rows/s|points)|\d+\.\d+(?!\))"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_measured_number_is_typed_in(page):
    text = page.read_text("utf-8")
    prose = re.sub(r"^:+\w.*$|`[^`\n]+`|\]\([^)]*\)|section [\d.]+", "", text, flags=re.MULTILINE)
    assert [found.group() for found in MEASURED.finditer(prose)] == []


@pytest.mark.parametrize("typed", ["3.7", "12 times as fast", "0.4 ms", "17%", "2,000 MB", "5 s"])
def test_a_measured_number_is_recognised(typed):
    assert MEASURED.search(f"It takes {typed} here")
