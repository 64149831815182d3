"""
Does a network beat a linear model here?
========================================

A hidden layer pays only if the target is curved. Need I find out by hand, or can the estimator
weigh a linear model against a network, and how well does it do?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.metrics import mean_squared_error

from ridgenet import RidgeNetRegressorCV

BLUE, ORANGE = "#0072B2", "#D55E00"

# %%
# The target goes from linear (curvature 0) to strongly curved (curvature 1). The candidates are no
# hidden layer, which is ridge regression, and one of eight units. Each has a path and a λ
# (``alpha``) of its own.


def draw(curvature, n, seed):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, size=(n, 4))
    curve = np.sin(4 * X[:, 0]) * X[:, 1] + X[:, 2] ** 2
    return X, X @ [1, -0.5, 0.5, 0] + 2 * curvature * curve + 0.5 * rng.normal(size=n)


def best_of(net, k):
    """Return the network of candidate k at its best λ."""
    path, results = net.paths_[k], net.cv_results_
    rows = [sizes == path.network.layer_sizes[1:-1] for sizes in results["hidden_layer_sizes"]]
    return path.network_at(np.argmax(results["mean_test_score"][rows]), average=True)


curvatures = [0, 0.2, 0.4, 0.7, 1]
weights, losses = [], []
for curvature in curvatures:
    X_test, y_test = draw(curvature, 5000, seed=1000)
    for seed in range(3):
        X, y = draw(curvature, 120, seed)
        net = RidgeNetRegressorCV(
            [(), (8,)], n_alphas=12, n_restarts=2, tol=1e-3, random_state=0
        ).fit(X, y)
        weights.append(net.candidate_weights_)
        predictions = [
            best_of(net, 0).outputs(X_test),
            best_of(net, 1).outputs(X_test),
            net.predict(X_test),
        ]
        losses.append([mean_squared_error(y_test, prediction) for prediction in predictions])
weights = np.reshape(weights, (len(curvatures), 3, 2)).mean(axis=1)
losses = np.reshape(losses, (len(curvatures), 3, 3)).mean(axis=1)

print("curvature   weight of 8 units   test error: none    8 units   average")
for curvature, weight, loss in zip(curvatures, weights, losses, strict=True):
    print(
        f"{curvature:9.2f}   {weight[1]:17.0%}   {loss[0]:16.3f}    {loss[1]:7.3f}   {loss[2]:7.3f}"
    )

# %%
# Means of three draws. The variance of the noise, 0.25, is the lowest possible error.

names = ["no hidden layer", "8 hidden units"]
figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.2), layout="constrained")
left.stackplot(curvatures, weights.T, labels=names, colors=("#F0C9A8", "#9CC9E3"))
left.set(xlabel="curvature of the target", ylabel="weight in predictions", xlim=(0, 1), ylim=(0, 1))
left.set_title("Weights of the two candidates")
left.legend(loc="center right", framealpha=1)
right.plot(curvatures, losses[:, 2], color="black", linewidth=6, alpha=0.3, label="average of both")
for name, color, style, loss in zip(names, (ORANGE, BLUE), ("--", "-."), losses.T[:2], strict=True):
    right.plot(curvatures, loss, color=color, linestyle=style, marker="o", markersize=4, label=name)
right.axhline(0.25, color="0.6", linewidth=1, linestyle=":", label="noise")
right.set(xlabel="curvature of the target", ylabel="test mean squared error", xlim=(0, 1))
right.set_ylim(bottom=0)
right.set_title("What they predict")
right.grid(alpha=0.25)
_ = right.legend()
plt.show()

# %%
# **Answer.** Read it off ``candidate_weights_``: the weight of the network grows as soon as
# cross-validation sees a curve, and is close to one where the curve is strong. The average follows
# the better of the two at both ends, so that little is lost by always offering both.
