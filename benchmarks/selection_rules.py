"""Compare the selection rules: test loss at the chosen λ, relative to the best λ of the whole path.

All on full paths with 8 units. The best λ is that of the lowest loss on 10,000 fresh samples. Regret is the mean over
seeds of (loss at the chosen λ) / (loss at the best λ) - 1; in regression the irreducible variance of the noise is part
of both.
"""

from __future__ import annotations

import argparse

import numpy as np
from generators import DRAW
from outcome import Column, Outcome, key
from sklearn.metrics import log_loss, mean_squared_error

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV

RULES = ("min", "1se", "loo", "evidence")
SETTINGS = {"hidden_layer_sizes": (8,), "path": "full"}


def losses(net: RidgeNetClassifierCV | RidgeNetRegressorCV, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the test loss at each λ of the path."""
    result = []
    for place in range(len(net.path_)):
        outputs = net.path_.network_at(place, average=net.average).outputs(X)
        if isinstance(net, RidgeNetRegressorCV):
            result.append(mean_squared_error(y, outputs[:, 0]))
        else:
            result.append(log_loss(y, outputs if outputs.shape[1] > 1 else outputs[:, 0]))
    return np.array(result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rules", nargs="+", default=list(RULES), choices=RULES, help="loo takes minutes a fit")
    options = parser.parse_args()
    # the standard error is that of the folds, so 1se needs no fit of its own
    fitted = list(dict.fromkeys("min" if rule == "1se" else rule for rule in options.rules))
    outcome = Outcome.begin("selection_rules")
    table = outcome.table(
        "regret",
        f"Excess of the test loss at the chosen λ over that at the best λ (means over {options.seeds} seeds)",
        [
            key("data"),
            Column("samples", "", ",d"),
            Column("loss at the best λ", "", ".4f"),
            *(Column(f'`"{rule}"`', "", ".1%") for rule in options.rules),
        ],
    )
    total = []
    for name, (n, draw) in DRAW.items():
        regrets, oracles = [], []
        X_test, y_test = draw(10_000, 10_000)
        for seed in range(options.seeds):
            X, y = draw(n, seed)
            estimator = RidgeNetRegressorCV if y.dtype.kind == "f" else RidgeNetClassifierCV
            nets = {rule: estimator(selection=rule, random_state=seed, **SETTINGS).fit(X, y) for rule in fitted}
            at = {rule: losses(net, X_test, y_test) for rule, net in nets.items()}
            oracle = min(values.min() for values in at.values())
            row = []
            for rule in options.rules:
                net_rule = "min" if rule == "1se" else rule
                net = nets[net_rule]
                alpha = net.alpha_1se_ if rule == "1se" else net.alpha_min_ if rule == "min" else net.alpha_
                row.append(at[net_rule][net.path_.index_of(alpha)] / oracle - 1)
            regrets.append(row)
            oracles.append(oracle)
        mean = np.mean(regrets, axis=0)
        total.append(mean)
        table.add(name, n, np.mean(oracles), *mean)
    table.add("mean", None, None, *np.mean(total, axis=0))
    outcome.save()


if __name__ == "__main__":
    main()
