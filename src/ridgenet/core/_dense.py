"""The three products of a fully connected layer, by loops over samples, or by BLAS if the layer is wide.

W_l is stored in the flat parameters by rows, followed by its biases. Rows of a and delta are units,
columns are samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ridgenet.core._blas import ONE_THREAD
from ridgenet.core._intrinsics import add_product, has_blas, matrix, vector
from ridgenet.core._kernels import kernel, reduction

# multiplications in a product above which BLAS is faster, including the call (docs/decisions/0004)
WIDE = 20_000


@kernel
def is_wide(n_out, n_in, n):
    """Return whether BLAS is faster than loops for a layer."""
    return n_out * n_in * n > WIDE and n_in >= 8 and n_out >= 8 and has_blas()


def blas_for(layer_sizes: Sequence[int], capacity: int) -> AbstractContextManager[None]:
    """Return the context in which kernels process batches of up to `capacity` samples with these layers."""
    return ONE_THREAD if _has_wide_layer(tuple(layer_sizes), capacity) else nullcontext()


@lru_cache(maxsize=64)
def _has_wide_layer(layer_sizes: tuple[int, ...], capacity: int) -> bool:
    return any(is_wide(*pair, capacity) for pair in pairwise(layer_sizes))


@kernel
def affine(parameters, weights, a, z):
    """z_l = W_l a_(l-1) + b_l"""
    n_out, n = z.shape
    n_in = a.shape[0]
    biases = weights + n_in * n_out
    if is_wide(n_out, n_in, n):
        for j in range(n_out):
            bias = parameters[biases + j]
            for i in range(n):
                z[j, i] = bias
        add_product(matrix(parameters, weights, n_out, n_in), False, a, False, z)
        return
    for j in range(n_out):
        _weighted_rows(parameters, weights + j * n_in, np.intp(1), a, parameters[biases + j], vector(z, j * n, n))


@kernel
def propagate_back(parameters, weights, delta, delta_below):
    """delta_(l-1) = W_l^T delta_l, to be multiplied by phi'(z)"""
    n_in, n = delta_below.shape
    n_out = delta.shape[0]
    nothing = delta.dtype.type(0.0)
    if is_wide(n_out, n_in, n):
        for k in range(n_in):
            for i in range(n):
                delta_below[k, i] = nothing
        add_product(matrix(parameters, weights, n_out, n_in), True, delta, False, delta_below)
        return
    for k in range(n_in):
        _weighted_rows(parameters, weights + k, n_in, delta, nothing, vector(delta_below, k * n, n))


@kernel
def _weighted_rows(weights, first, stride, rows, constant, result):
    """result = constant + sum_k w_k rows_k

    Four rows at a time, so that the result is read and written less often; the remainder comes first,
    together with the constant.
    """
    n_rows, n = rows.shape
    k = n_rows % 4
    if k == 0:
        for i in range(n):
            result[i] = constant
    elif k == 1:
        w0 = weights[first]
        for i in range(n):
            result[i] = constant + w0 * rows[0, i]
    elif k == 2:
        w0, w1 = weights[first], weights[first + stride]
        for i in range(n):
            result[i] = constant + w0 * rows[0, i] + w1 * rows[1, i]
    else:
        w0, w1, w2 = weights[first], weights[first + stride], weights[first + 2 * stride]
        for i in range(n):
            result[i] = constant + w0 * rows[0, i] + w1 * rows[1, i] + w2 * rows[2, i]
    while k < n_rows:
        w = first + k * stride
        w0, w1, w2, w3 = weights[w], weights[w + stride], weights[w + 2 * stride], weights[w + 3 * stride]
        for i in range(n):
            result[i] += w0 * rows[k, i] + w1 * rows[k + 1, i] + w2 * rows[k + 2, i] + w3 * rows[k + 3, i]
        k += 4


@reduction
def add_outer_products(delta, a, gradient, weights):
    """grad W_l += delta_l a_(l-1)^T, grad b_l += sum of delta_l; four inputs at a time"""
    n_out, n = delta.shape
    n_in = a.shape[0]
    biases = weights + n_in * n_out
    zero = delta.dtype.type(0.0)
    for j in range(n_out):
        total = zero
        for i in range(n):
            total += delta[j, i]
        gradient[biases + j] += total
    if is_wide(n_out, n_in, n):
        add_product(delta, False, a, True, matrix(gradient, weights, n_out, n_in))
        return
    for j in range(n_out):
        w = weights + j * n_in
        k = 0
        while k + 4 <= n_in:
            t0 = t1 = t2 = t3 = zero
            for i in range(n):
                d = delta[j, i]
                t0 += d * a[k, i]
                t1 += d * a[k + 1, i]
                t2 += d * a[k + 2, i]
                t3 += d * a[k + 3, i]
            gradient[w + k] += t0
            gradient[w + k + 1] += t1
            gradient[w + k + 2] += t2
            gradient[w + k + 3] += t3
            k += 4
        while k < n_in:
            t0 = zero
            for i in range(n):
                t0 += delta[j, i] * a[k, i]
            gradient[w + k] += t0
            k += 1
