"""L-BFGS over the partitions of a Dask array: on one and two workers, against rows, and what travels at each step."""

import statistics
import time

import dask.array as da
import numpy as np
from distributed import Client, LocalCluster

from ridgenet import RidgeNetClassifier

N_COLUMNS, N_ITER = 20, 25


def block(seed, n):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, N_COLUMNS))
    return np.column_stack([X, X[:, 0] * X[:, 1] + X[:, 2] + 0.5 * rng.standard_normal(n) > 0])


def rows(n_rows, n_partitions):
    import dask

    n = n_rows // n_partitions
    parts = [da.from_delayed(dask.delayed(block)(k, n), (n, N_COLUMNS + 1), float) for k in range(n_partitions)]
    whole = da.concatenate(parts)
    return whole[:, :N_COLUMNS], whole[:, N_COLUMNS].astype(int)


def main():
    settings = {"hidden_layer_sizes": (8,), "solver": "lbfgs", "max_iter": N_ITER, "tol": 0.0, "random_state": 0}
    n_parameters = (N_COLUMNS + 1) * 8 + 9
    for n_rows, n_partitions in ((200_000, 4), (1_000_000, 4), (4_000_000, 4), (4_000_000, 16)):
        times = {1: [], 2: []}
        for _ in range(2):
            for n_workers in times:
                with (
                    LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=None) as cluster,
                    Client(cluster) as client,
                ):
                    client.wait_for_workers(n_workers)
                    collections = client.persist(rows(n_rows, n_partitions))
                    [collection.sum().compute() for collection in collections]
                    RidgeNetClassifier(**settings | {"max_iter": 2}).fit(*collections)
                    began = time.perf_counter()
                    net = RidgeNetClassifier(**settings).fit(*collections)
                    times[n_workers].append((time.perf_counter() - began) / net.n_iter_)
        one, two = (1000 * statistics.median(times[n]) for n in (1, 2))
        bytes_of_a_step = 2 * 8 * n_parameters * n_partitions
        print(
            f"{n_rows:,} rows in {n_partitions} partitions: {one:.0f} ms an iteration on one worker, {two:.0f} on two "
            f"({one / two:.2f} times); {bytes_of_a_step:,} bytes of numbers a step",
            flush=True,
        )


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    main()
