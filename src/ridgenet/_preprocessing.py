"""Mean and standard deviation of each column, weighted, of a dense or sparse table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import issparse

from ridgenet._errors import InputError
from ridgenet.core._examples import mean_and_variance

# makes the median distance from the median of normal numbers their standard deviation
TO_NORMAL = 1.4826
# below them the squares of a column's numbers may have vanished, or lost digits
SMALLEST_VARIANCE, SMALLEST_MEAN = 1e-280, 1e-120
# a smaller number has no finite inverse
SMALLEST_SCALE = float(np.finfo(np.float64).tiny)


def mean_and_scale(X: Any, weights: np.ndarray | None = None, *, name: str = "X") -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of each column and its standard deviation, 1 where the column is constant.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Finite numbers.
    weights : ndarray of shape (n_samples,), optional
        Weights of the rows; all one, if None.
    name : str, default="X"
        What the table is called in errors.

    Returns
    -------
    mean, scale : ndarray of shape (n_features,)
        In float64. A spread that rounding alone explains counts as constant, as in scikit-learn's
        `StandardScaler`; so does one below 2e-308, which has no finite inverse.

    Raises
    ------
    InputError
        If numbers are so large that their squares are not finite.

    Examples
    --------
    >>> mean_and_scale(np.array([[0.0, 5.0], [2.0, 5.0]]))
    (array([1., 5.]), array([1., 1.]))
    """
    mean, variance = _moments(X, weights)
    if not np.isfinite(variance).all():
        column = int(np.argmin(np.isfinite(variance)))
        raise InputError(f"{largest_entry(X, name, column)} is too large to standardize; change its unit")
    scale = scale_of(mean, variance, X.shape[0])
    small = np.flatnonzero((variance < SMALLEST_VARIANCE) & (np.abs(mean) < SMALLEST_MEAN))
    if small.size:
        _correct_small(X, weights, small, mean, scale)
    return mean, scale


def _moments(X: Any, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    return (_of_sparse if issparse(X) else mean_and_variance)(X, weights)


def _correct_small(
    X: Any, weights: np.ndarray | None, columns: np.ndarray, mean: np.ndarray, scale: np.ndarray
) -> None:
    """Set mean and scale of columns whose numbers are so small that their squares vanish."""
    # one pass over all of them: most hold nothing but 0
    for column, largest in zip(columns, _largest(X[:, columns]), strict=True):
        if largest < SMALLEST_SCALE:
            continue
        unit = float(np.ldexp(1.0, np.frexp(largest)[1]))
        mean_in_unit, variance = _moments(X[:, [column]] / unit, weights)
        scale_in_unit = scale_of(mean_in_unit, variance, X.shape[0])[0]
        if variance[0] > 0 and scale_in_unit * unit >= SMALLEST_SCALE:
            mean[column], scale[column] = mean_in_unit[0] * unit, scale_in_unit * unit


def median_and_spread(
    X: np.ndarray, weights: np.ndarray | None = None, *, name: str = "X"
) -> tuple[np.ndarray, np.ndarray]:
    """Return the median of each column and its robust spread, 1.4826 times the median distance from it.

    For normal numbers that is their standard deviation (Huber and Ronchetti, Robust Statistics, 2009, section 5.1).
    Where more than half of a column is one value, the standard deviation takes its place.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Finite numbers.
    weights : ndarray of shape (n_samples,), optional
        Weights of the rows; all one, if None.
    name : str, default="X"
        What the table is called in errors.

    Returns
    -------
    median, spread : ndarray of shape (n_features,)
        In float64.

    Raises
    ------
    InputError
        If numbers are so large that their squares are not finite.

    Examples
    --------
    >>> median, spread = median_and_spread(np.array([[0.0], [1.0], [2.0], [3.0], [1000.0]]))
    >>> median.tolist(), spread.tolist()
    ([2.0], [1.4826])
    """
    weights = np.ones(len(X)) if weights is None else weights
    median = np.array([_weighted_median(column, weights) for column in X.T])
    spread = TO_NORMAL * np.array([_weighted_median(column, weights) for column in np.abs(X - median).T])
    if not (spread > 0).all():
        spread = np.where(spread > 0, spread, mean_and_scale(X, weights, name=name)[1])
    return median, spread


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the value with half of the weight on either side, the middle of two if there are two."""
    order = np.argsort(values[weights > 0], kind="stable")
    values, total = values[weights > 0][order], np.cumsum(weights[weights > 0][order])
    low, high = (
        values[min(np.searchsorted(total, 0.5 * total[-1], side), len(values) - 1)] for side in ("left", "right")
    )
    return float(low + 0.5 * (high - low))


def standardized_in_place(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Subtract its mean from each column and divide by its standard deviation, however large or small its numbers.

    Parameters
    ----------
    X : ndarray of float64 of shape (n_samples, n_features)
        Finite numbers, which are replaced.

    Returns
    -------
    mean, scale : ndarray of shape (n_features,)
        What was subtracted, and what the differences were divided by.

    Examples
    --------
    >>> X = np.array([[1e300], [3e300]])
    >>> mean, scale = standardized_in_place(X)
    >>> X.ravel().tolist(), float(mean[0]), float(scale[0])
    ([-1.0, 1.0], 2e+300, 1e+300)
    """
    # squares of numbers near 1 are finite, and none of them zero; a power of 2 rounds nothing
    largest = np.maximum(X.max(axis=0), -X.min(axis=0))
    unit = np.ldexp(1.0, np.where(largest > 0, np.frexp(largest)[1] - 1, 0))
    X /= unit
    mean, scale = mean_and_scale(X)
    X -= mean
    X /= scale
    return mean * unit, scale * unit


def _of_sparse(X: Any, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.utils.sparsefuncs import mean_variance_axis

    mean, variance = mean_variance_axis(X, axis=0, weights=weights)
    return np.asarray(mean, np.float64), np.asarray(variance, np.float64)


def largest_entry(X: Any, name: str, column: int | None = None) -> str:
    """Return the entry of largest magnitude, of a column or of the whole table, as a user would index it.

    Examples
    --------
    >>> largest_entry(np.array([[1.0, -1e200], [2.0, 3.0]]), "X")
    'X[0, 1] = -1e+200'
    >>> largest_entry(np.array([[1.0], [7.0]]), "y")
    'y[1] = 7'
    """
    if column is None:
        column = int(np.argmax(_largest(X)))
    values = X[:, [column]].toarray()[:, 0] if issparse(X) else X[:, column]
    row = int(np.argmax(np.abs(values)))
    place = f"{row}, {column}" if name.startswith("X") or X.shape[1] > 1 else f"{row}"
    return f"{name}[{place}] = {values[row]:g}"


def _largest(X: Any) -> np.ndarray:
    largest: np.ndarray = abs(X).max(axis=0).toarray().ravel() if issparse(X) else np.abs(X).max(axis=0)
    return largest


def pooled_units(
    weights: Sequence[float], moments: Sequence[tuple[np.ndarray, np.ndarray]], n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and scale of all rows from mean and variance of each part of them.

    Parameters
    ----------
    weights : sequence of float
        Weight of each part.
    moments : sequence of pairs of ndarray
        Mean and variance of its columns.
    n : int
        Number of all rows.
    """
    means, variances = (np.stack(part) for part in zip(*moments, strict=True))
    mean = np.average(means, axis=0, weights=weights)
    spread = np.average(variances + (means - mean) ** 2, axis=0, weights=weights)
    return mean, scale_of(mean, spread, n)


def scale_of(mean: np.ndarray, variance: np.ndarray, n: int) -> np.ndarray:
    """Return the standard deviation of each of n rows' columns; 1 where rounding alone explains the variance.

    Raises
    ------
    InputError
        If a variance is not finite.
    """
    if not np.isfinite(variance).all():
        column = int(np.argmin(np.isfinite(variance)))
        raise InputError(f"column {column} holds numbers too large to standardize; change its unit")
    eps = np.finfo(np.float64).eps
    # of a mean so large that its rounding has no finite square, nothing else is left either
    with np.errstate(over="ignore"):
        constant = variance <= n * eps * variance + (n * mean * eps) ** 2
    return np.sqrt(np.where(constant, 1.0, variance))
