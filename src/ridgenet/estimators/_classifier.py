"""`RidgeNetClassifier`."""

from __future__ import annotations

from typing import Any, Self

from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target

from ridgenet import _defaults as defaults
from ridgenet.estimators._base import BaseRidgeNet
from ridgenet.estimators._fit_context import in_fit_context
from ridgenet.estimators._parameters import CONSTRAINTS, documented, partial_fit_if_batches
from ridgenet.estimators._targets import ClassTargets


@documented
class RidgeNetClassifier(ClassTargets, BaseRidgeNet):
    """Neural network classifier with an L2 penalty, for binary, multiclass and multilabel targets.

    Minimises ``J = mean cross-entropy + λ / (2 n) * sum of squared weights``, where n is the number of
    samples or the sum of their weights. Biases are not penalised.

    Parameters
    ----------
    {parameters}
    {class_weight}

    Attributes
    ----------
    classes_ : ndarray or list of ndarray
        Class labels.
    {fitted}

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(200, noise=0.3, random_state=0)
    >>> X_new, y_new = make_moons(1000, noise=0.3, random_state=1)
    >>> net = RidgeNetClassifier(random_state=0).fit(X, y)
    >>> net.score(X_new, y_new) > 0.88
    True
    >>> net.predict_proba(X_new).shape
    (1000, 2)
    """

    _parameter_constraints = CONSTRAINTS | {"class_weight": [dict, list, StrOptions({"balanced"}), None]}

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
        class_weight: Any = None,
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
        self.class_weight = class_weight
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
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one epoch of mini-batches on the given samples, starting from the result of the previous call.

        {partial_fit}

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs; finite values.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Targets.
        classes : array-like of shape (n_classes,), default=None
            All classes, including those of later calls; required in the first call.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights, 0 or more.

        Returns
        -------
        self
            The fitted estimator.
        """
        if self.class_weight == "balanced":
            raise ValueError("class_weight='balanced' needs all data at once; with partial_fit, pass a dict instead")
        if _check_partial_fit_first_call(self, classes):
            self._multilabel = type_of_target(y).startswith("multilabel")
        return self._partial_fit(X, y, sample_weight)
