"""
I have an MLPClassifier. What do I gain, and can I go back?
===========================================================

A network is trained with scikit-learn, with its defaults. Can ridgenet take it over without
changing it, is there a better λ, and can the better network run where only scikit-learn is
installed?
"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import LinearSegmentedColormap
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

from ridgenet import RidgeNetClassifier, RidgeNetClassifierCV, from_sklearn

SHADES = LinearSegmentedColormap.from_list("classes", ["#5FA9D3", "#FFFFFF", "#F2C464"])

# %%
# The network of scikit-learn, and the same converted. The predictions agree up to rounding.

X, y = make_moons(150, noise=0.3, random_state=4)
X_new, y_new = make_moons(5000, noise=0.3, random_state=5)
mlp = MLPClassifier((16,), activation="tanh", solver="lbfgs", max_iter=2000, random_state=0).fit(
    X, y
)
converted = from_sklearn(mlp)
difference = np.abs(converted.predict_proba(X_new) - mlp.predict_proba(X_new)).max()
print(f"from_sklearn: largest difference of a probability {difference:.1e}")

# %%
# λ by cross-validation instead of the default ``alpha=1e-4``; then one network with this λ, back to
# scikit-learn.

chosen = RidgeNetClassifierCV((16,), n_restarts=3, random_state=0).fit(X, y)
net = RidgeNetClassifier((16,), alpha=chosen.alpha_, random_state=0).fit(X, y)
back = net.to_sklearn()
difference = np.abs(back.predict_proba(X_new) - net.predict_proba(X_new)).max()
print(f"to_sklearn: {type(back).__name__}, largest difference of a probability {difference:.1e}")

models = {
    f"MLPClassifier, alpha = {mlp.alpha:g}": mlp,
    f"one network, λ = {chosen.alpha_:.2g}": back,
    "average of restarts, λ chosen": chosen,
}
figure, axes = plt.subplots(
    1, 3, figsize=(11.5, 4.3), sharex=True, sharey=True, layout="constrained"
)
x1, x2 = np.meshgrid(np.linspace(-2, 3, 150), np.linspace(-1.5, 2, 150))
plane = np.column_stack([x1.ravel(), x2.ravel()])
for ax, (name, model) in zip(axes, models.items(), strict=True):
    loss, accuracy = log_loss(y_new, model.predict_proba(X_new)), model.score(X_new, y_new)
    print(f"{name:30} test log loss {loss:.3f}, accuracy {accuracy:.1%}")
    probability = model.predict_proba(plane)[:, 1].reshape(x1.shape)
    image = ax.pcolormesh(x1, x2, probability, cmap=SHADES, vmin=0, vmax=1, rasterized=True)
    ax.contour(x1, x2, probability, levels=[0.5], colors="black", linewidths=1.5)
    for label, marker, color in ((0, "o", "#0072B2"), (1, "^", "#E69F00")):
        ax.scatter(
            *X[y == label].T,
            s=16,
            marker=marker,
            color=color,
            edgecolors="black",
            linewidths=0.4,
            label=f"class {label}",
        )
    ax.set(title=f"{name}\ntest log loss {loss:.2f}, accuracy {accuracy:.1%}", xlabel="x1")
axes[0].set_ylabel("x2")
figure.colorbar(image, ax=axes, label="probability of class 1", shrink=0.9)
handles, labels = axes[0].get_legend_handles_labels()
_ = figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# **Answer.** The default penalty is so weak that the network is sure of itself where it should not
# be, and its log loss is high. With a λ chosen by cross-validation it is far lower; averaging
# several restarts changes little here. Converting in either direction does not change the
# predictions; a single network can be given back to scikit-learn as a fitted ``MLPClassifier``.
