"""The same λ, and the same network, in other systems."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ridgenet.errors import InputError

if TYPE_CHECKING:
    from ridgenet.estimators.classifier import RidgeNetClassifier
    from ridgenet.estimators.regressor import RidgeNetRegressor

ConvertedLoss = Literal["log_loss", "squared_error"]


@dataclass(frozen=True)
class Setting:
    """What λ is divided by and multiplied with elsewhere."""

    n_samples: float
    batch_size: float | None
    loss: ConvertedLoss
    n_outputs: int

    @property
    def batches(self) -> float:
        """How many times a batch goes into the data."""
        return 1.0 if self.batch_size is None else self.n_samples / self.batch_size

    @property
    def without_half(self) -> float:
        """What the data cost must be multiplied with to be ours, where squared errors are averaged without ½."""
        return self.n_outputs / 2 if self.loss == "squared_error" else 1.0


# system and parameter -> ridgenet's λ with penalty_scaling="dataset"; docs/method.md derives each row
SOURCES: dict[str, Callable[[float, Setting], float]] = {
    'penalty_scaling="batch"': lambda value, s: value * s.batches,
    "sklearn MLP alpha": lambda value, s: value * s.batches,
    "sklearn LogisticRegression C": lambda value, s: 1 / value,
    "sklearn Ridge alpha": lambda value, s: value,
    "torch SGD weight_decay": lambda value, s: value * s.n_samples * s.without_half,
    "keras l2": lambda value, s: 2 * value * s.n_samples * s.without_half,
    "nnet decay": lambda value, s: value if s.loss == "squared_error" else 2 * value,
    "playground rate": lambda value, s: value * s.n_samples,
    "convnetjs l2_decay": lambda value, s: value * s.batches,
    "mlxtend l2": lambda value, s: value * s.batches,
    "glmnet lambda": lambda value, s: value * s.n_samples,
}
NEEDS_BATCH_SIZE = {'penalty_scaling="batch"', "convnetjs l2_decay", "mlxtend l2"}


def convert_lambda(
    value: float,
    source: str,
    *,
    n_samples: float,
    batch_size: int | None = None,
    loss: ConvertedLoss = "log_loss",
    n_outputs: int = 1,
) -> float:
    """Return the λ (`alpha`) whose minimum is that of a penalty set in another system.

    Parameters
    ----------
    value : float
        The number given there.
    source : str
        The system and its parameter: a key of `ridgenet.conversion.SOURCES`, such as
        ``"torch SGD weight_decay"`` or ``"sklearn MLP alpha"``.
    n_samples : float
        Training examples, or the sum of their weights.
    batch_size : int, optional
        Examples in a batch, where the system divides by it: scikit-learn's ``sgd`` and ``adam`` (None
        stands for its ``lbfgs``), `penalty_scaling="batch"`, ConvNetJS, mlxtend.
    loss : {"log_loss", "squared_error"}, default="log_loss"
        The loss there. PyTorch's ``MSELoss`` and Keras' ``mse`` have no factor ½ and average over the
        outputs, ridgenet's squared error has the ½ and adds them up; R's ``nnet`` adds up squared
        errors without ½.
    n_outputs : int, default=1
        Outputs of a regression.

    Returns
    -------
    float
        λ for ``penalty_scaling="dataset"``, the estimators' default.

    Raises
    ------
    InputError
        If the source is unknown, has no such λ (AdamW), or lacks the batch size.

    Examples
    --------
    >>> convert_lambda(1e-4, "torch SGD weight_decay", n_samples=500)
    0.05
    >>> convert_lambda(1e-4, "sklearn MLP alpha", n_samples=1000, batch_size=200)
    0.0005
    """
    if source.lower().replace(" ", "").startswith(("adamw", "torchadamw")):
        raise InputError(
            "AdamW takes the decay off beside the gradient: no λ has the same minimum; "
            "train with solver='adam' and weight_decay instead"
        )
    if source not in SOURCES:
        raise InputError(f"source must be one of {', '.join(SOURCES)}; got {source!r}")
    if loss not in ("log_loss", "squared_error"):
        raise InputError(f"loss must be 'log_loss' or 'squared_error'; got {loss!r}")
    if source in NEEDS_BATCH_SIZE and batch_size is None:
        raise InputError(f"{source} divides by the batch: batch_size is needed")
    for name, number in {"n_samples": n_samples, "batch_size": batch_size, "n_outputs": n_outputs}.items():
        if number is not None and not 0 < number < np.inf:
            raise InputError(f"{name} must be above 0; got {number}")
    if not 0 <= value < np.inf or (value == 0 and source == "sklearn LogisticRegression C"):
        raise InputError(f"{source} cannot be {value}")
    return SOURCES[source](value, Setting(n_samples, batch_size, loss, n_outputs))


# parameters that mean the same in scikit-learn's estimators
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
OUTPUT_NAMES = {"logistic": "logistic", "softmax": "softmax", "identity": "identity", "exp": "exponential"}


def from_sklearn(mlp: Any) -> RidgeNetClassifier | RidgeNetRegressor:
    """Return a fitted `RidgeNetClassifier` or `RidgeNetRegressor` that predicts what `mlp` does.

    Parameters
    ----------
    mlp : MLPClassifier or MLPRegressor
        Fitted.

    Returns
    -------
    RidgeNetClassifier or RidgeNetRegressor
        With the same parameters, ``standardize=False``, and for ``sgd`` and ``adam``
        ``penalty_scaling="batch"``, so that a new fit minimises the same.

    Raises
    ------
    InputError
        If it is something else.
    sklearn.exceptions.NotFittedError
        If it is not fitted.

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

    from ridgenet.estimators.classifier import RidgeNetClassifier
    from ridgenet.estimators.regressor import RidgeNetRegressor

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
    net._take_over(mlp.coefs_, mlp.intercepts_, OUTPUT_NAMES[mlp.out_activation_], n_iter=mlp.n_iter_, loss=mlp.loss_)
    return net


def to_sklearn(net: RidgeNetClassifier | RidgeNetRegressor) -> Any:
    """Return a fitted `MLPClassifier` or `MLPRegressor` that predicts what `net` does; see its `to_sklearn`."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.utils.validation import check_is_fitted

    check_is_fitted(net)
    if net.activation not in ("identity", "logistic", "tanh", "relu"):
        raise InputError(f"scikit-learn has no activation {net.activation!r}")
    if np.ndim(net.alpha) > 0:
        raise InputError("scikit-learn has one alpha for all layers")
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
        loss = {} if net.loss == "squared_error" else {"loss": net.loss}
        mlp, targets = MLPRegressor(**parameters, **loss), np.zeros((2, n_outputs)).squeeze()
    # its private attributes are made by a fit of its own, to nothing; then the network is put in
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp.set_params(max_iter=1).fit(np.zeros((len(targets), n_features)), targets).set_params(max_iter=net.max_iter)
    mlp.coefs_, mlp.intercepts_ = net.coefs_, net.intercepts_
    mlp.n_iter_, mlp.t_, mlp.loss_ = net.n_iter_, net.t_, net.loss_
    mlp.loss_curve_, mlp.best_loss_ = net.loss_curve_.tolist(), net.best_loss_
    if hasattr(net, "feature_names_in_"):
        mlp.feature_names_in_ = net.feature_names_in_
    return mlp
