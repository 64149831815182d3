"""Estimators with the defaults of scikit-learn's MLPs, and the data that scikit-learn tests those on."""

import numpy as np
from sklearn.datasets import load_digits, load_iris, make_regression
from sklearn.preprocessing import MinMaxScaler, scale

from ridgenet import RidgeNetClassifier, RidgeNetRegressor

LIKE_MLP = {
    "hidden_layer_sizes": (100,), "activation": "relu", "solver": "adam", "alpha": 1e-4, "penalty_scaling": "batch",
    "standardize": False, "max_iter": 200, "tol": 1e-4,
}  # fmt: skip
ACTIVATIONS = ["identity", "logistic", "tanh", "relu"]


def classifier(**parameters):
    return RidgeNetClassifier(**LIKE_MLP | parameters)


def regressor(**parameters):
    return RidgeNetRegressor(**LIKE_MLP | parameters)


def digits(n_classes, n=200):
    X, y = load_digits(n_class=n_classes, return_X_y=True)
    return MinMaxScaler().fit_transform(X[:n]), y[:n]


TWO, THREE = digits(2), digits(3)
RAW = load_digits(n_class=2, return_X_y=True)
IRIS = load_iris(return_X_y=True)
X_reg, y_reg = make_regression(200, 10, bias=20.0, noise=100.0, random_state=7)
y_reg = scale(y_reg)
FOUR = np.array([[3.0, 2.0], [1.0, 6.0], [5.0, 6.0], [-2.0, -4.0]]), np.array([1, 1, 1, 0])
