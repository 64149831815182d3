"""Data and estimators for tests of what may come in."""

import numpy as np
from sklearn.datasets import make_classification

from ridgenet import RidgeNetClassifier, RidgeNetClassifierCV

X, y = make_classification(120, 5, random_state=0)
X = np.round(X * 8) / 8  # exact in float32, so that every type holds the same numbers
ONES = np.ones(120)
MANY = (
    RidgeNetClassifier((3,)),
    RidgeNetClassifierCV((3,), n_alphas=3, n_restarts=1, cv=2, n_jobs=1),
)
NUMBERS = 3 * X[:, 0] + X[:, 1]
