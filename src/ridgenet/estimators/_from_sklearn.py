"""Convert a fitted scikit-learn MLP."""

from __future__ import annotations

from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet.estimators._classifier import RidgeNetClassifier
from ridgenet.estimators._regressor import RidgeNetRegressor
from ridgenet.estimators._to_sklearn import SHARED_PARAMETERS


def from_sklearn(mlp: Any) -> RidgeNetClassifier | RidgeNetRegressor:
    """Convert a fitted scikit-learn MLP to a fitted estimator with the same predictions.

    Parameters
    ----------
    mlp : MLPClassifier or MLPRegressor
        Fitted MLP.

    Returns
    -------
    RidgeNetClassifier or RidgeNetRegressor
        Fitted estimator with the same parameters, ``standardize=False`` and, for ``sgd`` and ``adam``,
        ``penalty_scaling="batch"``, so that another fit minimises the same objective.

    Raises
    ------
    InputError
        If `mlp` is not an MLP.
    sklearn.exceptions.NotFittedError
        If `mlp` is not fitted.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from sklearn.neural_network import MLPClassifier
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> mlp = MLPClassifier((5,), solver="lbfgs", alpha=1, max_iter=500, random_state=0).fit(X, y)
    >>> net = from_sklearn(mlp)
    >>> bool((net.predict(X) == mlp.predict(X)).all())
    True
    """
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.utils.validation import check_is_fitted

    if not isinstance(mlp, MLPClassifier | MLPRegressor):
        raise InputError(f"from_sklearn takes an MLPClassifier or MLPRegressor; got {type(mlp).__name__}")
    check_is_fitted(mlp)
    parameters = {name: getattr(mlp, name) for name in SHARED_PARAMETERS} | {
        "hidden_layer_sizes": tuple(np.atleast_1d(mlp.hidden_layer_sizes).tolist()),
        "solver": mlp.solver,
        "penalty_scaling": "dataset" if mlp.solver == "lbfgs" else "batch",
        "standardize": False,
    }
    net: RidgeNetClassifier | RidgeNetRegressor
    if isinstance(mlp, MLPClassifier):
        net = RidgeNetClassifier(**parameters)
        net.classes_ = mlp.classes_
        net._multilabel = mlp._label_binarizer.y_type_.startswith("multilabel")
    else:
        net = RidgeNetRegressor(**parameters, loss=mlp.loss)
    for name in ("n_features_in_", "feature_names_in_"):
        if hasattr(mlp, name):
            setattr(net, name, getattr(mlp, name))
    net._take_over(mlp.coefs_, mlp.intercepts_, n_iter=mlp.n_iter_, loss=mlp.loss_)
    return net
