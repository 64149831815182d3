"""What users pass, as kernels take it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import issparse

from ridgenet.core.arrays import for_kernels


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
