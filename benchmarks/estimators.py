"""Compare the estimators with scikit-learn's: L-BFGS fits, predictions, a million samples; pairs in one process."""

import os
import statistics
import subprocess
import sys
import warnings
from functools import partial
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from ridgenet import RidgeNetClassifier
from ridgenet._datasets import load

ROUNDS = 7
LIMITS = {"max_iter": 20_000, "max_fun": 100_000, "random_state": 0}
CONSOLE = Console(width=110)


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


def lbfgs() -> None:
    table = Table(title=f"One fit by lbfgs, 8 tanh units (medians of {ROUNDS} pairs)", title_justify="left")
    for heading in ("data", "λ", "ms", "scikit-learn, ms", "times", "objective", "scikit-learn's objective"):
        table.add_column(heading, justify="left" if heading == "data" else "right")
    moons, cancer = load("moons"), load_breast_cancer(return_X_y=True)
    for name, X, y in (
        ("moons, 200 × 2", moons.X, moons.y),
        ("breast cancer, 569 × 30", StandardScaler().fit_transform(cancer[0]), cancer[1]),
    ):
        for alpha in (1e-3, 1e-2, 0.1, 1.0, 10.0):
            mlp = MLPClassifier((8,), "tanh", solver="lbfgs", alpha=alpha, tol=1e-4, **LIMITS)
            net = RidgeNetClassifier((8,), alpha=alpha, tol=1e-4, standardize=False, solver="lbfgs", **LIMITS)
            own, other, ratio = in_pairs(partial(net.fit, X, y), partial(mlp.fit, X, y))
            costs = [f"{cost(fitted, X, y, alpha):.5f}" for fitted in (net, mlp)]
            table.add_row(name, f"{alpha:g}", f"{own * 1e3:.2f}", f"{other * 1e3:.1f}", f"{ratio:.0f}", *costs)
    CONSOLE.print(table)


def predictions() -> None:
    table = Table(title="predict_proba, 30 columns", title_justify="left")
    for heading in ("rows, hidden units", "ridgenet", "scikit-learn", "times"):
        table.add_column(heading, justify="left" if heading.startswith("rows") else "right")
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
            unit, factor = ("µs", 1e6) if repeats > 1 else ("s", 1)
            numbers = [f"{value / repeats * factor:.3g} {unit}" for value in (own, other)]
            table.add_row(f"{len(rows):,}, {hidden}", *numbers, f"{ratio:.1f}")
    CONSOLE.print(table)


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


def a_million_rows() -> None:
    table = Table(title="One epoch of adam, 1,000,000 × 20, batches of 200 (medians of 3)", title_justify="left")
    for heading in ("hidden units", "", "s", "peak memory, times the data", "times"):
        table.add_column(heading, justify="left" if not heading else "right")
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
        for name, runs, shown in (("ridgenet", own, f"{ratio:.1f}"), ("scikit-learn", other, "")):
            time, memory = (statistics.median(values) for values in list(zip(*runs, strict=True))[1:])
            table.add_row(str(hidden), name, f"{time:.2f}", f"{memory:.2f}", shown)
    CONSOLE.print(table)


def main() -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    lbfgs()
    predictions()
    a_million_rows()


if __name__ == "__main__":
    main()
