"""Check labels, inputs and weights, and convert them to kernel layout."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array
from sklearn.utils.validation import _num_samples

from ridgenet._errors import InputError, PredictionError
from ridgenet._preprocessing import Standardizer, largest_entry
from ridgenet.core._arrays import for_kernels
from ridgenet.formulas import LOSSES, REGRESSION_LOSSES


def unique_labels(y: np.ndarray, name: str = "y", **options: Any) -> Any:
    """Return the sorted unique labels; like `numpy.unique`, with a clear error.

    Raises
    ------
    InputError
        If the labels cannot be sorted because they have different types.
    """
    try:
        return np.unique(y, **options)
    except TypeError:
        require_orderable(y, name)
        raise


def require_orderable(y: Any, name: str = "y") -> None:
    """Check that no label is missing, and that text and other labels are not mixed, so that they can be sorted.

    Raises
    ------
    InputError
        Naming the first label that is not allowed.
    """
    labels = np.empty(0) if issparse(y) else np.asarray(y)
    if labels.dtype != object or labels.ndim != 1 or len(labels) == 0:
        return
    for index, label in enumerate(labels):
        if label is None or type(label).__name__ in ("NAType", "NaTType") or label != label:
            raise InputError(f"{name}[{index}] is {label}, but a class must be text or a number; drop such samples")
        if isinstance(label, str) != isinstance(labels[0], str):
            raise InputError(
                f"{name} mixes text and other labels, which cannot be sorted: {name}[0] is {labels[0]!r} and "
                f"{name}[{index}] is {label!r}; convert all of them to text"
            )


def describe(value: object) -> str:
    """Return labels or an error message on one line."""
    return " ".join(str(value).split())


# the square of smaller differences would lose digits
SMALLEST_DIFFERENCE = 1e-150
# for smaller arrays, np.errstate takes longer than a pass over the values
FEW = 4096


def is_ready(X: Any) -> bool:
    """Return whether X already is a finite array in kernel layout, so that no other check is needed."""
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
    """Return whether y is a finite numeric array with one value for each sample."""
    return (
        type(y) is np.ndarray
        and y.shape == (n_samples,)
        and (y.dtype.kind in "biu" or (y.dtype.char == "d" and _is_finite(y)))
    )


def _is_finite(values: np.ndarray) -> bool:
    # the sum of squares is not finite if a value is not, and seldom otherwise; unlike other sums it never warns
    if values.size <= FEW and math.isfinite(np.vdot(values, values)):
        return True
    # a single pass; if the sum of large finite values overflows, the full check decides
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum(dtype=np.float64)))


def canonical(X: Any) -> Any:
    """Convert a validated matrix to kernel layout, so that the result does not depend on the original layout."""
    if not issparse(X):
        return for_kernels(X, X.dtype)
    if not X.has_canonical_format:
        X = X.copy()
        X.sum_duplicates()
    return X


def as_numbers(y: Any) -> Any:
    """Convert regression targets to numbers, finite or not.

    Raises
    ------
    InputError
        Naming the first value that is not a number.
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
    for indices, value in np.ndenumerate(values):
        if not _is_number(value):
            index = ", ".join(map(str, indices))
            raise InputError(f"y[{index}] is {str(value)!r}, not a number; a regressor needs numbers")
    return values


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, np.datetime64 | np.timedelta64) and float(value) is not None
    except (TypeError, ValueError):
        return False


def require_squares(standardizer: Standardizer) -> None:
    """Check that the squares of differences of the targets do not underflow.

    Raises
    ------
    InputError
        If they do.
    """
    if (standardizer.target_scale < SMALLEST_DIFFERENCE).any():
        raise InputError("the values of y differ by too little, their squares underflow; change the unit of y")


def require_float32(Y: np.ndarray, standardizer: Standardizer) -> None:
    """Check that the targets and the scales of the columns fit in single precision, the type of X.

    Raises
    ------
    InputError
        Naming the targets or the column that does not.
    """
    single = np.finfo(np.float32)
    remedy = f"float32, the type of X; pass X as float64, or change the unit of {{}} ({single.tiny:.0e} to 3e+38)"
    largest = np.abs(Y).max()
    if largest > single.max:
        raise InputError(f"{largest_entry(Y, 'y')} is too large for {remedy.format('y')}")
    if 0 < largest < single.tiny or (standardizer.target_scale < single.tiny).any():
        raise InputError(f"the values of y differ by too little for {remedy.format('y')}")
    if (standardizer.scale < single.tiny).any():
        column = int(np.argmin(standardizer.scale))
        raise InputError(f"the values in column {column} of X differ by too little for {remedy.format('the column')}")


def require_finite_outputs(outputs: np.ndarray, X: Any) -> None:
    """Check that predictions are finite.

    Raises
    ------
    PredictionError
        Naming the row, and the largest value in it.
    """
    if _is_finite(outputs):
        return
    finite = np.isfinite(outputs)
    if not finite.all():
        row = int(np.argmin(finite.all(axis=1)))
        largest = largest_entry(X[[row]], "X").replace("X[0,", f"X[{row},")
        raise PredictionError(row, largest)


def require_moments(loss: str, where: str) -> None:
    """Check that the targets are not standardised by their median, which cannot be computed from parts of the rows."""
    if LOSSES[loss].centering == "median":
        possible = " or ".join(repr(name) for name in REGRESSION_LOSSES if LOSSES[name].centering != "median")
        raise ValueError(f"{where}, loss must be {possible}, because {loss!r} needs the median of all targets")


def sample_weights(given: Any, n_samples: int, name: str = "sample_weight") -> np.ndarray:
    """Check that sample weights are finite and nonnegative, and not all zero.

    Parameters
    ----------
    given : array-like of shape (n_samples,) or number
        Sample weights as passed by the user.
    n_samples : int
        Number of samples.
    name : str, default="sample_weight"
        Name of the argument in messages.

    Returns
    -------
    ndarray of shape (n_samples,)

    Raises
    ------
    InputError
        If the shape or a value is invalid.
    """
    weights = np.full(n_samples, given, np.float64) if isinstance(given, Real) else _numbers(given, name)
    if weights.shape != (n_samples,):
        raise InputError(f"{name} must be one number for each of the {n_samples} samples; got shape {weights.shape}")
    usable = np.isfinite(weights) & (weights >= 0)
    if not usable.all():
        index = int(np.argmin(usable))
        raise InputError(f"{name} must be finite numbers of 0 or more; {name}[{index}] is {weights[index]}")
    require_total(weights, name)
    return weights


def _numbers(given: Any, name: str) -> np.ndarray:
    try:
        if getattr(getattr(given, "dtype", None), "kind", "f") in "cmM":
            raise TypeError(f"got {given.dtype}")
        weights: np.ndarray = check_array(
            given, ensure_2d=False, allow_nd=True, dtype=np.float64, ensure_all_finite=False, input_name=name
        )
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} must be an array of numbers: {describe(error)}") from None
    return weights


def require_total(weights: np.ndarray, name: str) -> None:
    """Check that the sum of the weights is not zero, and neither too large nor too small to divide by."""
    with np.errstate(over="ignore"):
        total = weights.sum()
        if total == 0:
            raise InputError(f"{name} must contain at least one non-zero number")
        if not (np.isfinite(total) and np.isfinite(len(weights) / total)):
            raise InputError(f"the sum of {name} is {total:g}, out of range; scale the weights, and alpha with them")


def check_class_weight(class_weight: Any) -> None:
    """Check that class weights are finite and nonnegative."""
    tables = class_weight if isinstance(class_weight, list) else [class_weight]
    for table in tables:
        for label, weight in table.items() if isinstance(table, dict) else ():
            if not isinstance(weight, Real) or not 0 <= float(weight) < np.inf:
                raise InputError(f"class_weight must hold finite numbers of 0 or more; class {label!r} has {weight!r}")


def class_weights(class_weight: Any, y: Any, training_targets: Any = None) -> np.ndarray:
    """Return the class weight of each sample; for several labels, the product over the labels.

    Parameters
    ----------
    class_weight : dict, list of dict, or "balanced"
        Class weights; for several labels, one dict for each label. Classes that are not named have weight 1.
    y : ndarray of shape (n_samples,) or (n_samples, n_labels), or sparse matrix
        Targets of the samples.
    training_targets : like y, optional
        Targets of the training samples, whose classes `class_weight` must name and from which "balanced" is computed;
        None is `y`.

    Raises
    ------
    InputError
        If the weights name unknown classes, or do not match the labels.
    """
    y = _columns(y)
    training_targets = y if training_targets is None else _columns(training_targets)
    tables = class_weight if isinstance(class_weight, list) else [class_weight] * y.shape[1]
    if len(tables) != y.shape[1] or (isinstance(class_weight, dict) and y.shape[1] > 1):
        raise InputError(
            f"class_weight must be 'balanced' or a list of one dict for each of the {y.shape[1]} labels; "
            f"got {class_weight!r}"
        )
    weights = np.ones(len(y))
    for column, table in enumerate(tables):
        labels, counts = unique_labels(training_targets[:, column], return_counts=True)
        if isinstance(table, str):
            by_label = dict(zip(labels.tolist(), (counts.sum() / (len(labels) * counts)).tolist(), strict=True))
        else:
            by_label = table
            _require_known(by_label, labels.tolist())
        labels_of_y, codes = unique_labels(y[:, column], return_inverse=True)
        weights *= np.array([by_label.get(label, 1.0) for label in labels_of_y.tolist()], np.float64)[codes]
    require_total(weights, "class_weight, over the samples,")
    return weights


def _columns(y: Any) -> np.ndarray:
    y = y.toarray() if issparse(y) else np.asarray(y)
    return y.reshape(_num_samples(y), -1)


def _require_known(by_label: dict[Any, float], labels: list[Any]) -> None:
    """Reject an unknown class if another class has no weight, as scikit-learn does: it is probably misspelt."""
    unknown = [label for label in by_label if label not in labels]
    unnamed = [label for label in labels if label not in by_label]
    if unknown and unnamed:
        raise InputError(
            f"class_weight names {unknown[0]!r}, which is not a class of y, and the classes, {unnamed}, are not in "
            "class_weight"
        )
