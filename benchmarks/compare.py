"""Measurements of the README (``make bench``).

Training is timed in rounds within one process, in processor time, since all of it has one thread; commands are timed as
whole processes, after one run that fills the disk cache.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from outcome import Column, Outcome, key, speed
from plain_numpy import train

from ridgenet import equations
from ridgenet._datasets import load
from ridgenet._network import Network
from ridgenet.core._examples import make_examples
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._sgd import SGD, SGDSettings

PAIRS = 7
NUMPY_EPOCHS = 300
CORE_EPOCHS = 30_000
ALPHA, BATCH_SIZE, LEARNING_RATE = 0.01, 32, 1.0


def time_numpy(with_cost: bool) -> float:
    """Return processor seconds per update of the program in plain NumPy."""
    data, network = load("moons"), Network((2, 8, 1))
    start = network.initial_parameters("small_normal", np.random.RandomState(0))
    (W1, W2), (b1, b2) = network.weights(start), network.biases(start)
    parameters = W1, b1[:, np.newaxis], W2, b2[:, np.newaxis]
    began = process_time()
    train(
        data.X.T, data.y[np.newaxis], parameters, alpha=ALPHA, batch_size=BATCH_SIZE, learning_rate=LEARNING_RATE,
        n_epochs=NUMPY_EPOCHS, seed=0, with_cost=with_cost,
    )  # fmt: skip
    return (process_time() - began) / (NUMPY_EPOCHS * 7)


def time_equations() -> float:
    """Return seconds per update of `ridgenet.equations`, with the objective at every batch."""
    data, network, rng = load("moons"), Network((2, 8, 1)), np.random.RandomState(0)
    start = network.initial_parameters("small_normal", rng)
    weights, biases, X, Y = network.weights(start), network.biases(start), data.X.T, data.y[np.newaxis]
    began = process_time()
    for _ in range(NUMPY_EPOCHS):
        order = rng.permutation(200)
        for first in range(0, 200, BATCH_SIZE):
            batch = order[first : first + BATCH_SIZE]
            x, y = X[:, batch], Y[:, batch]
            z, a = equations.forward(weights, biases, x)
            equations.objective(weights, z, y, "log_loss", ALPHA)
            gradient = equations.backward(weights, z, a, y, "tanh", "log_loss", ALPHA)
            weights, biases = equations.update(weights, biases, *gradient, LEARNING_RATE)
    return (process_time() - began) / (NUMPY_EPOCHS * 7)


def time_core(dtype: type) -> float:
    """Return seconds per update of the compiled core."""
    data, network = load("moons"), Network((2, 8, 1))
    start = network.initial_parameters("small_normal", np.random.RandomState(0), dtype)
    examples = make_examples(data.X, data.y[:, np.newaxis], dtype)
    settings = SGDSettings(BATCH_SIZE, LEARNING_RATE, CORE_EPOCHS, penalty_scaling="batch", shuffle_seed=0)
    sgd = SGD(network, start, examples, L2Penalty(ALPHA), settings)
    sgd.prepare()
    n_updates = CORE_EPOCHS * sgd.updates_per_epoch
    began = process_time()
    sgd.run(n_updates)
    return (process_time() - began) / n_updates


def time_command(*arguments: str) -> tuple[float, float]:
    """Return seconds of a whole process by the clock, and its processor time."""
    with tempfile.TemporaryDirectory() as folder:
        began, before = perf_counter(), os.times()
        command = str(Path(sys.executable).parent / "ridgenet")
        subprocess.run([command, *arguments], cwd=folder, capture_output=True, check=True)
        seconds, after = perf_counter() - began, os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        return seconds, used


def main() -> None:
    outcome = Outcome.begin("compare")
    time_core(np.float64), time_core(np.float32)
    rounds = [
        (time_numpy(True), time_numpy(False), time_equations(), time_core(np.float64), time_core(np.float32))
        for _ in range(PAIRS)
    ]
    names = (
        "the tutorial's program, NumPy, one batch at a time",
        "the same without computing the objective at every batch",
        "equations.py, any depth",
        "ridgenet, float64",
        "ridgenet, float32",
    )
    table = outcome.table(
        "updates",
        f"Training 2-8-1 on 200 moons, batches of 32 (processor time, medians of {PAIRS} rounds)",
        [
            key("program"),
            Column("update", "µs", ".3g"),
            Column("30,000 epochs", "s", ".2g"),
            speed("times as fast as the tutorial's", "the tutorial's program"),
        ],
    )
    for name, times in zip(names, zip(*rounds, strict=True), strict=True):
        ratio = statistics.median(tutorial / own for (tutorial, *_), own in zip(rounds, times, strict=True))
        median = statistics.median(times)
        table.add(name, median * 1e6, median * 210_000, ratio)

    table = outcome.table(
        "commands",
        f"Whole commands ({PAIRS} runs, caches warm)",
        [key("command"), *(Column(name, "s", ".2f") for name in ("fastest", "median", "slowest", "processor time"))],
    )
    for arguments in (("--help",), ("compare", "--help"), ("compare",)):
        time_command(*arguments)
        times, used = zip(*(time_command(*arguments) for _ in range(PAIRS)), strict=True)
        shown = min(times), statistics.median(times), max(times), statistics.median(used)
        table.add(f"`ridgenet {' '.join(arguments)}`", *shown)
    outcome.save()


if __name__ == "__main__":
    main()
