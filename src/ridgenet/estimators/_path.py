"""`ridgenet_path`: compute a λ path without selecting λ."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ridgenet import _defaults as defaults
from ridgenet._errors import InputError
from ridgenet._frames import array_of
from ridgenet.backends._dask_collections import is_collection
from ridgenet.estimators._classifier_cv import RidgeNetClassifierCV
from ridgenet.estimators._cross_validated import BaseRidgeNetCV
from ridgenet.estimators._parameters_cv import documented_cv
from ridgenet.estimators._regressor_cv import RidgeNetRegressorCV
from ridgenet.formulas import REGRESSION_LOSSES
from ridgenet.path._result import NetworkPath

LOSSES = ("log_loss", *REGRESSION_LOSSES)


@documented_cv
def ridgenet_path(
    X: Any,
    y: Any,
    *,
    alphas: Any = None,
    n_alphas: int = defaults.N_ALPHAS,
    alpha_max_ratio: float = 1.0,
    alpha_min_ratio: float = defaults.ALPHA_MIN_RATIO,
    penalty_factor: Any = None,
    hidden_layer_sizes: Any = defaults.HIDDEN_LAYER_SIZES_OF_PATH,
    activation: str = defaults.ACTIVATION,
    loss: str | None = None,
    n_restarts: int = defaults.N_RESTARTS,
    sample_weight: Any = None,
    standardize: bool = True,
    init: str = "glorot",
    max_iter: int = defaults.MAX_ITER,
    tol: float = defaults.TOL_OF_PATH,
    evidence: bool = False,
    random_state: Any = None,
    n_jobs: int | None = -1,
    device: str = "cpu",
    callbacks: Any = None,
) -> NetworkPath:
    """Train a network at every λ of a path.

    Each restart begins at the smallest λ from a random start, the best of four after a few iterations. It is
    followed up to the largest λ and back down, with a random perturbation before each search to find lower
    minima. :doc:`/explanation/path` derives λ_max, at which the weights of a network with one hidden layer
    become zero.

    Parameters
    ----------
    {X}
    {y}
    alphas : array-like, default=None
        Regularisation strengths λ. None is a logarithmic grid of `n_alphas` values that starts at λ_max.
    n_alphas : int, default=50
        Number of values in the grid.
    {alpha_max_ratio}
    {alpha_min_ratio}
    {penalty_factor}
    hidden_layer_sizes : int or sequence of int, default=(8,)
        Number of units in each hidden layer. ``()`` has no hidden layer, which is ridge or logistic regression.
    {activation}
    loss : {"log_loss", {regression_losses}}, default=None
        Loss. None is "squared_error" for floating-point targets, and "log_loss" for all others.
    n_restarts : int, default=5
        Number of random starts.
    {sample_weight}
    standardize : bool, default=True
        Whether to standardise the inputs and, except with the Poisson loss, the target in regression.
    {init}
    {max_iter}
    {tol}
    evidence : bool, default=False
        Whether to compute the log evidence and the effective number of weights at each λ.
    random_state : int, RandomState instance or None, default=None
        Seed or generator for the initial weights.
    {n_jobs}
    {device}
    callbacks : callable or list of callables, default=None
        Called a few times a second, from any thread, with a `PathProgress`; a true return value stops the path.

    Returns
    -------
    NetworkPath
        The path. If stopped by Ctrl-C or a callback, with `interrupted` set and NaN where there is no result.

    Raises
    ------
    ValueError
        If the data or a parameter is invalid.
    KeyboardInterrupt
        If stopped before there was any result.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(100, noise=0.3, random_state=0)
    >>> path = ridgenet_path(X, y, n_alphas=10, n_restarts=2, random_state=0)
    >>> path
    NetworkPath(2-8-1, 10 λ from 41.6 to 0.00416, 2 restarts)
    >>> bool(path.squared_norms[0] < 1e-3 < path.squared_norms[-1])
    True
    >>> path.networks[5].outputs(X).shape
    (100, 1)
    """
    estimator = _estimator_for(y, loss).set_params(
        alphas=alphas,
        n_alphas=n_alphas,
        alpha_max_ratio=alpha_max_ratio,
        alpha_min_ratio=alpha_min_ratio,
        penalty_factor=penalty_factor,
        hidden_layer_sizes=hidden_layer_sizes,
        activation=activation,
        n_restarts=n_restarts,
        standardize=standardize,
        init=init,
        max_iter=max_iter,
        tol=tol,
        random_state=random_state,
        n_jobs=n_jobs,
        device=device,
        callbacks=callbacks,
    )
    path = estimator.path_on_all(X, y, sample_weight, evidence=evidence)
    if path.interrupted:
        if not path.found.any():
            raise KeyboardInterrupt("stopped before there was any result")
        warnings.warn(f"the path was stopped early: {path!r}", stacklevel=2)
    return path


def _estimator_for(y: Any, loss: str | None) -> BaseRidgeNetCV:
    if loss is None:
        # Dask collections are not computed
        kind = (y if is_collection(y) else np.asarray(array_of(y))).dtype.kind
        loss = "squared_error" if kind == "f" else "log_loss"
    if loss not in LOSSES:
        raise InputError(f"loss must be one of {', '.join(LOSSES)}; got {loss!r}")
    return RidgeNetClassifierCV() if loss == "log_loss" else RidgeNetRegressorCV(loss=loss)
