"""
Do prediction intervals contain what they promise?
==================================================

``predict_interval(X, coverage=0.9)`` promises intervals that contain nine of ten new targets. Is
that so, for other coverages too, and is it so everywhere?
"""

import numpy as np
from matplotlib import pyplot as plt

from ridgenet import RidgeNetRegressorCV

BLUE, ORANGE = "#0072B2", "#D55E00"

# %%
# Two problems with the same curve: noise of constant variance, and noise that grows with x. Each is
# drawn six times, with 100 training samples, and 2,000 others to count on.


def draw(seed, n, *, grows):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 6, size=(n, 1))
    scale = 0.1 + 0.12 * x[:, 0] if grows else 0.4
    return x, np.sin(x[:, 0]) + scale * rng.normal(size=n)


coverages = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
edges = np.arange(7)
figure, axes = plt.subplots(2, 3, figsize=(11, 6.4), layout="constrained")
for row, grows in zip(axes, (False, True), strict=True):
    observed, by_x = [], []
    for seed in range(6):
        x, y = draw(seed, 100, grows=grows)
        x_new, y_new = draw(100 + seed, 2000, grows=grows)
        net = RidgeNetRegressorCV((8,), n_alphas=15, n_restarts=2, tol=1e-3, random_state=0).fit(
            x, y
        )
        inside = []
        for coverage in coverages:
            low, high = net.predict_interval(x_new, coverage=coverage).T
            inside.append((low <= y_new) & (y_new <= high))
        observed.append(np.mean(inside, axis=1))
        at_90 = inside[list(coverages).index(0.9)]
        by_x.append([at_90[(x_new[:, 0] >= a) & (x_new[:, 0] < a + 1)].mean() for a in edges[:-1]])

    grid = np.linspace(0, 6, 121)[:, np.newaxis]
    low, high = net.predict_interval(grid, coverage=0.9).T
    row[0].fill_between(
        grid[:, 0], low, high, color=BLUE, alpha=0.2, linewidth=0, label="90% interval"
    )
    row[0].plot(grid, net.predict(grid), color=BLUE, label="prediction")
    row[0].scatter(x, y, s=9, color="0.35", label="training samples")
    row[0].set(
        title=f"noise that {'grows with x' if grows else 'is the same everywhere'}",
        ylabel="y",
        ylim=(-3, 4),
    )
    row[0].legend(fontsize=8, loc="upper right")
    row[1].plot(
        [0.45, 1], [0.45, 1], color="black", linewidth=1, linestyle="--", label="as promised"
    )
    mean, spread = np.mean(observed, axis=0), np.std(observed, axis=0)
    label = "mean and standard deviation\nof six draws"
    row[1].errorbar(coverages, mean, yerr=spread, color=BLUE, fmt="o", capsize=3, label=label)
    row[1].set(
        title="on average over x", ylabel="observed coverage", xlim=(0.45, 1), ylim=(0.4, 1.02)
    )
    row[1].legend(fontsize=8, loc="upper left")
    row[2].bar(edges[:-1] + 0.5, np.mean(by_x, axis=0), width=0.9, color=ORANGE, alpha=0.7)
    row[2].axhline(0.9, color="black", linewidth=1, linestyle="--")
    row[2].set(
        title="90% interval, by x", ylabel="observed coverage", ylim=(0.4, 1.02), xlim=(0, 6)
    )
    name = "noise grows" if grows else "constant noise"
    print(
        f"{name:15} observed, for 90%: {mean[4]:.1%}; by x:",
        *(f"{c:.0%}" for c in np.mean(by_x, axis=0)),
    )
for ax, label in zip(axes[-1], ("x", "wanted coverage", "x"), strict=True):
    ax.set_xlabel(label)
plt.show()

# %%
# **Answer.** On average over new samples they do: the dots are on the dashed line, for both
# problems. But the width is the same everywhere. Where the noise grows with x, the intervals
# contain too much on the left and too little on the right; quantile regression follows the noise
# (:doc:`plot_quantiles`).
