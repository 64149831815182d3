"""Weights of samples and of classes: checked, and put together."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array
from sklearn.utils.validation import _num_samples

from ridgenet.errors import InputError
from ridgenet.estimators.labels import describe, unique_labels


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
