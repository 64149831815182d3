"""Labels of classes: distinct ones in order, and errors that say which label stands in the way."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import issparse

from ridgenet.errors import InputError


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
