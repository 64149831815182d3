"""
What does the penalty do to a decision boundary?
================================================

A network with eight hidden units separates two noisy half-moons. Without a penalty it can follow
single samples. What changes if its weights are penalised, and can there be too much of it?
"""

from matplotlib import pyplot as plt
from sklearn.datasets import make_moons

from ridgenet import compare

# %%
# :func:`~ridgenet.compare` trains the same network from the same initial weights, on the same
# batches, once for each regularisation strength λ (``alpha``). Ten thousand fresh samples measure
# the test error, so that it is not a matter of luck.

X, y = make_moons(140, noise=0.3, random_state=6)
X_test, y_test = make_moons(10_000, noise=0.3, random_state=7)
result = compare(X, y, alphas=(0, 0.02, 1), X_test=X_test, y_test=y_test)

print("   λ   training error   test error   Σ‖W‖²   largest weight")
for fit in result.fits:
    print(
        f"{fit.alpha:4g}   {fit.train_error:14.1%}   {fit.test_error:10.1%}   "
        f"{fit.squared_norm:5,.0f}   {fit.largest_weight:14.1f}"
    )

# %%
# The colour is the predicted probability. Without a penalty it jumps from one class to the other,
# and the boundary bends around single samples; a strong penalty leaves a nearly straight line, and
# probabilities near one half.

_ = result.plot_boundary()

# %%
# The weights explain the picture: a steep and ragged surface needs large weights, and these are
# what the penalty makes expensive.

_ = result.plot_weights()
plt.show()

# %%
# **Answer.** The penalty makes the boundary smooth and the probabilities less extreme. A moderate λ
# raises the training error and lowers the test error in the table above. Too large a λ leaves a
# network that is hardly more than a linear model, and both errors are higher.
