"""`RidgeNetRegressorCV`."""

from __future__ import annotations

from numbers import Real
from typing import Any

from sklearn.utils._param_validation import Interval, StrOptions

from ridgenet import _defaults as defaults
from ridgenet.estimators._cross_validated import BaseRidgeNetCV
from ridgenet.estimators._intervals import PredictionIntervals
from ridgenet.estimators._parameters_cv import CV_CONSTRAINTS, documented_cv
from ridgenet.estimators._targets import NumberTargets
from ridgenet.formulas import REGRESSION_LOSSES


@documented_cv
class RidgeNetRegressorCV(PredictionIntervals, NumberTargets, BaseRidgeNetCV):
    """Neural network regressor with an L2 penalty whose strength λ is selected along its path.

    {cross_validation}

    Parameters
    ----------
    {parameters}
    {loss}
    {loss_parameter}

    Attributes
    ----------
    {fitted}

    Examples
    --------
    >>> from sklearn.datasets import make_friedman1
    >>> X, y = make_friedman1(100, noise=1.0, random_state=0)
    >>> net = RidgeNetRegressorCV(n_alphas=10, n_restarts=2, random_state=0).fit(X, y)
    >>> net.hidden_layer_sizes_
    (8,)
    >>> net.predict(X[:2]).shape
    (2,)
    """

    _parameter_constraints = CV_CONSTRAINTS | {
        "loss": [StrOptions(set(REGRESSION_LOSSES))],
        "loss_parameter": [None, Interval(Real, None, None, closed="neither")],
    }

    def __init__(
        self,
        hidden_layer_sizes: Any = "auto",
        activation: str = defaults.ACTIVATION,
        *,
        alphas: Any = None,
        n_alphas: int = defaults.N_ALPHAS,
        alpha_max_ratio: float = 1.0,
        alpha_min_ratio: float = defaults.ALPHA_MIN_RATIO,
        penalty_factor: Any = None,
        path: str = "adaptive",
        cv: Any = None,
        scoring: Any = None,
        selection: str = "min",
        n_restarts: int = defaults.N_RESTARTS,
        average: bool = True,
        standardize: bool = True,
        init: str = "glorot",
        loss: str = "squared_error",
        loss_parameter: float | None = None,
        max_iter: int = defaults.MAX_ITER,
        tol: float = defaults.TOL_OF_PATH,
        random_state: Any = None,
        n_jobs: int | None = -1,
        device: str = "cpu",
        keep: bool = False,
        verbose: Any = False,
        callbacks: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.alphas = alphas
        self.n_alphas = n_alphas
        self.alpha_max_ratio = alpha_max_ratio
        self.alpha_min_ratio = alpha_min_ratio
        self.penalty_factor = penalty_factor
        self.path = path
        self.cv = cv
        self.scoring = scoring
        self.selection = selection
        self.n_restarts = n_restarts
        self.average = average
        self.standardize = standardize
        self.init = init
        self.loss = loss
        self.loss_parameter = loss_parameter
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.device = device
        self.keep = keep
        self.verbose = verbose
        self.callbacks = callbacks
