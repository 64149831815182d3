"""
What do outliers do to a network, and does Huber's loss help?
=============================================================

A few wrong numbers in the target, such as a misplaced decimal point, weigh a lot if errors are
squared. How many can a network bear?
"""

import numpy as np
from matplotlib import pyplot as plt

from ridgenet import RidgeNetRegressor

LOSSES = {"squared_error": ("#D55E00", "--", "squared error"), "huber": ("#0072B2", "-", "Huber")}

# %%
# In a sample of 100, some targets are replaced by numbers far above.


def draw(seed, share):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3, 3, size=(100, 1))
    y = np.sin(x[:, 0]) + 0.2 * rng.normal(size=100)
    is_wrong = rng.permutation(100) < round(100 * share)
    y[is_wrong] += rng.uniform(4, 10, size=is_wrong.sum())
    return x, y, is_wrong


grid = np.linspace(-3, 3, 201)[:, np.newaxis]
truth = np.sin(grid[:, 0])


def fitted(loss, x, y):
    return RidgeNetRegressor((8,), loss=loss, alpha=0.5, tol=1e-4, random_state=0).fit(x, y)


def error(loss, seed, share):
    """Return the root mean squared error to the truth of one fit."""
    x, y, _ = draw(seed, share)
    return np.sqrt(np.mean((fitted(loss, x, y).predict(grid) - truth) ** 2))


# %%
# The right panel shows means of 15 samples, for each share of wrong targets.

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
x, y, is_wrong = draw(0, 0.1)
left.scatter(x[~is_wrong], y[~is_wrong], s=12, color="0.6", label="samples")
left.scatter(x[is_wrong], y[is_wrong], s=30, color="black", marker="x", label="wrong targets")
left.plot(grid, truth, color="black", linewidth=1, linestyle=":", label="truth")
shares = [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4]
for loss, (color, style, name) in LOSSES.items():
    left.plot(
        grid,
        fitted(loss, x, y).predict(grid),
        color=color,
        linestyle=style,
        linewidth=2,
        label=name,
    )
    errors = np.array([[error(loss, seed, share) for seed in range(15)] for share in shares])
    mean, spread = errors.mean(axis=1), errors.std(axis=1)
    print(f"{name:13}", *(f"  {share:.0%}: {e:.2f}" for share, e in zip(shares, mean, strict=True)))
    at = np.multiply(100, shares)
    right.errorbar(at, mean, yerr=spread, color=color, fmt="o" + style, capsize=3, label=name)
left.set(title="One sample with 10% wrong targets", xlabel="x", ylabel="y")
left.legend(fontsize=9)
right.set(
    title="Mean and standard deviation of 15 samples", xlabel="wrong targets, in % of the samples"
)
right.set_ylabel("root mean squared error to the truth")
right.set_ylim(bottom=0)
right.grid(alpha=0.25)
_ = right.legend()
plt.show()

# %%
# **Answer.** With the squared error a few per cent of wrong targets already pull the curve up.
# Huber's loss counts large errors linearly, and bears several times as many for the same error to
# the truth; without outliers it costs little. It is no cure for everything: with a third of the
# targets wrong, all on one side, it errs as well.
