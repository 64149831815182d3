"""Preprocessing: standardise inputs and targets, and encode classes as columns of 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike
from scipy.sparse import issparse

from ridgenet._errors import InputError
from ridgenet.core._examples import mean_and_variance

# turns the median absolute deviation of a normal distribution into its standard deviation
MAD_TO_STANDARD_DEVIATION = 1.4826
# below these, the squares of a column's values may have underflowed or lost digits
SMALLEST_VARIANCE, SMALLEST_MEAN = 1e-280, 1e-120
# smaller numbers have no finite inverse
SMALLEST_SCALE = float(np.finfo(np.float64).tiny)
ROWS_AT_A_TIME = 4096


class SavedByFields:
    """Mixin of dataclasses whose cached properties are not pickled."""

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True)
class Standardizer(SavedByFields):
    """Mean and scale of inputs and targets, in float64."""

    mean: np.ndarray
    scale: np.ndarray
    target_mean: np.ndarray
    target_scale: np.ndarray

    @classmethod
    def identity(cls, n_features: int, n_outputs: int) -> Standardizer:
        """Return a standardiser that changes nothing."""
        return cls(np.zeros(n_features), np.ones(n_features), np.zeros(n_outputs), np.ones(n_outputs))

    @classmethod
    def fitted_to(cls, X: Any, Y: np.ndarray, weights: np.ndarray | None, *, centering: str | None) -> Standardizer:
        """Fit to inputs, and to targets by their mean, their median or not at all."""
        for_inputs = cls.identity(X.shape[1], Y.shape[1]).with_inputs_of(X, weights)
        if centering is None:
            return for_inputs
        location_and_scale = mean_and_scale if centering == "mean" else median_and_spread
        target_mean, target_scale = location_and_scale(Y, weights, name="y")
        return replace(for_inputs, target_mean=target_mean, target_scale=target_scale)

    def with_inputs_of(self, X: Any, weights: np.ndarray | None = None) -> Standardizer:
        """Return a copy fitted to the inputs X, with the targets' mean and scale unchanged."""
        mean, scale = mean_and_scale(X, weights)
        return replace(self, mean=mean, scale=scale)

    def transform(self, X: np.ndarray, dtype: DTypeLike) -> np.ndarray:
        """Return standardised inputs, computed in float64 and then converted to `dtype`."""
        result = np.empty(np.shape(X), dtype)
        with np.errstate(over="ignore"):
            for start in range(0, len(X), ROWS_AT_A_TIME):
                rows = slice(start, start + ROWS_AT_A_TIME)
                result[rows] = (X[rows] - self.mean) / self.scale
        return result

    @cached_property
    def changes_targets(self) -> bool:
        """Whether targets are standardised."""
        return bool(self.target_mean.any() or (self.target_scale != 1).any())

    def transform_targets(self, Y: np.ndarray) -> np.ndarray:
        """Return standardised targets."""
        return (Y - self.target_mean) / self.target_scale if self.changes_targets else Y

    def inverse_transform_targets(self, outputs: np.ndarray) -> np.ndarray:
        """Convert outputs of the network to the units of the data, in place."""
        if self.changes_targets:
            # overflow gives a prediction that is not finite, which the caller reports
            with np.errstate(over="ignore", invalid="ignore"):
                outputs *= self.target_scale.astype(outputs.dtype)
                outputs += self.target_mean.astype(outputs.dtype)
        return outputs

    def after(self, mean: np.ndarray, scale: np.ndarray) -> Standardizer:
        """Return the composition with an earlier standardisation of the inputs by `mean` and `scale`."""
        return replace(self, mean=mean + scale * self.mean, scale=scale * self.scale)

    def merged(self, other: Standardizer, fraction: float) -> Standardizer:
        """Return the standardiser of both data sets together; `fraction` of the total weight belongs to `other`."""
        pairs = (
            (self.mean, self.scale, other.mean, other.scale),
            (
                self.target_mean,
                self.target_scale,
                other.target_mean,
                other.target_scale,
            ),
        )
        return Standardizer(*(part for pair in pairs for part in _merged(*pair, fraction)))


def _merged(
    mean: np.ndarray, scale: np.ndarray, other_mean: np.ndarray, other_scale: np.ndarray, fraction: float
) -> tuple[np.ndarray, np.ndarray]:
    difference = other_mean - mean
    # hypot neither underflows for the smallest scales nor overflows for the largest
    within = np.hypot(np.sqrt(1 - fraction) * scale, np.sqrt(fraction) * other_scale)
    return mean + fraction * difference, np.hypot(within, np.sqrt(fraction * (1 - fraction)) * difference)


@dataclass(frozen=True)
class TargetEncoder:
    """Encode targets for a network: classes and labels as columns of 0 and 1, numbers as columns of float64.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,) or None
        All classes, sorted; with two classes, the network predicts the probability of the second. The indices of the
        labels, if `multilabel`. None if targets are numbers.
    multilabel : bool, default=False
        Whether each sample has several labels, each 0 or 1.

    Examples
    --------
    >>> TargetEncoder(np.array(["no", "yes"])).transform(np.array(["yes", "no"]))
    array([[1.],
           [0.]])
    >>> TargetEncoder(np.array([0, 1, 2])).one_hot(np.array([2, 0]))
    array([[0., 0., 1.],
           [1., 0., 0.]])
    >>> TargetEncoder(np.array(["no", "yes"])).inverse_transform(np.array([[0.9], [0.2]])).tolist()
    ['yes', 'no']
    """

    classes: np.ndarray | None
    multilabel: bool = False

    @property
    def n_outputs(self) -> int:
        """Number of outputs of a classification network."""
        assert self.classes is not None
        return 1 if len(self.classes) == 2 and not self.multilabel else len(self.classes)

    @property
    def loss(self) -> str:
        """Name of the classification loss, a row of `formulas.LOSSES`."""
        return "log_loss" if self.multilabel or self.n_outputs == 1 else "multinomial_log_loss"

    def transform(self, y: np.ndarray, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Encode targets; class labels must be among `classes`."""
        if self.classes is None or self.multilabel:
            Y = np.asarray(y, dtype)
            return Y[:, np.newaxis] if Y.ndim == 1 else Y
        return self.one_hot(np.searchsorted(self.classes, y), dtype)

    def one_hot(self, codes: np.ndarray, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Encode indices of classes: one column for two classes, otherwise one per class."""
        if self.n_outputs == 1:
            return codes[:, np.newaxis].astype(dtype)
        matrix: np.ndarray = np.eye(self.n_outputs, dtype=dtype)[codes]
        return matrix

    def inverse_transform(self, outputs: np.ndarray) -> np.ndarray:
        """Return the most probable classes, the labels with a probability above one half as 1, or numbers unchanged."""
        if self.classes is None:
            return outputs[:, 0] if outputs.shape[1] == 1 else outputs
        if self.multilabel:
            return (outputs > 0.5).astype(int)
        if outputs.shape[1] == 1:
            return self.classes[(outputs[:, 0] > 0.5).astype(int)]
        return self.classes[outputs.argmax(axis=1)]


def mean_and_scale(X: Any, weights: np.ndarray | None = None, *, name: str = "X") -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of each column and its standard deviation, 1 where the column is constant.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Finite values.
    weights : ndarray of shape (n_samples,), optional
        Sample weights; None weights all samples equally.
    name : str, default="X"
        Name of the table in error messages.

    Returns
    -------
    mean, scale : ndarray of shape (n_features,)
        In float64. As in scikit-learn's `StandardScaler`, a column whose variance is within rounding error counts as
        constant; so does one with a standard deviation below 2e-308, which has no finite inverse.

    Raises
    ------
    InputError
        If values are so large that their squares overflow.

    Examples
    --------
    >>> mean_and_scale(np.array([[0.0, 5.0], [2.0, 5.0]]))
    (array([1., 5.]), array([1., 1.]))
    """
    mean, variance = _moments(X, weights)
    if not np.isfinite(variance).all():
        column = int(np.argmin(np.isfinite(variance)))
        raise InputError(f"{largest_entry(X, name, column)} is too large to standardise; change its unit")
    scale = scale_of(mean, variance, X.shape[0])
    small = np.flatnonzero((variance < SMALLEST_VARIANCE) & (np.abs(mean) < SMALLEST_MEAN))
    if small.size:
        _correct_small(X, weights, small, mean, scale)
    return mean, scale


def _moments(X: Any, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    return (_sparse_mean_and_variance if issparse(X) else mean_and_variance)(X, weights)


def _correct_small(
    X: Any, weights: np.ndarray | None, columns: np.ndarray, mean: np.ndarray, scale: np.ndarray
) -> None:
    """Set mean and scale of columns whose values are so small that their squares underflow."""
    # find the largest values in one pass: most such columns are all zero
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
    """Return the median of each column and its robust spread, 1.4826 times the median absolute deviation.

    For a normal distribution this equals the standard deviation (Huber and Ronchetti, Robust Statistics, 2009, section
    5.1). If more than half of a column has the same value, the standard deviation is used instead.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Finite values.
    weights : ndarray of shape (n_samples,), optional
        Sample weights; None weights all samples equally.
    name : str, default="X"
        Name of the table in error messages.

    Returns
    -------
    median, spread : ndarray of shape (n_features,)
        In float64.

    Raises
    ------
    InputError
        If values are so large that their squares overflow.

    Examples
    --------
    >>> median, spread = median_and_spread(np.array([[0.0], [1.0], [2.0], [3.0], [1000.0]]))
    >>> median.tolist(), spread.tolist()
    ([2.0], [1.4826])
    """
    weights = np.ones(len(X)) if weights is None else weights
    median = np.array([_weighted_median(column, weights) for column in X.T])
    spread = MAD_TO_STANDARD_DEVIATION * np.array(
        [_weighted_median(column, weights) for column in np.abs(X - median).T]
    )
    if not (spread > 0).all():
        spread = np.where(spread > 0, spread, mean_and_scale(X, weights, name=name)[1])
    return median, spread


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the value with half of the weight on either side, or the midpoint of two such values."""
    order = np.argsort(values[weights > 0], kind="stable")
    values, total = values[weights > 0][order], np.cumsum(weights[weights > 0][order])
    low, high = (
        values[min(np.searchsorted(total, 0.5 * total[-1], side), len(values) - 1)] for side in ("left", "right")
    )
    return float(low + 0.5 * (high - low))


def standardized_in_place(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standardise the columns of X in place, without overflow or underflow for very large or small values.

    Parameters
    ----------
    X : ndarray of float64 of shape (n_samples, n_features)
        Finite values; overwritten.

    Returns
    -------
    mean, scale : ndarray of shape (n_features,)
        Mean and standard deviation of each column.

    Examples
    --------
    >>> X = np.array([[1e300], [3e300]])
    >>> mean, scale = standardized_in_place(X)
    >>> X.ravel().tolist(), float(mean[0]), float(scale[0])
    ([-1.0, 1.0], 2e+300, 1e+300)
    """
    # squares of values near 1 neither overflow nor underflow; dividing by a power of 2 is exact
    largest = np.maximum(X.max(axis=0), -X.min(axis=0))
    unit = np.ldexp(1.0, np.where(largest > 0, np.frexp(largest)[1] - 1, 0))
    X /= unit
    mean, scale = mean_and_scale(X)
    X -= mean
    X /= scale
    return mean * unit, scale * unit


def _sparse_mean_and_variance(X: Any, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.utils.sparsefuncs import mean_variance_axis

    mean, variance = mean_variance_axis(X, axis=0, weights=weights)
    return np.asarray(mean, np.float64), np.asarray(variance, np.float64)


def largest_entry(X: Any, name: str, column: int | None = None) -> str:
    """Describe the entry of largest magnitude in a column or in the whole table, for an error message.

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
    index = f"{row}, {column}" if name.startswith("X") or X.shape[1] > 1 else f"{row}"
    return f"{name}[{index}] = {values[row]:g}"


def _largest(X: Any) -> np.ndarray:
    largest: np.ndarray = abs(X).max(axis=0).toarray().ravel() if issparse(X) else np.abs(X).max(axis=0)
    return largest


def pooled_mean_and_scale(
    weights: Sequence[float], moments: Sequence[tuple[np.ndarray, np.ndarray]], n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pool the means and variances of parts of the rows into the mean and scale of all rows.

    Parameters
    ----------
    weights : sequence of float
        Total weight of each part.
    moments : sequence of pairs of ndarray
        Mean and variance of the columns of each part.
    n : int
        Total number of rows.
    """
    means, variances = (np.stack(part) for part in zip(*moments, strict=True))
    mean = np.average(means, axis=0, weights=weights)
    variance = np.average(variances + (means - mean) ** 2, axis=0, weights=weights)
    return mean, scale_of(mean, variance, n)


def scale_of(mean: np.ndarray, variance: np.ndarray, n: int) -> np.ndarray:
    """Return the standard deviation of each column of n rows; 1 where the variance is within rounding error.

    Raises
    ------
    InputError
        If a variance is not finite.
    """
    if not np.isfinite(variance).all():
        column = int(np.argmin(np.isfinite(variance)))
        raise InputError(f"column {column} holds numbers too large to standardise; change its unit")
    eps = np.finfo(np.float64).eps
    # if the squared rounding error of the mean overflows, the column counts as constant
    with np.errstate(over="ignore"):
        constant = variance <= n * eps * variance + (n * mean * eps) ** 2
    return np.sqrt(np.where(constant, 1.0, variance))
