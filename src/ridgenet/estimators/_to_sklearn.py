"""Convert a fitted network to a scikit-learn MLP."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ridgenet._errors import InputError

# parameters with the same meaning in scikit-learn's MLPs
SHARED_PARAMETERS = (
    "activation",
    "alpha",
    "batch_size",
    "learning_rate",
    "learning_rate_init",
    "power_t",
    "max_iter",
    "shuffle",
    "random_state",
    "tol",
    "verbose",
    "warm_start",
    "momentum",
    "nesterovs_momentum",
    "early_stopping",
    "validation_fraction",
    "beta_1",
    "beta_2",
    "epsilon",
    "n_iter_no_change",
    "max_fun",
)


def to_sklearn(net: Any) -> Any:
    """Convert to a fitted scikit-learn MLP; see `RidgeNetClassifier.to_sklearn`."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.utils.validation import check_is_fitted

    check_is_fitted(net)
    if net.activation not in ("identity", "logistic", "tanh", "relu"):
        raise InputError(f"scikit-learn's MLPs have no activation {net.activation!r}")
    if np.ndim(net.alpha) > 0 or isinstance(net.alpha, str):
        raise InputError("scikit-learn's MLPs have one alpha for all layers")
    if net.penalty_factor is not None:
        raise InputError("scikit-learn's MLPs have no penalty_factor")
    parameters = {name: getattr(net, name) for name in SHARED_PARAMETERS if name != "early_stopping"} | {
        "hidden_layer_sizes": net.network_.layer_sizes[1:-1],
        "solver": net.solver_,
        "learning_rate": net.learning_rate if net.learning_rate != "cosine" else "constant",
    }
    n_features, n_outputs = net.n_features_in_, net.n_outputs_
    if hasattr(net, "classes_"):
        mlp, targets = MLPClassifier(**parameters), net.classes_
        if net._multilabel:
            targets = np.vstack([np.eye(n_outputs, dtype=int), np.zeros((1, n_outputs), int)])
    else:
        if net.loss not in ("squared_error", "poisson"):
            raise InputError(f"scikit-learn's MLPRegressor has no loss {net.loss!r}")
        loss = {} if net.loss == "squared_error" else {"loss": net.loss}
        mlp, targets = MLPRegressor(**parameters, **loss), np.zeros((2, n_outputs)).squeeze()
    # fit to dummy data to create its private attributes, then replace the network
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp.set_params(max_iter=1).fit(np.zeros((len(targets), n_features)), targets).set_params(max_iter=net.max_iter)
    mlp.coefs_, mlp.intercepts_ = net.coefs_, net.intercepts_
    mlp.n_iter_, mlp.t_, mlp.loss_ = net.n_iter_, net.t_, net.loss_
    mlp.loss_curve_, mlp.best_loss_ = net.loss_curve_.tolist(), net.best_loss_
    if hasattr(net, "feature_names_in_"):
        mlp.feature_names_in_ = net.feature_names_in_
    return mlp
