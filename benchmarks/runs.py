"""Fit models on splits of tables, and keep each score in a file as soon as it is there: one JSON line a fit.

A run that is stopped goes on where it was: fits in the file are not repeated. Each run first writes where it runs.
"""

from __future__ import annotations

import ast
import json
import os
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from provenance import Provenance, now, provenance
from sklearn.metrics import log_loss
from threadpoolctl import threadpool_limits

Record = dict[str, Any]


@dataclass(frozen=True)
class Split:
    """One division of a table into training and test rows."""

    table: str
    number: int
    X: np.ndarray
    y: np.ndarray
    train: np.ndarray
    test: np.ndarray

    @property
    def is_regression(self) -> bool:
        return self.y.dtype.kind == "f"


def setting(text: str) -> tuple[str, Any]:
    """Return a parameter of the estimator from NAME=VALUE, whose value is a literal of Python or else a string."""
    name, _, value = text.partition("=")
    try:
        return name, ast.literal_eval(value)
    except (SyntaxError, ValueError):
        return name, value


def with_settings(name: str, settings: dict[str, Any]) -> str:
    """Return the name in the file of a model with other parameters than its defaults."""
    return ", ".join([name, *(f"{key}={value}" for key, value in settings.items())])


def processor_time() -> float:
    """Return the seconds of processor time of this process and of its children that have ended."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def calibration_error(y: np.ndarray, predicted: np.ndarray, confidence: np.ndarray, n_bins: int = 10) -> float:
    """Return the mean difference of confidence and frequency, over bins of equal width, weighted by their samples."""
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    excess = confidence - (y == predicted)
    return float(sum(abs(excess[bins == k].sum()) for k in range(n_bins)) / len(y))


def scores(model: Any, split: Split) -> dict[str, float]:
    """Return the scores on the test rows; "loss" is log loss, or root mean squared error / standard deviation of y."""
    X, y = split.X[split.test], split.y[split.test]
    if split.is_regression:
        rmse = float(np.sqrt(np.mean((np.ravel(model.predict(X)) - y) ** 2)))
        return {"loss": rmse / float(split.y.std()), "rmse": rmse}
    labels, order = np.unique(split.y), list(model.classes_)
    # CatBoost sorts labels that look like numbers as numbers
    probabilities = model.predict_proba(X)[:, [order.index(label) for label in labels]]
    predicted = labels[probabilities.argmax(axis=1)]
    return {
        "loss": float(log_loss(y, probabilities, labels=labels)),
        "accuracy": float(np.mean(predicted == y)),
        "calibration_error": calibration_error(y, predicted, probabilities.max(axis=1)),
    }


def measure(name: str, model: Any, split: Split) -> Record:
    """Fit one model and return its scores and its processor time, prediction included."""
    began = processor_time()
    model.fit(split.X[split.train], split.y[split.train])
    result = scores(model, split)
    return {
        "model": name,
        "table": split.table,
        "split": split.number,
        "rows": len(split.X),
        "columns": split.X.shape[1],
        "classes": 0 if split.is_regression else len(np.unique(split.y)),
        **result,
        "seconds": round(processor_time() - began, 3),
        "date": now(),
    }


def read_records(paths: Iterable[Path]) -> list[Record]:
    """Return the records of all files that exist; of two for the same fit the later one."""
    records = [line for line in read_lines(paths) if "model" in line]
    return list({(r["model"], r["table"], r["split"]): r for r in records}.values())


def read_lines(paths: Iterable[Path]) -> list[Record]:
    return [json.loads(line) for path in paths if path.exists() for line in path.read_text().splitlines()]


def read_provenance(paths: Iterable[Path]) -> Provenance:
    """Return where all runs of the files were, with the date of the last fit.

    Raises
    ------
    SystemExit
        If runs had different machines or versions, which one table cannot compare.
    """
    lines = read_lines(paths)
    runs = [line for line in lines if "machine" in line]
    same = [{name: run["machine"][name] for name in ("processor", "cores")} | run["versions"] for run in runs]
    if any(other != same[0] for other in same):
        raise SystemExit("the files hold runs of different machines or versions: repeat them, or report them apart")
    return {**runs[-1], "date": max(line["date"] for line in lines)}


def run(
    models: dict[str, Callable[[Split], Any]],
    splits: Iterable[Split],
    path: Path,
    limit: float = float("inf"),
    packages: tuple[str, ...] = (),
) -> None:
    """Fit each model on each split that the file lacks, and append the result to the file.

    A model leaves a table after a fit that takes more than `limit` seconds. `packages` are the distributions of the
    models.
    """
    splits = list(splits)
    records = read_records([path])
    done = {(r["model"], r["table"], r["split"]) for r in records}
    left = {(r["model"], r["table"]) for r in records if r["seconds"] > limit}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(provenance(packages)) + "\n")
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        for name, model in models.items():
            for split in splits:
                if (name, split.table, split.number) in done or (name, split.table) in left:
                    continue
                record = measure(name, model(split), split)
                if record["seconds"] > limit:
                    left.add((name, split.table))
                with path.open("a") as file:
                    file.write(json.dumps(record) + "\n")
                print(f"{name}, {split.table} {split.number}: {record['loss']:.4f}, {record['seconds']} s", flush=True)
