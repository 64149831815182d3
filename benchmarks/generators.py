"""Generated data sets of which fresh samples can be drawn, for the benchmarks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.datasets import (
    make_circles,
    make_classification,
    make_friedman1,
    make_gaussian_quantiles,
    make_moons,
)

Table = tuple[np.ndarray, np.ndarray]


def xor(n: int, seed: int) -> Table:
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n, 2))
    return X, ((X[:, 0] * X[:, 1] > 0) ^ (rng.uniform(size=n) < 0.1)).astype(int)


def sigmoids(n: int, seed: int) -> Table:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 2))
    signal = sum(1 / (1 + np.exp(-X @ a)) for a in ([3.0, 3.0], [3.0, -3.0]))
    return X, signal + rng.normal(scale=0.3, size=n)


def sine(n: int, seed: int) -> Table:
    rng = np.random.default_rng(seed)
    X = rng.uniform(-3, 3, (n, 1))
    return X, np.sin(2 * X[:, 0]) + rng.normal(scale=0.3, size=n)


def linear(n: int, seed: int) -> Table:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 10))
    return X, X @ (0.7 ** np.arange(10)) + rng.normal(size=n)


def noise(n: int, seed: int) -> Table:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 5)), rng.standard_normal(n)


def directions(n: int, seed: int) -> Table:
    # one problem, whatever n and seed: its class centres are drawn before its samples are chosen
    X, y = make_classification(60_000, 10, n_informative=4, n_classes=3, class_sep=0.8, flip_y=0.05, random_state=7)
    rows = np.random.default_rng(seed).choice(len(X), n, replace=False)
    return X[rows], y[rows]


# number of training samples, and a function that draws n samples with a seed
DRAW: dict[str, tuple[int, Callable[[int, int], Table]]] = {
    "moons": (200, lambda n, seed: make_moons(n, noise=0.3, random_state=seed)),
    "circles": (200, lambda n, seed: make_circles(n, noise=0.2, factor=0.5, random_state=seed)),
    "XOR, 10% of labels flipped": (200, xor),
    "shells, 3 classes": (200, lambda n, seed: make_gaussian_quantiles(n_samples=n, n_features=3, random_state=seed)),
    "10 columns, 3 classes": (300, directions),
    "sum of sigmoids": (100, sigmoids),
    "sine": (60, sine),
    "Friedman 1": (200, lambda n, seed: make_friedman1(n, noise=1.0, random_state=seed)),
    "linear, 10 columns": (100, linear),
    "pure noise": (100, noise),
}
