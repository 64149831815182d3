"""
L2 penalty, weight decay, dropout or early stopping: which one should I use?
============================================================================

All four keep a network from fitting noise. Each has one strength to choose. If each is given its
best strength, which network predicts best, and how easily is this strength found?
"""

import warnings

import numpy as np
from matplotlib import pyplot as plt
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss

from ridgenet import RidgeNetClassifier

BLUE, ORANGE = "#0072B2", "#D55E00"

# %%
# A network with 32 hidden units is trained on 100 samples, four times with new samples. The L2
# penalty is part of the objective, so L-BFGS finds its minimum. The other three are properties of
# the training, here by adam; passing ``X_val`` records the loss on other samples after each epoch,
# which shows where stopping would be best.

X_test, y_test = make_moons(1000, noise=0.3, random_state=100)
alphas = np.geomspace(0.03, 30, 7)
decays = np.geomspace(0.01, 10, 7)
dropouts = np.array([0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8])
adam = {
    "solver": "adam",
    "alpha": 0,
    "learning_rate_init": 0.05,
    "batch_size": 50,
    "n_iter_no_change": np.inf,
}
n_epochs = 300
# adam is stopped after these epochs, whether it has converged or not
warnings.filterwarnings("ignore", category=ConvergenceWarning)


def test_losses(X, y, seed):
    def loss_of(**parameters):
        net = RidgeNetClassifier((32,), random_state=seed, **parameters).fit(X, y)
        return log_loss(y_test, net.predict_proba(X_test))

    watched = RidgeNetClassifier((32,), random_state=seed, max_iter=n_epochs, **adam)
    watched.fit(X, y, X_val=X_test, y_val=y_test)
    return (
        [loss_of(alpha=alpha) for alpha in alphas],
        [loss_of(weight_decay=decay, max_iter=n_epochs, **adam) for decay in decays],
        [loss_of(dropout=p, max_iter=n_epochs, **adam) for p in dropouts],
        watched.validation_loss_curve_,
    )


samples = [make_moons(100, noise=0.3, random_state=seed) for seed in range(4)]
by_method = [
    np.mean(runs, axis=0) for runs in zip(*(test_losses(X, y, 0) for X, y in samples), strict=True)
]

# %%
# The large dots mark the best strength of each, read off the test samples, which only an example
# can do.

strengths = {
    "L2 penalty": (alphas, "λ (alpha)"),
    "weight decay": (decays, "weight_decay"),
    "dropout": (dropouts, "dropout probability"),
    "early stopping": (np.arange(1, n_epochs + 1), "number of epochs"),
}
figure, axes = plt.subplots(1, 4, figsize=(11, 3.6), sharey=True, layout="constrained")
for ax, (name, (at, label)), losses in zip(axes, strengths.items(), by_method, strict=True):
    best = int(np.argmin(losses))
    print(f"{name:15} lowest test log loss {losses[best]:.3f} at {label} = {at[best]:.3g}")
    ax.plot(at, losses, color=BLUE, marker="o" if len(at) < 20 else None, markersize=4)
    ax.plot(at[best], losses[best], "o", color=ORANGE, markersize=10)
    ax.axhline(by_method[0].min(), color="0.4", linewidth=1, linestyle=":")
    ax.set(
        title=name, xlabel=label, xscale="linear" if name == "dropout" else "log", ylim=(0.2, 0.65)
    )
    ax.grid(alpha=0.25)
_ = axes[0].set_ylabel("test log loss, mean of four samples")
plt.show()

# %%
# **Answer.** All of them help, and every curve has a best strength in the middle; the dotted line
# is the lowest loss of the L2 penalty. The printed losses at the best strengths are close to each
# other. What sets the L2 penalty apart is that its result is the minimum of an objective: it does
# not depend on the optimiser, its learning rate or the number of epochs, and a whole path of λ can
# be followed and cross-validated (:class:`~ridgenet.RidgeNetClassifierCV`).
