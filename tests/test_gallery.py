"""Each example opens with a question and answers it; building the documentation runs them all."""

import ast
import re
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
FILES = sorted(EXAMPLES.glob("*/plot_*.py"))
NAMES = [str(file.relative_to(EXAMPLES)) for file in FILES]


def test_there_are_examples_and_every_folder_has_a_header():
    assert len(FILES) >= 15
    assert [
        folder
        for folder in {EXAMPLES, *(file.parent for file in FILES)}
        if not (folder / "GALLERY_HEADER.rst").exists()
    ] == []


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_an_example_asks_and_answers_a_question(file):
    source = file.read_text(encoding="utf-8")
    title, underline, empty, *_ = (ast.get_docstring(ast.parse(source)) or "").splitlines()
    assert title.endswith("?")
    assert underline == "=" * len(title)
    assert empty == ""
    assert source.count("# **Answer.**") == 1
    assert re.search(r"import _|from \S*\._| _\w+ *(,|$)", source, flags=re.MULTILINE) is None, "private names"


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_no_cell_ends_in_a_value_that_the_page_would_print(file):
    source = file.read_text(encoding="utf-8")
    starts = [number for number, line in enumerate(source.splitlines(), start=1) if line.startswith("# %%")]
    statements = ast.parse(source).body
    last = [[node for node in statements if node.lineno < start][-1] for start in starts]
    shown = [ast.unparse(node) for node in last[1:] if isinstance(node, ast.Expr)]
    assert [code for code in shown if not code.startswith(("print(", "plt.show("))] == []
