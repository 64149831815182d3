"""
How many local minima are there, and do they matter?
====================================================

The objective of a network is not convex, so different initial weights can lead to different
networks. Does that make the result a lottery, and what helps?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss

from ridgenet import RidgeNetClassifier

BLUE, ORANGE = "#0072B2", "#D55E00"

# %%
# The same network with eight hidden units is trained from 40 random starts at each of five λ
# (``alpha``), on the same 150 samples. L-BFGS converges from each start, so the differences are
# between minima.

X, y = make_moons(150, noise=0.3, random_state=2)
X_test, y_test = make_moons(3000, noise=0.3, random_state=3)
alphas = [0.03, 0.1, 0.5, 2, 10]
objectives, losses, losses_of_average, counts = [], [], [], []
for alpha in alphas:
    nets = [
        RidgeNetClassifier((8,), alpha=alpha, random_state=seed).fit(X, y) for seed in range(40)
    ]
    probabilities = [net.predict_proba(X_test) for net in nets]
    objectives.append([net.loss_ for net in nets])
    losses.append([log_loss(y_test, p) for p in probabilities])
    losses_of_average.append(log_loss(y_test, np.mean(probabilities, axis=0)))
    counts.append(len(np.unique(np.round(objectives[-1], 4))))

print("   λ   minima   test log loss: best, worst of 40   of the average   of the lowest objective")
for alpha, count, J, loss, averaged in zip(
    alphas, counts, objectives, losses, losses_of_average, strict=True
):
    print(
        f"{alpha:4g}   {count:6d}   {min(loss):21.3f}, {max(loss):.3f}      "
        f"{averaged:14.3f}   {loss[int(np.argmin(J))]:23.3f}"
    )

# %%
# Each dot is one start. Horizontal positions are spread a little, so that dots do not hide one
# another.

spread = np.random.default_rng(0).uniform(-0.2, 0.2, size=40)
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
for column in range(len(alphas)):
    at = column + spread
    left.scatter(
        at,
        np.array(objectives[column]) - min(objectives[column]),
        s=14,
        color=BLUE,
        alpha=0.6,
        linewidths=0,
    )
    right.scatter(at, losses[column], s=14, color=BLUE, alpha=0.6, linewidths=0, label="one start")
    right.plot(
        column,
        losses_of_average[column],
        "D",
        color=ORANGE,
        markersize=9,
        label="average of all predictions",
    )
for ax in (left, right):
    ax.set_xticks(range(len(alphas)), [f"{alpha:g}" for alpha in alphas])
    ax.set_xlabel("λ (alpha)")
    ax.grid(axis="y", alpha=0.25)
left.set(title="Minima that were found", ylabel="objective J, above the lowest")
right.set(title="What they predict", ylabel="test log loss")
handles, labels = right.get_legend_handles_labels()
_ = right.legend(handles[:2], labels[:2])
plt.show()

# %%
# **Answer.** Under a weak penalty the starts end in many different minima, whose test losses differ
# widely. Under a stronger one they end in a few, which predict nearly the same. The lowest
# objective is no sign of the best prediction; the average of all predictions is better than most
# single networks where these differ most, and never among the worst. This is why
# :class:`~ridgenet.RidgeNetClassifierCV` averages several restarts by default.
