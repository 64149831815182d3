"""Convert what users pass to what kernels take: labels, inputs and weights, each checked."""

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
    """Return the distinct labels in order, as `numpy.unique` does with the same options.

    Raises
    ------
    InputError
        If labels of several kinds cannot be ordered.
    """
    try:
        return np.unique(y, **options)
    except TypeError:
        require_orderable(y, name)
        raise


def require_orderable(y: Any, name: str = "y") -> None:
    """Refuse missing labels, and labels of several kinds, such as text and numbers, which have no order.

    Raises
    ------
    InputError
        Naming the first that stands in the way.
    """
    labels = np.empty(0) if issparse(y) else np.asarray(y)
    if labels.dtype != object or labels.ndim != 1 or len(labels) == 0:
        return
    for place, label in enumerate(labels):
        if label is None or type(label).__name__ in ("NAType", "NaTType") or label != label:
            raise InputError(f"{name}[{place}] is {label}: a class must be text or a number; leave out such samples")
        if isinstance(label, str) != isinstance(labels[0], str):
            raise InputError(
                f"{name} mixes text and other labels, which have no order: {name}[0] is {labels[0]!r} and "
                f"{name}[{place}] is {label!r}; make all of them text"
            )


def describe(what: object) -> str:
    """Return labels, or what an error says, in one line."""
    return " ".join(str(what).split())


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


def require_squares(standardizer: Standardizer) -> None:
    """Refuse targets that differ by so little that every score made of their squares is 0.

    Raises
    ------
    InputError
        If they do.
    """
    if (standardizer.target_scale < SMALLEST_DIFFERENCE).any():
        raise InputError("the numbers in y differ by too little: their squares are 0; change the unit of y")


def require_float32(Y: np.ndarray, standardizer: Standardizer) -> None:
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
    if 0 < largest < single.tiny or (standardizer.target_scale < single.tiny).any():
        raise InputError(f"the numbers in y differ by too little for {remedy.format('y')}")
    if (standardizer.scale < single.tiny).any():
        column = int(np.argmin(standardizer.scale))
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


def sample_weights(given: Any, n_samples: int, name: str = "sample_weight") -> np.ndarray:
    """Return the weights of samples as finite numbers of 0 or more, not all of them 0.

    Parameters
    ----------
    given : array-like of shape (n_samples,) or number
        What the user passed.
    n_samples : int
        How many there must be.
    name : str, default="sample_weight"
        What the user calls them.

    Raises
    ------
    InputError
        If they are of another shape, or cannot be weights.
    """
    weights = np.full(n_samples, given, np.float64) if isinstance(given, Real) else _numbers(given, name)
    if weights.shape != (n_samples,):
        raise InputError(f"{name} must be one number for each of the {n_samples} samples; got shape {weights.shape}")
    usable = np.isfinite(weights) & (weights >= 0)
    if not usable.all():
        place = int(np.argmin(usable))
        raise InputError(f"{name} must hold finite numbers, none of them negative; {name}[{place}] is {weights[place]}")
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
    """Refuse weights whose sum is zero, or too large or too small to divide by."""
    with np.errstate(over="ignore"):
        total = weights.sum()
        if total == 0:
            raise InputError(f"{name} must contain at least one non-zero number")
        if not (np.isfinite(total) and np.isfinite(len(weights) / total)):
            raise InputError(f"the sum of {name} is {total:g}, out of range; scale the weights, and alpha with them")


def check_class_weight(class_weight: Any) -> None:
    """Refuse weights of classes that are no finite numbers of 0 or more."""
    tables = class_weight if isinstance(class_weight, list) else [class_weight]
    for table in tables:
        for label, weight in table.items() if isinstance(table, dict) else ():
            if not isinstance(weight, Real) or not 0 <= float(weight) < np.inf:
                raise InputError(
                    f"class_weight must hold finite numbers, none of them negative; class {label!r} has {weight!r}"
                )


def class_weights(class_weight: Any, y: Any, learned_from: Any = None) -> np.ndarray:
    """Return what each sample weighs for its class; for several labels, the product over the labels.

    Parameters
    ----------
    class_weight : dict, list of dict, or "balanced"
        Weights of classes; a dict for each label, if there are several. A class that is not named weighs 1.
    y : ndarray of shape (n_samples,) or (n_samples, n_labels), or sparse matrix
        Classes of the samples.
    learned_from : like y, optional
        Classes of the samples trained on, from which "balanced" follows, and which `class_weight` must name; `y`, if
        None.

    Raises
    ------
    InputError
        If the weights name classes that are not there, or do not fit the labels.
    """
    y = _columns(y)
    learned_from = y if learned_from is None else _columns(learned_from)
    tables = class_weight if isinstance(class_weight, list) else [class_weight] * y.shape[1]
    if len(tables) != y.shape[1] or (isinstance(class_weight, dict) and y.shape[1] > 1):
        raise InputError(
            f"class_weight must be 'balanced' or a list of one dict for each of the {y.shape[1]} labels; "
            f"got {class_weight!r}"
        )
    weights = np.ones(len(y))
    for column, table in enumerate(tables):
        labels, counts = unique_labels(learned_from[:, column], return_counts=True)
        if isinstance(table, str):
            by_label = dict(zip(labels.tolist(), (counts.sum() / (len(labels) * counts)).tolist(), strict=True))
        else:
            by_label = table
            _require_known(by_label, labels.tolist())
        found, codes = unique_labels(y[:, column], return_inverse=True)
        weights *= np.array([by_label.get(label, 1.0) for label in found.tolist()], np.float64)[codes]
    require_total(weights, "class_weight, over the samples,")
    return weights


def _columns(y: Any) -> np.ndarray:
    y = y.toarray() if issparse(y) else np.asarray(y)
    return y.reshape(_num_samples(y), -1)


def _require_known(by_label: dict[Any, float], labels: list[Any]) -> None:
    """Refuse a name that is no class while a class has no name, as scikit-learn does: one stands for the other."""
    unknown = [label for label in by_label if label not in labels]
    unnamed = [label for label in labels if label not in by_label]
    if unknown and unnamed:
        raise InputError(
            f"class_weight names {unknown[0]!r}, which is no class of y, and the classes, {unnamed}, are not in "
            "class_weight"
        )
