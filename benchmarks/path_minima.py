"""Compare the objectives of a path at each λ with the best of 20 cold starts, and its time with that of 5."""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
from outcome import Column, Outcome, key
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine, make_moons
from sklearn.exceptions import ConvergenceWarning

from ridgenet import RidgeNetClassifier, RidgeNetRegressor, ridgenet_path

UNITS = (16,)
# the path was to be nowhere further above the best cold start
TOLERANCE = 0.005
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
    began = time.process_time()
    for place, alpha in enumerate(alphas):
        for seed in range(n_starts):
            costs[place, seed] = estimator(UNITS, alpha=alpha, random_state=1000 + seed).fit(X, y).loss_
    return costs.min(axis=1), (time.process_time() - began) / n_starts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", nargs="+", default=list(TABLES), choices=list(TABLES))
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3, help="1 for digits, which takes long")
    parser.add_argument("--restarts", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    outcome = Outcome.begin("path_minima")
    best_of = f"best of {options.starts} cold starts"
    table = outcome.table(
        "objectives",
        f"A path of {UNITS[0]} units and {options.restarts} restarts beside cold starts at each of 50 λ (one thread)",
        [
            key("data"),
            Column("seeds", "", "d"),
            Column("time / 5 cold starts", "", ".2f"),
            Column(
                f"objective relative to the {best_of}: mean",
                "",
                "+.2%",
                versus=f"the {best_of}, mean over λ",
                par=0.0,
                better="lower",
            ),
            Column("worst λ", "", "+.2%"),
            Column(f"λ more than {TOLERANCE:.1%} above, of 50", "", ".1f"),
        ],
    )
    for name in options.tables:
        X, y = TABLES[name]()
        paths, seconds = [], []
        n_seeds = 1 if name == "digits" else options.seeds
        for seed in range(n_seeds):
            began = time.process_time()
            # one thread, like the cold starts
            paths.append(
                ridgenet_path(X, y, hidden_layer_sizes=UNITS, n_restarts=options.restarts, random_state=seed, n_jobs=1)
            )
            seconds.append(time.process_time() - began)
        best, one_start = cold_starts(X, y, paths[0].alphas, options.starts)
        excess = np.array([path.objectives[:, 0] / best - 1 for path in paths])
        share = np.median(seconds) / (5 * one_start)
        above = (excess > TOLERANCE).sum(axis=1).mean()
        table.add(name, n_seeds, share, excess.mean(), excess.max(), above)
        outcome.aim(f"{name}: objective above the {best_of}, worst λ", excess.max(), at_most=TOLERANCE, format="+.2%")
    outcome.save()


if __name__ == "__main__":
    main()
