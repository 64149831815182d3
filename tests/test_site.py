"""The sources of the documentation: every public name and command is described, and both languages are alike."""

import re
from pathlib import Path

import pytest
import typer

import ridgenet
from ridgenet.cli._commands import app

DOCS = Path(__file__).parent.parent / "docs"
TUTORIAL = sorted(path.name for path in (DOCS / "tutorial").glob("[1-7]-*.md"))


def test_the_reference_lists_every_public_name():
    listed = re.findall(r"^   ([A-Za-z_]+)$", (DOCS / "reference" / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(set(ridgenet.__all__) - {"__version__"})


def test_the_reference_describes_every_command():
    described = re.findall(
        r"^```\{command\} (\S+)$", (DOCS / "reference" / "commands.md").read_text("utf-8"), re.MULTILINE
    )
    assert described == list(typer.main.get_command(app).commands)


@pytest.mark.parametrize("name", TUTORIAL)
def test_the_tutorial_is_the_same_in_both_languages(name):
    english, chinese = ((DOCS / folder / name).read_text(encoding="utf-8") for folder in ("tutorial", "zh/tutorial"))
    for pattern in (r"^```(?:python|text|\{code-block\} sh)\n.*?^```", r"^\$\$.*?\$\$", r"^:(?:parts|settings):.*?$"):
        found = [re.findall(pattern, text, re.MULTILINE | re.DOTALL) for text in (english, chinese)]
        assert found[0] == found[1]
    # of one digit, either language may write some as words
    numbers = [
        re.findall(r"\d[\d,.]*\d", re.sub(r"```.*?```", "", text, flags=re.DOTALL)) for text in (english, chinese)
    ]
    assert sorted(numbers[0]) == sorted(numbers[1])


def test_the_tutorial_has_seven_steps_with_a_live_page_each():
    assert len(TUTORIAL) == 7
    assert all("```{playground}" in (DOCS / "tutorial" / name).read_text(encoding="utf-8") for name in TUTORIAL)
