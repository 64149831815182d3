"""Penalties on the weights of one layer: value and gradient of each."""

from __future__ import annotations

import numpy as np

from ridgenet.core._compile import kernel, reduction


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


@kernel
def l2_value_by_input(parameters, factors, start, stop):
    """f_j w_ij^2 / 2, summed over the weights of the first layer, stored by rows"""
    total = 0.0
    for i in range(start, stop):
        w = np.float64(parameters[i])
        total += factors[(i - start) % factors.shape[0]] * w * w
    return total / 2.0


@kernel
def l2_gradient_by_input(parameters, strength, factors, gradient, start, stop):
    """gradient = strength f_j w_ij"""
    for i in range(start, stop):
        factor = parameters.dtype.type(factors[(i - start) % factors.shape[0]])
        gradient[i] = strength * factor * parameters[i]
