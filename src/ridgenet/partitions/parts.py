"""What is done with one partition, where it lies: checked once, summed up, and evaluated at every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet.core.arrays import for_kernels
from ridgenet.core.examples import make_examples
from ridgenet.core.moments import mean_and_variance
from ridgenet.core.objective import evaluate, gradient_of, make_objective, make_workspace
from ridgenet.errors import InputError
from ridgenet.fitted import Units
from ridgenet.network import Network

CAPACITY = 1024


@dataclass(frozen=True)
class Part:
    """Rows as arrays: inputs, targets as they are, and weights."""

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None


@dataclass(frozen=True)
class Summary:
    """What the whole needs to know of a part, to begin with.

    Attributes
    ----------
    n_rows, n_columns, n_outputs : int
        Its size.
    classes, counts : ndarray
        Different targets, if they are classes, and how often each occurs.
    smallest_target : float
        Of targets that are numbers.
    dtype : str
        Type of its inputs.
    """

    n_rows: int
    n_columns: int
    n_outputs: int
    classes: np.ndarray
    counts: np.ndarray
    smallest_target: float
    dtype: str


@dataclass(frozen=True)
class Moments:
    """Weight of a part's rows, and mean and variance of its columns and of its targets, by these weights."""

    weight: float
    mean: np.ndarray
    variance: np.ndarray
    target_mean: np.ndarray
    target_variance: np.ndarray


@dataclass(frozen=True)
class Encoded:
    """Rows as the network learns them, in the units of the data; classes as numbers of 0 and 1."""

    X: np.ndarray
    Y: np.ndarray
    weights: np.ndarray | None


def checked(X: Any, y: Any, weights: Any, place: int, *, numeric: bool) -> Part:
    """Return a partition as arrays.

    Raises
    ------
    InputError
        If a number is missing or infinite, a weight is negative, or lengths differ.
    """
    inputs = np.asarray(X)
    inputs = for_kernels(inputs, np.float32 if inputs.dtype == np.float32 else np.float64)
    targets = np.asarray(y, np.float64) if numeric else np.asarray(y)
    if len(targets) != len(inputs):
        raise InputError(f"partition {place}: X has {len(inputs)} rows, y has {len(targets)}")
    wrong = np.argwhere(~np.isfinite(inputs))
    if len(wrong):
        row, column = wrong[0]
        name = X.columns[column] if hasattr(X, "columns") else column
        raise InputError(f"partition {place}: column {name}, row {row}: the value is missing or infinite")
    missing = ~np.isfinite(targets) if targets.dtype.kind == "f" else targets != targets
    if np.any(missing):
        raise InputError(
            f"partition {place}: the target is missing or infinite in row {int(np.argwhere(missing)[0][0])}"
        )
    if weights is None:
        return Part(inputs, targets, None)
    of_rows = np.asarray(weights, np.float64)
    if len(of_rows) != len(inputs) or not (np.isfinite(of_rows) & (of_rows >= 0)).all():
        raise InputError(f"partition {place}: sample_weight must be a number of 0 or more for each of its rows")
    return Part(inputs, targets, of_rows)


def summary_of(part: Part, numeric: bool) -> Summary:
    """Sum a partition up."""
    n, d = part.X.shape
    n_outputs = part.y.shape[1] if part.y.ndim == 2 else 1
    nothing = np.zeros(0)
    classes, counts = (nothing, nothing) if numeric else np.unique(part.y, return_counts=True)
    smallest = float(part.y.min()) if numeric and n else 0.0
    return Summary(n, d, n_outputs, classes, counts, smallest, part.X.dtype.char)


def encoded(part: Part, classes: np.ndarray | None, class_weights: Mapping[Any, float] | None) -> Encoded:
    """Return a partition as the network learns it, the weights of classes multiplied in."""
    weights = part.weights
    if classes is None:
        return Encoded(part.X, part.y.reshape(len(part.y), -1), weights)
    codes = np.searchsorted(classes, part.y)
    if class_weights is not None:
        of_classes = np.array([class_weights.get(label, 1.0) for label in classes.tolist()])
        weights = of_classes[codes] * (1.0 if weights is None else weights)
    Y = codes[:, np.newaxis].astype(np.float64) if len(classes) == 2 else np.eye(len(classes))[codes]
    return Encoded(part.X, Y, weights)


def moments_of(part: Encoded) -> Moments:
    """Return what the units of the whole are pooled from."""
    weight = weight_of(part)
    if weight > 0:
        return Moments(weight, *mean_and_variance(part.X, part.weights), *mean_and_variance(part.Y, part.weights))
    nothing, no_target = np.zeros(part.X.shape[1]), np.zeros(part.Y.shape[1])
    return Moments(0.0, nothing, nothing, no_target, no_target)


def weight_of(part: Encoded) -> float:
    """Return the sum of the weights of a partition's rows."""
    return float(len(part.X) if part.weights is None else part.weights.sum())


def cost_and_gradient(
    part: Encoded, network: Network, parameters: np.ndarray, units: Units
) -> tuple[float, np.ndarray]:
    """Return the data cost of a partition and its gradient, both summed over its rows by weight, in float64."""
    weight = weight_of(part)
    if not weight > 0:
        return 0.0, np.zeros(network.n_parameters)
    dtype = parameters.dtype
    Y = (part.Y - units.target_mean) / units.target_scale if network.output == "identity" else part.Y
    examples = make_examples(part.X, Y, dtype, weights=part.weights, mean=units.mean, scale=units.scale)
    work = make_workspace(network, min(CAPACITY, len(part.X)), dtype)
    objective = make_objective(network, 0.0)
    cost: float = evaluate(objective, for_kernels(parameters, dtype), examples, weight, True, work)[0]  # type: ignore[no-untyped-call]
    return cost * weight, gradient_of(work, network.n_parameters).astype(np.float64) * weight
