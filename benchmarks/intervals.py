"""Measure how often 90% prediction intervals and prediction sets contain the target of fresh samples.

For each generator, the mean over draws of the coverage on 500 fresh samples and of the mean width, or set size. λ is
either chosen on the same folds, or fixed: the median of the λ chosen on 20 other draws.
"""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Callable

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from generators import DRAW, Table
from outcome import Column, Outcome, key

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV

N_FRESH = 500
N_BEFORE = 20
METHODS = ("cv+", "cv")
Estimator = RidgeNetClassifierCV | RidgeNetRegressorCV


def measured(net: Estimator, X: np.ndarray, y: np.ndarray, method: str) -> tuple[float, float]:
    """Return the coverage, and the mean width of the intervals or size of the sets."""
    if isinstance(net, RidgeNetRegressorCV):
        low, high = net.predict_interval(X, 0.9, method=method).T
        return float(((low <= y) & (y <= high)).mean()), float((high - low).mean())
    sets = net.predict_set(X, 0.9, method=method)
    return float(sets[np.arange(len(y)), y].mean()), float(sets.sum(axis=1).mean())


def of_generator(n: int, draw: Callable[[int, int], Table], options: argparse.Namespace) -> np.ndarray:
    """Return coverage and width for each draw, λ chosen or fixed, and method: (n_draws, 2, 2, 2)."""

    def fitted(seed: int) -> Estimator:
        X, y = draw(n, seed)
        estimator = RidgeNetRegressorCV if y.dtype.kind == "f" else RidgeNetClassifierCV
        settings = {"n_alphas": options.alphas, "n_restarts": options.restarts, "cv": options.folds}
        return estimator(**settings, random_state=seed, n_jobs=1).fit(X, y)

    before = float(np.median([fitted(50_000 + seed).alpha_ for seed in range(N_BEFORE)]))
    results = []
    for seed in range(options.draws):
        net = fitted(seed)
        X, y = draw(N_FRESH, 10_000 + seed)
        fixed = net.with_alpha(float(np.clip(before, net.alphas_[-1], net.alphas_[0])))
        results.append([[measured(one, X, y, method) for method in METHODS] for one in (net, fixed)])
    return np.array(results)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--alphas", type=int, default=15)
    parser.add_argument("--restarts", type=int, default=2)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--generators", nargs="+", default=list(DRAW), choices=list(DRAW))
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    outcome = Outcome.begin("intervals")
    ways = [f'`"{method}"`{fixed}' for fixed in ("", ", λ fixed beforehand") for method in METHODS]
    columns = [key("data"), Column("samples", "", ",d")]
    for name, format in (("coverage", ".1%"), ("± standard error", ".1%"), ("mean width or set size", ".2f")):
        columns += [Column(f"{way}: {name}", "", format) for way in ways]
    table = outcome.table(
        "coverage",
        f"Coverage of nominal 90% ({options.draws} draws, {N_FRESH} fresh samples each; {options.alphas} λ, "
        f"{options.restarts} restarts, {options.folds} folds)",
        columns,
    )
    for name in options.generators:
        results = of_generator(*DRAW[name], options).reshape(-1, 4, 2)
        mean, error = results.mean(axis=0), results[:, :, 0].std(axis=0, ddof=1) / np.sqrt(len(results))
        table.add(name, DRAW[name][0], *mean[:, 0], *error, *mean[:, 1])
        for way, coverage in zip(ways[: len(METHODS)], mean[:, 0], strict=False):
            outcome.aim(f"{name}, {way}: coverage", coverage, at_least=0.88, at_most=0.92, format=".1%")
    outcome.save()


if __name__ == "__main__":
    main()
