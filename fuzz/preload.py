"""What is imported once, for all child processes; compiled kernels included."""

import warnings

import numpy as np

# without these the first case of each child would wait for them
from ridgenet import RidgeNetClassifier, RidgeNetClassifierCV, RidgeNetRegressor, RidgeNetRegressorCV

X = np.random.default_rng(0).normal(size=(30, 2))
y = X[:, 0] + X[:, 1] > 0
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for dtype in (np.float64, np.float32):
        for solver in ("lbfgs", "adam"):
            RidgeNetClassifier((2,), solver=solver, max_iter=3).fit(X.astype(dtype), y).predict(X.astype(dtype))
            RidgeNetRegressor((2,), solver=solver, max_iter=3).fit(X.astype(dtype), X[:, 0])
    # no threads: they would not be there in a fork
    RidgeNetClassifierCV((2,), n_alphas=2, n_restarts=1, cv=2, n_jobs=1).fit(X, y)
    RidgeNetRegressorCV((2,), n_alphas=2, n_restarts=1, cv=2, n_jobs=1).fit(X, X[:, 0])
