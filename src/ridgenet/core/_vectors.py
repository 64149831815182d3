"""Operations on whole vectors."""

from __future__ import annotations

import numpy as np

from ridgenet.core._kernels import kernel, reduction


@reduction
def dot(a, b):
    """a b"""
    total = a.dtype.type(0.0)
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return np.float64(total)


@kernel
def add_multiple(factor, a, b):
    """b += factor a"""
    factor = a.dtype.type(factor)
    for i in range(a.shape[0]):
        b[i] += factor * a[i]


@kernel
def copy(a, b):
    """b = a"""
    for i in range(a.shape[0]):
        b[i] = a[i]


@kernel
def largest_component(a):
    """max |a_i|; NaN if one is"""
    largest = a.dtype.type(0.0)
    for i in range(a.shape[0]):
        largest = largest if abs(a[i]) <= largest else abs(a[i])
    return np.float64(largest)
