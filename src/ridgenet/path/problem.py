"""What is fitted along a path: one network on one set of examples, in standard units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ridgenet.core.arrays import float_type
from ridgenet.core.examples import Examples, make_examples
from ridgenet.fitted import Units
from ridgenet.network import Network


@dataclass(frozen=True)
class Fold:
    """Rows to train on, and rows to judge by."""

    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Problem:
    """A network, and the examples it learns from.

    Attributes
    ----------
    network : Network
        Its shape.
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Inputs in the units of the data.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets in the units of the data, as the output units give them.
    weights : ndarray of shape (n_samples,) or None
        Weights of the examples.
    standardize : bool
        Whether data are standardised,
    units : Units
        and by what.
    init : str
        How starts are drawn.
    """

    network: Network
    X: Any
    Y: np.ndarray
    weights: np.ndarray | None
    standardize: bool
    units: Units
    init: str

    @property
    def dtype(self) -> np.dtype:
        """Type of all arithmetic."""
        return float_type(self.X.dtype)

    @property
    def total_weight(self) -> float:
        """What λ is divided by: the number of examples, or the sum of their weights."""
        return float(self.X.shape[0] if self.weights is None else self.weights.sum())

    @property
    def targets(self) -> np.ndarray:
        """Targets in standard units."""
        if self.network.output != "identity":
            return self.Y
        standard: np.ndarray = (self.Y - self.units.target_mean) / self.units.target_scale
        return standard

    def training_part(self, fold: Fold | None) -> Problem:
        """Return the problem of a fold's training rows, standardised by these rows alone; all, if there is no fold."""
        if fold is None:
            return self
        X, Y = self.X[fold.train], self.Y[fold.train]
        weights = None if self.weights is None else self.weights[fold.train]
        units = self.units
        if self.standardize:
            units = Units.standardizing(X, Y, weights, targets=self.network.output == "identity")
        return replace(self, X=X, Y=Y, weights=weights, units=units)

    def examples(self) -> Examples:
        """Return the examples as kernels take them."""
        units = self.units
        return make_examples(self.X, self.targets, self.dtype, weights=self.weights, mean=units.mean, scale=units.scale)

    def inputs(self, dtype: DTypeLike = np.float64) -> np.ndarray:
        """Return the inputs in standard units, dense."""
        X = self.X.toarray() if hasattr(self.X, "toarray") else self.X
        standard: np.ndarray = (np.asarray(X, dtype) - self.units.mean) / self.units.scale
        return standard
