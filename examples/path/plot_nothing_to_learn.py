"""
Is there anything to learn at all?
==================================

A network can be fitted to any table, even to one whose target is pure chance. How does the path
show that there is nothing to find?
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.datasets import load_diabetes

from ridgenet import PathDisplay, RidgeNetRegressorCV

# %%
# The diabetes data are fitted twice: as they are, and with the target shuffled among the rows.
# After shuffling, nothing that the columns say about the target can be true.

X, y = load_diabetes(return_X_y=True)
shuffled = np.random.default_rng(0).permutation(y)
targets = {"the target as it is": y, "the target shuffled": shuffled}

figure, axes = plt.subplots(1, 2, figsize=(12, 5.2), layout="constrained")
for ax, (name, target) in zip(axes, targets.items(), strict=True):
    net = RidgeNetRegressorCV(
        (8,), path="full", n_alphas=20, n_restarts=2, tol=1e-3, random_state=0
    ).fit(X, target)
    PathDisplay.from_estimator(net).plot(ax)
    ax.set_title(name, fontsize=13)
    explained = 1 + net.cv_results_["mean_test_score"].max() / target.var()
    norm = net.path_.squared_norms[net.path_.index_of(net.alpha_)]
    print(f"{name}: λ = {net.alpha_:.3g}, cross-validated R² {explained:.2f}, Σ‖W‖² {norm:.2g}")
    print(f"    1se: λ = {net.alpha_1se_:.3g}; the path begins at λ = {net.alphas_[0]:.3g}")
plt.show()

# %%
# **Answer.** The curve of a real target has a valley: networks in it are better than the one at the
# right end, whose weights are zero. The curve of the shuffled target has none. It falls towards its
# right end, where the chosen λ is, too, the cross-validated R² is not above zero, and the
# one-standard-error rule (1se) takes the very λ at which the path begins: a network that predicts
# the same for every row.
