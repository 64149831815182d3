"""Functions that more than one formula is made of, and the types of the tables' fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Array = Any
# adds an operator to an ONNX graph, given its name and its inputs, where a number is a constant; returns its output
Node = Callable[..., str]


def positive(xp: Any, z: Array) -> Array:
    """max(z, 0)"""
    return xp.where(z > 0, z, xp.zeros_like(z))


def logistic(xp: Any, z: Array) -> Array:
    """1 / (1 + e^-z), written with e^-|z|, which cannot overflow"""
    e = xp.exp(-xp.abs(z))
    return xp.where(z >= 0, xp.ones_like(z), e) / (1 + e)


def softplus(xp: Any, z: Array) -> Array:
    """log(1 + e^z)"""
    return positive(xp, z) + xp.log1p(xp.exp(-xp.abs(z)))


def log_of_positive(xp: Any, y: Array) -> Array:
    """log y, 0 where y is 0: 0 log 0 is 0"""
    return xp.log(xp.where(y > 0, y, xp.ones_like(y)))


def exponential(xp: Any, z: Array) -> Array:
    """e^z, with z clipped so that it stays finite"""
    return xp.exp(xp.where(z < 709.0, z, 709.0 * xp.ones_like(z)))
