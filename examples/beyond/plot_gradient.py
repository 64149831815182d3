"""
Do the formulas and the compiled code compute the same gradient?
================================================================

ridgenet trains with a compiled kernel, and explains itself with ``ridgenet.equations``, a hundred
lines of NumPy. How do I know that they are the same method?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.datasets import make_moons

from ridgenet import check_gradient, compare, equations

BLUE, ORANGE = "#0072B2", "#D55E00"

# %%
# The kernel first: :func:`~ridgenet.compare` with a single batch of all samples is plain gradient
# descent.

X, y = make_moons(100, noise=0.3, random_state=0)
n_epochs, alpha, learning_rate = 500, 0.5, 0.5
settings = {"alphas": [alpha], "batch_size": len(X), "learning_rate_init": learning_rate}
fit = compare(X, y, X_test=X, y_test=y, n_epochs=n_epochs, **settings).fits[0]

# %%
# The same in NumPy, from the same initial weights. ``backward`` is the gradient: an error is passed
# back through the layers, and :math:`\lambda W / n` is added for the penalty.

network = fit.network
weights, biases = network.weights(fit.initial_parameters), network.biases(fit.initial_parameters)
objective = []
for _ in range(n_epochs):
    z, a = equations.forward(weights, biases, X.T)
    objective.append(sum(equations.objective(weights, z, y[np.newaxis], "log_loss", alpha)))
    dW, db = equations.backward(weights, z, a, y[np.newaxis], "tanh", "log_loss", alpha)
    weights, biases = equations.update(weights, biases, dW, db, learning_rate)

difference = np.abs(network.flatten(weights, biases) - fit.solution.parameters).max()
print(f"largest difference of a weight or bias after {n_epochs} updates: {difference:.1e}")

# %%
# An independent check: central differences :math:`(J(\theta + h) - J(\theta - h)) / 2h`, which know
# no derivative. :func:`~ridgenet.check_gradient` compares the kernel with them, layer by layer.

activations = ("identity", "relu", "softplus", "silu", "gelu", "logistic", "tanh", "softsign")
checks = {name: check_gradient((8, 5), activation=name, alpha=0.5) for name in activations}
for name, check in checks.items():
    largest = max(row.relative_error for row in check.rows)
    print(f"{name:10} passed: {check.passed}, largest relative error {largest:.1e}")

history = fit.history
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
left.plot(
    np.arange(n_epochs),
    objective,
    color=ORANGE,
    linewidth=6,
    alpha=0.45,
    label="equations.py, NumPy",
)
kernel = history.data_loss + history.l2_penalty
left.plot(
    history.epochs,
    kernel,
    color=BLUE,
    marker="o",
    markersize=4,
    linewidth=1,
    label="compiled kernel",
)
left.set(xlabel="updates", ylabel="objective J", xscale="symlog", title="Gradient descent, twice")
left.grid(alpha=0.25)
left.legend()
for part, marker, color in (("weights", "o", BLUE), ("biases", "s", ORANGE)):
    for layer in range(1, 4):
        errors = [
            row.relative_error
            for c in checks.values()
            for row in c.rows
            if (row.layer, row.part) == (layer, part)
        ]
        label = part if layer == 1 else None
        right.plot(
            errors,
            np.arange(8) + 0.18 * (layer - 2),
            marker,
            color=color,
            markersize=5,
            label=label,
        )
right.axvline(1e-6, color="black", linestyle="--", linewidth=1, label="tolerance")
right.set(
    xscale="log",
    xlabel="relative error of the gradient of a layer",
    title="Kernel and central differences",
)
right.set_yticks(range(8), activations)
right.grid(alpha=0.25)
_ = right.legend()
plt.show()

# %%
# **Answer.** Follow both: after hundreds of updates their weights agree up to rounding, and the
# curves lie on each other. And neither is taken on trust: for every activation, the gradient of the
# kernel agrees with differences of the objective far more closely than the tolerance asks.
