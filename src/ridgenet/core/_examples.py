"""Training samples in kernel layout, dense or sparse, and loading of batches.

A batch is stored as features x samples, with the samples of one row contiguous. Inputs are standardised while they
are loaded, which saves a second copy of the data.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from ridgenet._errors import InputError
from ridgenet.core._arrays import float_type, for_kernels
from ridgenet.core._kernels import entry_point, kernel
from ridgenet.core._struct import DataMatrix, DataVector, Float64Vector, Int64Vector


def mean_and_variance(X: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the weighted mean and variance of each column, in float64."""
    X = for_kernels(X, float_type(X.dtype))
    mean, variance = np.empty((2, X.shape[1]))
    column_moments(X, for_kernels(np.empty(0) if weights is None else weights, np.float64), mean, variance)
    return mean, variance


@entry_point
def column_moments(X: DataMatrix, weights: Float64Vector, mean: Float64Vector, variance: Float64Vector) -> None:
    """mean = sum w x / sum w, variance = sum w (x - mean)^2 / sum w; in float64, w = 1 without weights"""
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


class Examples(NamedTuple):
    """Inputs, targets, sample weights and standardisation; sparse inputs are the three arrays of CSR."""

    X: DataMatrix  # samples x features; empty if the inputs are sparse
    row_starts: Int64Vector  # empty if the inputs are dense
    columns: Int64Vector
    values: DataVector
    Y: DataMatrix  # samples x outputs
    weights: DataVector  # one for each sample, or empty: all one
    mean: DataVector  # subtracted from each feature
    factor: DataVector  # multiplies the difference
    total_weight: float

    @property
    def n_examples(self) -> int:
        """Number of samples."""
        return len(self.Y)

    @property
    def n_features(self) -> int:
        """Number of features."""
        return len(self.mean)

    @property
    def mean_weight(self) -> float:
        """Mean sample weight."""
        return self.total_weight / len(self.Y)


def make_examples(
    X: Any,
    Y: np.ndarray,
    dtype: DTypeLike,
    *,
    weights: np.ndarray | None = None,
    mean: np.ndarray | None = None,
    scale: np.ndarray | None = None,
) -> Examples:
    """Return samples in kernel layout, in one float type; arrays of that type are not copied.

    Parameters
    ----------
    X : array-like or CSR matrix of shape (n_samples, n_features)
        Inputs.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets.
    dtype : {numpy.float64, numpy.float32}
        Type of all arithmetic.
    weights : ndarray of shape (n_samples,), optional
        Sample weights; all one, if None.
    mean, scale : ndarray of shape (n_features,), optional
        Each feature minus `mean` is divided by `scale`.

    Raises
    ------
    InputError
        If the indices of a sparse X point outside it.
    """
    n_examples, n_features = np.shape(X)
    nothing, no_index = np.empty(0, dtype), np.empty(0, np.int64)
    dense, row_starts, columns, values = np.empty((0, n_features), dtype), no_index, no_index, nothing
    if not isinstance(X, np.ndarray) and hasattr(X, "indptr"):
        row_starts, columns = for_kernels(X.indptr, np.int64), for_kernels(X.indices, np.int64)
        values = for_kernels(X.data, dtype)
        _require_index(row_starts, columns, n_features)
    else:
        dense = for_kernels(X, dtype)
    return Examples(
        dense,
        row_starts,
        columns,
        values,
        for_kernels(Y, dtype),
        nothing if weights is None else for_kernels(weights, dtype),
        np.zeros(n_features, dtype) if mean is None else for_kernels(mean, dtype),
        np.ones(n_features, dtype) if scale is None else for_kernels(1.0 / np.asarray(scale, np.float64), dtype),
        float(n_examples if weights is None else np.sum(weights, dtype=np.float64)),
    )


def _require_index(row_starts: np.ndarray, columns: np.ndarray, n_features: int) -> None:
    """Check that CSR indices are within their matrix."""
    ascending = row_starts[0] == 0 and row_starts[-1] == len(columns) and bool((np.diff(row_starts) >= 0).all())
    if not ascending or (len(columns) and not 0 <= columns.min() <= columns.max() < n_features):
        raise InputError("the indices of sparse X point outside X; X.check_format(full_check=True) says where")


@kernel
def load(examples, rows, x, y, shares):
    """x = (X[rows] - mean) factor, y = Y[rows], shares = w[rows] / (n mean w), with samples as columns"""
    load_inputs(examples, rows, x)
    n = rows.shape[0]
    for output in range(y.shape[0]):
        for i in range(n):
            y[output, i] = examples.Y[rows[i], output]
    if examples.weights.shape[0] == 0:
        share = shares.dtype.type(1.0 / n)
        for i in range(n):
            shares[i] = share
    else:
        factor = shares.dtype.type(examples.Y.shape[0] / (n * examples.total_weight))
        for i in range(n):
            shares[i] = factor * examples.weights[rows[i]]


@kernel
def load_inputs(examples, rows, x):
    """x = (X[rows] - mean) factor, with samples as columns"""
    if examples.row_starts.shape[0] == 0:
        _load_dense(examples, rows, x)
    else:
        _load_sparse(examples, rows, x)


@kernel
def _load_dense(examples, rows, x):
    for feature in range(x.shape[0]):
        mean, factor = examples.mean[feature], examples.factor[feature]
        for i in range(rows.shape[0]):
            x[feature, i] = (examples.X[rows[i], feature] - mean) * factor


@kernel
def _load_sparse(examples, rows, x):
    for feature in range(x.shape[0]):
        zero = (x.dtype.type(0.0) - examples.mean[feature]) * examples.factor[feature]
        for i in range(rows.shape[0]):
            x[feature, i] = zero
    for i in range(rows.shape[0]):
        for place in range(examples.row_starts[rows[i]], examples.row_starts[rows[i] + np.uintp(1)]):
            column = np.uintp(examples.columns[place])
            x[column, i] = (examples.values[place] - examples.mean[column]) * examples.factor[column]
