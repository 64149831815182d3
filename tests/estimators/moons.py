"""Two half moons to train on, and others to test on."""

from sklearn.datasets import make_moons

X, y = make_moons(200, noise=0.3, random_state=0)
X_new, y_new = make_moons(1000, noise=0.3, random_state=1)
