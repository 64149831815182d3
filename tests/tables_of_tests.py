"""Tables that tests train on."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes, load_wine


def passengers(n=240, seed=0, *, text=True):
    """Return mixed columns with gaps, such as those of the passengers of a ship."""
    rng = np.random.default_rng(seed)
    sex, ship_class = rng.choice(["male", "female"], n), rng.choice([1, 2, 3], n)
    age = rng.gamma(6, 5, n).round()
    z = 2.4 * (sex == "female") - 0.9 * (ship_class - 2) - 0.03 * (age - 30) - 0.5
    boarded = pd.Timestamp("1912-04-10") + pd.to_timedelta(rng.integers(0, 4, n), "D")
    columns = {
        "survived": (rng.random(n) < 1 / (1 + np.exp(-z))).astype(int),
        "class": ship_class,
        "sex": sex,
        "age": np.where(rng.random(n) < 0.2, np.nan, age),
        "fare": np.exp(rng.normal(4.2 - 0.8 * (ship_class - 1), 0.5)).round(2),
        "harbour": np.where(rng.random(n) < 0.05, None, rng.choice(["Southampton", "Cherbourg", "Queenstown"], n)),
        "boarded": boarded.strftime("%Y-%m-%d"),
        "alone": pd.array(np.where(rng.random(n) < 0.1, None, rng.random(n) < 0.5), dtype="boolean"),
        "ship": "Titanic",
    }
    if text:
        titles = np.where(sex == "male", "Mr.", "Mrs.")
        columns["name"] = [f"{title} {rng.choice(['Smith', 'Jones', 'Brown'])} {k}" for k, title in enumerate(titles)]
    return pd.DataFrame(columns)


def wine():
    """Return scikit-learn's wine, its classes as names."""
    data = load_wine(as_frame=True)
    return data.data.assign(cultivar=data.target.map({0: "first", 1: "second", 2: "third"}))


def diabetes():
    """Return scikit-learn's diabetes: a regression."""
    return load_diabetes(as_frame=True, scaled=False).frame


def written(frame, path):
    """Write a table as CSV and return its path."""
    frame.to_csv(path, index=False)
    return Path(path)
