"""The path as a function, for those who want to see it and choose for themselves."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ridgenet import _defaults as defaults
from ridgenet._errors import InputError
from ridgenet.estimators._classifier_cv import RidgeNetClassifierCV
from ridgenet.estimators._cross_validated import BaseRidgeNetCV
from ridgenet.estimators._regressor_cv import RidgeNetRegressorCV
from ridgenet.formulas import REGRESSION_LOSSES, with_names
from ridgenet.path._result import NetworkPath

LOSSES = ("log_loss", *REGRESSION_LOSSES)


@with_names
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
    tol: float = 1e-5,
    evidence: bool = False,
    random_state: Any = None,
    n_jobs: int | None = -1,
    device: str = "cpu",
    callbacks: Any = None,
) -> NetworkPath:
    """Train one network at every strength of the penalty, from λ_max down.

    Each restart begins at a random start at the weakest λ, the best of four after a few iterations,
    follows its minimum up to the strongest λ, and comes down again, nudged at every step, for minima
    that are lower. docs/path.md has the derivation of λ_max, above which the penalty leaves nothing of
    a network with one hidden layer, and what the path costs.

    Parameters
    ----------
    X : array-like, sparse matrix or collection of Dask of shape (n_samples, n_features)
        Inputs: finite numbers. Arrays and data frames of Dask stay where their partitions are.
    y : array-like or collection of Dask of shape (n_samples,) or (n_samples, n_outputs)
        Targets: classes, labels or numbers.
    alphas : array-like, optional
        Strengths λ. None is a grid of `n_alphas` between two multiples of λ_max.
    n_alphas : int, default=50
        Points of the grid.
    alpha_max_ratio, alpha_min_ratio : float, default=1.0, 1e-4
        Its strongest and its weakest λ, as multiples of λ_max.
    penalty_factor : array-like of shape (n_features,), optional
        What λ is multiplied by for the weights of each input (in standard units): an input with a larger factor is held
        closer to zero, one with 0 has no penalty. One for all, if None. As in R's glmnet, but not rescaled.
    hidden_layer_sizes : int or sequence of int, default=(8,)
        Units of each hidden layer; ``()`` has none, which is ridge or logistic regression.
    activation : {{activations}}, default="tanh"
        Activation of the hidden layers.
    loss : {"log_loss", {regression_losses}}, optional
        None is "squared_error" for targets of floating-point numbers, and "log_loss" for all others.
    n_restarts : int, default=5
        Random starts that are followed.
    sample_weight : array-like of shape (n_samples,), optional
        Weights of the examples, 0 or more. λ is divided by their sum.
    standardize : bool, default=True
        Whether to bring inputs, and the target for squared error, to mean 0 and standard deviation 1.
    init : {"glorot", "he", "small_normal"}, default="glorot"
        How starts are drawn.
    max_iter : int, default=5000
        Iterations of each search at most.
    tol : float, default=1e-5
        A search has converged where no component of the gradient is larger.
    evidence : bool, default=False
        Whether to compute the log evidence and the effective number of weights at each λ.
    random_state : int, RandomState or None, default=None
        Source of the starts.
    n_jobs : int or None, default=-1
        Threads; -1 is one for each core. The result does not depend on it.
    device : str, default="cpu"
        "cuda", or "cuda:1", trains all networks in one batch on a GPU (extra ``gpu``); "cpu" by the compiled core.
    callbacks : callable or list of callables, optional
        Called with a `PathProgress`, from any thread; the path ends early when one returns true.

    Returns
    -------
    NetworkPath
        After Ctrl-C, or a callback that asked to stop, with `interrupted` set and NaN where nothing was found.

    Raises
    ------
    ValueError
        If data or a parameter cannot be used.
    KeyboardInterrupt
        If it was stopped before anything was found.

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
            raise KeyboardInterrupt("stopped before a network was found")
        warnings.warn(f"the path was stopped early: {path!r}", stacklevel=2)
    return path


def _estimator_for(y: Any, loss: str | None) -> BaseRidgeNetCV:
    if loss is None:
        # arrays, series and collections of Dask have one; lists and data frames do not
        dtype = getattr(y, "dtype", None)
        kind = (np.asarray(y).dtype if dtype is None else dtype).kind
        loss = "squared_error" if kind == "f" else "log_loss"
    if loss not in LOSSES:
        raise InputError(f"loss must be one of {', '.join(LOSSES)}; got {loss!r}")
    return RidgeNetClassifierCV() if loss == "log_loss" else RidgeNetRegressorCV(loss=loss)
