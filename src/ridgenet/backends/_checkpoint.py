"""Where a training stands, on disk: whole or not there, and only for the run that it is of."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet.io._results_folder import write_whole


@dataclass
class Progress:
    """Where a training stands.

    Attributes
    ----------
    parameters, first, second, powers : ndarray
        The network, and the memory of the rule.
    epoch, buffer : int
        Epochs done, and buffers of the one that is on.
    sums : ndarray of shape (2,)
        Data loss of its buffers so far times their weight, and that weight.
    data_losses, l2_penalties : list of float
        Objectives of the epochs done.
    """

    parameters: np.ndarray
    first: np.ndarray
    second: np.ndarray
    powers: np.ndarray
    epoch: int = 0
    buffer: int = 0
    sums: np.ndarray = field(default_factory=lambda: np.zeros(2))
    data_losses: list[float] = field(default_factory=list)
    l2_penalties: list[float] = field(default_factory=list)


ARRAYS = ("parameters", "first", "second", "powers", "sums", "data_losses", "l2_penalties")


def save(path: Path, progress: Progress, run: dict[str, Any]) -> None:
    """Write a checkpoint over the one before, which stays if it cannot be completed."""
    arrays = {name: np.asarray(getattr(progress, name)) for name in ARRAYS}
    about = json.dumps({"epoch": progress.epoch, "buffer": progress.buffer, "run": run}, sort_keys=True)
    content = np.frombuffer(about.encode(), np.uint8)
    everything: dict[str, Any] = {"about": content, **arrays}
    write_whole(path, lambda file: np.savez(file, **everything))


def load(path: Path, run: dict[str, Any]) -> Progress | None:
    """Read a checkpoint; None if there is none.

    Raises
    ------
    InputError
        If it is damaged, or of a run with other data or settings.
    """
    if not path.exists():
        return None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            about = json.loads(found["about"].tobytes())
            arrays = {name: found[name] for name in ARRAYS}
        _require_whole(about, arrays)
    # a damaged file can make NumPy, zipfile and json fail anywhere
    except Exception as error:
        raise InputError(f"{path}: this is no checkpoint, or it is damaged; remove it to start anew") from error
    now = json.loads(json.dumps(run, sort_keys=True))
    differs = [name for name in now if about["run"].get(name) != now[name]]
    if differs:
        raise InputError(
            f"{path}: this checkpoint is of another run, with another {differs[0]}; remove it to start anew"
        )
    costs = {name: arrays.pop(name).tolist() for name in ("data_losses", "l2_penalties")}
    return Progress(**arrays, epoch=about["epoch"], buffer=about["buffer"], **costs)


def _require_whole(about: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    """Refuse a checkpoint that does not hold numbers of the shapes that one has."""
    n = arrays["parameters"].size
    lengths = {
        "first": (0, n),
        "second": (0, n),
        "powers": (2,),
        "sums": (2,),
        "l2_penalties": arrays["data_losses"].shape,
    }
    is_whole = (
        all(array.ndim == 1 and array.dtype.kind == "f" for array in arrays.values())
        and all(arrays[name].size in allowed for name, allowed in lengths.items())
        and np.isfinite(arrays["parameters"]).all()
        and all(type(about[name]) is int and about[name] >= 0 for name in ("epoch", "buffer"))
        and about["epoch"] == arrays["data_losses"].size
        and isinstance(about["run"], dict)
    )
    if not is_whole:
        raise ValueError("numbers are missing")
