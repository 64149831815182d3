"""Results on disk: the files of a run all together, in place of those of an earlier run; each of them whole."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import platform, python_version
from typing import Any, BinaryIO

from ridgenet._errors import InputError
from ridgenet.io._atomic import unfinished
from ridgenet.io._interrupts import held

FORMAT_VERSION = 1
LARGEST_RECORD = 1 << 26
# what says which files are of one run
RECORD = "result.json"
MODEL = "model.skops"
# what is written for some run
NAMES_OF_COMPARISON = ("boundary.png", "objective.png", "weights.png", RECORD)
NAMES_OF_MODEL = (MODEL, "path.csv", RECORD, "path.png", "shrinkage.png", "boundary.png", "report.html")
NAMES_OF_STREAMED = (MODEL, RECORD)
NAMES = {*NAMES_OF_COMPARISON, *NAMES_OF_MODEL, *NAMES_OF_STREAMED}
# what numbers depend on
PACKAGES = ("ridgenet", "numpy", "scipy", "numba", "scikit-learn", "pandas", "pyarrow", "skrub", "skops")


class Results:
    """The files of a run while they are written, where nobody takes them for results.

    Parameters
    ----------
    folder : Path
        Where they will be.
    aside : Path
        Where they are written.
    """

    def __init__(self, folder: Path, aside: Path) -> None:
        self._folder, self._aside = folder, aside
        self._names: list[str] = []

    @property
    def paths(self) -> list[Path]:
        """Where the files will be."""
        return [self._folder / name for name in self._names]

    def write(self, name: str, write: Callable[[BinaryIO], object]) -> None:
        """Let `write` fill a file.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        try:
            with (self._aside / name).open("w+b") as file:
                write(file)
        except OSError as error:
            raise InputError(f"{self._folder / name}: cannot be written ({error.strerror or error})") from None
        self._names.append(name)

    def add(self, name: str, content: bytes) -> None:
        """Write a file of this content."""
        self.write(name, lambda file: file.write(content))

    def finish(self, record: Mapping[str, Any]) -> None:
        """Write result.json, which says which files belong together, and put all of them in place."""
        files = sorted([*self._names, RECORD])
        self.add(RECORD, as_json({**made_now(), "files": files, **record}))
        try:
            with held(written=self._folder):
                if not os.path.lexists(self._folder):
                    self._aside.rename(self._folder)
                    return
                # at no moment are there files of two runs, nor any without the record that names them
                for name in _in_order(_files_of_run_in(self._folder), record_last=True):
                    (self._folder / name).unlink(missing_ok=True)
                for name in _in_order(self._names, record_last=False):
                    (self._aside / name).replace(self._folder / name)
        except OSError as error:
            raise InputError(f"{self._folder}: results cannot be written there ({error.strerror or error})") from None


@contextmanager
def results_in(folder: Path, names: Iterable[str]) -> Iterator[Results]:
    """Give what takes the files of a run; if it is not finished, `folder` is as it was.

    What else lies there stays, and files of an earlier run that this one does not write go.

    Parameters
    ----------
    folder : Path
        For the results; made if it is not there.
    names : iterable of str
        Files that may be written.

    Raises
    ------
    InputError
        If they cannot be written there.
    """
    require_place(folder, names)
    # a folder that is there may be a mounted one, or a link, into which nothing can be moved from outside
    unique = f".{folder.name}.{secrets.token_hex(4)}"
    aside = (folder if folder.is_dir() else folder.absolute().parent) / unique
    try:
        aside.mkdir(parents=True)
    except OSError as error:
        raise InputError(f"{folder}: results cannot be written there ({error.strerror or error})") from None
    with unfinished(aside):
        yield Results(folder, aside)


def _files_of_run_in(folder: Path) -> list[str]:
    """Return the files of the run that a folder holds, by its record."""
    try:
        with (folder / RECORD).open("rb") as file:
            files = json.loads(file.read(LARGEST_RECORD)).get("files")
    except (OSError, ValueError, AttributeError, RecursionError):
        return []
    # the record may be of anybody, and say anything
    return [name for name in NAMES if isinstance(files, list) and name in files and not (folder / name).is_dir()]


def _in_order(names: Iterable[str], *, record_last: bool) -> list[str]:
    return sorted(names, key=lambda name: (name == RECORD) == record_last)


def as_json(record: dict[str, Any]) -> bytes:
    """Return a record as JSON; it must hold finite numbers only."""
    return json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False).encode()


def made_now() -> dict[str, Any]:
    """Return when, and with what, a result.json is made."""
    return {
        "format": FORMAT_VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_with": {"platform": platform(), **versions()},
    }


def versions() -> dict[str, str]:
    """Return the versions of Python, and of the packages that numbers depend on, those that are installed."""
    found = {"python": python_version()}
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def require_place(folder: Path, names: Iterable[str]) -> None:
    """Make sure that results can be written to `folder`, which need not be there, before work on them begins.

    Raises
    ------
    InputError
        If they cannot.
    """
    if folder.is_dir() or os.path.lexists(folder):
        require_writable(folder, names)
        return
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder.absolute().parent):
            pass
    except OSError as error:
        raise InputError(f"{folder}: results cannot be written there ({error.strerror or error})") from None


def require_writable(folder: Path, names: Iterable[str] = ()) -> None:
    """Make `folder` if it is not there, and make sure that files, those named among them, can be written to it."""
    for name in names:
        if (folder / name).is_dir():
            raise InputError(
                f"{folder / name}: this is a folder, and a file is to be written there; choose another place"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(f"{folder}: results cannot be written there ({error.strerror or error})") from None


def is_pipe_or_device(path: Path) -> bool:
    """Return whether what is written to a path goes to a program or a device, and cannot be replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Let `write` fill a file beside `path`, and move it there once it is complete.

    What `path` links to is written, and not the link replaced; a pipe or a device is written into.

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
        with unfinished(target.with_name(f".{target.name}.{os.getpid()}")) as beside:
            with beside.open("w+b") as file:
                write(file)
            with held(written=path):
                beside.replace(target)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from None
    return path
