"""Compare the objectives of a path at each λ with the best of 20 cold starts, and its time with that of 5."""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine, make_moons
from sklearn.exceptions import ConvergenceWarning

from ridgenet import RidgeNetClassifier, RidgeNetRegressor, ridgenet_path

UNITS = (16,)
TABLES = {
    "moons": lambda: make_moons(200, noise=0.3, random_state=0),
    "breast cancer": lambda: load_breast_cancer(return_X_y=True),
    "wine": lambda: load_wine(return_X_y=True),
    "digits": lambda: load_digits(return_X_y=True),
    "diabetes": lambda: load_diabetes(return_X_y=True),
}


def cold_starts(X: np.ndarray, y: np.ndarray, alphas: np.ndarray, n_starts: int) -> tuple[np.ndarray, float]:
    """Return the lowest objective at each λ, and the seconds of one cold start at every λ."""
    estimator = RidgeNetRegressor if y.dtype.kind == "f" else RidgeNetClassifier
    costs = np.empty((len(alphas), n_starts))
    began = time.perf_counter()
    for place, alpha in enumerate(alphas):
        for seed in range(n_starts):
            costs[place, seed] = estimator(UNITS, alpha=alpha, random_state=1000 + seed).fit(X, y).loss_
    return costs.min(axis=1), (time.perf_counter() - began) / n_starts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", nargs="+", default=list(TABLES), choices=list(TABLES))
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--restarts", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    print("table, time relative to 5 cold starts, excess over the best cold start: mean, worst; λ above 0.5% (of 50)")
    for name in options.tables:
        X, y = TABLES[name]()
        paths, seconds = [], []
        for seed in range(options.seeds):
            began = time.perf_counter()
            # one thread, like the cold starts
            paths.append(
                ridgenet_path(X, y, hidden_layer_sizes=UNITS, n_restarts=options.restarts, random_state=seed, n_jobs=1)
            )
            seconds.append(time.perf_counter() - began)
        best, one_start = cold_starts(X, y, paths[0].alphas, options.starts)
        excess = np.array([path.objectives[:, 0] / best - 1 for path in paths])
        share = np.median(seconds) / (5 * one_start)
        above = (excess > 0.005).sum(axis=1).mean()
        print(
            f"{name}: {share:.2f}; mean {excess.mean():+.2%}, worst {excess.max():+.2%}; {above:.1f} λ above",
            flush=True,
        )


if __name__ == "__main__":
    main()
