"""Train on a CSV file of 100,000 x 30 columns of mixed types: the whole path, and one fit of the usual pipeline.

The usual pipeline is pandas, skrub's TableVectorizer, SimpleImputer, StandardScaler and MLPClassifier, with defaults.
Each runs in a process of its own, from the start of Python to the end of training.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

THEIRS = """
import sys
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skrub import TableVectorizer
train, test = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
mlp = MLPClassifier(random_state=0)
model = make_pipeline(TableVectorizer(), SimpleImputer(), StandardScaler(), mlp)
model.fit(train.drop(columns="outcome"), train.outcome)
print(log_loss(test.outcome, model.predict_proba(test.drop(columns="outcome"))))
"""


def mixed_table(n_rows: int, seed: int) -> pd.DataFrame:
    """Return 30 columns (numbers with missing values, categories, dates, booleans), and a nonlinear outcome."""
    rng = np.random.default_rng(seed)
    columns: dict[str, object] = {}
    numbers = rng.normal(size=(n_rows, 15))
    for k in range(15):
        column = numbers[:, k] * 10.0 ** (k % 3)
        columns[f"number_{k}"] = np.where(rng.random(n_rows) < 0.05 * (k % 3 == 0), np.nan, column).round(4)
    levels = {}
    for k in range(10):
        levels[k] = rng.integers(0, 3 + 2 * k, n_rows)
        columns[f"kind_{k}"] = np.char.add("level ", levels[k].astype(str))
    for k in range(2):
        days = rng.integers(0, 2000, n_rows)
        columns[f"date_{k}"] = (pd.Timestamp("2020-01-01") + pd.to_timedelta(days, "D")).strftime("%Y-%m-%d")
    for k in range(2):
        columns[f"flag_{k}"] = rng.random(n_rows) < 0.3
    z = np.sin(1.5 * numbers[:, 0]) + numbers[:, 1] * numbers[:, 2] - 0.5 * (levels[3] % 3) + 0.5 * numbers[:, 4]
    columns["outcome"] = np.where(rng.random(n_rows) < 1 / (1 + np.exp(-z)), "yes", "no")
    return pd.DataFrame(columns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        train, test = Path(folder, "train.csv"), Path(folder, "test.csv")
        mixed_table(options.rows, 0).to_csv(train, index=False)
        mixed_table(20_000, 1).to_csv(test, index=False)
        out = str(Path(folder, "out"))
        ours = [sys.executable, "-m", "ridgenet", "path", str(train), "-t", "outcome", "--test", str(test), "-o", out]
        for _ in range(options.rounds):
            began = time.perf_counter()
            printed = subprocess.run([*ours, "--json"], check=True, capture_output=True, text=True).stdout
            mine = time.perf_counter() - began
            began = time.perf_counter()
            command = [sys.executable, "-W", "ignore", "-c", THEIRS, str(train), str(test)]
            loss = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            theirs = time.perf_counter() - began
            my_loss = json.loads(printed)["test"]["scores"][0]["value"]
            report = {
                "ridgenet, s": mine,
                "theirs, s": theirs,
                "times": theirs / mine,
                "loss": my_loss,
                "their loss": loss,
            }
            print(json.dumps({name: round(value, 3) for name, value in report.items()}), flush=True)


if __name__ == "__main__":
    main()
