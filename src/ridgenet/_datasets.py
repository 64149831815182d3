"""Data sets for `compare`: five generated ones, three real ones, or arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ridgenet._errors import InputError
from ridgenet._frames import array_of, frame_of
from ridgenet._wording import listed

if TYPE_CHECKING:
    Draw = Callable[[int, float, np.random.RandomState], tuple[np.ndarray, np.ndarray]]

N_TEST_DRAWS = 10_000


@dataclass(frozen=True)
class Dataset:
    """A validated classification problem: finite numbers, at least two classes.

    Attributes
    ----------
    name : str
        Name in titles.
    X, y : ndarray of shape (n_samples, n_features) and (n_samples,)
        Training data; y holds class labels.
    X_test, y_test : ndarray or None
        Test data; if None, a part of X and y is held out.
    feature_names : tuple of str
        Names of the columns.
    standardize : bool
        Whether to standardise the columns.
    source : mapping
        Origin of the data, sufficient to load them again.
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray | None
    y_test: np.ndarray | None
    feature_names: tuple[str, ...]
    standardize: bool
    source: Mapping[str, Any] = field(default_factory=dict)


def from_arrays(
    X: ArrayLike,
    y: ArrayLike,
    X_test: ArrayLike | None = None,
    y_test: ArrayLike | None = None,
    *,
    name: str = "data",
    feature_names: Sequence[str] | None = None,
    standardize: bool = False,
    source: Mapping[str, Any] | None = None,
) -> Dataset:
    """Convert arrays or data frames to a `Dataset`.

    Raises
    ------
    InputError
        If a number is missing or infinite (the message names column and row), lengths differ, or y has fewer than two
        classes.
    """
    columns = _names_of(X) if feature_names is None else feature_names
    inputs = _as_numbers(X)
    names = tuple(str(c) for c in columns) if columns is not None else default_names(inputs.shape[1])
    if len(names) != inputs.shape[1]:
        raise InputError(f"{len(names)} feature names for {inputs.shape[1]} columns")
    _require_finite(inputs, names)
    labels = _as_labels(y, inputs, "y")
    classes = np.unique(labels)
    if len(classes) < 2:
        raise InputError(f"the target has only one class ({classes[0]!s}); a classifier needs two or more")
    if (X_test is None) != (y_test is None):
        raise InputError("X_test and y_test go together: give both or neither")
    inputs_test = labels_test = None
    if X_test is not None and y_test is not None:
        inputs_test = _as_numbers(X_test, "X_test")
        columns_test = _names_of(X_test)
        if feature_names is None and columns is not None and columns_test is not None and columns_test != columns:
            raise InputError(
                f"X_test must have the columns of X in the same order: {listed(columns)}; got {listed(columns_test)}"
            )
        if inputs_test.shape[1] != inputs.shape[1]:
            raise InputError(f"X has {inputs.shape[1]} columns, X_test has {inputs_test.shape[1]}")
        _require_finite(inputs_test, names)
        labels_test = _as_labels(y_test, inputs_test, "y_test")
        unseen = np.setdiff1d(labels_test, classes)
        if len(unseen):
            raise InputError(f"y_test has a class that is not in y: {unseen[0]!s}")
    described = source if source is not None else {"name": name, "shape": list(inputs.shape)}
    return Dataset(name, inputs, labels, inputs_test, labels_test, names, standardize, described)


def default_names(n_features: int) -> tuple[str, ...]:
    """Return x₁, x₂, ... for columns without names."""
    subscripts = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return tuple("x" + str(i + 1).translate(subscripts) for i in range(n_features))


def _names_of(X: Any) -> list[str] | None:
    frame = frame_of(X)
    return None if frame is None else [str(name) for name in frame.columns]


def _as_numbers(X: ArrayLike, name: str = "X") -> np.ndarray:
    frame_of(X, name)
    try:
        inputs = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"X must contain only numbers: {error}") from error
    if inputs.ndim != 2 or 0 in inputs.shape:
        raise InputError(f"X must be a non-empty array of samples by features; got shape {inputs.shape}")
    return inputs


def _require_finite(inputs: np.ndarray, names: Sequence[str]) -> None:
    wrong = np.argwhere(~np.isfinite(inputs))
    if len(wrong):
        row, column = wrong[0]
        kind = "missing (NaN)" if np.isnan(inputs[row, column]) else "infinite"
        raise InputError(
            f"column {names[column]!r}, row {row + 1}: the value is {kind}"
            f"{f', as are {len(wrong) - 1} more' if len(wrong) > 1 else ''}; fill or drop such rows first"
        )


def _as_labels(y: ArrayLike, inputs: np.ndarray, parameter: str) -> np.ndarray:
    labels = np.asarray(array_of(y, parameter))
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or len(labels) != len(inputs):
        raise InputError(
            f"{parameter} must have one label for each of the {len(inputs)} samples; got shape {labels.shape}"
        )
    if labels.dtype == object:
        missing = [row for row, label in enumerate(labels) if label is None or label != label]
        labels = labels.astype(str)
    else:
        missing = list(np.flatnonzero(labels != labels))
    if missing:
        raise InputError(f"the target is missing in row {missing[0] + 1}; drop the rows without a target first")
    if labels.dtype.kind == "f" and not np.array_equal(labels, np.round(labels)):
        raise InputError(
            f"the target has {len(np.unique(labels))} distinct numbers with decimals, which is regression; "
            "compare is for classification: choose a target with classes"
        )
    return labels.astype(np.int64) if labels.dtype.kind == "f" else labels


def _moons(n: int, noise: float, rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """Two interleaving half circles with normal noise; the same numbers as scikit-learn's make_moons.

    Not imported from scikit-learn, because the import takes longer than the training of `ridgenet compare`.
    """
    outer, inner = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)
    upper = np.column_stack([np.cos(outer), np.sin(outer)])
    lower = np.column_stack([1 - np.cos(inner), 1 - np.sin(inner) - 0.5])
    return _shuffled_with_noise(upper, lower, noise, rng)


def _circles(n: int, noise: float, rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """Two concentric circles with normal noise; the same numbers as scikit-learn's make_circles(factor=0.5)."""
    outer, inner = (np.linspace(0, 2 * np.pi, size, endpoint=False) for size in (n // 2, n - n // 2))
    large = np.column_stack([np.cos(outer), np.sin(outer)])
    small = 0.5 * np.column_stack([np.cos(inner), np.sin(inner)])
    return _shuffled_with_noise(large, small, noise, rng)


def _shuffled_with_noise(
    first: np.ndarray, second: np.ndarray, noise: float, rng: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray]:
    order = np.arange(len(first) + len(second))
    rng.shuffle(order)
    points = np.vstack([first, second])[order]
    return points + rng.normal(scale=noise, size=points.shape), (order >= len(first)).astype(np.int64)


def _xor(n: int, noise: float, rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """The corners of a square, opposite ones of one class, and normal noise."""
    corner = rng.permutation(np.arange(n) % 4)
    centres = np.array([[-1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]])
    return centres[corner] + noise * rng.standard_normal((n, 2)), corner // 2


def _spirals(n: int, noise: float, rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """Two interleaving spirals of one and a half turns with normal noise."""
    label = rng.permutation(np.arange(n) % 2)
    turn = 3.0 * np.pi * np.sqrt(rng.uniform(0.02, 1.0, n))
    radius = turn / np.pi
    angle = turn + np.pi * label
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return points + noise * rng.standard_normal((n, 2)), label


def _blobs(n: int, noise: float, rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """Three isotropic Gaussian blobs, one for each class; noise is their standard deviation."""
    label = rng.permutation(np.arange(n) % 3)
    centres = np.array([[0.0, 1.2], [-1.1, -0.7], [1.1, -0.7]])
    return centres[label] + noise * rng.standard_normal((n, 2)), label


# name -> function, default noise
DRAWN: dict[str, tuple[Draw, float]] = {
    "moons": (_moons, 0.30),
    "circles": (_circles, 0.20),
    "xor": (_xor, 0.60),
    "spirals": (_spirals, 0.30),
    "blobs": (_blobs, 0.80),
}
REAL = ("breast_cancer", "iris", "wine")
NAMES = (*DRAWN, *REAL)


def load(name: str, *, n_samples: int | None = None, noise: float | None = None, random_state: int = 6) -> Dataset:
    """Return a built-in data set.

    Parameters
    ----------
    name : {"moons", "circles", "xor", "spirals", "blobs", "breast_cancer", "iris", "wine"}
        The first five are generated, with 10,000 more samples for testing; the others are those of scikit-learn, to be
        standardised and tested on a held-out part.
    n_samples : int, default=200
        Number of training samples to generate.
    noise : float, optional
        Standard deviation of the noise; moons 0.3, circles 0.2, xor 0.6, spirals 0.3, blobs 0.8.
    random_state : int, default=6
        Seed of the data. With 6 and the other defaults, moons are the tutorial's 200 samples.

    Raises
    ------
    InputError
        If the name is unknown, or `n_samples` or `noise` is out of range or does not apply.

    Examples
    --------
    >>> moons = load("moons")
    >>> moons.X.shape, moons.X_test.shape
    ((200, 2), (10000, 2))
    """
    if name in DRAWN:
        return _draw(name, 200 if n_samples is None else n_samples, noise, random_state)
    if name not in REAL:
        raise InputError(f"unknown data set {name!r}; use one of {', '.join(NAMES)}, or a CSV file")
    if n_samples is not None or noise is not None:
        raise InputError(f"{name} is real data: the number of samples and the noise apply to generated data only")
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{name}")()
    labels = np.asarray(bunch.target_names)[bunch.target]
    return from_arrays(
        bunch.data,
        labels,
        name=name.replace("_", " "),
        feature_names=tuple(bunch.feature_names),
        standardize=True,
        source={"name": name},
    )


def _draw(name: str, n_samples: int, noise: float | None, random_state: int) -> Dataset:
    draw, usual_noise = DRAWN[name]
    noise = usual_noise if noise is None else noise
    if n_samples < 4:
        raise InputError(f"the number of samples must be 4 or more; got {n_samples}")
    if not 0 <= noise < np.inf:
        raise InputError(f"the noise must be 0 or more; got {noise}")
    X, y = draw(n_samples, noise, np.random.RandomState(random_state))
    # a separate seed, so that the test data do not affect the training data or the initial weights
    test_seed = np.random.MT19937(np.random.SeedSequence([random_state, 1]))
    X_test, y_test = draw(N_TEST_DRAWS, noise, np.random.RandomState(test_seed))
    source = {"name": name, "n_samples": n_samples, "noise": noise, "random_state": random_state}
    return from_arrays(X, y, X_test, y_test, name=name, source=source)
