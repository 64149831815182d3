"""What pages show: their code runs, from top to bottom, and prints what they say.

The blocks of a page are run in order, in a folder of their own: ```python in one namespace, and the lines of ```sh that
start with ``ridgenet``. A ```text block directly below shows what is printed: numbers may differ by one percent or by
one in the last digit, and those after "about" by a quarter. Code that cannot run here is written as
```{code-block} python or ```{code-block} sh.
"""

import contextlib
import io
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import pytest
from forked_commands import ridgenet

PAGES = Path(__file__).parent.parent / "docs"
FENCE = re.compile(r"^(?P<fence>```+)(?P<language>[^`\n]*)\n(?P<content>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Block:
    language: str
    code: str
    line: int
    # what the page says is printed
    output: str | None = None


def blocks_of(text: str) -> list[Block]:
    """Return the blocks of a page that are run, each with the output shown directly below it."""
    found = list(FENCE.finditer(text))
    blocks = []
    for match, after in zip(found, [*found, None][1:], strict=True):
        if match["language"] not in ("python", "sh"):
            continue
        output = None
        if after is not None and after["language"] == "text" and not text[match.end() : after.start()].strip():
            output = after["content"]
        blocks.append(Block(match["language"], match["content"], text.count("\n", 0, match.start("content")), output))
    return blocks


def commands_of(code: str) -> list[list[str]]:
    """Return the arguments of the lines that start with ridgenet, which a backslash continues."""
    lines = code.replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("ridgenet ")]


def as_pattern(output: str) -> re.Pattern[str]:
    """Return a pattern of an output: groups are numbers, ``...`` is anything, and all white space is the same."""
    pattern = re.escape(" ".join(NUMBER.sub("\0", output).split()))
    pattern = pattern.replace("\0", f"({NUMBER.pattern})").replace(re.escape("..."), ".*?").replace(r"\ ", r"\s+")
    return re.compile(pattern, re.DOTALL)


def is_close(shown: str, printed: str, tolerance: float) -> bool:
    """Return whether two numbers are equal up to a relative tolerance, or up to one in the last digit that is shown."""
    shown, printed = shown.replace(",", ""), printed.replace(",", "")
    mantissa, _, exponent = shown.partition("e")
    last_digit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2])) if "." in shown else 0.0
    return float(printed) == pytest.approx(float(shown), rel=tolerance, abs=1.01 * last_digit)


def require_printed(shown: str, printed: str, where: str) -> None:
    match = as_pattern(shown).fullmatch(printed.strip())
    assert match, f"{where} prints\n{printed}\nnot\n{shown}"
    other = []
    for number, found in zip(NUMBER.finditer(shown), match.groups(), strict=True):
        # kernels for other processors round differently, and a search can end in another minimum
        tolerance = 0.25 if shown[: number.start()].endswith("about ") else 0.01
        if not is_close(number.group(), found, tolerance):
            other.append((number.group(), found))
    assert not other, f"{where}: shown and printed are {other} in\n{printed}"


def run(block: Block, page: Path, namespace: dict, folder: Path) -> str:
    """Run a block, and return what it prints."""
    where = f"{page.name}:{block.line + 1}"
    if block.language == "python":
        code = compile("\n" * block.line + block.code, page, "exec")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, namespace)
        return printed.getvalue()
    texts = []
    for arguments in commands_of(block.code):
        done = ridgenet(*arguments, folder=folder)
        assert done.returncode == 0, f"{where}: ridgenet {shlex.join(arguments)}\n{done.stderr}"
        texts.append(done.stdout)
    return "".join(texts)


CODE = {str(page.relative_to(PAGES)): blocks_of(page.read_text(encoding="utf-8")) for page in PAGES.rglob("*.md")}


@pytest.mark.parametrize("name", sorted(name for name, blocks in CODE.items() if blocks))
def test_the_code_of_a_page_runs_and_prints_what_is_shown(name, tmp_path, monkeypatch, closed_figures):
    mpl.use("Agg")
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "__main__"}
    for block in CODE[name]:
        printed = run(block, PAGES / name, namespace, tmp_path)
        if block.output is not None:
            require_printed(block.output, printed, f"{name}:{block.line + 1}")


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("λ = 0.25 of 50", "λ = 0.252 of 50\n", True),
        ("λ = 0.25 of 50", "λ = 0.27 of 50", False),
        ("λ = 0.25 of 50", "λ = 0.25 of 51", False),
        ("about 0.25 of 50", "about 0.3 of 50", True),
        ("about 0.25 of 50", "about 0.25 of 40", False),
        ("about 0.25", "about 0.4", False),
        ("12,345 rows", "12,400 rows", True),
        ("3 rows\n...\ndone", "3 rows\nand\nmore\ndone", True),
        ("3 rows", "3 rows and more", False),
        ("[-1.5  2]", "[-1.5 2]", True),
        ("1.2e-10", "1.2e-07", False),
        ("model.v2", "model.v3", False),
    ],
)
def test_what_is_shown_is_compared(shown, printed, same):
    if same:
        require_printed(shown, printed, "here")
        return
    with pytest.raises(AssertionError, match="here"):
        require_printed(shown, printed, "here")


def test_blocks_are_found():
    python = "a\n```python\nx = 1\n```\n\n```text\n1\n```\n```{code-block} python\nraise\n```\n"
    text = python + "```sh\npip x\nridgenet a \\\n  b # c\n```\n"
    assert blocks_of(text) == [
        Block("python", "x = 1\n", 2, "1\n"),
        Block("sh", "pip x\nridgenet a \\\n  b # c\n", 12),
    ]
    assert commands_of("pip x\nridgenet a \\\n  b # c\n") == [["a", "b"]]
