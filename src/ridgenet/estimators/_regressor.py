"""`RidgeNetRegressor`."""

from __future__ import annotations

from numbers import Real
from typing import Any, Self

from sklearn.utils._param_validation import Interval, StrOptions

from ridgenet import _defaults as defaults
from ridgenet.estimators._base import BaseRidgeNet
from ridgenet.estimators._fit_context import in_fit_context
from ridgenet.estimators._parameters import CONSTRAINTS, documented, partial_fit_if_batches
from ridgenet.estimators._targets import NumberTargets
from ridgenet.formulas import REGRESSION_LOSSES


@documented
class RidgeNetRegressor(NumberTargets, BaseRidgeNet):
    """Neural network regressor with an L2 penalty, for one or several targets.

    Minimises ``J = mean loss + λ / (2 n) * sum of squared weights``, where n is the number of samples
    or the sum of their weights. Biases are not penalised. The loss is summed over the outputs; by
    default it is half the squared error.

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
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = RidgeNetRegressor(alpha=30, random_state=0).fit(X[:300], y[:300])
    >>> net.score(X[300:], y[300:]) > 0.45
    True
    """

    _parameter_constraints = CONSTRAINTS | {
        "loss": [StrOptions(set(REGRESSION_LOSSES))],
        "loss_parameter": [None, Interval(Real, None, None, closed="neither")],
    }

    def __init__(
        self,
        hidden_layer_sizes: Any = defaults.HIDDEN_LAYER_SIZES,
        activation: str = defaults.ACTIVATION,
        *,
        solver: str = "auto",
        alpha: Any = defaults.ALPHA,
        penalty_factor: Any = None,
        penalty_scaling: str = "dataset",
        standardize: bool = True,
        init: str = "glorot",
        loss: str = "squared_error",
        loss_parameter: float | None = None,
        batch_size: Any = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = defaults.MAX_ITER,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-5,
        verbose: Any = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15_000,
        dropout: float = 0.0,
        weight_decay: float = 0.0,
        callbacks: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.penalty_factor = penalty_factor
        self.penalty_scaling = penalty_scaling
        self.standardize = standardize
        self.init = init
        self.loss = loss
        self.loss_parameter = loss_parameter
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.callbacks = callbacks

    @partial_fit_if_batches
    @in_fit_context
    @documented
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch of mini-batches on the given samples, starting from the result of the previous call.

        {partial_fit}

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs; finite values.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights, 0 or more.

        Returns
        -------
        self
            The fitted estimator.
        """
        return self._partial_fit(X, y, sample_weight)
