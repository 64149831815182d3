"""Checkpoints of training on a stream, written atomically and valid only for the run that wrote them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet.io._whole_file import write_whole


@dataclass
class StreamState:
    """State of training on a stream.

    Attributes
    ----------
    parameters : ndarray
        Weights and biases.
    first, second, powers : ndarray
        Moments of the optimiser; see `Rule`.
    epoch, buffer : int
        Number of epochs done, and of buffers done in the current epoch.
    sums : ndarray of shape (2,)
        Weighted sum of the data losses of these buffers, and the sum of their weights.
    data_losses, l2_penalties : list of float
        The two terms of the objective after each epoch.
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


def save(path: Path, state: StreamState, run: dict[str, Any]) -> None:
    """Write a checkpoint; the previous one is kept if writing fails."""
    arrays = {name: np.asarray(getattr(state, name)) for name in ARRAYS}
    about = json.dumps({"epoch": state.epoch, "buffer": state.buffer, "run": run}, sort_keys=True)
    content = np.frombuffer(about.encode(), np.uint8)
    everything: dict[str, Any] = {"about": content, **arrays}
    write_whole(path, lambda file: np.savez(file, **everything))


def load(path: Path, run: dict[str, Any]) -> StreamState | None:
    """Read a checkpoint; None if there is none.

    Raises
    ------
    InputError
        If the file is damaged, or from a run with other data or settings.
    """
    if not path.exists():
        return None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            about = json.loads(archive["about"].tobytes())
            arrays = {name: archive[name] for name in ARRAYS}
        _require_whole(about, arrays)
    # a damaged file can make NumPy, zipfile and json fail anywhere
    except Exception as error:
        raise InputError(f"{path}: not a checkpoint, or damaged; remove it to start again") from error
    now = json.loads(json.dumps(run, sort_keys=True))
    differs = [name for name in now if about["run"].get(name) != now[name]]
    if differs:
        raise InputError(
            f"{path}: this checkpoint is from a run with a different {differs[0]}; remove it to start again"
        )
    curves = {name: arrays.pop(name).tolist() for name in ("data_losses", "l2_penalties")}
    return StreamState(**arrays, epoch=about["epoch"], buffer=about["buffer"], **curves)


def _require_whole(about: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    """Check the types and shapes of the contents."""
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
        raise ValueError("the contents are incomplete")
