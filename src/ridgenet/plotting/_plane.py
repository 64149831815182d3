"""The plane of a decision boundary: that of two columns, or of two components of more columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

RESOLUTION = 240
# singular values, relative to the largest
NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class Plane:
    """Samples in a plane, and a grid over it with the inputs of the network.

    Attributes
    ----------
    points : ndarray of shape (n_samples, 2)
        The samples in the plane.
    labels : tuple of str
        Names of the two axes.
    note : str
        What the plane does not show; empty if nothing.
    x, y : ndarray of shape (resolution,)
        Coordinates of the grid.
    inputs : ndarray of shape (resolution ** 2, n_features)
        Inputs at the points of the grid, in the original units.
    origin, axes : ndarray of shape (n_features,) and (n_features, 2)
        Samples are projected onto the plane by ``(X - origin) @ axes``.
    """

    points: np.ndarray
    labels: tuple[str, str]
    note: str
    x: np.ndarray
    y: np.ndarray
    inputs: np.ndarray
    origin: np.ndarray
    axes: np.ndarray

    def projected(self, X: np.ndarray) -> np.ndarray:
        """Project samples onto the plane, (n_samples, 2)."""
        points: np.ndarray = (X - self.origin) @ self.axes
        return points

    @property
    def linear_inputs(self) -> tuple[np.ndarray, np.ndarray]:
        """The inputs at coordinates (0, 0), and their change along each axis, (2, n_features): they are linear."""
        corner, right, up = self.inputs[0], self.inputs[len(self.x) - 1], self.inputs[-len(self.x)]
        along = np.stack([(right - corner) / (self.x[-1] - self.x[0]), (up - corner) / (self.y[-1] - self.y[0])])
        return corner - np.array([self.x[0], self.y[0]]) @ along, along

    def inputs_at(self, points: np.ndarray) -> np.ndarray:
        """Return the inputs at points of the plane, (n_points, n_features)."""
        start, along = self.linear_inputs
        inputs: np.ndarray = start + points @ along
        return inputs


def plane_of(
    X: np.ndarray,
    y: np.ndarray,
    feature_names: Sequence[str],
    mean: np.ndarray,
    scale: np.ndarray,
    resolution: int = RESOLUTION,
) -> Plane:
    """Return the plane in which to draw the predictions of a network.

    Parameters
    ----------
    X, y : ndarray of shape (n_samples, n_features) and (n_samples,)
        The samples, with labels or numbers.
    feature_names : sequence of str
        Names of the columns.
    mean, scale : ndarray of shape (n_features,)
        Standardisation of the columns; components are those of standardised columns.
    resolution : int
        Number of grid points along each axis.
    """
    n_features = X.shape[1]
    if n_features == 2:
        x, y, grid = _grid(X, resolution)
        return Plane(X, (feature_names[0], feature_names[1]), "", x, y, grid, np.zeros(2), np.eye(2))
    if n_features == 1:
        points = np.column_stack([X[:, 0], np.zeros(len(X))])
        x, y, grid = _grid(points, resolution)
        note = "one column only: the vertical position has no meaning"
        return Plane(points, (feature_names[0], ""), note, x, y, grid[:, :1], np.zeros(1), np.eye(1, 2))
    return _component_plane(X, y, mean, scale, resolution)


def plane_of_estimator(
    estimator: Any, X: np.ndarray, y: np.ndarray, feature_names: Sequence[str], resolution: int = RESOLUTION
) -> Plane:
    """Return the plane in which to draw the predictions of an estimator with a path; see `plane_of`."""
    standardizer = estimator.path_.standardizer
    # labels may be numbers
    targets = np.searchsorted(estimator.classes_, y) if hasattr(estimator, "classes_") else y
    return plane_of(X, targets, feature_names, standardizer.mean, standardizer.scale, resolution)


def _component_plane(X: np.ndarray, y: np.ndarray, mean: np.ndarray, scale: np.ndarray, resolution: int) -> Plane:
    """Return the plane of two orthogonal components of the standardised columns.

    Both have the most covariance with the target, if it has more than two classes (the left singular vectors of XᵀY:
    Tucker, *An inter-battery method of factor analysis*, Psychometrika, 1958). Numbers and two classes have only one
    such component; the other has the most variance across it. Principal components, which know nothing of the target,
    often hide how its classes differ.
    """
    standardized = (X - mean) / scale
    center = standardized.mean(axis=0)
    inputs, targets = standardized - center, _as_columns(y)
    left, singular_values, _ = np.linalg.svd(inputs.T @ (targets - targets.mean(axis=0)), full_matrices=False)
    n_related = 2 if targets.shape[1] > 2 and singular_values[1] > NEGLIGIBLE * singular_values[0] else 1
    related = left[:, :n_related]
    _, _, right = np.linalg.svd(inputs - inputs @ related @ related.T, full_matrices=False)
    components = np.column_stack([related, right[: 2 - n_related].T])
    # the signs of singular vectors are arbitrary
    components *= np.where(components[np.abs(components).argmax(axis=0), [0, 1]] < 0, -1, 1)
    origin, axes = mean + center * scale, components / scale[:, np.newaxis]
    points = (X - origin) @ axes
    x, y, grid = _grid(points, resolution)
    second = "next most related to the target" if n_related > 1 else "most variance across the first"
    note = (
        f"{X.shape[1]} columns, drawn in the plane of two components, the first with the most covariance with the "
        f"target:\nsamples are projected onto it, and the shading shows the prediction on the plane itself"
    )
    labels = "component 1 (most related to the target)", f"component 2 ({second})"
    return Plane(points, labels, note, x, y, origin + grid @ components.T * scale, origin, axes)


def _as_columns(y: np.ndarray) -> np.ndarray:
    """Return numbers as a column, and labels as a column of 0 and 1 for each class."""
    if y.dtype.kind == "f":
        return y[:, np.newaxis]
    return (y[:, np.newaxis] == np.unique(y)).astype(np.float64)


def _grid(points: np.ndarray, resolution: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.where(high > low, 0.12 * (high - low), 0.5)
    x, y = (np.linspace(a, b, resolution) for a, b in zip(low - margin, high + margin, strict=True))
    return x, y, np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])
