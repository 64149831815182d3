"""
Which columns matter?
=====================

A table has ten columns, and only some of them determine the target. Can a network find out which,
without a search over subsets of columns?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.datasets import make_friedman1
from sklearn.metrics import r2_score

from ridgenet import RelevanceDisplay, RidgeNetRegressor, RidgeNetRegressorCV

# %%
# In Friedman's first problem the target is :math:`10 \sin(\pi x_0 x_1) + 20 (x_2 - 0.5)^2 + 10 x_3
# + 5 x_4` plus noise. The columns x5 to x9 are noise. With ``alpha="per_column"`` each column has a
# λ of its own, found by the evidence: the weights of a column that the data do not support get a
# large λ, and vanish.

X, y = make_friedman1(150, noise=1.0, random_state=0)
X_new, y_new = make_friedman1(1500, noise=1.0, random_state=1)
net = RidgeNetRegressor((5,), alpha="per_column", random_state=0).fit(X, y)
_ = RelevanceDisplay.from_estimator(net).plot()

# %%
# A linear correlation would have missed one of the five: the target is symmetric in x2.

correlation = [abs(np.corrcoef(column, y)[0, 1]) for column in X.T]
print("column   relevance        λ   |correlation with the target|")
for k in np.argsort(-net.relevance_):
    relevance, alpha = net.relevance_[k], net.alphas_by_column_[k]
    print(f"x{k}       {relevance:9.3f}   {alpha:6.3g}   {correlation[k]:.2f}")

figure, ax = plt.subplots(figsize=(7, 4.6), layout="constrained")
for k in range(10):
    is_noise = k >= 5
    color, marker = ("0.55", "s") if is_noise else ("#0072B2", "o")
    label = {0: "in the formula", 5: "noise"}.get(k)
    ax.plot(correlation[k], net.relevance_[k], marker, color=color, markersize=9, label=label)
    ax.annotate(
        f"x{k}",
        (correlation[k], net.relevance_[k]),
        textcoords="offset points",
        xytext=(7, -11 if k == 7 else 5),
    )
ax.set(
    xlabel="absolute correlation with the target",
    ylabel="relevance in the network",
    xlim=(-0.02, 0.72),
    ylim=(-0.05, 0.85),
)
ax.set_title("Correlation cannot tell x2 from noise, the network can")
ax.grid(alpha=0.25)
_ = ax.legend()

# %%
# A single λ for all columns, chosen by cross-validation, cannot switch columns off.

single = RidgeNetRegressorCV(n_restarts=2, tol=1e-3, random_state=0).fit(X, y)
print(f"R² on new samples: a λ for each column {r2_score(y_new, net.predict(X_new)):.3f}, ", end="")
print(f"a single λ, chosen by cross-validation {single.score(X_new, y_new):.3f}")
plt.show()

# %%
# **Answer.** Yes: the five columns of the formula have large relevances and the five of noise have
# small ones, x2 included. The predictions gain, too, as the printed R² shows.
