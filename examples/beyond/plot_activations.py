"""
Does the activation function matter?
====================================

ridgenet has eight activations. With as few hidden units as here, does the choice change the fit,
and what remains of the difference once λ is chosen for each?
"""

import numpy as np
from matplotlib import pyplot as plt

from ridgenet import RidgeNetRegressorCV

BLUE = "#0072B2"
ACTIVATIONS = ("identity", "relu", "softplus", "silu", "gelu", "logistic", "tanh", "softsign")

# %%
# The truth has a kink at 0, which suits relu, and a smooth bump, which suits the others. Each
# activation gets its own λ (``alpha``) by cross-validation.


def truth(x):
    return np.maximum(x, 0) + 1.5 * np.exp(-((x + 2) ** 2) / 0.5)


rng = np.random.default_rng(0)
x = rng.uniform(-4, 4, size=(120, 1))
y = truth(x[:, 0]) + 0.3 * rng.normal(size=120)
grid = np.linspace(-5, 5, 201)[:, np.newaxis]
inside = np.abs(grid[:, 0]) <= 4

figure, axes = plt.subplots(2, 4, figsize=(11, 5.4), sharex=True, sharey=True, layout="constrained")
print("activation   chosen λ   root mean squared error to the truth")
for ax, activation in zip(axes.flat, ACTIVATIONS, strict=True):
    net = RidgeNetRegressorCV(
        (8,), activation=activation, n_alphas=25, n_restarts=1, tol=1e-3, random_state=0
    ).fit(x, y)
    fitted = net.predict(grid)
    error = np.sqrt(np.mean((fitted - truth(grid[:, 0]))[inside] ** 2))
    print(f"{activation:10}   {net.alpha_:8.3g}   {error:.3f}")
    ax.scatter(x, y, s=6, color="0.7", label="samples")
    ax.plot(grid, truth(grid[:, 0]), color="black", linewidth=1, linestyle="--", label="truth")
    ax.plot(grid, fitted, color=BLUE, linewidth=2, label="network")
    ax.axvspan(4, 5, color="0.92", linewidth=0, zorder=0)
    ax.axvspan(-5, -4, color="0.92", linewidth=0, zorder=0)
    ax.set_title(f"{activation}: error {error:.2f}", fontsize=11)
    ax.set_xlim(-5, 5)
for ax in axes[:, 0]:
    ax.set_ylabel("y")
for ax in axes[-1]:
    ax.set_xlabel("x")
handles, labels = ax.get_legend_handles_labels()
_ = figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# **Answer.** Less than one may think. ``"identity"`` is a linear model and fits neither part. The
# errors of the others differ little compared with the noise, whose standard deviation is 0.3: with
# a penalty chosen for each, all bend where the samples ask for it. They differ in the grey margins,
# where there are no samples, and where none is to be trusted.
