"""Write model files of this version, with inputs and predictions beside them.

Run once, when a version is released; tests/test_earlier_versions.py reads the files of all versions.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris, make_moons
from sklearn.model_selection import LeaveOneOut, RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import ridgenet
from ridgenet import (
    InputError,
    RidgeNetClassifier,
    RidgeNetClassifierCV,
    RidgeNetRegressor,
    RidgeNetRegressorCV,
    save_model,
)

FOLDER = Path(__file__).parent / ridgenet.__version__
COMMAND = str(Path(sys.executable).parent / "ridgenet")
PREDICTIONS = ("predict", "predict_proba", "predict_set", "predict_interval")
N_PREDICTED = 6
rng = np.random.default_rng(0)

MOONS = make_moons(60, noise=0.2, random_state=0)
IRIS = load_iris(return_X_y=True)
FLOWERS = IRIS[0], np.array(["setosa", "versicolor", "virginica"])[IRIS[1]]
NUMBERS = MOONS[0], np.sin(2 * MOONS[0][:, 0]) + MOONS[0][:, 1]
QUICK = {"n_alphas": 4, "n_restarts": 2, "random_state": 0}


def fitted():
    """Yield names, fitted models and inputs: each class, with what it stores besides its network."""
    X, y = MOONS
    frame = pd.DataFrame(X, columns=["width", "height"])
    yield "classifier", RidgeNetClassifier((4,), random_state=0).fit(*MOONS), X
    yield (
        "classifier-classes",
        RidgeNetClassifier((3,), class_weight="balanced", random_state=0).fit(*FLOWERS),
        FLOWERS[0],
    )
    labels = np.column_stack([y, X[:, 0] > 0])
    yield "classifier-multilabel", RidgeNetClassifier((3,), random_state=0).fit(X, labels), X
    yield "classifier-names", RidgeNetClassifier((2, 2), activation="gelu", random_state=0).fit(frame, y), frame
    yield "classifier-per-column", RidgeNetClassifier((3,), alpha="per_column", random_state=0).fit(*MOONS), X
    adam = RidgeNetClassifier(
        (4,), solver="adam", dropout=0.1, max_iter=20, tol=0.1, early_stopping=True, random_state=0
    )
    yield "classifier-adam", adam.fit(*MOONS), X
    partial = RidgeNetClassifier((3,), solver="sgd", random_state=0)
    yield "classifier-partial-fit", partial.partial_fit(X, y, classes=[0, 1]), X
    with tempfile.TemporaryDirectory() as folder:
        frame.assign(moon=y).to_parquet(f"{folder}/moons.parquet")
        stream = RidgeNetClassifier((3,), learning_rate_init=0.01, random_state=0)
        yield "classifier-stream", stream.fit_stream(f"{folder}/moons.parquet", "moon", n_epochs=2), frame
    yield "regressor", RidgeNetRegressor((4,), alpha=[0.1, 1.0], random_state=0).fit(*NUMBERS), X
    yield (
        "regressor-float32",
        RidgeNetRegressor((4,), random_state=0).fit(X.astype(np.float32), y),
        X.astype(np.float32),
    )
    yield "regressor-outputs", RidgeNetRegressor((3,), random_state=0).fit(X, np.column_stack([y, NUMBERS[1]])), X
    yield "regressor-per-column", RidgeNetRegressor((3,), alpha="per_column", random_state=0).fit(*NUMBERS), X
    yield "regressor-poisson", RidgeNetRegressor((3,), loss="poisson", random_state=0).fit(X, rng.poisson(2, 60)), X
    quantile = RidgeNetRegressor((2,), loss="quantile", loss_parameter=0.9, penalty_factor=[1.0, 0.0], random_state=0)
    yield "regressor-quantile", quantile.fit(*NUMBERS), X
    yield "classifier-cv", RidgeNetClassifierCV(**QUICK).fit(*MOONS), X
    yield "classifier-cv-keep", RidgeNetClassifierCV((3,), keep=True, **QUICK).fit(*MOONS), X
    folds = RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=0)
    yield (
        "classifier-cv-folds",
        RidgeNetClassifierCV((2,), cv=folds, selection="1se", **QUICK).fit(*FLOWERS),
        FLOWERS[0],
    )
    yield "regressor-cv", RidgeNetRegressorCV([(), (3,)], **QUICK).fit(*NUMBERS), X
    leave_one_out = RidgeNetRegressorCV((2,), cv=LeaveOneOut(), path="full", n_alphas=2, n_restarts=1, random_state=0)
    yield "regressor-cv-jackknife", leave_one_out.fit(X[:12], NUMBERS[1][:12]), X
    yield "regressor-cv-loo", RidgeNetRegressorCV((3,), selection="loo", **QUICK).fit(*NUMBERS), X
    yield "regressor-cv-evidence", RidgeNetRegressorCV((3,), selection="evidence", **QUICK).fit(*NUMBERS), X
    columns = make_column_transformer((StandardScaler(), [0]), (OneHotEncoder(handle_unknown="ignore"), [1]))
    pipeline = make_pipeline(columns, RidgeNetClassifier((2,), random_state=0))
    yield "pipeline", pipeline.fit(X.round(), y), X.round()


def table(n_rows):
    """Return a table with a column of each kind."""
    size = rng.normal(size=n_rows).round(3)
    city = np.array([f"city {k}" for k in range(45)])[rng.integers(45, size=n_rows)]
    words = np.array(["apple", "pear", "plum", "nut", "lime", "fig"])
    return pd.DataFrame(
        {
            "size": np.where(rng.random(n_rows) < 0.1, np.nan, size),
            "kind": rng.choice(["a", "b", "c"], n_rows),
            "open": rng.random(n_rows) < 0.5,
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, n_rows), "D"),
            "lasts": [f"{k} days 02:03:04" for k in rng.integers(0, 5, n_rows)],
            "city": city,
            "words": [" ".join(rng.permutation(words)[:3]) for _ in range(n_rows)],
            "price": (size + rng.normal(size=n_rows) / 4 + 3).round(3),
            "good": np.where(size + rng.normal(size=n_rows) / 4 > 0, "yes", "no"),
        }
    )


# each with the options of its command
TABLES = {
    "table-path": [
        "path",
        "--target",
        "good",
        "--drop",
        "price",
        "--hidden",
        "2",
        "--test",
        "none",
        "--set",
        "n_alphas=3",
        "--set",
        "n_restarts=1",
        "--set",
        "cv=2",
    ],
    "table-fit": ["fit", "--target", "price", "--drop", "good", "--hidden", "2", "--alpha", "1"],
    "table-stream": ["fit", "--stream", "--epochs", "2", "--target", "good", "--drop", "price", "--hidden", "2"],
}


def write_tables():
    """Write the models of tables, the rows that they predict, and their result.json."""
    rows = table(240)
    rows.tail(N_PREDICTED).to_csv(FOLDER / "rows.csv", index=False)
    with tempfile.TemporaryDirectory() as folder:
        rows.to_csv(f"{folder}/table.csv", index=False)
        for name, (command, *options) in TABLES.items():
            run(folder, command, "table.csv", *options, "-o", name)
            run(folder, "predict", f"{name}/model.skops", str(FOLDER / "rows.csv"), "-o", f"{name}.csv")
            shutil.copy(f"{folder}/{name}/model.skops", FOLDER / f"{name}.skops")
            shutil.copy(f"{folder}/{name}/result.json", FOLDER / f"{name}.result.json")
            shutil.copy(f"{folder}/{name}.csv", FOLDER / f"{name}.csv")


def run(folder, *arguments):
    """Run the command line."""
    subprocess.run([COMMAND, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def main():
    """Write the files."""
    FOLDER.mkdir()
    warnings.simplefilter("ignore")
    for name, model, X in fitted():
        X = X[:N_PREDICTED]
        save_model(model, FOLDER / f"{name}.skops")
        predictions = {}
        for call in PREDICTIONS:
            # sets and intervals need folds that hold each row once
            with suppress(AttributeError, InputError):
                predictions[call] = getattr(model, call)(X).tolist()
        inputs = X.to_dict("list") if isinstance(X, pd.DataFrame) else X.tolist()
        record = {"inputs": inputs, "dtype": str(np.asarray(X).dtype), "predictions": predictions}
        (FOLDER / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
    write_tables()


if __name__ == "__main__":
    main()
