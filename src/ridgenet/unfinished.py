"""Files that are being written: known, so that a program that is told to end leaves none of them behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FILES: set[tuple[int, Path]] = set()


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """Give a file that is gone in the end, unless it has been moved elsewhere."""
    known = (os.getpid(), path)
    _FILES.add(known)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        _FILES.discard(known)


def gone_in_the_end(path: Path) -> None:
    """Note a file that somebody else removes, unless the program is ended before."""
    _FILES.add((os.getpid(), path))


def removed_when_terminated() -> None:
    """Let SIGTERM remove what is unfinished before it ends the program."""
    # somebody who started us may want it to be ignored
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _remove_and_end)


def _remove_and_end(number: int, _frame: object) -> None:
    for process, path in list(_FILES):
        # a copy of this process has them on its list, too
        if process == os.getpid():
            path.unlink(missing_ok=True)
    # as if it had not been caught: threads at work would hold up an orderly exit
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
