"""
A rare class: should I weight it, or move the threshold?
========================================================

One sample in twenty belongs to the class that matters, and missing it costs ten times as much as a
false alarm. Two remedies are common: ``class_weight="balanced"``, and another threshold than one
half. Which is better?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.metrics import confusion_matrix, log_loss

from ridgenet import RidgeNetClassifierCV

STYLES = {"not weighted": ("#0072B2", "-", "o"), "balanced": ("#D55E00", "--", "s")}
COST_OF_FALSE_ALARM, COST_OF_MISS = 1, 10

# %%
# The rare class is a ring around part of the frequent one.


def draw(seed, n):
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < 0.05).astype(int)
    angle = rng.uniform(0, np.pi, size=n)
    ring = 2.6 * np.column_stack([np.cos(angle), np.sin(angle)]) + 0.45 * rng.normal(size=(n, 2))
    return np.where(y[:, np.newaxis] == 1, ring, rng.normal(size=(n, 2))), y


X, y = draw(0, 3000)
X_new, y_new = draw(1, 20_000)
probabilities = {}
for name, class_weight in (("not weighted", None), ("balanced", "balanced")):
    net = RidgeNetClassifierCV(
        (8,), class_weight=class_weight, n_restarts=2, tol=1e-3, random_state=0
    ).fit(X, y)
    probabilities[name] = net.predict_proba(X_new)[:, 1]

# %%
# If the probabilities are right, the cheapest threshold follows from the costs alone: an alarm pays
# if probability × cost of a miss > (1 − probability) × cost of a false alarm.

cheapest = COST_OF_FALSE_ALARM / (COST_OF_FALSE_ALARM + COST_OF_MISS)
thresholds = np.linspace(0.01, 0.95, 95)


def cost(probability, threshold):
    (_, false_alarms), (misses, _) = confusion_matrix(y_new, probability > threshold)
    return (COST_OF_FALSE_ALARM * false_alarms + COST_OF_MISS * misses) / len(y_new)


figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
left.plot([0, 1], [0, 1], color="0.5", linewidth=1, linestyle=":", label="right probabilities")
edges = np.linspace(0, 1, 11)
for name, probability in probabilities.items():
    color, style, marker = STYLES[name]
    bins = np.digitize(probability, edges[1:-1])
    used = [k for k in range(10) if (bins == k).sum() >= 30]
    predicted = [probability[bins == k].mean() for k in used]
    observed = [y_new[bins == k].mean() for k in used]
    left.plot(predicted, observed, color=color, linestyle=style, marker=marker, label=name)
    right.plot(
        thresholds,
        [cost(probability, t) for t in thresholds],
        color=color,
        linestyle=style,
        label=name,
    )
    at = cheapest if name == "not weighted" else 0.5
    right.plot(
        at, cost(probability, at), marker, color=color, markersize=10, markeredgecolor="black"
    )
    loss = log_loss(y_new, probability)
    print(
        f"{name:12}   mean {probability.mean():.1%}   observed {y_new.mean():.1%}   "
        f"log loss {loss:.3f}   cost at {at:.2f}: {cost(probability, at):.3f}"
        f"   at 0.5: {cost(probability, 0.5):.3f}"
    )
left.set(
    title="Probabilities of the rare class",
    xlabel="predicted probability",
    ylabel="observed frequency",
)
right.axvline(
    cheapest,
    color="0.5",
    linewidth=1,
    linestyle=":",
    label=f"threshold from the costs: {cheapest:.2f}",
)
right.set(title="Cost of decisions", xlabel="threshold", ylabel="cost per sample", ylim=(0, 0.6))
for ax in (left, right):
    ax.grid(alpha=0.25)
    ax.legend()
plt.show()

# %%
# **Answer.** Move the threshold. The two networks can decide about equally cheaply, as the lowest
# points of the curves show. But weighting makes the probabilities of the rare class far too large,
# and its cheapest threshold must then be searched for. Without weights the probabilities are near
# the observed frequencies, and the threshold follows from the costs; at one half, the unweighted
# network would be a poor choice.
