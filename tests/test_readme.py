"""What the README promises: its example runs, its files exist, and both languages show the same commands."""

import json
import re
from pathlib import Path

import matplotlib as mpl
import pytest

ROOT = Path(__file__).parent.parent
ENGLISH, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def without_comments(code: str) -> str:
    return re.sub(r"\s*#.*", "", code)


def test_the_examples_in_python_run(tmp_path, monkeypatch, capsys):
    mpl.use("Agg")
    monkeypatch.chdir(tmp_path)
    printed = []
    for code in blocks(ENGLISH, "python"):
        exec(code, {})
        printed.append(capsys.readouterr().out)
    accuracies = [float(number) for number in re.findall(r"0\.\d+|1\.", printed[1])]
    assert len(accuracies) == 5
    assert min(accuracies) > 0.9
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == [
        "boundary.png", "objective.png", "result.json", "weights.png",
    ]  # fmt: skip
    assert re.search(r"λ = 0\.\d+; within one standard error: \d\.\d+", printed[2])
    assert (tmp_path / "path.png").exists()


@pytest.mark.parametrize("language", ["sh", "python"])
def test_both_languages_show_the_same_code(language):
    english, chinese = ([without_comments(block) for block in blocks(text, language)] for text in (ENGLISH, CHINESE))
    assert english == chinese
    assert english


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_links_lead_somewhere(text):
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_languages_give_the_same_numbers():
    rows = [re.findall(r"^\|.*\d.*\|$", text, flags=re.MULTILINE) for text in (ENGLISH, CHINESE)]
    numbers = [[re.findall(r"[\d.]+", row) for row in table] for table in rows]
    assert numbers[0] == numbers[1]
    assert numbers[0]


def test_the_table_of_speed_is_that_of_the_benchmark():
    results = json.loads((ROOT / "benchmarks" / "results" / "compare.json").read_text(encoding="utf-8"))
    measured = next(table["rows"] for table in results["tables"] if table["name"] == "updates")
    shown = re.findall(r"^\| (.+) \| ([\d.]+) \| ([\d.]+) s \|$", ENGLISH, flags=re.MULTILINE)
    assert [name.replace("`", "") for name, _, _ in shown] == [row[0] for row in measured]
    assert [(update, run) for _, update, run in shown] == [(f"{row[1]:.2g}", f"{row[2]:.2g}") for row in measured]
