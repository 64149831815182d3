"""What users pass, as kernels take it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import issparse

from ridgenet.core.arrays import for_kernels
from ridgenet.errors import InputError


def is_ready(X: Any) -> bool:
    """Tell whether X is what kernels take, as it is: a table of finite numbers, for which no check has more to say."""
    return (
        type(X) is np.ndarray
        and X.ndim == 2
        and X.dtype.char in "df"
        and X.dtype.isnative
        and X.flags.carray
        and X.size > 0
        and bool(np.isfinite(X.sum(dtype=np.float64)))
    )


def is_ready_target(y: Any, n_samples: int) -> bool:
    """Tell whether y is a row of finite numbers, one for each sample."""
    return (
        type(y) is np.ndarray
        and y.shape == (n_samples,)
        and (y.dtype.kind in "biu" or (y.dtype.char == "d" and bool(np.isfinite(y.sum()))))
    )


def canonical(X: Any) -> Any:
    """Return a checked table in the one layout that kernels take: the same numbers give the same result."""
    if not issparse(X):
        return for_kernels(X, X.dtype)
    if not X.has_canonical_format:
        X = X.copy()
        X.sum_duplicates()
    return X


def require_labels(y: Any) -> None:
    """Refuse labels that are missing, or of kinds that cannot be put in order.

    Raises
    ------
    InputError
        With the row of the first.
    """
    labels = np.asarray(y)
    if labels.dtype != object or labels.ndim != 1:
        return
    for row, label in enumerate(labels):
        if label is None or type(label).__name__ == "NAType" or (isinstance(label, float) and label != label):
            raise InputError(f"the label of row {row + 1} is missing ({label}); drop such rows, or name it otherwise")
    kinds = sorted({"text" if isinstance(label, str) else type(label).__name__ for label in labels})
    if "text" in kinds and len(kinds) > 1:
        raise InputError(f"labels are of several kinds ({', '.join(kinds)}); make them all text")
