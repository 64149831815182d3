"""Write one file: completely, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from ridgenet._errors import InputError
from ridgenet.io._atomic import temporary
from ridgenet.io._interrupts import held


def require_writable(folder: Path, names: Iterable[str] = ()) -> None:
    """Create `folder` if necessary, and check that files, including those named, can be written to it."""
    for name in names:
        if (folder / name).is_dir():
            raise InputError(
                f"{folder / name}: this is a folder, but a file must be written there; choose another path"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(f"{folder}: results cannot be written there ({error.strerror or error})") from None


def is_pipe_or_device(path: Path) -> bool:
    """Return whether a path is a pipe or device, which cannot be replaced by a file."""
    return path.exists() and not path.is_file() and not path.is_dir()


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Write a temporary file next to `path`, and move it there once it is complete.

    Symbolic links are followed, not replaced; pipes and devices are written to directly.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    try:
        if is_pipe_or_device(path):
            with path.open("wb") as file:
                write(file)
            return path
        target = path.resolve()
        with temporary(target.with_name(f".{target.name}.{os.getpid()}")) as unfinished:
            with unfinished.open("w+b") as file:
                write(file)
            with held(written=path):
                unfinished.replace(target)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from None
    return path
