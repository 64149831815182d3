"""Measure how time grows with workers, rows and fits on one and two workers, and predict up to a hundred.

Predictions follow from measured pieces: the seconds of each chain and of each row, the time of client and scheduler
for each task, and the serialised bytes. Predictions for one and two workers are printed next to the measured times.
"""

from __future__ import annotations

import argparse
import heapq
import pickle
import statistics
import tempfile
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np
from distributed import Client, LocalCluster
from joblib import parallel_config
from sklearn.datasets import make_classification
from stream import make, measured

from ridgenet import RidgeNetClassifier, RidgeNetClassifierCV
from ridgenet._network import Network
from ridgenet.backends import _dask_parts as parts
from ridgenet.backends._dask_tasks import on_each, persisted
from ridgenet.path._fit import run_task, tasks_of
from ridgenet.path._fits import PathFits

N_COLUMNS, N_UNITS = 20, 8
WORKERS = (1, 2, 4, 8, 16, 32, 64, 100)
NETWORK = Network((N_COLUMNS, N_UNITS, 1))
# between machines in one room
BYTES_A_SECOND = 1e9 / 8
N_ITER = 25


def cluster_of(n_workers):
    return LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=None)


# many fits


def table(n_rows):
    return make_classification(n_rows, N_COLUMNS, n_informative=8, flip_y=0.1, random_state=0)


def chains(net, X, y):
    """Return the seconds of each chain on one thread, in the order of submission, and the bytes of its result."""
    net._validate_params()
    data, seed = net._data(X, y, None), net._seed()
    problem = net._problems(data, data.folds(net.cv, None, seed))[0]
    tasks = tasks_of(PathFits(problem, net._grid(problem), net.n_restarts), (seed, 0))
    run_task(tasks[0], net._plan(sweeps=1))
    seconds, n_bytes = [], 0
    for task in tasks:
        began = time.perf_counter()
        outcome = run_task(task, net._plan(sweeps=1))
        seconds.append(time.perf_counter() - began)
        n_bytes += len(pickle.dumps(outcome))
    return seconds, n_bytes


def scheduled(seconds, n_workers, overhead):
    """Return when the last of these tasks ends, each assigned to the first free worker."""
    free = [0.0] * n_workers
    for one in seconds:
        heapq.heappush(free, heapq.heappop(free) + one + overhead)
    return max(free)


def on_cluster(net, X, y, n_workers):
    with cluster_of(n_workers) as cluster, Client(cluster) as client, parallel_config(backend="dask"):
        client.wait_for_workers(n_workers)
        RidgeNetClassifierCV(n_alphas=3, n_restarts=4, random_state=0).fit(X[:200], y[:200])
        began = time.perf_counter()
        net.fit(X, y)
        return time.perf_counter() - began


def many_fits(n_rows, n_restarts):
    X, y = table(n_rows)
    net = RidgeNetClassifierCV((8,), path="full", n_alphas=30, n_restarts=n_restarts, random_state=0)
    seconds, n_bytes = chains(net, X, y)
    took = {n: statistics.median(on_cluster(net, X, y, n) for _ in range(3)) for n in (1, 2)}
    overhead = max(0.0, (took[1] - sum(seconds)) / len(seconds))
    sent = X.nbytes + y.nbytes
    modelled = {}
    for n in WORKERS:
        modelled[n] = scheduled(seconds, n, overhead) + (n * sent + n_bytes) / BYTES_A_SECOND
    print(
        f"\nmany fits: {n_rows:,} x {N_COLUMNS}, {len(seconds)} chains of {min(seconds):.2f} to {max(seconds):.2f} s, "
        f"{sum(seconds):.1f} s in all; {overhead * 1e3:.0f} ms overhead for each on a cluster; "
        f"{sent / 1e6:.2f} MB to each worker, {n_bytes / 1e6:.2f} MB back"
    )
    for n in WORKERS:
        print(f"  {n} workers: {modelled[n]:.2f} s" + (f", measured {took[n]:.2f} s" if n in took else ""))
    return took, modelled, len(seconds)


# many rows


def block(seed, n):
    random = np.random.default_rng(seed)
    X = random.standard_normal((n, N_COLUMNS))
    return X, (X[:, 0] * X[:, 1] + X[:, 2] + 0.5 * random.standard_normal(n) > 0).astype(int)


def learned(n_rows):
    """Return a partition as a worker holds it."""
    X, y = block(0, n_rows)
    pieces = parts.pieces_of(parts.Partition(X, y, None), np.array([0, 1]), None, None, 0)
    moments = parts.moments_of(pieces)[0]
    from ridgenet._preprocessing import Standardizer

    units = Standardizer(moments.mean, np.sqrt(moments.variance), np.zeros(1), np.ones(1))
    return parts.TrainingPartition(pieces, (units,))


def seconds_of_a_row(n_networks):
    partition, theta = (
        learned(250_000),
        np.tile(NETWORK.initial_parameters("glorot", np.random.default_rng(0)), (n_networks, 1)),
    )
    parts.losses_and_gradients(partition, NETWORK, [0] * n_networks, theta)
    times = []
    for _ in range(7):
        began = time.perf_counter()
        parts.losses_and_gradients(partition, NETWORK, [0] * n_networks, theta)
        times.append(time.perf_counter() - began)
    return statistics.median(times) / 250_000


def seconds_of_a_round(client, n_partitions):
    """Return the overhead of a round, measured with partitions of a few rows."""
    import dask

    partitions = persisted([dask.delayed(learned)(50) for _ in range(n_partitions)])
    theta = NETWORK.initial_parameters("glorot", np.random.default_rng(0))[np.newaxis]
    for _ in range(5):
        on_each(parts.losses_and_gradients, partitions, NETWORK, [0], theta)
    times = []
    for _ in range(40):
        began = time.perf_counter()
        on_each(parts.losses_and_gradients, partitions, NETWORK, [0], theta)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def rows_on_cluster(n_rows, n_partitions, n_workers):
    import dask
    import dask.array as da

    n = n_rows // n_partitions
    blocks = [dask.delayed(block, nout=2)(k, n) for k in range(n_partitions)]
    X = da.concatenate([da.from_delayed(one[0], (n, N_COLUMNS), float) for one in blocks])
    y = da.concatenate([da.from_delayed(one[1], (n,), int) for one in blocks])
    net = RidgeNetClassifier((N_UNITS,), solver="lbfgs", max_iter=N_ITER, tol=0.0, random_state=0)
    with cluster_of(n_workers) as cluster, Client(cluster) as client:
        client.wait_for_workers(n_workers)
        X, y = dask.persist(X, y)
        client.run(_compiled)
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seen = []
            net.callbacks = lambda state: seen.append((state.n_iter, time.perf_counter()))
            net.fit(X, y)
    # from the first iteration on: preparation happens once
    (first, began), (last, ended) = seen[0], seen[-1]
    return (ended - began) / (last - first)


def _compiled():
    parts.losses_and_gradients(
        learned(100), NETWORK, [0], NETWORK.initial_parameters("glorot", np.random.default_rng(0))[np.newaxis]
    )


def many_rows():
    of_a_row = {n: seconds_of_a_row(n) for n in (1, 30)}
    theta = NETWORK.initial_parameters("glorot", np.random.default_rng(0))[np.newaxis]
    there = len(pickle.dumps((NETWORK, [0], theta)))
    back = len(pickle.dumps((np.zeros(1), np.zeros((1, NETWORK.n_parameters)))))
    with cluster_of(2) as cluster, Client(cluster) as client:
        client.run(_compiled)
        rounds = {n: seconds_of_a_round(client, n) for n in (2, 8, 32, 100)}
    per_task, fixed = np.polyfit(list(rounds), list(rounds.values()), 1)
    print(
        f"\nmany rows, {N_COLUMNS}-{N_UNITS}-1: {of_a_row[1] * 1e9:.0f} ns per row and network on one thread "
        f"({of_a_row[30] * 1e9 / 30:.0f} with 30 networks in a round); a round over "
        + ", ".join(f"{n} partitions {took * 1e3:.0f} ms" for n, took in rounds.items())
        + f", so {max(fixed, 0) * 1e3:.1f} ms and {per_task * 1e3:.2f} ms per partition; {there} bytes out, {back} back"
    )
    # an iteration is a little more than one evaluation
    took = {(n_rows, n): rows_on_cluster(n_rows, 4, n) for n_rows in (400_000, 2_000_000, 4_000_000) for n in (1, 2)}
    modelled = {}
    for n_rows in (400_000, 2_000_000, 4_000_000, 100_000_000, 1_000_000_000):
        for n in WORKERS:
            n_partitions = max(4, n)
            share = -(-n_partitions // n) / n_partitions
            travel = n_partitions * (there + back) / BYTES_A_SECOND
            modelled[n_rows, n] = n_rows * share * of_a_row[1] + max(fixed, 0) + per_task * n_partitions + travel
        line = ", ".join(
            f"{n}: {modelled[n_rows, n] * 1e3:.0f}"
            + (f" (measured {took[n_rows, n] * 1e3:.0f})" if (n_rows, n) in took else "")
            for n in WORKERS
        )
        print(f"  {n_rows:,} rows, ms per evaluation by workers: {line}")
    return took, modelled


# streams


def streams(sizes):
    found = {}
    for n_rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "large.parquet")
            make(path, n_rows)
            found[n_rows] = measured("learn", path)
        print(
            f"stream of {n_rows:,} rows: {n_rows / found[n_rows][0] / 1e6:.1f} M rows/s, peak {found[n_rows][1]:.0f} MB"
        )
    return found


def draw(path, fits, rows, streamed):
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    from ridgenet.plotting._style import CLASS_COLORS

    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")
    for (name, (took, modelled, n_chains)), color in zip(fits.items(), CLASS_COLORS, strict=False):
        left.plot(list(modelled), list(modelled.values()), color=color, label=f"{name}: {n_chains} chains")
        left.plot(list(took), list(took.values()), "o", color=color)
    left.set(title="Many fits: a cross-validated path", ylabel="seconds")
    took, modelled = rows
    for n_rows, color in zip(sorted({key[0] for key in modelled})[1:], CLASS_COLORS, strict=False):
        line = [modelled[n_rows, n] for n in WORKERS]
        middle.plot(WORKERS, line, color=color, label=f"{n_rows / 1e6:,.0f} million rows")
        dots = {n: took[n_rows, n] for n in (1, 2) if (n_rows, n) in took}
        middle.plot(list(dots), list(dots.values()), "o", color=color)
    middle.set(title="Many rows: one evaluation of 20-8-1", ylabel="seconds")
    for axes in (left, middle):
        axes.set(xscale="log", yscale="log", xlabel="workers of one thread; dots are measured")
        axes.set_xticks(WORKERS, [str(n) for n in WORKERS], minor=False)
        axes.minorticks_off()
        axes.legend(frameon=False)
    sizes = sorted(streamed)
    right.plot(sizes, [streamed[n][1] for n in sizes], "o-", color=CLASS_COLORS[0], label="fit_stream, measured")
    in_memory = [245 + n * (N_COLUMNS + 1) * 8 / 1e6 for n in sizes]
    right.plot(sizes, in_memory, "--", color=CLASS_COLORS[1], label="the table itself in float64, and the libraries")
    right.set(
        xscale="log", yscale="log", ylim=(100, None), xlabel="rows of 20 columns", ylabel="megabytes at the peak",
        title="Streams: memory",
    )  # fmt: skip
    right.legend(frameon=False)
    for axes in (left, middle, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="#E4E4E4")
    figure.savefig(path, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=Path, default=Path("scaling.png"))
    parser.add_argument("--rows", type=float, nargs="+", default=[1e6, 5e6, 50e6], help="rows of the streams")
    options = parser.parse_args()
    fits = {
        "5,000 rows, 5 restarts": many_fits(5_000, 5),
        "2,000 rows, 15 restarts": many_fits(2_000, 15),
    }
    rows = many_rows()
    draw(options.picture, fits, rows, streams([int(n) for n in options.rows]))


if __name__ == "__main__":
    main()
