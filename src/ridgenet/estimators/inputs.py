"""What users pass, as kernels take it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.sparse import issparse

from ridgenet.core.arrays import for_kernels
from ridgenet.errors import InputError, PredictionError
from ridgenet.fitted import Units
from ridgenet.formulas import LOSSES, REGRESSION_LOSSES
from ridgenet.standardization import largest_entry

# its square is a number with all digits
SMALLEST_DIFFERENCE = 1e-150
# up to so many numbers, entering and leaving errstate takes longer than going through them twice
FEW = 4096


def is_ready(X: Any) -> bool:
    """Tell whether X is what kernels take, as it is: a table of finite numbers, for which no check has more to say."""
    return (
        type(X) is np.ndarray
        and X.ndim == 2
        and X.dtype.char in "df"
        and X.dtype.isnative
        and X.flags.carray
        and X.size > 0
        and _is_finite(X)
    )


def is_ready_target(y: Any, n_samples: int) -> bool:
    """Tell whether y is a row of finite numbers, one for each sample."""
    return (
        type(y) is np.ndarray
        and y.shape == (n_samples,)
        and (y.dtype.kind in "biu" or (y.dtype.char == "d" and _is_finite(y)))
    )


def _is_finite(values: np.ndarray) -> bool:
    if 0 < values.size <= FEW:
        return math.isfinite(values.max()) and math.isfinite(values.min())
    # once through memory; a sum of large finite numbers may overflow: the thorough check then decides
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum(dtype=np.float64)))


def canonical(X: Any) -> Any:
    """Return a checked table in the one layout that kernels take: the same numbers give the same result."""
    if not issparse(X):
        return for_kernels(X, X.dtype)
    if not X.has_canonical_format:
        X = X.copy()
        X.sum_duplicates()
    return X


def as_numbers(y: Any) -> Any:
    """Return targets of a regression as numbers, if they are not yet; whether they are finite is another check.

    Raises
    ------
    InputError
        Naming the first that is no number.
    """
    if y is None:
        return y
    values = y.toarray() if issparse(y) else np.asarray(y)
    if values.dtype.kind in "OUS":
        try:
            return values.astype(np.float64)
        except (TypeError, ValueError):
            pass
    elif values.dtype.kind not in "Mm":
        return values
    for place, value in np.ndenumerate(values):
        if not _is_number(value):
            index = ", ".join(map(str, place))
            raise InputError(f"y[{index}] is {str(value)!r}, which is no number; a regressor needs numbers")
    return values


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, np.datetime64 | np.timedelta64) and float(value) is not None
    except (TypeError, ValueError):
        return False


def require_squares(units: Units) -> None:
    """Refuse targets that differ by so little that every score made of their squares is 0.

    Raises
    ------
    InputError
        If they do.
    """
    if (units.target_scale < SMALLEST_DIFFERENCE).any():
        raise InputError("the numbers in y differ by too little: their squares are 0; change the unit of y")


def require_float32(Y: np.ndarray, units: Units) -> None:
    """Refuse what single precision, the type of X, cannot hold.

    Raises
    ------
    InputError
        Naming the targets or the column.
    """
    single = np.finfo(np.float32)
    remedy = f"float32, the type of X; pass X as float64, or change the unit of {{}} ({single.tiny:.0e} to 3e+38)"
    largest = np.abs(Y).max()
    if largest > single.max:
        raise InputError(f"{largest_entry(Y, 'y')} is too large for {remedy.format('y')}")
    if 0 < largest < single.tiny or (units.target_scale < single.tiny).any():
        raise InputError(f"the numbers in y differ by too little for {remedy.format('y')}")
    if (units.scale < single.tiny).any():
        column = int(np.argmin(units.scale))
        raise InputError(f"the numbers in column {column} of X differ by too little for {remedy.format('the column')}")


def require_finite_outputs(outputs: np.ndarray, X: Any) -> None:
    """Refuse predictions that have left the range of numbers.

    Raises
    ------
    PredictionError
        Naming the row, and the largest number in it.
    """
    finite = np.isfinite(outputs)
    if not finite.all():
        row = int(np.argmin(finite.all(axis=1)))
        largest = largest_entry(X[[row]], "X").replace("X[0,", f"X[{row},")
        raise PredictionError(row, largest)


def require_moments(loss: str, where: str) -> None:
    """Refuse a loss whose targets are standardised by their median, which no sum over parts of the rows gives."""
    if LOSSES[loss].centering == "median":
        possible = " or ".join(repr(name) for name in REGRESSION_LOSSES if LOSSES[name].centering != "median")
        raise ValueError(f"{where}, loss must be {possible}: {loss!r} takes the median of all targets")
