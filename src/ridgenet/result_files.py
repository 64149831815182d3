"""Results on disk: pictures and result.json, each either whole or not there."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from platform import platform, python_version
from typing import TYPE_CHECKING, Any, BinaryIO

from ridgenet.errors import InputError
from ridgenet.unfinished import unfinished

if TYPE_CHECKING:
    from ridgenet.results import Comparison

FORMAT_VERSION = 1
NAMES_OF_COMPARISON = ("boundary.png", "cost.png", "weights.png", "result.json")
# what numbers depend on
PACKAGES = ("ridgenet", "numpy", "scipy", "numba", "scikit-learn", "pandas", "pyarrow", "skrub", "skops")


def save_comparison(comparison: Comparison, folder: Path) -> list[Path]:
    """Write the pictures and result.json to `folder`, which is made if it is not there.

    Raises
    ------
    InputError
        If the folder cannot be made or written to.
    """
    from matplotlib.figure import Figure

    from ridgenet.plotting.style import DPI

    require_writable(folder, NAMES_OF_COMPARISON)
    paths = []
    for name, draw in (
        ("boundary.png", comparison.plot_boundary),
        ("cost.png", comparison.plot_cost),
        ("weights.png", comparison.plot_weights),
    ):
        figure = draw(Figure())
        paths.append(write_whole(folder / name, partial(figure.savefig, format="png", dpi=DPI)))
    content = as_json({**made_now(), **comparison.to_dict()})
    paths.append(write_whole(folder / "result.json", lambda file: file.write(content)))
    return paths


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
    """Return the versions of Python, and of the packages that numbers depend on."""
    return {"python": python_version(), **{package: version(package) for package in PACKAGES}}


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
            beside.replace(target)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from None
    return path
