"""
When should a classifier name two classes instead of one?
=========================================================

Between two classes a sample may belong to either, and a single answer hides that. ``predict_set``
answers with as many classes as it takes to be right nine times out of ten. Where does it name one,
two, or more?
"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import ListedColormap
from sklearn.datasets import make_blobs

from ridgenet import RidgeNetClassifierCV

COLORS, MARKERS = ("#0072B2", "#E69F00", "#009E73"), ("o", "^", "s")
SHADES = ListedColormap(["#FFFFFF", "#E3E3E3", "#B0B0B0", "#7A7A7A"])

# %%
# Three classes that overlap.

centers = [(-1.6, 0), (1.6, 0), (0, 2.2)]
X, y = make_blobs(240, centers=centers, cluster_std=1.1, random_state=0)
X_new, y_new = make_blobs(6000, centers=centers, cluster_std=1.1, random_state=1)
net = RidgeNetClassifierCV((8,), n_restarts=3, random_state=0).fit(X, y)
print(f"accuracy on new samples: {net.score(X_new, y_new):.1%}")

# %%
# The shading is the number of classes in the set.

x1, x2 = np.meshgrid(np.linspace(-5, 5, 200), np.linspace(-3.5, 5.5, 200))
plane = np.column_stack([x1.ravel(), x2.ravel()])
figure, axes = plt.subplots(
    1, 3, figsize=(11.5, 4.5), sharex=True, sharey=True, layout="constrained"
)
for ax, coverage in zip(axes, (0.7, 0.9, 0.97), strict=True):
    in_set = net.predict_set(X_new, coverage=coverage)
    covered = in_set[np.arange(len(y_new)), y_new].mean()
    sizes = np.bincount(in_set.sum(axis=1), minlength=4) / len(y_new)
    print(
        f"coverage {coverage:.0%}: {covered:.1%} observed; sets of 0, 1, 2, 3 classes:",
        *(f"{s:.1%}" for s in sizes),
    )
    n_classes = net.predict_set(plane, coverage=coverage).sum(axis=1).reshape(x1.shape)
    image = ax.pcolormesh(x1, x2, n_classes, cmap=SHADES, vmin=-0.5, vmax=3.5, rasterized=True)
    for k in range(3):
        points = X[y == k]
        ax.scatter(
            *points.T,
            s=13,
            color=COLORS[k],
            marker=MARKERS[k],
            edgecolors="black",
            linewidths=0.3,
            label=f"class {k}",
        )
    ax.set(
        title=f"wanted coverage {coverage:.0%}\nobserved on new samples {covered:.1%}",
        xlabel="x1",
        aspect="equal",
    )
axes[0].set_ylabel("x2")
figure.colorbar(image, ax=axes, ticks=range(4), label="classes in the set", shrink=0.8)
handles, labels = axes[0].get_legend_handles_labels()
_ = figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# **Answer.** Along the boundaries it names two classes, and elsewhere one. The more often it must
# be right, the wider these bands, until all three classes are named where they meet. If less
# coverage is wanted than the network is accurate, some sets are empty: the white bands of the first
# panel are samples too uncertain for any class. The observed coverages are close to those wanted.
