"""
Where does the path begin?
==========================

glmnet begins its path at the smallest λ for which all weights are zero, and knows this λ before any
training. Is there such a λ_max for a network, too?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.datasets import make_circles, make_moons
from sklearn.preprocessing import scale

from ridgenet import ridgenet_path

BLUE, ORANGE = "#0072B2", "#D55E00"

# %%
# With one hidden layer of tanh units, zero weights are a local minimum exactly when
#
# .. math:: \lambda \ge \lambda_{\max} = \lVert X^\top (Y - \bar Y) \rVert_2
#
# for standardised inputs :math:`X`: the largest singular value of a small matrix.


def lambda_max(X, y):
    return np.linalg.norm(scale(X).T @ (y - y.mean())[:, np.newaxis], ord=2)


# %%
# To test the formula, networks are trained at λ around it. On two half-moons the weights vanish at
# λ_max. Two concentric circles are different: no single column says anything about the class.

data = {
    "half-moons": make_moons(200, noise=0.3, random_state=0),
    "concentric circles": make_circles(200, noise=0.1, factor=0.4, random_state=0),
}
figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
for ax, (name, (X, y)) in zip(axes, data.items(), strict=True):
    formula = lambda_max(X, y)
    path = ridgenet_path(X, y, n_alphas=15, random_state=0)
    begins = path.alphas[0]
    around = ridgenet_path(X, y, alphas=begins * np.geomspace(2, 0.2, 41), random_state=0)
    print(f"{name}: formula {formula:.2f}, path begins at {begins:.2f}")
    ax.plot(
        around.alphas,
        around.squared_norms,
        color=BLUE,
        marker="o",
        markersize=3.5,
        label="trained networks",
    )
    ax.axvline(begins, color=ORANGE, label=f"the path begins: λ = {begins:.1f}")
    if formula > around.alphas[-1]:
        ax.axvline(formula, color="black", linestyle="--", label=f"formula: λ = {formula:.1f}")
    else:
        ax.plot(
            [],
            [],
            color="black",
            linestyle="--",
            label=f"formula: λ = {formula:.2f}, far to the left",
        )
    ax.set(title=name, xscale="log", xlabel="λ (alpha)", ylabel="Σ‖W‖² in standardised units")
    ticks = [round(begins * factor, 1) for factor in (0.25, 0.5, 1, 2)]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.grid(alpha=0.25)
    ax.legend(fontsize=9)
plt.show()

# %%
# **Answer.** Yes: on the half-moons the weights become zero exactly at the λ of the formula. Zero
# is only a *local* minimum, however. On the circles the formula gives a much smaller λ than the one
# at which training from random weights collapses; the weights then jump to zero instead of
# shrinking to it. ridgenet notices this and begins its path there, as the printed line shows.
