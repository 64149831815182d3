"""Mean and variance of each column of a large table, without a copy of it."""

from __future__ import annotations

import numpy as np

from ridgenet._compile import entry_point
from ridgenet.core.arrays import float_type, for_kernels
from ridgenet.errors import InputError


def mean_and_variance(X: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the weighted mean and variance of each column, in float64."""
    X = for_kernels(X, float_type(X.dtype))
    mean, variance = np.empty((2, X.shape[1]))
    column_moments(X, for_kernels(np.empty(0) if weights is None else weights, np.float64), mean, variance)
    return mean, variance


@entry_point
def column_moments(X, weights, mean, variance):
    """mean = sum w x / sum w, variance = sum w (x - mean)^2 / sum w; all in float64, w = 1 if there are none"""
    n_rows, n_columns = X.shape
    if mean.shape[0] != n_columns or variance.shape[0] != n_columns:
        raise InputError("mean and variance must have a number for each column of X")
    if weights.shape[0] != 0 and weights.shape[0] != n_rows:
        raise InputError("weights must have a number for each row of X, or none")
    total = 0.0
    mean[:] = 0.0
    variance[:] = 0.0
    for i in range(n_rows):
        w = weights[i] if weights.shape[0] > 0 else 1.0
        total += w
        for j in range(n_columns):
            mean[j] += w * np.float64(X[i, j])
    for j in range(n_columns):
        mean[j] /= total
    for i in range(n_rows):
        w = weights[i] if weights.shape[0] > 0 else 1.0
        for j in range(n_columns):
            difference = np.float64(X[i, j]) - mean[j]
            variance[j] += w * difference * difference
    for j in range(n_columns):
        variance[j] /= total
