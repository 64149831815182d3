"""One fully connected layer: its three products, with inner loops over the examples of a row.

W_l stands in the flat parameters by rows, its biases right behind it. Rows of a and delta are units,
columns are examples.
"""

from __future__ import annotations

import numpy as np

from ridgenet._compile import kernel, reduction
from ridgenet.core.views import vector


@kernel
def affine(parameters, weights, a, z):
    """z_l = W_l a_(l-1) + b_l"""
    n_out, n = z.shape
    n_in = a.shape[0]
    biases = weights + n_in * n_out
    for j in range(n_out):
        _weighted_rows(parameters, weights + j * n_in, np.intp(1), a, parameters[biases + j], vector(z, j * n, n))


@kernel
def propagate_back(parameters, weights, delta, delta_below):
    """delta_(l-1) = W_l^T delta_l, before the slope"""
    n_in, n = delta_below.shape
    nothing = delta.dtype.type(0.0)
    for k in range(n_in):
        _weighted_rows(parameters, weights + k, n_in, delta, nothing, vector(delta_below, k * n, n))


@kernel
def _weighted_rows(weights, first, stride, rows, constant, result):
    """result = constant + sum_k w_k rows_k

    Four rows at a time, so that the result is read and written less often; what is left over by
    four comes first, together with the constant.
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
def add_outer_products(delta, a, scale, gradient, weights):
    """grad W_l += scale delta_l a_(l-1)^T, grad b_l += scale sum of delta_l; four inputs at a time"""
    n_out, n = delta.shape
    n_in = a.shape[0]
    biases = weights + n_in * n_out
    zero = delta.dtype.type(0.0)
    for j in range(n_out):
        total = zero
        for i in range(n):
            total += delta[j, i]
        gradient[biases + j] += scale * total
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
            gradient[w + k] += scale * t0
            gradient[w + k + 1] += scale * t1
            gradient[w + k + 2] += scale * t2
            gradient[w + k + 3] += scale * t3
            k += 4
        while k < n_in:
            t0 = zero
            for i in range(n):
                t0 += delta[j, i] * a[k, i]
            gradient[w + k] += scale * t0
            k += 1
