"""Held-out loss on ten tables for several λ and sizes of the hidden layer (docs/decisions/0005)."""

import warnings

import numpy as np
from outcome import Column, Outcome, key
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import ShuffleSplit, cross_val_score

from ridgenet import RidgeNetClassifier, RidgeNetRegressor

ALPHAS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
HIDDEN = (8, 16, 32, 64)
SPLITS = ShuffleSplit(4, test_size=0.33, random_state=0)


def sum_of_sigmoids(n=300):
    """Y = s(3a + 3b) + s(3a - 3b) + noise (Hastie, Tibshirani and Friedman, section 11.6)."""
    rng = np.random.RandomState(0)
    X = rng.standard_normal((n, 2))
    signal = sum(1 / (1 + np.exp(-3 * (X[:, 0] + sign * X[:, 1]))) for sign in (1, -1))
    return X, signal + rng.standard_normal(n) * np.sqrt(signal.var() / 4)


def tables():
    digits = datasets.load_digits(return_X_y=True)
    classes = {
        "moons": datasets.make_moons(300, noise=0.3, random_state=0),
        "circles": datasets.make_circles(300, noise=0.2, factor=0.5, random_state=0),
        "breast cancer": datasets.load_breast_cancer(return_X_y=True),
        "wine": datasets.load_wine(return_X_y=True),
        "iris": datasets.load_iris(return_X_y=True),
        "digits, 800": tuple(part[:800] for part in digits),
        "20 columns, 5 of use": datasets.make_classification(400, 20, n_informative=5, flip_y=0.05, random_state=1),
    }
    numbers = {
        "diabetes": datasets.load_diabetes(return_X_y=True),
        "Friedman 1": datasets.make_friedman1(300, noise=1, random_state=0),
        "sum of sigmoids": sum_of_sigmoids(),
    }
    yield from ((name, data, RidgeNetClassifier, "neg_log_loss") for name, data in classes.items())
    yield from ((name, data, RidgeNetRegressor, "neg_mean_squared_error") for name, data in numbers.items())


def main() -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    outcome = Outcome.begin("defaults")
    columns = [
        key("table"),
        key("hidden units", format="d"),
        *(Column(f"λ = {alpha:g}", "", ".2f") for alpha in ALPHAS),
    ]
    table = outcome.table("losses", "Held-out loss, divided by the best of its table", columns)
    ratios = []
    for name, (X, y), kind, scoring in tables():
        losses = np.array(
            [
                [
                    -cross_val_score(kind((h,), alpha=a, random_state=0), X, y, scoring=scoring, cv=SPLITS).mean()
                    for a in ALPHAS
                ]
                for h in HIDDEN
            ]
        )
        ratios.append(losses / losses.min())
        for h, row in zip(HIDDEN, ratios[-1], strict=True):
            table.add(name, h, *row)
    for h, row in zip(HIDDEN, np.exp(np.mean(np.log(ratios), axis=0)), strict=True):
        table.add("geometric mean", h, *row)
    outcome.save()


if __name__ == "__main__":
    main()
