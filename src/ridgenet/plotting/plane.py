"""The plane a decision boundary is drawn in: the two columns, or the two leading principal components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ridgenet.results import Comparison

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
        The grid's points, as the network sees them.
    """

    points: np.ndarray
    labels: tuple[str, str]
    note: str
    x: np.ndarray
    y: np.ndarray
    inputs: np.ndarray


def plane_of(comparison: Comparison, resolution: int = RESOLUTION) -> Plane:
    """Return the plane in which to draw a comparison."""
    data = comparison.dataset
    n_features = data.X.shape[1]
    if n_features == 2:
        x, y, grid = _grid(data.X, resolution)
        inputs = (grid - comparison.mean) / comparison.scale
        return Plane(data.X, (data.feature_names[0], data.feature_names[1]), "", x, y, inputs)
    inputs = (data.X - comparison.mean) / comparison.scale
    if n_features == 1:
        points = np.column_stack([data.X[:, 0], np.zeros(len(data.X))])
        x, y, grid = _grid(points, resolution)
        line = (grid[:, :1] - comparison.mean) / comparison.scale
        return Plane(points, (data.feature_names[0], ""), "one column: the height means nothing", x, y, line)
    return _principal_plane(inputs, resolution)


def _principal_plane(inputs: np.ndarray, resolution: int) -> Plane:
    from sklearn.decomposition import PCA

    # the signs of components are arbitrary, but the full solver's are always the same
    pca = PCA(n_components=2, svd_solver="full").fit(inputs)
    points = pca.transform(inputs)
    x, y, grid = _grid(points, resolution)
    shares = pca.explained_variance_ratio_
    labels = tuple(f"principal component {i + 1} ({share:.0%} of the variance)" for i, share in enumerate(shares))
    note = (
        f"{inputs.shape[1]} columns, drawn in the plane of their two leading principal components:\n"
        "points are projected, the shading is the network on the plane itself"
    )
    return Plane(points, (labels[0], labels[1]), note, x, y, pca.inverse_transform(grid))


def _grid(points: np.ndarray, resolution: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.where(high > low, 0.12 * (high - low), 0.5)
    x, y = (np.linspace(a, b, resolution) for a, b in zip(low - margin, high + margin, strict=True))
    return x, y, np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])
