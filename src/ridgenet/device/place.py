"""Where arrays are: on the CPU for the compiled core, or on a GPU, as CuPy or PyTorch has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet.errors import InputError

TO_INSTALL = "pip install 'ridgenet[gpu]' cupy-cuda12x (or cupy-cuda13x, or torch)"


@dataclass(frozen=True)
class Place:
    """A library of arrays, and the device it keeps them on.

    Attributes
    ----------
    xp : module
        Namespace of the array API, such as array_api_compat makes it.
    device : object
        As this library names it; None is its usual one.
    to_host : callable
        Returns an array of it as one of NumPy.
    bytes_at_once : int
        About how much memory one evaluation may take; examples go through it in pieces.
    """

    xp: Any
    device: Any
    to_host: Callable[[Any], np.ndarray]
    bytes_at_once: int = 2**30

    def put(self, values: Any, dtype: np.dtype | None = None) -> Any:
        """Return values of NumPy as an array there."""
        array = np.ascontiguousarray(values, dtype)
        return self.xp.asarray(array, device=self.device)


def is_cpu(device: str) -> bool:
    """Tell whether a device is the CPU, for which there is the compiled core."""
    return device == "cpu"


def device_of(device: str) -> Place:
    """Return the place that a name stands for.

    Parameters
    ----------
    device : str
        "cuda", or "cuda:1" for the second GPU.

    Raises
    ------
    InputError
        If there is no such device, or no library for it.
    """
    kind, _, number = device.partition(":")
    if kind != "cuda" or not (number.isdigit() or not number):
        raise InputError(f"device must be 'cpu', 'cuda' or 'cuda:' and a number; got {device!r}")
    try:
        import array_api_compat  # noqa: F401
    except ImportError:
        raise InputError(f"device={device!r} needs packages that are not installed: {TO_INSTALL}") from None
    for library in (_cupy, _torch):
        found = library(int(number or 0))
        if found is not None:
            return found
    raise InputError(
        f"device={device!r}: neither CuPy nor PyTorch finds such a GPU here. If there is one: {TO_INSTALL}; "
        "else device='cpu'"
    )


def _cupy(number: int) -> Place | None:
    try:
        import array_api_compat.cupy as xp
        import cupy
    except ImportError:
        return None
    try:
        if number >= cupy.cuda.runtime.getDeviceCount():
            return None
    except cupy.cuda.runtime.CUDARuntimeError:
        return None
    return Place(xp, cupy.cuda.Device(number), cupy.asnumpy)


def _torch(number: int) -> Place | None:
    try:
        import array_api_compat.torch as xp
        import torch
    except ImportError:
        return None
    if number >= torch.cuda.device_count():
        return None
    return Place(xp, torch.device("cuda", number), lambda array: array.cpu().numpy())
