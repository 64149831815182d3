"""
When are boosted trees better than a network with an L2 penalty?
================================================================

An L2 penalty prefers smooth functions. That is an assumption about the target, and it can be wrong.
What does it look like when it is?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.ensemble import HistGradientBoostingRegressor

from ridgenet import RidgeNetRegressorCV

# %%
# Two targets in the same square. The first is a wave in a slanted direction; the second jumps at a
# few thresholds of single columns, as tariffs and rules do.


def wave(X):
    return np.sin(2.5 * (X[:, 0] + X[:, 1])) + 0.5 * X[:, 0]


def steps(X):
    return np.sign(X[:, 0] - 0.3) * np.sign(X[:, 1] + 0.4) + 0.8 * (np.abs(X[:, 0] + 0.5) < 0.25)


x = np.linspace(-1.5, 1.5, 120)
plane = np.column_stack([axis.ravel() for axis in np.meshgrid(x, x)])
figure, axes = plt.subplots(
    2, 3, figsize=(9.5, 6.2), sharex=True, sharey=True, layout="constrained"
)
for row, target in zip(axes, (wave, steps), strict=True):
    rng = np.random.default_rng(0)
    X = rng.uniform(-1.5, 1.5, size=(400, 2))
    y = target(X) + 0.3 * rng.normal(size=400)
    models = {
        "network, λ chosen": RidgeNetRegressorCV(
            (16,), n_alphas=20, n_restarts=2, tol=1e-3, random_state=0
        ),
        "boosted trees": HistGradientBoostingRegressor(
            early_stopping=False, max_iter=60, random_state=0
        ),
    }
    truth = target(plane)
    pictures = {"truth": truth} | {
        name: model.fit(X, y).predict(plane) for name, model in models.items()
    }
    for ax, (name, values) in zip(row, pictures.items(), strict=True):
        image = ax.pcolormesh(
            x, x, values.reshape(120, 120), cmap="cividis", vmin=-2, vmax=2, rasterized=True
        )
        error = np.sqrt(np.mean((values - truth) ** 2))
        if name == "truth":
            ax.set(title=f"{target.__name__}: truth", ylabel="x2")
        else:
            ax.set_title(f"{name}: error {error:.2f}")
            print(f"{target.__name__:5} {name:18} root mean squared error to the truth {error:.3f}")
for ax in axes[-1]:
    ax.set_xlabel("x1")
_ = figure.colorbar(image, ax=axes, label="y", shrink=0.7)
plt.show()

# %%
# **Answer.** Where the target jumps at thresholds of single columns. Trees are made of such jumps,
# and a network must build each of them from steep units, with large weights, which is what the
# penalty forbids: it rounds the corners. For the slanted wave it is the other way round, and the
# errors in the titles change places. Neither is better in general, so compare both on your table;
# ``ridgenet path`` does so.
