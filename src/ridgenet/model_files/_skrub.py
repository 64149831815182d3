"""Import skrub without its data folder, which may not be writable and is not needed."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = "SKB_DATA_DIRECTORY"


@contextmanager
def _with_a_folder() -> Iterator[None]:
    given = os.environ.get(FOLDER)
    if "skrub" in sys.modules or _can_be_made(given):
        yield
        return
    # an existing folder, so that none is created
    os.environ[FOLDER] = tempfile.gettempdir()
    try:
        yield
    finally:
        if given is None:
            del os.environ[FOLDER]
        else:
            os.environ[FOLDER] = given


def _can_be_made(given: str | None) -> bool:
    try:
        folder = Path(given) if given and Path(given).is_absolute() else Path.home() / "skrub_data"
        folder.mkdir(parents=True, exist_ok=True)
    # RuntimeError means that there is no home directory
    except (OSError, RuntimeError):
        return False
    return True


with _with_a_folder():
    from skrub import StringEncoder

__all__ = ["StringEncoder"]
