"""Results on disk: the files of a run appear together, and replace those of an earlier run."""

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
from ridgenet.io._atomic import temporary
from ridgenet.io._interrupts import held
from ridgenet.io._whole_file import require_writable

FORMAT_VERSION = 1
LARGEST_RECORD = 1 << 26
# lists the files that belong to one run
RECORD = "result.json"
MODEL = "model.skops"
# the files that a run may write
NAMES_OF_COMPARISON = ("boundary.png", "objective.png", "weights.png", RECORD)
NAMES_OF_MODEL = (MODEL, "path.csv", RECORD, "path.png", "shrinkage.png", "boundary.png", "report.html", "card.md")
NAMES_OF_STREAMED = (MODEL, RECORD)
NAMES = {*NAMES_OF_COMPARISON, *NAMES_OF_MODEL, *NAMES_OF_STREAMED}
# packages that the results depend on
PACKAGES = ("ridgenet", "numpy", "scipy", "scikit-learn", "pandas", "pyarrow", "skrub", "skops")


class Results:
    """Write the files of a run to a temporary folder, and move them to the results folder at the end.

    Parameters
    ----------
    folder : Path
        The results folder.
    aside : Path
        The temporary folder.
    """

    def __init__(self, folder: Path, aside: Path) -> None:
        self._folder, self._aside = folder, aside
        self._names: list[str] = []

    @property
    def paths(self) -> list[Path]:
        """Paths of the files in the results folder."""
        return [self._folder / name for name in self._names]

    def scratch(self, name: str) -> Path:
        """Return the path of a file that the caller removes before the end; it is on the disk of the results."""
        return self._aside / name

    def write(self, name: str, write: Callable[[BinaryIO], object]) -> None:
        """Write a file by a function that takes the open file.

        Raises
        ------
        InputError
            If the file cannot be written.
        """
        try:
            with (self._aside / name).open("w+b") as file:
                write(file)
        except OSError as error:
            raise InputError(f"{self._folder / name}: cannot be written ({error.strerror or error})") from None
        self._names.append(name)

    def add(self, name: str, content: bytes) -> None:
        """Write a file with this content."""
        self.write(name, lambda file: file.write(content))

    def finish(self, record: Mapping[str, Any]) -> None:
        """Write result.json, which lists the files of the run, and move all of them to the results folder."""
        files = sorted([*self._names, RECORD])
        self.add(RECORD, as_json({**made_now(), "files": files, **record}))
        try:
            with held(written=self._folder):
                if not os.path.lexists(self._folder):
                    self._aside.rename(self._folder)
                    return
                # at no moment are there files of two runs, or files without the record that lists them
                for name in _in_order(_files_of_run_in(self._folder), record_last=True):
                    (self._folder / name).unlink(missing_ok=True)
                for name in _in_order(self._names, record_last=False):
                    (self._aside / name).replace(self._folder / name)
        except OSError as error:
            raise InputError(f"{self._folder}: results cannot be written there ({error.strerror or error})") from None


@contextmanager
def results_in(folder: Path, names: Iterable[str]) -> Iterator[Results]:
    """Return an object that writes the files of a run; unless it finishes, `folder` is not changed.

    Files of an earlier run are removed, and all other files are kept.

    Parameters
    ----------
    folder : Path
        Folder for the results; created if necessary.
    names : iterable of str
        Names of the files that may be written.

    Raises
    ------
    InputError
        If they cannot be written there.
    """
    require_results_folder(folder, names)
    # an existing folder may be a mount point or a link, into which nothing can be moved from outside
    unique = f".{folder.name}.{secrets.token_hex(4)}"
    aside = (folder if folder.is_dir() else folder.absolute().parent) / unique
    try:
        aside.mkdir(parents=True)
    except OSError as error:
        raise InputError(f"{folder}: results cannot be written there ({error.strerror or error})") from None
    with temporary(aside):
        yield Results(folder, aside)


def _files_of_run_in(folder: Path) -> list[str]:
    """Return the files of the run in a folder, as listed in its record."""
    try:
        with (folder / RECORD).open("rb") as file:
            files = json.loads(file.read(LARGEST_RECORD)).get("files")
    except (OSError, ValueError, AttributeError, RecursionError):
        return []
    # the record may come from anyone, and contain anything
    return [name for name in NAMES if isinstance(files, list) and name in files and not (folder / name).is_dir()]


def _in_order(names: Iterable[str], *, record_last: bool) -> list[str]:
    return sorted(names, key=lambda name: (name == RECORD) == record_last)


def as_json(record: dict[str, Any]) -> bytes:
    """Return a record as JSON; all numbers must be finite."""
    return json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False).encode()


def made_now() -> dict[str, Any]:
    """Return the entries of result.json for the time and the versions."""
    return {
        "format": FORMAT_VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_with": {"platform": platform(), **versions()},
    }


def versions(packages: Iterable[str] = PACKAGES) -> dict[str, str]:
    """Return the versions of Python, and of those packages that are installed; by default those results depend on."""
    found = {"python": python_version()}
    for package in packages:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def require_results_folder(folder: Path, names: Iterable[str]) -> None:
    """Check that results can be written to `folder`, which need not exist yet.

    Raises
    ------
    InputError
        If they cannot be written there.
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
