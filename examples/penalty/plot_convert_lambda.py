"""
How strong is the penalty of MLPClassifier, PyTorch or Keras in terms of λ?
===========================================================================

Every library divides its penalty by something else: by the samples, by the batch, or by nothing.
Which λ (``alpha``) of ridgenet is equivalent, and are the usual defaults strong or weak?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss

from ridgenet import RidgeNetClassifierCV, convert_lambda

# %%
# :func:`~ridgenet.convert_lambda` knows the conventions. The five settings below are defaults, or
# values often seen in examples. For scikit-learn's adam, λ depends on the number of batches; its
# batches have at most 200 samples.

SETTINGS = {
    "LogisticRegression(C=1)": (1.0, "sklearn LogisticRegression C"),
    "MLPClassifier(alpha=1e-4), adam": (1e-4, "sklearn MLP alpha"),
    "MLPClassifier(alpha=1e-4), lbfgs": (1e-4, "sklearn MLP alpha"),
    "PyTorch SGD(weight_decay=1e-4)": (1e-4, "torch SGD weight_decay"),
    "Keras l2(0.01)": (0.01, "keras l2"),
}
COLORS = ("#000000", "#0072B2", "#56B4E9", "#D55E00", "#009E73")
STYLES = ("-", "--", "-.", ":", "-")


def equivalent(name, n_samples):
    value, source = SETTINGS[name]
    batch_size = min(200, n_samples) if name.endswith("adam") else None
    return convert_lambda(value, source, n_samples=n_samples, batch_size=batch_size)


# %%
# To judge these λ, a network with eight hidden units is trained on 200 samples at many λ. The
# vertical lines are the settings, converted for these 200 samples.

X, y = make_moons(200, noise=0.3, random_state=0)
X_test, y_test = make_moons(5000, noise=0.3, random_state=1)
net = RidgeNetClassifierCV(
    (8,), alphas=np.geomspace(50, 5e-5, 25), n_restarts=2, random_state=0
).fit(X, y)
losses = [log_loss(y_test, net.with_alpha(alpha).predict_proba(X_test)) for alpha in net.alphas_]

print(f"lowest test log loss at λ = {net.alphas_[np.argmin(losses)]:.2g}")
print(f"cross-validation chooses λ = {net.alpha_:.2g}")
for name in SETTINGS:
    alpha = equivalent(name, 200)
    print(f"{name:34} λ = {alpha:7.3g} for 200 samples, {equivalent(name, 20_000):7.3g} for 20,000")

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.8), layout="constrained")
sizes = np.geomspace(100, 1e6, 41).round().astype(int)
right.plot(net.alphas_, losses, color="0.45", marker="o", markersize=3)
for name, color, style in zip(SETTINGS, COLORS, STYLES, strict=True):
    left.plot(
        sizes,
        [equivalent(name, n) for n in sizes],
        color=color,
        linestyle=style,
        linewidth=2,
        label=name,
    )
    right.axvline(equivalent(name, 200), color=color, linestyle=style, linewidth=2)
left.set(xscale="log", yscale="log", xlabel="number of samples n", ylabel="equivalent λ (alpha)")
left.set_title("The same setting is another λ for other n")
right.set(xscale="log", xlabel="λ (alpha), simpler networks to the right", ylabel="test log loss")
right.set_title("200 samples, 8 hidden units")
for ax in (left, right):
    ax.grid(alpha=0.25)
_ = figure.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# **Answer.** The default of ``MLPClassifier`` is equivalent to a λ far below any that helps on
# these samples: the curve on the right is far above its minimum there. Settings that multiply the
# mean loss (PyTorch, Keras) grow with the number of samples in terms of λ, so the same value means
# something else on every data set. λ is the precision of the prior of the weights, and does not
# depend on n.
