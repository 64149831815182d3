"""Compare mini-batch training with scikit-learn, PyTorch and JAX, alternating in one process."""

import statistics
import warnings
from time import perf_counter, sleep

import numpy as np
from outcome import Column, Outcome, key, speed
from peers import FOREVER, PEERS
from sklearn.exceptions import ConvergenceWarning

from ridgenet import RidgeNetClassifier
from ridgenet._datasets import load

ROUNDS = 5


def by_ridgenet(X, y, hidden, batch_size, n_epochs, solver, step, activation):
    """Train the estimator, including all checks and the objective of every epoch."""
    net = RidgeNetClassifier(
        hidden, activation, solver=solver, batch_size=batch_size, learning_rate_init=step, max_iter=n_epochs,
        alpha=1e-4, momentum=0, tol=0, n_iter_no_change=FOREVER, random_state=0, standardize=False,
        penalty_scaling="batch",
    )  # fmt: skip

    def train():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            net.fit(X, y)

    return train


# name -> hidden layers, batch size, solver, learning rate, activation, epochs of the peers, epochs of ridgenet
CELLS = {
    "2-8-1": ((8,), 32, "sgd", 0.1, "tanh", 100, 3000),
    "30-100-2": ((100,), 200, "adam", 1e-3, "relu", 30, 100),
    "64-128-10": ((128,), 200, "adam", 1e-3, "relu", 30, 100),
    "784-256-10": ((256,), 256, "adam", 1e-3, "relu", 5, 5),
}


def data(name, dtype):
    if name == "2-8-1":
        moons = load("moons")
        return moons.X.astype(dtype), moons.y
    n_features, _, n_classes = (int(size) for size in name.split("-"))
    rng = np.random.RandomState(0)
    X = rng.standard_normal((2560 if n_features == 784 else 2000, n_features))
    return X.astype(dtype), (X @ rng.standard_normal((n_features, n_classes))).argmax(axis=1)


def microseconds(train, n_updates):
    sleep(0.5)  # threads of the previous library keep spinning for a while
    began = perf_counter()
    train()
    return (perf_counter() - began) / n_updates * 1e6


def main() -> None:
    outcome = Outcome.begin("mini_batches", "torch", "jax")
    table = outcome.table(
        "updates",
        f"Time of an update (medians of {ROUNDS} rounds), and how many times as fast ridgenet is",
        [
            key("network, batch, solver"),
            key("type"),
            *(Column(name, "µs", ",.3g") for name in ("ridgenet", *PEERS)),
            speed("times as fast as the fastest other", "the fastest other library"),
            speed("times as fast as scikit-learn", "scikit-learn"),
        ],
    )
    for name, (hidden, batch, solver, step, activation, epochs, own_epochs) in CELLS.items():
        for dtype in (np.float32, np.float64):
            X, y = data(name, dtype)
            per_epoch = -(-len(X) // batch)
            setting = X, y, hidden, batch
            runs = {"ridgenet": (by_ridgenet(*setting, own_epochs, solver, step, activation), own_epochs * per_epoch)}
            for peer, make in PEERS.items():
                whole = len(X) // batch if peer == "JAX" else per_epoch
                n_epochs = 1000 if (peer, name) == ("JAX", "2-8-1") else epochs
                runs[peer] = make(*setting, n_epochs, solver, step, activation), n_epochs * whole
            for train, _ in runs.values():
                train()
            rounds = [[microseconds(*run) for run in runs.values()] for _ in range(ROUNDS)]
            medians = [statistics.median(times) for times in zip(*rounds, strict=True)]
            to_fastest = statistics.median(min(others) / own for own, *others in rounds)
            to_sklearn = statistics.median(others[0] / own for own, *others in rounds)
            dtype_name = np.dtype(dtype).name
            table.add(f"{name}, {batch}, {solver}", dtype_name, *medians, to_fastest, to_sklearn)
            if name == "2-8-1":
                outcome.aim(f"2-8-1, {dtype_name}: times as fast as scikit-learn", to_sklearn, at_least=200)
    outcome.save()


if __name__ == "__main__":
    main()
