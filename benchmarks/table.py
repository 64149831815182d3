"""Train on a CSV file of 100,000 x 30 columns of mixed types: the whole path, and boosted trees.

The boosted trees are scikit-learn's HistGradientBoostingClassifier with defaults, categories by their type, with the
time of reading by pandas, one fit, and `cross_val_score` with five folds. Each runs in a process of its own, from the
start of Python to the end. With ``--outcome sine`` the outcome is the sine of a column and two linear effects.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from outcome import Column, Outcome, difference, key, speed
from sklearn.metrics import log_loss

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
    return drawn("mixed", n_rows, seed)[0]


def drawn(outcome: str, n_rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the table, and the probability of "yes" for each row."""
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
    table = pd.DataFrame(columns)
    if outcome == "sine":
        z = 2 * np.sin(3 * table["number_0"].fillna(0)) + 0.5 * table["number_1"] / 10 + 0.5 * table["number_4"] / 10
        rng = np.random.default_rng([seed, 1])
    p = 1 / (1 + np.exp(-np.asarray(z)))
    return table.assign(outcome=np.where(rng.random(n_rows) < p, "yes", "no")), p


def timed(command: list[str]) -> tuple[float, float, str]:
    """Return seconds, processor seconds and the output of a process."""
    began, before = time.perf_counter(), os.times()
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, after = time.perf_counter() - began, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, used, printed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--outcome", choices=["mixed", "sine"], default="mixed")
    options = parser.parse_args()
    outcome = Outcome.begin("table", "pandas", "pyarrow", "skrub")
    with tempfile.TemporaryDirectory() as folder:
        train, test = Path(folder, "train.csv"), Path(folder, "test.csv")
        drawn(options.outcome, options.rows, 0)[0].to_csv(train, index=False)
        fresh, p = drawn(options.outcome, 20_000, 1)
        fresh.to_csv(test, index=False)
        out = str(Path(folder, "out"))
        ours = [sys.executable, "-m", "ridgenet", "path", str(train), "-t", "outcome", "--test", str(test), "-o", out]
        ours += ["--json"]
        commands = {
            "`ridgenet path`": ours,
            "`ridgenet path --no-baselines`": [*ours, "--no-baselines"],
            "boosted trees, fit and five folds": [sys.executable, "-W", "ignore", "-c", THEIRS, str(train), str(test)],
        }
        rounds = [[timed(command) for command in commands.values()] for _ in range(options.rounds)]
    table = outcome.table(
        "training",
        f"{options.rows:,} × 30 columns of mixed types, with the start of Python (medians of {options.rounds}), "
        f"log loss on {len(fresh):,} test rows",
        [
            key("command"),
            Column("time", "s", ".3g"),
            Column("processor time", "s", ".3g"),
            speed("times as fast as the trees", "the time of boosted trees"),
            Column("log loss", "", ".4f"),
            difference("log loss relative to the trees", "the log loss of boosted trees"),
        ],
    )
    losses = [
        float(printed) if name.startswith("boosted") else json.loads(printed)["test"]["scores"][0]["value"]
        for name, (_, _, printed) in zip(commands, rounds[0], strict=True)
    ]
    for k, name in enumerate(commands):
        time_, used = (statistics.median(runs[k][part] for runs in rounds) for part in (0, 1))
        ratio = statistics.median(runs[-1][0] / runs[k][0] for runs in rounds)
        compared = k < len(commands) - 1
        beside = losses[k] / losses[-1] - 1
        table.add(name, time_, used, ratio if compared else None, losses[k], beside if compared else None)
    outcome.note(
        f"The true probabilities have a log loss of {log_loss(fresh['outcome'] == 'yes', p):.4f} on these rows."
    )
    outcome.save()


if __name__ == "__main__":
    main()
