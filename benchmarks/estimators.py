"""Compare the estimators with scikit-learn's: L-BFGS fits, predictions, a million samples; pairs in one process."""

import os
import statistics
import subprocess
import sys
import warnings
from functools import partial
from time import perf_counter

import numpy as np
from outcome import Column, Outcome, key, speed
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from ridgenet import RidgeNetClassifier
from ridgenet._datasets import load

ROUNDS = 7
LIMITS = {"max_iter": 20_000, "max_fun": 100_000, "random_state": 0}
SPEED = speed("times as fast", "scikit-learn")


def seconds(function):
    began = perf_counter()
    result = function()
    return perf_counter() - began, result


def in_pairs(ours, theirs, rounds=ROUNDS):
    """Return the median time of both functions, and the median ratio."""
    ours()
    pairs = [(seconds(ours)[0], seconds(theirs)[0]) for _ in range(rounds)]
    own, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    return own, other, statistics.median(b / a for a, b in pairs)


def cost(net, X, y, alpha):
    p = np.clip(net.predict_proba(X)[np.arange(len(y)), y], 1e-300, 1)
    return -np.log(p).mean() + alpha / 2 / len(y) * sum((W**2).sum() for W in net.coefs_)


def lbfgs(outcome: Outcome) -> None:
    table = outcome.table(
        "lbfgs",
        f"One fit by L-BFGS, 8 tanh units, from the same initial weights (medians of {ROUNDS} pairs)",
        [
            key("data"),
            key("λ", format="g"),
            Column("ridgenet", "ms", ".3g"),
            Column("scikit-learn", "ms", ".3g"),
            SPEED,
            Column("ridgenet's objective", "", ".5f"),
            Column("scikit-learn's objective", "", ".5f"),
            speed(
                "scikit-learn's objective / ridgenet's", "scikit-learn's minimum (for small λ there are many)", ".3f"
            ),
        ],
    )
    moons, cancer = load("moons"), load_breast_cancer(return_X_y=True)
    for name, X, y in (
        ("moons, 200 × 2", moons.X, moons.y),
        ("breast cancer, 569 × 30", StandardScaler().fit_transform(cancer[0]), cancer[1]),
    ):
        for alpha in (1e-3, 1e-2, 0.1, 1.0, 10.0):
            mlp = MLPClassifier((8,), "tanh", solver="lbfgs", alpha=alpha, tol=1e-4, **LIMITS)
            net = RidgeNetClassifier((8,), alpha=alpha, tol=1e-4, standardize=False, solver="lbfgs", **LIMITS)
            own, other, ratio = in_pairs(partial(net.fit, X, y), partial(mlp.fit, X, y))
            costs = [cost(fitted, X, y, alpha) for fitted in (net, mlp)]
            # five digits are those to which both searches converge
            table.add(name, alpha, own * 1e3, other * 1e3, ratio, *costs, round(costs[1] / costs[0], 3))
    slowest = min(row[4] for row in table.rows)
    outcome.aim("L-BFGS: times as fast as scikit-learn, lowest of all fits", slowest, at_least=25)


def predictions(outcome: Outcome) -> None:
    table = outcome.table(
        "predictions",
        f"predict_proba, 30 columns (medians of {ROUNDS} pairs)",
        [key("samples"), key("network"), Column("ridgenet", "µs", ",.3g"), Column("scikit-learn", "µs", ",.3g"), SPEED],
    )
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    million = np.random.RandomState(0).standard_normal((1_000_000, 30))
    for hidden in (8, 100):
        net = RidgeNetClassifier((hidden,), random_state=0).fit(X, y)
        mlp = MLPClassifier((hidden,), max_iter=20, random_state=0).fit(X, y)
        for rows, repeats in ((X[:1], 300), (million, 1)):

            def times(fitted, rows=rows, repeats=repeats):
                return lambda: [fitted.predict_proba(rows) for _ in range(repeats)]

            own, other, ratio = in_pairs(times(net), times(mlp))
            table.add(f"{len(rows):,}", f"{hidden} hidden units", own / repeats * 1e6, other / repeats * 1e6, ratio)


EPOCH = """
import sys, warnings
from time import perf_counter
import numpy as np
warnings.simplefilter("ignore")
kind = sys.argv[1]
if kind == "ridgenet":
    from ridgenet import RidgeNetClassifier as Net
    Net(({hidden},), solver="adam", max_iter=1, batch_size=200).fit(np.eye(20), np.arange(20) % 2)
else:
    from sklearn.neural_network import MLPClassifier as Net
    Net(({hidden},), "tanh", solver="adam", max_iter=1).fit(np.eye(20), np.arange(20) % 2)
rng = np.random.RandomState(0)
X = np.empty((1_000_000, 20))
for start in range(0, len(X), 10_000):
    X[start : start + 10_000] = rng.standard_normal((10_000, 20))
y = (X[:, 0] + X[:, 1] * X[:, 2] > 0).astype(np.int8)
def peak():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) * 1024
before = peak()
settings = dict(solver="adam", max_iter=1, batch_size=200, random_state=0)
net = Net(({hidden},), **settings) if kind == "ridgenet" else Net(({hidden},), "tanh", **settings)
began = perf_counter()
net.fit(X, y)
print(perf_counter() - began, (peak() - before) / X.nbytes + 1)
"""


def a_million_rows(outcome: Outcome) -> None:
    names = ("ridgenet", "scikit-learn")
    table = outcome.table(
        "million",
        "One epoch of adam, 1,000,000 × 20, batches of 200 (medians of 3, each in a process of its own)",
        [
            key("network"),
            *(Column(name, "s", ".2f") for name in names),
            SPEED,
            *(Column(f"peak memory / data, {name}", "", ".2f") for name in names),
        ],
    )
    for hidden in (8, 16, 100):
        rounds = []
        for _ in range(3):
            for kind in ("ridgenet", "scikit-learn"):
                command = [sys.executable, "-c", EPOCH.format(hidden=hidden), kind]
                done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
                rounds.append((kind, *map(float, done.stdout.split())))
        own = [r for r in rounds if r[0] == "ridgenet"]
        other = [r for r in rounds if r[0] != "ridgenet"]
        ratio = statistics.median(b[1] / a[1] for a, b in zip(own, other, strict=True))
        times, memory = ([statistics.median(r[k] for r in runs) for runs in (own, other)] for k in (1, 2))
        table.add(f"{hidden} hidden units", *times, ratio, *memory)
        outcome.aim(
            f"An epoch of a million rows, {hidden} hidden units: times as fast as scikit-learn", ratio, at_least=5
        )


def main() -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    outcome = Outcome.begin("estimators")
    lbfgs(outcome)
    predictions(outcome)
    a_million_rows(outcome)
    outcome.save()


if __name__ == "__main__":
    main()
