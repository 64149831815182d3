"""
How do I predict counts?
========================

Bicycles in an hour, claims in a year: counts are never negative, and the larger they are, the more
they scatter. What is gained by the Poisson loss over the squared error?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.metrics import mean_poisson_deviance

from ridgenet import RidgeNetRegressorCV

BLUE, ORANGE = "#0072B2", "#D55E00"

# %%
# A made-up rental station: two rush hours a day, few bicycles at night. Each row is an hour, and
# the count of that hour is a Poisson number.


def rate(hour):
    return (
        0.3
        + 30 * np.exp(-((hour - 8) ** 2) / 3)
        + 22 * np.exp(-((hour - 17.5) ** 2) / 5)
        + 4 * (hour > 6)
    )


def draw(seed, n):
    rng = np.random.default_rng(seed)
    hour = rng.uniform(0, 24, size=(n, 1))
    return hour, rng.poisson(rate(hour[:, 0])).astype(float)


hours, counts = draw(0, 150)
hours_new, counts_new = draw(1, 5000)
nets = {
    loss: RidgeNetRegressorCV((8,), loss=loss, n_restarts=3, random_state=0).fit(hours, counts)
    for loss in ("squared_error", "poisson")
}

# %%
# The mean Poisson deviance, lower is better, is only defined for positive predictions; the others
# are set to 0.01.

for loss, net in nets.items():
    predicted = net.predict(hours_new)
    deviance = mean_poisson_deviance(counts_new, np.maximum(predicted, 0.01))
    rmse = np.sqrt(np.mean((predicted - rate(hours_new[:, 0])) ** 2))
    negative = (predicted < 0).mean()
    print(
        f"{loss:13}   λ = {net.alpha_:6.3f}   deviance {deviance:.2f}   "
        f"error to the true rate {rmse:.2f}   negative predictions {negative:.1%}"
    )

grid = np.linspace(0, 24, 481)[:, np.newaxis]
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
for ax in (left, right):
    ax.scatter(hours, counts, s=10, color="0.6", label="counts")
    ax.plot(grid, rate(grid[:, 0]), color="black", linewidth=1, linestyle=":", label="true rate")
    ax.plot(
        grid,
        nets["squared_error"].predict(grid),
        color=ORANGE,
        linestyle="--",
        linewidth=2,
        label="squared error",
    )
    ax.plot(grid, nets["poisson"].predict(grid), color=BLUE, linewidth=2, label="Poisson")
    ax.set(
        xlabel="hour of the day", ylabel="bicycles per hour", xlim=(0, 24), xticks=range(0, 25, 4)
    )
    ax.grid(alpha=0.25)
left.set_title("All counts")
left.legend()
right.set(title="Small counts: the same, enlarged", ylim=(-3, 8))
right.axhspan(-3, 0, color="0.93", linewidth=0, zorder=0)
_ = right.text(12, -2.3, "no count can be here", ha="center", fontsize=9, color="0.35")
plt.show()

# %%
# **Answer.** With ``loss="poisson"``. Its exponential output unit cannot predict a negative count,
# and it fits small counts, which hardly scatter, more closely than large ones, instead of treating
# all hours alike: its deviance in the printed lines is the lower one. In bicycles, the two are
# about equally far from the true rate.
