"""Measure how time grows with workers, rows and fits on one and two workers, and predict up to a hundred.

Predictions follow from measured pieces: the seconds of each chain and of each row, the time of client and scheduler
for each task, and the serialised bytes. Predictions for one and two workers are next to the measured times.
"""

from __future__ import annotations

import heapq
import pickle
import statistics
import time

import numpy as np
from distributed import Client, LocalCluster
from joblib import parallel_config
from outcome import Column, Outcome, key
from sklearn.datasets import make_classification

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


def problem(n_rows):
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


def many_fits(table_of_fits, n_rows, n_restarts):
    X, y = problem(n_rows)
    net = RidgeNetClassifierCV((8,), path="full", n_alphas=30, n_restarts=n_restarts, random_state=0)
    seconds, n_bytes = chains(net, X, y)
    took = {n: statistics.median(on_cluster(net, X, y, n) for _ in range(3)) for n in (1, 2)}
    overhead = max(0.0, (took[1] - sum(seconds)) / len(seconds))
    sent = X.nbytes + y.nbytes
    for n in WORKERS:
        predicted = scheduled(seconds, n, overhead) + (n * sent + n_bytes) / BYTES_A_SECOND
        table_of_fits.add(f"{n_rows:,} × {N_COLUMNS}, {len(seconds)} chains", n, predicted, took.get(n))
    return (
        f"{n_rows:,} × {N_COLUMNS}: {len(seconds)} chains of {min(seconds):.2f} to {max(seconds):.2f} s, "
        f"{sum(seconds):.1f} s in all; {overhead * 1e3:.0f} ms more for each on a cluster; "
        f"{sent / 1e6:.2f} MB to each worker, {n_bytes / 1e6:.2f} MB back."
    )


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


def many_rows(outcome):
    of_a_row = {n: seconds_of_a_row(n) for n in (1, 30)}
    theta = NETWORK.initial_parameters("glorot", np.random.default_rng(0))[np.newaxis]
    there = len(pickle.dumps((NETWORK, [0], theta)))
    back = len(pickle.dumps((np.zeros(1), np.zeros((1, NETWORK.n_parameters)))))
    with cluster_of(2) as cluster, Client(cluster) as client:
        client.run(_compiled)
        rounds = {n: seconds_of_a_round(client, n) for n in (2, 8, 32, 100)}
    per_task, fixed = np.polyfit(list(rounds), list(rounds.values()), 1)
    outcome.note(
        f"Many rows, {N_COLUMNS}-{N_UNITS}-1: {of_a_row[1] * 1e9:.0f} ns per row and network on one thread "
        f"({of_a_row[30] * 1e9 / 30:.0f} with 30 networks in a round); a round over "
        + ", ".join(f"{n} partitions {took * 1e3:.0f} ms" for n, took in rounds.items())
        + f", so {max(fixed, 0) * 1e3:.1f} ms, and {per_task * 1e3:.2f} per partition; {there} bytes out, {back} back."
    )
    # an iteration is a little more than one evaluation
    took = {(n_rows, n): rows_on_cluster(n_rows, 4, n) for n_rows in (400_000, 2_000_000, 4_000_000) for n in (1, 2)}
    table = outcome.table(
        "many_rows",
        f"Many rows: one evaluation of {N_COLUMNS}-{N_UNITS}-1 over a partition for each worker, at least four",
        [key("rows"), key("workers", format="d"), Column("predicted", "ms", ",.0f"), Column("measured", "ms", ",.0f")],
    )
    for n_rows in (400_000, 2_000_000, 4_000_000, 100_000_000, 1_000_000_000):
        for n in WORKERS:
            n_partitions = max(4, n)
            share = -(-n_partitions // n) / n_partitions
            travel = n_partitions * (there + back) / BYTES_A_SECOND
            predicted = n_rows * share * of_a_row[1] + max(fixed, 0) + per_task * n_partitions + travel
            seconds = took.get((n_rows, n))
            table.add(f"{n_rows:,}", n, predicted * 1e3, None if seconds is None else seconds * 1e3)


def main():
    outcome = Outcome.begin("scaling", "dask", "distributed")
    table = outcome.table(
        "many_fits",
        "Many fits: a cross-validated path of 30 λ on workers of one thread, 1 Gbit/s",
        [key("data"), key("workers", format="d"), Column("predicted", "s", ".2f"), Column("measured", "s", ".2f")],
    )
    for n_rows, n_restarts in ((5_000, 5), (2_000, 15)):
        outcome.note(many_fits(table, n_rows, n_restarts))
    many_rows(outcome)
    outcome.save()


if __name__ == "__main__":
    main()
