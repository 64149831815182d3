"""
How do I predict a range that widens with the noise?
====================================================

A mean, and an interval of constant width, say little if the spread of the target depends on the
inputs. Can a network predict the 10%, 50% and 90% quantiles instead?
"""

import numpy as np
from matplotlib import pyplot as plt

from ridgenet import RidgeNetRegressorCV

COLORS = {0.1: "#D55E00", 0.5: "#000000", 0.9: "#0072B2"}
STYLES = {0.1: "--", 0.5: "-", 0.9: "-."}

# %%
# With ``loss="quantile"``, ``loss_parameter`` is the τ of the quantile. λ (``alpha``) is chosen for
# each by the cross-validated pinball loss.


def draw(seed, n):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 6, size=(n, 1))
    return x, np.sin(x[:, 0]) + (0.1 + 0.12 * x[:, 0]) * rng.normal(size=n)


x, y = draw(0, 400)
nets = {
    tau: RidgeNetRegressorCV(
        (8,),
        loss="quantile",
        loss_parameter=tau,
        n_alphas=20,
        n_restarts=2,
        tol=1e-3,
        random_state=0,
    ).fit(x, y)
    for tau in COLORS
}

# %%
# On fresh samples, a share τ should be below the predicted quantile, in every part of the range.

x_new, y_new = draw(1, 10_000)
thirds = [x_new[:, 0] < 2, (x_new[:, 0] >= 2) & (x_new[:, 0] < 4), x_new[:, 0] >= 4]
print("   τ     λ   below: all   x < 2   2 ≤ x < 4   x ≥ 4")
for tau, net in nets.items():
    below = y_new < net.predict(x_new)
    low, middle, high = (below[third].mean() for third in thirds)
    shares = f"{below.mean():10.1%}   {low:5.1%}   {middle:9.1%}   {high:5.1%}"
    print(f"{tau:4}  {net.alpha_:4.2f}   {shares}")

grid = np.linspace(0, 6, 121)[:, np.newaxis]
figure, ax = plt.subplots(figsize=(8, 4.6), layout="constrained")
ax.scatter(x, y, s=9, color="0.65", label="training samples")
ax.fill_between(
    grid[:, 0],
    nets[0.1].predict(grid),
    nets[0.9].predict(grid),
    color="#0072B2",
    alpha=0.1,
    linewidth=0,
)
for tau, net in nets.items():
    ax.plot(
        grid,
        net.predict(grid),
        color=COLORS[tau],
        linestyle=STYLES[tau],
        linewidth=2,
        label=f"{tau:.0%} quantile",
    )
z = 1.2816  # of the standard normal distribution
for sign in (-1, 1):
    quantile = np.sin(grid[:, 0]) + sign * z * (0.1 + 0.12 * grid[:, 0])
    ax.plot(
        grid,
        quantile,
        color="0.3",
        linewidth=1,
        linestyle=":",
        label="true quantiles" if sign > 0 else None,
    )
ax.set(xlabel="x", ylabel="y", title="Three quantiles, each by a network of its own")
ax.legend(ncols=2)
_ = ax.grid(alpha=0.25)
plt.show()

# %%
# **Answer.** Yes: the range between the 10% and the 90% quantile is narrow on the left and wide on
# the right, as the noise is. The printed shares of fresh samples below each quantile are near τ, in
# all thirds of the range.
