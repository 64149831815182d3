"""
Why is the best penalty neither weak nor strong?
================================================

If the same experiment were repeated with new samples, how far would the fitted curves be from the
truth on average (the bias), and how far from one another (the variance)? Here the experiment is
repeated, and the error is split into the two.
"""

import numpy as np
from matplotlib import pyplot as plt

from ridgenet import ridgenet_path

BLUE, ORANGE = "#0072B2", "#D55E00"

# %%
# Each of 60 experiments draws 40 noisy samples of a sine, and :func:`~ridgenet.ridgenet_path`
# trains a network with eight hidden units at each of 13 λ (``alpha``), the same in all experiments.

alphas = np.geomspace(100, 0.01, 13)
grid = np.linspace(-3, 3, 121)[:, np.newaxis]
truth = np.sin(2 * grid[:, 0])

curves = []
for seed in range(60):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3, 3, size=(40, 1))
    y = np.sin(2 * x[:, 0]) + 0.5 * rng.normal(size=40)
    path = ridgenet_path(x, y, alphas=alphas, n_restarts=1, random_state=seed)
    curves.append([network.outputs(grid)[:, 0] for network in path.networks])
curves = np.array(curves)  # (experiments, λ, points)

bias = ((curves.mean(axis=0) - truth) ** 2).mean(axis=1)
variance = curves.var(axis=0).mean(axis=1)
best = int(np.argmin(bias + variance))

print("     λ    bias²   variance    sum")
for alpha, b, v in zip(alphas, bias, variance, strict=True):
    mark = "   <- lowest" if alpha == alphas[best] else ""
    print(f"{alpha:6.3g}   {b:6.3f}   {v:8.3f}   {b + v:.3f}{mark}")

# %%
# Above, the curves of 25 experiments at three λ; below, the two parts of the error at all of them.

figure = plt.figure(figsize=(9, 6.4), layout="constrained")
top, bottom = figure.subfigures(2, 1, height_ratios=(1, 1.15))
shown = {"weak penalty": len(alphas) - 1, "lowest error": best, "strong penalty": 4}
for ax, (name, index) in zip(top.subplots(1, 3, sharey=True), shown.items(), strict=True):
    ax.plot(grid, curves[:25, index].T, color="0.6", linewidth=0.6)
    ax.plot(grid, truth, color="black", linewidth=1.6, label="truth")
    ax.plot(
        grid,
        curves[:, index].mean(axis=0),
        color=ORANGE,
        linestyle="--",
        linewidth=2,
        label="mean of all fits",
    )
    ax.set(title=f"{name}: λ = {alphas[index]:.3g}", xlabel="x", ylim=(-2.4, 2.4))
ax.legend(loc="lower right", fontsize=8)
top.axes[0].set_ylabel("y")

ax = bottom.subplots()
ax.plot(alphas, bias, color=ORANGE, marker="o", linestyle="--", label="bias²")
ax.plot(alphas, variance, color=BLUE, marker="s", linestyle="-.", label="variance")
ax.plot(alphas, bias + variance, color="black", linewidth=2, label="bias² + variance")
ax.axvline(alphas[best], color="0.5", linewidth=1, label=f"lowest: λ = {alphas[best]:.3g}")
ax.set(xscale="log", xlabel="λ (alpha), simpler networks to the right", ylabel="mean squared error")
ax.set_ylim(bottom=0)
ax.grid(alpha=0.25)
_ = ax.legend()
plt.show()

# %%
# **Answer.** A weak penalty gives curves that are right on average, but differ from experiment to
# experiment: nearly all of their error is variance. A strong penalty gives the same flat curve each
# time: nearly all of its error is bias. The sum is lowest in between, where a little bias buys a
# large reduction of the variance.
