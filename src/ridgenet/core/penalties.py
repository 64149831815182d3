"""Penalties on weights: the value of each and its gradient, for one layer's weights at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ridgenet._compile import kernel, reduction


class Penalty(NamedTuple):
    """One row of the table: its formulas as LaTeX, for weights w and strength one."""

    value: str
    gradient: str


@reduction
def l2_value(parameters, start, stop):
    """w^2 / 2, summed"""
    total = parameters.dtype.type(0.0)
    for i in range(start, stop):
        total += parameters[i] * parameters[i]
    return np.float64(total) / 2.0


@kernel
def l2_gradient(parameters, strength, gradient, start, stop):
    """gradient = strength w"""
    for i in range(start, stop):
        gradient[i] = strength * parameters[i]


PENALTIES = {"l2": Penalty(r"\tfrac{1}{2} w^2", r"w")}
