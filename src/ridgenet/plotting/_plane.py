"""The plane a decision boundary is drawn in: the two columns, or the two leading principal components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESOLUTION = 240


@dataclass(frozen=True)
class Plane:
    """Points of the data in a plane, and a grid over it with its inputs for the network.

    Attributes
    ----------
    points : ndarray of shape (n_samples, 2)
        The training examples in the plane.
    labels : tuple of str
        Names of the two axes.
    note : str
        What the plane leaves out; empty if nothing.
    x, y : ndarray of shape (resolution,)
        The grid's coordinates.
    inputs : ndarray of shape (resolution ** 2, n_features)
        The grid's points, in the units of the data.
    origin, axes : ndarray of shape (n_features,) and (n_features, 2)
        Where rows lie in the plane: at ``(X - origin) @ axes``.
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
        """Return where other rows lie, (n_samples, 2)."""
        points: np.ndarray = (X - self.origin) @ self.axes
        return points


def plane_of(
    X: np.ndarray, feature_names: Sequence[str], mean: np.ndarray, scale: np.ndarray, resolution: int = RESOLUTION
) -> Plane:
    """Return the plane in which to draw what a network makes of the rows of X.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        The examples.
    feature_names : sequence of str
        Names of the columns.
    mean, scale : ndarray of shape (n_features,)
        What the network subtracts from each column, and divides it by; principal components are taken after that.
    resolution : int
        Points of the grid each way.
    """
    n_features = X.shape[1]
    if n_features == 2:
        x, y, grid = _grid(X, resolution)
        return Plane(X, (feature_names[0], feature_names[1]), "", x, y, grid, np.zeros(2), np.eye(2))
    if n_features == 1:
        points = np.column_stack([X[:, 0], np.zeros(len(X))])
        x, y, grid = _grid(points, resolution)
        note = "one column: the height means nothing"
        return Plane(points, (feature_names[0], ""), note, x, y, grid[:, :1], np.zeros(1), np.eye(1, 2))
    return _principal_plane(X, mean, scale, resolution)


def _principal_plane(X: np.ndarray, mean: np.ndarray, scale: np.ndarray, resolution: int) -> Plane:
    from sklearn.decomposition import PCA

    # the signs of components are arbitrary, but the full solver's are always the same
    pca = PCA(n_components=2, svd_solver="full").fit((X - mean) / scale)
    origin, axes = mean + pca.mean_ * scale, (pca.components_ / scale).T
    points = (X - origin) @ axes
    x, y, grid = _grid(points, resolution)
    shares = pca.explained_variance_ratio_
    labels = tuple(f"principal component {i + 1} ({share:.0%} of the variance)" for i, share in enumerate(shares))
    note = (
        f"{X.shape[1]} columns, drawn in the plane of their two leading principal components:\n"
        "points are projected, the shading is the network on the plane itself"
    )
    inputs = pca.inverse_transform(grid) * scale + mean
    return Plane(points, (labels[0], labels[1]), note, x, y, inputs, origin, axes)


def _grid(points: np.ndarray, resolution: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.where(high > low, 0.12 * (high - low), 0.5)
    x, y = (np.linspace(a, b, resolution) for a, b in zip(low - margin, high + margin, strict=True))
    return x, y, np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])


def plane_of_columns(
    X: np.ndarray, feature_names: Sequence[str], columns: tuple[int, int], resolution: int = RESOLUTION
) -> Plane:
    """Return the plane of two of the columns, all others held at their medians.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        The examples.
    feature_names : sequence of str
        Names of the columns.
    columns : tuple of int
        Places of the two.
    resolution : int
        Points of the grid each way.
    """
    points = X[:, columns]
    x, y, grid = _grid(points, resolution)
    inputs = np.tile(np.median(X, axis=0), (len(grid), 1))
    inputs[:, columns] = grid
    note = f"all other columns at their medians; the points have their own values there ({X.shape[1]} inputs in all)"
    names = (feature_names[columns[0]], feature_names[columns[1]])
    return Plane(points, names, note, x, y, inputs, np.zeros(X.shape[1]), np.eye(X.shape[1])[:, columns])
