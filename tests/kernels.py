"""Inner kernels as functions that Python can call."""

from functools import cache

import numba
import numpy as np


@cache
def from_python(kernel):
    """Return a compiled function that calls `kernel` and nothing else."""
    if numba.config.DISABLE_JIT:
        return kernel

    @numba.njit
    def call(*arguments):
        return kernel(*arguments)

    return call


@cache
def over_rows(function):
    """Return a function that applies a compiled scalar function to each number of an array."""
    if numba.config.DISABLE_JIT:
        return lambda x: np.array([function(value) for value in x], x.dtype)

    # the flags of a kernel, so that the loop is compiled as kernels compile it
    @numba.njit(error_model="numpy", fastmath={"nsz", "arcp", "contract"})
    def loop(x):
        y = np.empty_like(x)
        for i in range(x.shape[0]):
            y[i] = function(x[i])
        return y

    return loop
