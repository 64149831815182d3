"""The one place where arrays take the form that kernels are compiled for."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, DTypeLike


def for_kernels(values: ArrayLike, dtype: DTypeLike) -> np.ndarray:
    """Return `values` as an aligned, writable, C-contiguous array of `dtype` in native byte order.

    Every other layout would compile, and keep on disk, one more version of each kernel. Copies only
    what does not fit already.
    """
    return np.require(np.asarray(values), np.dtype(dtype).newbyteorder("="), ["C", "W", "A"])


def float_type(dtype: DTypeLike) -> np.dtype:
    """Return float32 for float32, and float64 for all else: the two types that kernels know."""
    return np.dtype(np.float32 if np.dtype(dtype) == np.float32 else np.float64)
