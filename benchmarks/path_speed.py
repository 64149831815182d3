"""Compare the cross-validated path with scikit-learn and R: 50 λ, 5 folds, 5 restarts on the 200 moons.

The 1,250 fits are the same for all: scikit-learn's grid search over MLPClassifier(solver="lbfgs"), repeated for each
restart, and R's nnet in a loop if Rscript is installed. Scikit-learn's objectives at each λ are compared too, since a
fit that stops early only seems faster; nnet has only logistic hidden units, so that its objective is that of another
network.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from joblib.externals.loky import get_reusable_executor
from outcome import Column, Outcome, key, speed
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from ridgenet import RidgeNetClassifierCV

FOLDS, RESTARTS = 5, 5

R_LOOP = """
library(nnet)
d <- read.csv(file.path(folder, "data.csv")); alphas <- scan(file.path(folder, "alphas.csv"), quiet = TRUE)
x <- as.matrix(d[, 1:2]); y <- d$y; fold <- d$fold
began <- proc.time()[["elapsed"]]
for (k in 0:max(fold)) for (i in seq_along(alphas)) for (r in 1:restarts) {
  rows <- fold != k
  # no penalty on biases, which come first in the weights of each unit
  decay <- rep(alphas[i] * mean(rows) / 2, 3 * units + units + 1)
  decay[c(3 * (1:units) - 2, 3 * units + 1)] <- 0
  fit <- nnet(x[rows, ], y[rows], size = units, entropy = TRUE, decay = decay, rang = 0.7, maxit = 5000,
              reltol = 1e-8, abstol = 0, trace = FALSE, MaxNWts = 10000)
}
cat(proc.time()[["elapsed"]] - began)
"""


def ours(X: np.ndarray, y: np.ndarray, folds: list, units: int, n_jobs: int) -> tuple[float, RidgeNetClassifierCV]:
    net = RidgeNetClassifierCV(
        (units,), cv=folds, path="full", n_restarts=RESTARTS, standardize=False, random_state=0, n_jobs=n_jobs
    )
    began = time.perf_counter()
    net.fit(X, y)
    return time.perf_counter() - began, net


def costs_of_first_fold(net: RidgeNetClassifierCV, X: np.ndarray, y: np.ndarray, folds: list) -> np.ndarray:
    """Return ridgenet's lowest objective at each λ on the first training set."""
    from ridgenet import ridgenet_path

    train = folds[0][0]
    alphas = net.alphas_ * len(train) / len(X)
    path = ridgenet_path(
        X[train], y[train], alphas=alphas, hidden_layer_sizes=net.hidden_layer_sizes_, standardize=False, random_state=0
    )
    return path.objectives[:, 0]


def scikit_learns(X: np.ndarray, y: np.ndarray, folds: list, units: int, alphas: np.ndarray, share: int) -> float:
    """Return the seconds of all restarts, from every `share`-th λ."""
    began = time.perf_counter()
    some = alphas[::share]
    for seed in range(RESTARTS):
        mlp = MLPClassifier((units,), activation="tanh", solver="lbfgs", max_iter=5000, tol=1e-5, random_state=seed)
        GridSearchCV(mlp, {"alpha": some}, cv=folds, scoring="neg_log_loss", n_jobs=2, refit=False).fit(X, y)
    seconds = time.perf_counter() - began
    # or their processor time would count as that of others
    get_reusable_executor().shutdown()
    return seconds * len(alphas) / len(some)


def mlp_costs(X: np.ndarray, y: np.ndarray, folds: list, units: int, alphas: np.ndarray) -> np.ndarray:
    train = folds[0][0]
    costs = []
    for alpha in alphas * len(train) / len(X):
        fits = [
            MLPClassifier(
                (units,), activation="tanh", solver="lbfgs", alpha=alpha, max_iter=5000, tol=1e-5, random_state=seed
            ).fit(X[train], y[train])
            for seed in range(RESTARTS)
        ]
        costs.append(min(fit.loss_ for fit in fits))
    return np.array(costs)


def r_versions() -> dict[str, str]:
    script = 'cat(R.version.string, as.character(packageVersion("nnet")), sep = "\\n")'
    r, nnet = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True).stdout.splitlines()
    return {"R": re.search(r"[\d.]+", r)[0], "nnet": nnet}


def r_nnets(X: np.ndarray, y: np.ndarray, folds: list, units: int, alphas: np.ndarray) -> float:
    """Return the seconds of the loop in R, without its start."""
    fold = np.empty(len(y), int)
    for k, (_, test) in enumerate(folds):
        fold[test] = k
    with tempfile.TemporaryDirectory() as folder:
        rows = np.column_stack([X, y, fold])
        np.savetxt(Path(folder, "data.csv"), rows, delimiter=",", header="x1,x2,y,fold", comments="")
        np.savetxt(Path(folder, "alphas.csv"), alphas)
        script = f"folder <- '{folder}'; units <- {units}; restarts <- {RESTARTS}\n{R_LOOP}"
        printed = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True).stdout
    return float(printed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--units", type=int, nargs="+", default=[8, 16])
    parser.add_argument("--share", type=int, default=5, help="scikit-learn fits every n-th λ; its time is scaled up")
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    X, y = make_moons(200, noise=0.3, random_state=0)
    X = StandardScaler().fit_transform(X)
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(X, y))
    outcome = Outcome.begin("path_speed")
    if has_r := bool(shutil.which("Rscript")):
        outcome.provenance["versions"] |= r_versions()
    else:
        outcome.note("R is not installed: its nnet was not measured.")
    table = outcome.table(
        "path",
        f"A cross-validated path: 50 λ, {FOLDS} folds, {RESTARTS} restarts, 200 moons (ridgenet: medians of "
        f"{options.rounds}; scikit-learn: every {options.share}th λ, scaled up)",
        [
            key("hidden units", format="d"),
            *(
                Column(name, "s", ".3g")
                for name in ("ridgenet, 2 threads", "ridgenet, 1 thread", "scikit-learn, 2 workers")
            ),
            speed("times as fast as scikit-learn", "scikit-learn's grid search"),
            speed(
                "scikit-learn's objective / ridgenet's",
                "scikit-learn's objective (best of the restarts, mean over λ)",
                ".3f",
            ),
            Column("R's nnet, one process", "s", ".3g"),
            speed("times as fast as nnet", "R's nnet"),
            speed("1 thread, times as fast as nnet", "R's nnet, on one thread"),
        ],
    )
    for units in options.units:
        ours(X, y, folds, units, 2)
        seconds, nets = zip(*(ours(X, y, folds, units, 2) for _ in range(options.rounds)), strict=True)
        alphas = nets[0].alphas_
        mine = float(np.median(seconds))
        alone = float(np.median([ours(X, y, folds, units, 1)[0] for _ in range(options.rounds)]))
        peer = scikit_learns(X, y, folds, units, alphas, options.share)
        reached = costs_of_first_fold(nets[0], X, y, folds)[:: options.share]
        theirs = mlp_costs(X, y, folds, units, alphas[:: options.share])
        cells = [mine, alone, peer, peer / mine, np.mean(theirs / reached)]
        if units == 8:
            outcome.aim("8 units, 2 threads", mine, at_most=1.0, unit="s")
            outcome.aim("8 units: times as fast as scikit-learn", peer / mine, at_least=50)
        r = r_nnets(X, y, folds, units, alphas) if has_r else None
        table.add(units, *cells, *([r, r / mine, r / alone] if r else [None] * 3))
        if r and units == 8:
            outcome.aim("8 units: times as fast as R's nnet", r / mine, at_least=10)
    outcome.save()


if __name__ == "__main__":
    main()
