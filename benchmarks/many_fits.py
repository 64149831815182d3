"""Time a cross-validated path on one and two workers of a Dask cluster, each a process with one thread."""

import statistics
import time

import numpy as np
from distributed import Client, LocalCluster
from joblib import parallel_config
from outcome import Column, Outcome, key
from sklearn.datasets import make_moons

from ridgenet import RidgeNetClassifierCV

N_RUNS = 3


def main():
    outcome = Outcome.begin("many_fits", "dask", "distributed")
    X, y = make_moons(5000, noise=0.3, random_state=0)
    X = np.column_stack([X, np.random.RandomState(0).normal(size=(5000, 8))])
    settings = {"hidden_layer_sizes": (8,), "path": "full", "n_alphas": 30, "n_restarts": 5, "random_state": 0}
    few = {"n_alphas": 3, "n_restarts": 4, "random_state": 0}
    times, paths = {1: [], 2: []}, {}
    clusters = {n: LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address=None) for n in times}
    for _ in range(N_RUNS):
        for n_workers, cluster in clusters.items():
            with Client(cluster) as client, parallel_config(backend="dask"):
                client.wait_for_workers(n_workers)
                # the first fit on a worker loads the kernels
                RidgeNetClassifierCV(**few).fit(X[:200], y[:200])
                began = time.perf_counter()
                paths[n_workers] = RidgeNetClassifierCV(**settings).fit(X, y).path_.parameters
                times[n_workers].append(time.perf_counter() - began)
    for cluster in clusters.values():
        cluster.close()
    np.testing.assert_array_equal(paths[1], paths[2])
    one, two = (statistics.median(times[n]) for n in (1, 2))
    ratios = [a / b for a, b in zip(times[1], times[2], strict=True)]
    names = ("one worker", "two workers")
    table = outcome.table(
        "path",
        f"A path of 5,000 × 10, 30 λ, 5 folds and 5 restarts on a Dask cluster (medians of {N_RUNS} pairs)",
        [
            key("hidden units", format="d"),
            *(Column(name, "s", ".3g") for name in names),
            Column("speedup", "", ".2f"),
            Column("lowest", "", ".2f"),
            Column("highest", "", ".2f"),
        ],
    )
    speedup = statistics.median(ratios)
    table.add(8, one, two, speedup, min(ratios), max(ratios))
    outcome.aim("Speedup by a second worker", speedup, at_least=1.7, format=".2f")
    outcome.save()


if __name__ == "__main__":
    main()
