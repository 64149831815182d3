"""A training set in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ridgenet._preprocessing import SavedByFields, Standardizer
from ridgenet.core._examples import Examples, make_examples

# of the values, sums of whose squares do not overflow in float32
LARGEST = 1e12


@dataclass(frozen=True)
class Part(SavedByFields):
    """A training set in memory: all rows, or all rows except one fold.

    Attributes
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Inputs in the units of the data.
    Y : ndarray of shape (n_samples, n_outputs)
        Encoded targets in the units of the data.
    weights : ndarray of shape (n_samples,) or None
        Sample weights.
    standardizer : Standardizer
        Standardiser of inputs and targets.
    dtype : numpy.dtype
        Floating-point type of the computation, float64 or float32.
    """

    X: Any
    Y: np.ndarray
    weights: np.ndarray | None
    standardizer: Standardizer
    dtype: np.dtype

    @property
    def total_weight(self) -> float:
        """Number of samples, or the sum of their weights."""
        return float(self.X.shape[0] if self.weights is None else self.weights.sum())

    @cached_property
    def targets(self) -> np.ndarray:
        """Standardised targets."""
        return self.standardizer.transform_targets(self.Y)

    @cached_property
    def examples(self) -> Examples:
        """The samples in kernel layout."""
        if self.dtype != self.X.dtype:
            # differences from the mean would be less accurate in the shorter type
            return make_examples(self.inputs(), self.targets, self.dtype, weights=self.weights)
        standardizer = self.standardizer
        return make_examples(
            self.X,
            self.targets,
            self.dtype,
            weights=self.weights,
            mean=standardizer.mean,
            scale=standardizer.scale,
        )

    def inputs(self, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Return standardised inputs as a dense array."""
        X = self.X.toarray() if hasattr(self.X, "toarray") else self.X
        standardised: np.ndarray = (np.asarray(X, dtype) - self.standardizer.mean) / self.standardizer.scale
        return standardised


def in_single_precision(part: Part) -> Part:
    """Return the same training set for computation in float32 if all its values are well within the range of it."""
    values = [np.abs(each) for each in (part.targets, part.weights) if each is not None]
    is_in_range = all(each.max() < LARGEST and each[each > 0].min(initial=1) > 1 / LARGEST for each in values)
    return replace(part, dtype=np.dtype(np.float32)) if is_in_range else part
