"""Unfinished files, which are removed if the program fails or is terminated."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FILES: set[tuple[int, Path]] = set()
_held, _terminated_by = 0, 0


@contextmanager
def temporary(path: Path) -> Iterator[Path]:
    """Remove a file or folder at the end of the block, unless it has been moved elsewhere."""
    known = (os.getpid(), path)
    _FILES.add(known)
    try:
        yield path
    finally:
        _remove(path)
        _FILES.discard(known)


def gone_in_the_end(path: Path) -> None:
    """Remove a file when the program ends, however it does."""
    if not _FILES:
        atexit.register(remove_all)
    _FILES.add((os.getpid(), path))


def remove_now(path: Path) -> None:
    """Remove a file that would be removed in the end."""
    _remove(path)
    _FILES.discard((os.getpid(), path))


def remove_all() -> None:
    """Remove all unfinished files of this process."""
    for process, path in list(_FILES):
        # a forked process inherits the list
        if process == os.getpid():
            with suppress(OSError):
                _remove(path)


@contextmanager
def sigterm_delayed() -> Iterator[None]:
    """Delay SIGTERM until the end of the block."""
    global _held
    _held += 1
    try:
        yield
    finally:
        _held -= 1
        if _terminated_by and not _held:
            _remove_and_end(_terminated_by, None)


def remove_files_on_sigterm() -> None:
    """Make SIGTERM remove unfinished files before it ends the program."""
    # the parent process may have set it to be ignored
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _remove_and_end)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _remove_and_end(number: int, _frame: object) -> None:
    global _terminated_by
    if _held:
        _terminated_by = number
        return
    remove_all()
    # as if it had not been caught, since running threads would delay an orderly exit
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
