"""Train on a CSV file of 100,000 x 30 columns of mixed types: the whole path, and boosted trees.

The boosted trees are scikit-learn's HistGradientBoostingClassifier with defaults, categories by their type, with the
time of reading by pandas, one fit, and `cross_val_score` with five folds. Each runs in a process of its own, from the
start of Python to the end. With ``--outcome sine`` the outcome is the sine of a column and two linear effects.
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
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_val_score
def read(path):
    table = pd.read_csv(path)
    y = table.pop("outcome")
    for name in table:
        if name.startswith("date"):
            table[name] = pd.to_datetime(table[name]).astype("int64")
        elif not pd.api.types.is_numeric_dtype(table[name]):
            table[name] = table[name].astype("category")
    return table, y
train, test = read(sys.argv[1]), read(sys.argv[2])
model = HistGradientBoostingClassifier(random_state=0)
model.fit(*train)
cross_val_score(model, *train, cv=5, scoring="neg_log_loss")
print(log_loss(test[1], model.predict_proba(test[0])))
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


def with_sine(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Replace the outcome by the sine of a column and two linear effects."""
    z = 2 * np.sin(3 * table["number_0"].fillna(0)) + 0.5 * table["number_1"] / 10 + 0.5 * table["number_4"] / 10
    p = 1 / (1 + np.exp(-z))
    return table.assign(outcome=np.where(np.random.default_rng([seed, 1]).random(len(table)) < p, "yes", "no"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--outcome", choices=["mixed", "sine"], default="mixed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        train, test = Path(folder, "train.csv"), Path(folder, "test.csv")
        for path, n_rows, seed in ((train, options.rows, 0), (test, 20_000, 1)):
            table = mixed_table(n_rows, seed)
            (with_sine(table, seed) if options.outcome == "sine" else table).to_csv(path, index=False)
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
