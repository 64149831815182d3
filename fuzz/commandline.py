"""Commands run in this process, and what must be so of each of them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fuzz.faults import Fault, require, unexpected

# a line that nobody can read any more
LONGEST_LINE = 1500
ERROR = "ridgenet: error: "
# what these say names neither file, column nor option
OF_A_LIBRARY = re.compile(r"Input X contains|dtype\(|y_true|y_prob|y_score|pos_label|ufunc|not supported between")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and what it wrote to standard output and standard error."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str


def run(argv: Sequence[str], folder: Path, *, stdin: Path | None = None, largest_file: int | None = None) -> Ended:
    """Run a command in a folder; a traceback is a fault.

    `largest_file` is the size at which writing fails, as on a disk that is full.
    """
    from ridgenet.cli import main

    written = folder.parent / "stdout", folder.parent / "stderr"
    code = 0
    with ExitStack() as stack:
        stack.enter_context(_in_folder(folder))
        stack.enter_context(_descriptor(0, Path(os.devnull) if stdin is None else stdin, os.O_RDONLY))
        for number, path in enumerate(written, start=1):
            stack.enter_context(_descriptor(number, path, os.O_RDWR | os.O_CREAT | os.O_TRUNC))
        stack.enter_context(_file_size(largest_file))
        before = sys.argv
        sys.argv = ["ridgenet", *argv]
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException as error:
            fault = unexpected(error)
            raise Fault(f"{argv[0]}: {fault.kind}", fault.detail) from error
        finally:
            sys.argv = before
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
    out, err = (path.read_text(errors="replace") for path in written)
    return Ended(tuple(argv), code, out, err)


def check_ended(ended: Ended, codes: Sequence[int] = (0, 2)) -> None:
    """Raise a fault unless a command ended in an orderly way, an error being one line."""
    what = ended.argv[0]
    require(ended.code in codes, f"{what}: exit code {ended.code}", ended.err)
    # what it warns of, nobody can act on
    odd = re.search(r"(Traceback|RuntimeWarning|DeprecationWarning|FutureWarning|\w+Error: )", ended.err)
    require(odd is None, f"{what}: {odd and odd[1]} on standard error", ended.err[:2000])
    if ended.code != 2 or ended.err.startswith("Usage: "):
        return
    lines = ended.err.splitlines()
    require(lines and lines[-1].startswith(ERROR), f"{what}: exit code 2 without an error", ended.err)
    require(len(lines) == 1 and ended.err.endswith("\n"), f"{what}: an error of several lines", ended.err)
    require(len(ended.err) <= LONGEST_LINE, f"{what}: an error of more than {LONGEST_LINE} letters", ended.err[:300])
    require(not OF_A_LIBRARY.search(lines[0]), f"{what}: an error in the words of a library", ended.err)
    require(not CONTROL.search(lines[0]), f"{what}: control characters in an error", repr(ended.err))


def fingerprints(folder: Path) -> dict[str, str]:
    """Return a checksum of each file in a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def check_whole(path: Path) -> None:
    """Raise a fault unless a file that a command has written is complete."""
    if not path.is_file():
        return
    if path.name == "result.json":
        json.loads(path.read_text())
    elif path.name == "report.html":
        require(path.read_text().rstrip().endswith("</html>"), "report.html has no end")
    elif path.suffix == ".png":
        require(path.read_bytes().endswith(b"IEND\xaeB`\x82"), f"{path.name} has no end")


@contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _descriptor(number: int, path: Path, flags: int) -> Iterator[None]:
    """Let a file stand in the place of standard input, output or error."""
    before, file = os.dup(number), os.open(path, flags, 0o600)
    os.dup2(file, number)
    os.close(file)
    try:
        yield
    finally:
        os.dup2(before, number)
        os.close(before)


@contextmanager
def _file_size(largest: int | None) -> Iterator[None]:
    if largest is None:
        yield
        return
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
