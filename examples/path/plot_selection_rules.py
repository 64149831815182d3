"""
min, 1se or evidence: when do the rules differ?
===============================================

The λ (``alpha``) with the lowest cross-validated loss, the largest one within a standard error of
it, or the most probable one: three rules, three λ. Which of them should I trust?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss, mean_squared_error

from ridgenet import RidgeNetClassifierCV, RidgeNetRegressorCV

RULES = {"min": ("#0072B2", "o"), "1se": ("#D55E00", "s"), "evidence": ("#009E73", "D")}

# %%
# Three problems: classes with noise, a sine with noise of constant variance, and a target that has
# nothing to do with the inputs. Each is drawn six times.


def moons(seed, n):
    return make_moons(n, noise=0.4, random_state=seed)


def sine(seed, n):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3, 3, size=(n, 1))
    return x, np.sin(2 * x[:, 0]) + 0.4 * rng.normal(size=n)


def noise(seed, n):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 3)), rng.normal(size=n)


def excess(problem, seed):
    """Return the λ of each rule, and the excess of its test loss over the lowest of the path."""
    X, y = problem(seed, 100)
    X_test, y_test = problem(1000 + seed, 3000)
    Estimator = RidgeNetClassifierCV if problem is moons else RidgeNetRegressorCV
    parameters = {
        "hidden_layer_sizes": (8,),
        "n_alphas": 15,
        "n_restarts": 1,
        "tol": 1e-3,
        "random_state": seed,
    }
    net = Estimator(path="full", **parameters).fit(X, y)
    most_probable = Estimator(selection="evidence", **parameters).fit(X, y)

    def loss(alpha):
        at = net.with_alpha(alpha)
        if problem is moons:
            return log_loss(y_test, at.predict_proba(X_test))
        return mean_squared_error(y_test, at.predict(X_test))

    chosen = {"min": net.alpha_min_, "1se": net.alpha_1se_, "evidence": most_probable.alpha_}
    best = min(loss(alpha) for alpha in net.alphas_)
    return {rule: (alpha, loss(alpha) / best - 1) for rule, alpha in chosen.items()}


# %%
# A dot is one draw: how far to the right is how strong the penalty is, how far up is how much the
# choice costs. The large markers are medians.

figure, axes = plt.subplots(1, 3, figsize=(11, 4.2), sharex=True, sharey=True, layout="constrained")
print("mean excess of the test loss over the best λ")
for ax, problem in zip(axes, (moons, sine, noise), strict=True):
    draws = [excess(problem, seed) for seed in range(6)]
    for rule, (color, marker) in RULES.items():
        alphas, costs = np.array([draw[rule] for draw in draws]).T
        ax.scatter(alphas, 100 * costs, s=22, color=color, marker=marker, alpha=0.45, linewidths=0)
        middle = np.median(alphas), 100 * np.median(costs)
        ax.plot(
            *middle,
            marker,
            color=color,
            markersize=11,
            markeredgecolor="black",
            label=rule,
            linestyle="",
        )
        print(f"{problem.__name__:6} {rule:9} {np.mean(costs):6.1%}   median λ = {middle[0]:.3g}")
    ax.set(title=problem.__name__, xscale="log", xlabel="chosen λ (alpha)")
    ax.set_yscale("symlog", linthresh=1)
    ax.grid(alpha=0.25)
axes[0].set(ylabel="excess of the test loss", ylim=(-0.2, 600))
axes[0].set_yticks([0, 1, 10, 100], ["0%", "1%", "10%", "100%"])
_ = axes[0].legend()
plt.show()

# %%
# **Answer.** They differ most in how strong a penalty they prefer. ``"min"`` is the safest for
# predictions, and the default. ``"1se"`` takes a stronger penalty, which costs accuracy where there
# is something to learn, and is right where there is nothing. ``"evidence"`` does best for the sine,
# whose noise is what the rule assumes; for classes it is less reliable, and fails badly in one of
# the draws.
