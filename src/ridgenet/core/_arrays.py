"""Convert arrays to the layout that kernels are compiled for."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from ridgenet.core._struct import address_of

CACHE_LINE = 64


def for_kernels(values: ArrayLike, dtype: DTypeLike) -> np.ndarray:
    """Return `values` as an aligned, writable, C-contiguous array of `dtype` in native byte order.

    Any other layout would compile, and cache on disk, another version of each kernel. Copies only
    if necessary.
    """
    if type(values) is np.ndarray and values.flags.carray and values.dtype == dtype and values.dtype.isnative:
        return values
    return np.require(np.asarray(values), np.dtype(dtype).newbyteorder("="), ["C", "W", "A"])


def float_type(dtype: DTypeLike) -> np.dtype:
    """Return float32 for float32, and float64 for any other type: the two types that kernels support."""
    return np.dtype(np.float32 if np.dtype(dtype) == np.float32 else np.float64)


def aligned_empty(length: int, dtype: DTypeLike) -> np.ndarray:
    """Return uninitialised memory aligned to a cache line, so that no vector spans two of them."""
    size = length * np.dtype(dtype).itemsize
    memory = np.empty(size + CACHE_LINE, np.uint8)
    start = -address_of(memory) % CACHE_LINE
    return memory[start : start + size].view(dtype)
