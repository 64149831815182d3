"""Check the validation set passed to `fit`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet.estimators._data import SMALLEST_VALIDATION


def require_both(X_val: Any, y_val: Any, sample_weight_val: Any) -> bool:
    """Return whether there is a validation set.

    Raises
    ------
    InputError
        If only its inputs or only its targets are given.
    """
    if X_val is None and y_val is None and sample_weight_val is None:
        return False
    if X_val is None or y_val is None:
        raise InputError("X_val and y_val must be given together, and sample_weight_val only with them")
    return True


def require_same_outputs(Y_val: np.ndarray, Y: np.ndarray) -> None:
    """Check that there are as many outputs as in training."""
    if Y_val.shape[1] != Y.shape[1]:
        raise InputError(f"y_val must have as many outputs as y, {Y.shape[1]}; got {Y_val.shape[1]}")


def require_enough(X_val: Any) -> None:
    """Check that there are enough samples for a score."""
    if X_val.shape[0] < SMALLEST_VALIDATION:
        raise InputError(f"The validation set is too small: X_val needs at least {SMALLEST_VALIDATION} samples")
