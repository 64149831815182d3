"""Checks of validation data: what the user passes beside the data to train on."""

from __future__ import annotations

from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet.estimators._data import SMALLEST_VALIDATION


def require_both(X_val: Any, y_val: Any, sample_weight_val: Any) -> bool:
    """Tell whether there are validation data.

    Raises
    ------
    InputError
        If inputs or targets are missing.
    """
    if X_val is None and y_val is None and sample_weight_val is None:
        return False
    if X_val is None or y_val is None:
        raise InputError("X_val and y_val must be given together, and sample_weight_val only with them")
    return True


def require_same_outputs(Y_val: np.ndarray, Y: np.ndarray) -> None:
    """Refuse targets of another number than those trained on."""
    if Y_val.shape[1] != Y.shape[1]:
        raise InputError(f"y_val must have as many outputs as y, {Y.shape[1]}; got {Y_val.shape[1]}")


def require_enough(X_val: Any) -> None:
    """Refuse validation data of too few rows for a score."""
    if X_val.shape[0] < SMALLEST_VALIDATION:
        raise InputError(f"The validation set is too small: X_val needs {SMALLEST_VALIDATION} rows or more")
