"""Activations, and output units with their losses, in the array API: the rows of `equations`, for many networks.

z, a and y are of shape (networks, units, examples).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Array = Any


class Activation(NamedTuple):
    """A hidden unit: its value ``phi(z)``, and its slope ``phi'(z)`` given z and a = phi(z)."""

    value: Callable[[Any, Array], Array]
    slope: Callable[[Any, Array, Array], Array]


class Output(NamedTuple):
    """An output unit: its value ``a(z)``, and the loss ``(z, y)`` of each example, (networks, examples)."""

    value: Callable[[Any, Array], Array]
    loss: Callable[[Any, Array, Array], Array]


def _logistic(xp: Any, z: Array) -> Array:
    """1 / (1 + e^-z), written with e^-|z|, which cannot overflow"""
    e = xp.exp(-xp.abs(z))
    return xp.where(z >= 0, xp.ones_like(z), e) / (1 + e)


def _softplus(xp: Any, z: Array) -> Array:
    """log(1 + e^z)"""
    return _positive(xp, z) + xp.log1p(xp.exp(-xp.abs(z)))


def _positive(xp: Any, z: Array) -> Array:
    """max(z, 0)"""
    return xp.where(z > 0, z, xp.zeros_like(z))


def _silu_slope(xp: Any, z: Array, a: Array) -> Array:
    """s + a (1 - s), s = 1 / (1 + e^-z)"""
    s = _logistic(xp, z)
    return s + a * (1 - s)


def _softmax(xp: Any, z: Array) -> Array:
    """e^(z_j - max z) / sum over j"""
    e = xp.exp(z - xp.max(z, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


def _softmax_loss(xp: Any, z: Array, y: Array) -> Array:
    """sum_j y_j (log sum e^z - z_j)"""
    largest = xp.max(z, axis=1, keepdims=True)
    log_sum = largest + xp.log(xp.sum(xp.exp(z - largest), axis=1, keepdims=True))
    return xp.sum(y * (log_sum - z), axis=1)


def _poisson_loss(xp: Any, z: Array, y: Array) -> Array:
    """a - y + y (log y - z), a = e^z"""
    log_y = xp.log(xp.where(y > 0, y, xp.ones_like(y)))
    return xp.sum(xp.exp(z) - y + y * (log_y - z), axis=1)


ACTIVATIONS = {
    "identity": Activation(lambda xp, z: z, lambda xp, z, a: xp.ones_like(z)),
    "logistic": Activation(_logistic, lambda xp, z, a: a * (1 - a)),
    "tanh": Activation(lambda xp, z: xp.tanh(z), lambda xp, z, a: 1 - a * a),
    "relu": Activation(_positive, lambda xp, z, a: xp.astype(z > 0, z.dtype)),
    "softplus": Activation(_softplus, lambda xp, z, a: _logistic(xp, z)),
    "silu": Activation(lambda xp, z: z * _logistic(xp, z), _silu_slope),
}

OUTPUTS = {
    "logistic": Output(_logistic, lambda xp, z, y: xp.sum(_softplus(xp, z) - y * z, axis=1)),
    "softmax": Output(_softmax, _softmax_loss),
    "identity": Output(lambda xp, z: z, lambda xp, z, y: xp.sum((z - y) * (z - y), axis=1) / 2),
    "exponential": Output(lambda xp, z: xp.exp(z), _poisson_loss),
}
