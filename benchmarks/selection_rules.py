"""Compare the selection rules: test loss at the chosen λ, relative to the best λ of the whole path.

The best λ is that of the lowest loss on 10,000 fresh samples. Regret is the mean over seeds of (loss at the chosen λ) /
(loss at the best λ) - 1; in regression the irreducible variance of the noise is part of both.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from sklearn.datasets import (
    make_circles,
    make_classification,
    make_friedman1,
    make_gaussian_quantiles,
    make_moons,
)
from sklearn.metrics import log_loss, mean_squared_error

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV

Table = tuple[np.ndarray, np.ndarray]
RULES = ("min", "1se", "evidence")


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


DRAW: dict[str, tuple[int, Callable[[int, int], Table]]] = {
    "moons": (200, lambda n, seed: make_moons(n, noise=0.3, random_state=seed)),
    "circles": (200, lambda n, seed: make_circles(n, noise=0.2, factor=0.5, random_state=seed)),
    "xor, 10% of labels turned": (200, xor),
    "shells, 3 classes": (200, lambda n, seed: make_gaussian_quantiles(n_samples=n, n_features=3, random_state=seed)),
    "10 columns, 3 classes": (300, directions),
    "sum of sigmoids": (100, sigmoids),
    "sine": (60, sine),
    "Friedman 1": (200, lambda n, seed: make_friedman1(n, noise=1.0, random_state=seed)),
    "linear, 10 columns": (100, linear),
    "nothing but noise": (100, noise),
}


def losses(net: RidgeNetClassifierCV | RidgeNetRegressorCV, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the test loss at each λ of the path."""
    result = []
    for place in range(len(net.path_)):
        outputs = net.path_.network_at(place, average=net.average).outputs(X)
        if isinstance(net, RidgeNetRegressorCV):
            result.append(mean_squared_error(y, outputs[:, 0]))
        else:
            result.append(log_loss(y, outputs if outputs.shape[1] > 1 else outputs[:, 0]))
    return np.array(result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    print("data, loss at the best λ; regret of: " + ", ".join(RULES))
    total = []
    for name, (n, draw) in DRAW.items():
        regrets, oracles = [], []
        X_test, y_test = draw(10_000, 10_000)
        for seed in range(options.seeds):
            X, y = draw(n, seed)
            estimator = RidgeNetRegressorCV if y.dtype.kind == "f" else RidgeNetClassifierCV
            nets = {rule: estimator(selection=rule, random_state=seed).fit(X, y) for rule in ("min", "evidence")}
            at = {rule: losses(net, X_test, y_test) for rule, net in nets.items()}
            oracle = min(values.min() for values in at.values())
            taken = [
                ("min", nets["min"].alpha_min_),
                ("min", nets["min"].alpha_1se_),
                ("evidence", nets["evidence"].alpha_),
            ]
            regrets.append([at[rule][nets[rule].path_.index_of(alpha)] / oracle - 1 for rule, alpha in taken])
            oracles.append(oracle)
        mean = np.mean(regrets, axis=0)
        total.append(mean)
        print(f"{name}: {np.mean(oracles):.4f}; " + ", ".join(f"{regret:.1%}" for regret in mean), flush=True)
    print("mean: " + ", ".join(f"{regret:.1%}" for regret in np.mean(total, axis=0)))


if __name__ == "__main__":
    main()
