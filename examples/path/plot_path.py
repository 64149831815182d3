"""
Which λ is chosen, and how sure is the choice?
==============================================

Cross-validation gives every λ (``alpha``) a loss, and the lowest one wins. But the losses are
estimates from a finite number of samples. How much larger or smaller could λ be without being
clearly worse?
"""

from matplotlib import pyplot as plt
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss

from ridgenet import BoundaryPathDisplay, PathDisplay, RidgeNetClassifierCV

# %%
# :class:`~ridgenet.RidgeNetClassifierCV` follows the path in every fold. With ``path="full"`` it
# tries all λ of its grid. ``alpha_interval_`` is the range in which no λ is worse than the best by
# more than two standard errors of the difference.

X, y = make_moons(400, noise=0.3, random_state=0)
net = RidgeNetClassifierCV((8,), path="full", random_state=0).fit(X, y)
_ = PathDisplay.from_estimator(net).plot()

# %%
# Ten thousand fresh samples show what the choice is worth: the test loss at the best λ, at both
# ends of the interval, and outside of it.

X_test, y_test = make_moons(10_000, noise=0.3, random_state=1)
low, high = net.alpha_interval_
print(f"from {low:.2g} to {high:.2g}: a factor of {high / low:.1f}")
choices = {
    "lower end of the interval": low,
    "best (min)": net.alpha_min_,
    "upper end of the interval": high,
    "one standard error (1se)": net.alpha_1se_,
    "near the strong end": net.alphas_[5],
}
for name, alpha in sorted(choices.items(), key=lambda item: item[1]):
    loss = log_loss(y_test, net.with_alpha(alpha).predict_proba(X_test))
    print(f"{name:25}  λ = {alpha:7.3g}   test log loss {loss:.3f}")

# %%
# The decision boundaries at five λ, with the chosen one framed.

_ = BoundaryPathDisplay.from_estimator(net, X, y).plot()
plt.show()

# %%
# **Answer.** The choice is the minimum of the black curve, and the shaded interval says how sure it
# is. Strong penalties are ruled out: their losses are clearly higher. Weak ones are not, since
# there the loss depends on the fold, as the long error bars show, and the interval reaches the end
# of the path. The fresh samples confirm the minimum: both ends of the interval are worse than the λ
# in between, and so is the one-standard-error rule.
