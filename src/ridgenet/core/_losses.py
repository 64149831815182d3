"""Losses with their output units: value, and residual, the derivative with respect to z.

z, a and y have one row for each output and one column for each sample; shares are the normalised sample weights.
"""

from __future__ import annotations

import numpy as np

from ridgenet.core import _vector_math as vector_math
from ridgenet.core._kernels import kernel, reduction
from ridgenet.formulas import QUANTILE_WIDTH

LOG_LOSS, MULTINOMIAL_LOG_LOSS, SQUARED_ERROR, POISSON, HUBER, QUANTILE = range(6)


@kernel
def logistic_output(z, a):
    """a = 1 / (1 + e^-z)"""
    k, n = z.shape
    for j in range(k):
        for i in range(n):
            a[j, i] = vector_math.logistic(z[j, i])


@kernel
def _logistic_loss(z, y):
    """-y log a - (1 - y) log(1 - a) = softplus(z) - y z, finite for every z

    A kernel of its own, since the sum may reorder its terms, and this difference must not be reordered.
    """
    return vector_math.softplus(z) - y * z


@reduction
def logistic_loss(z, y, shares):
    """share (softplus(z) - y z), summed"""
    total = z.dtype.type(0.0)
    k, n = z.shape
    for j in range(k):
        for i in range(n):
            total += shares[i] * _logistic_loss(z[j, i], y[j, i])
    return np.float64(total)


@kernel
def softmax_output(z, a, scratch):
    """a_j = e^(z_j - max z) / sum over j; leaves max z and the sum of each sample in scratch"""
    k, n = z.shape
    for i in range(n):
        scratch[i] = z[0, i]
        scratch[n + i] = z.dtype.type(0.0)
    for j in range(1, k):
        for i in range(n):
            scratch[i] = z[j, i] if z[j, i] > scratch[i] else scratch[i]
    for j in range(k):
        for i in range(n):
            a[j, i] = vector_math.exp(z[j, i] - scratch[i])
            scratch[n + i] += a[j, i]
    for j in range(k):
        for i in range(n):
            a[j, i] /= scratch[n + i]


@reduction
def softmax_loss(z, y, shares, scratch):
    """share sum_j y_j (log sum e^z - z_j), with the largest z factored out of the sum"""
    k, n = z.shape
    for i in range(n):
        scratch[n + i] = vector_math.log(scratch[n + i]) + scratch[i]
    total = z.dtype.type(0.0)
    for j in range(k):
        for i in range(n):
            total += shares[i] * y[j, i] * (scratch[n + i] - z[j, i])
    return np.float64(total)


@kernel
def identity_output(z, a):
    """a = z"""
    k, n = z.shape
    for j in range(k):
        for i in range(n):
            a[j, i] = z[j, i]


@reduction
def squared_loss(z, y, shares):
    """share (z - y)^2 / 2, summed"""
    total = z.dtype.type(0.0)
    k, n = z.shape
    for j in range(k):
        for i in range(n):
            error = z[j, i] - y[j, i]
            total += shares[i] * error * error
    return np.float64(total) / 2.0


@kernel
def exponential_output(z, a):
    """a = e^z"""
    k, n = z.shape
    for j in range(k):
        for i in range(n):
            a[j, i] = vector_math.exp(z[j, i])


@kernel
def _poisson_loss(z, a, y):
    """a - y + y (log y - z): half the deviance, 0 where a = y; separate from the sum, like the logistic loss"""
    T = type(y)
    positive = y > T(0.0)
    return a - y + (y * (vector_math.log(y if positive else T(1.0)) - z) if positive else T(0.0))


@reduction
def poisson_loss(z, a, y, shares):
    """share (a - y + y log(y / a)), summed"""
    total = z.dtype.type(0.0)
    k, n = z.shape
    for j in range(k):
        for i in range(n):
            total += shares[i] * _poisson_loss(z[j, i], a[j, i], y[j, i])
    return np.float64(total)


@kernel
def _huber_loss(z, y, delta):
    """r^2 / 2 where |r| <= delta, else delta (|r| - delta / 2)"""
    size = abs(z - y)
    half = type(z)(0.5)
    return half * size * size if size <= delta else delta * (size - half * delta)


@reduction
def huber_loss(z, y, shares, delta):
    """share times the loss, summed"""
    total = z.dtype.type(0.0)
    k, n = z.shape
    for j in range(k):
        for i in range(n):
            total += shares[i] * _huber_loss(z[j, i], y[j, i], delta)
    return np.float64(total)


@kernel
def huber_residual(a, y, shares, delta, limit):
    """delta = share (a - y), the difference clipped to [-limit, limit]"""
    k, n = a.shape
    for j in range(k):
        for i in range(n):
            delta[j, i] = shares[i] * max(min(a[j, i] - y[j, i], limit), -limit)


@kernel
def _quantile_loss(z, y, tau):
    """tau (y - z) + h log(1 + e^((z - y) / h))"""
    h = type(z)(QUANTILE_WIDTH)
    return tau * (y - z) + h * vector_math.softplus((z - y) / h)


@reduction
def quantile_loss(z, y, shares, tau):
    """share times the loss, summed"""
    total = z.dtype.type(0.0)
    k, n = z.shape
    for j in range(k):
        for i in range(n):
            total += shares[i] * _quantile_loss(z[j, i], y[j, i], tau)
    return np.float64(total)


@kernel
def quantile_residual(a, y, shares, delta, tau):
    """delta = share (1 / (1 + e^((y - a) / h)) - tau)"""
    k, n = a.shape
    h = a.dtype.type(QUANTILE_WIDTH)
    for j in range(k):
        for i in range(n):
            delta[j, i] = shares[i] * (vector_math.logistic((a[j, i] - y[j, i]) / h) - tau)


@kernel
def apply_output(code, z, a, scratch):
    """Write the outputs of the network to a."""
    if code == LOG_LOSS:
        logistic_output(z, a)
    elif code == MULTINOMIAL_LOG_LOSS:
        softmax_output(z, a, scratch)
    elif code == POISSON:
        exponential_output(z, a)
    else:
        identity_output(z, a)


@kernel
def loss_value(code, parameter, z, a, y, shares, scratch):
    """Return the sum of share times loss over the samples, after `apply_output` on the same batch."""
    if code == LOG_LOSS:
        return logistic_loss(z, y, shares)
    if code == MULTINOMIAL_LOG_LOSS:
        return softmax_loss(z, y, shares, scratch)
    if code == POISSON:
        return poisson_loss(z, a, y, shares)
    if code == HUBER:
        return huber_loss(z, y, shares, z.dtype.type(parameter))
    if code == QUANTILE:
        return quantile_loss(z, y, shares, z.dtype.type(parameter))
    return squared_loss(z, y, shares)


@kernel
def difference(a, y, shares, delta):
    """delta = share (a - y)"""
    k, n = a.shape
    for j in range(k):
        for i in range(n):
            delta[j, i] = shares[i] * (a[j, i] - y[j, i])


@kernel
def residual(code, parameter, a, y, shares, delta):
    """delta = share times the derivative of the loss with respect to z; a - y for those with their canonical output"""
    if code == HUBER:
        huber_residual(a, y, shares, delta, a.dtype.type(parameter))
    elif code == QUANTILE:
        quantile_residual(a, y, shares, delta, a.dtype.type(parameter))
    else:
        difference(a, y, shares, delta)


# codes by which kernels select a row of `formulas.LOSSES`
CODES = {
    "log_loss": LOG_LOSS,
    "multinomial_log_loss": MULTINOMIAL_LOG_LOSS,
    "squared_error": SQUARED_ERROR,
    "poisson": POISSON,
    "huber": HUBER,
    "quantile": QUANTILE,
}
