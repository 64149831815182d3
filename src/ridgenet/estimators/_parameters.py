"""Parameters of the estimators: their constraints and descriptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache
from numbers import Integral, Real
from textwrap import indent
from typing import Any, TypeVar

import numpy as np
from sklearn.utils._param_validation import Interval, Options, StrOptions, make_constraint

from ridgenet._errors import InputError
from ridgenet._network import INITIALISATIONS
from ridgenet.core._update_rules import LEARNING_RATES
from ridgenet.estimators._fit_context import only_if
from ridgenet.formulas import ACTIVATIONS, with_names

CONSTRAINTS: dict[str, list[Any]] = {
    "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
    "activation": [StrOptions(set(ACTIVATIONS))],
    "solver": [StrOptions({"auto", "lbfgs", "sgd", "adam"})],
    "alpha": [Interval(Real, 0, None, closed="left"), StrOptions({"per_column"}), "array-like"],
    "penalty_factor": ["array-like", None],
    "penalty_scaling": [StrOptions({"dataset", "batch"})],
    "standardize": ["boolean"],
    "init": [StrOptions(set(INITIALISATIONS))],
    "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    "learning_rate": [StrOptions(set(LEARNING_RATES))],
    "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
    "power_t": [Interval(Real, 0, None, closed="left")],
    "max_iter": [Interval(Integral, 1, None, closed="left")],
    "shuffle": ["boolean"],
    "random_state": ["random_state"],
    "tol": [Interval(Real, 0, None, closed="left")],
    "verbose": ["verbose"],
    "warm_start": ["boolean"],
    "momentum": [Interval(Real, 0, 1, closed="both")],
    "nesterovs_momentum": ["boolean"],
    "early_stopping": ["boolean"],
    "validation_fraction": [Interval(Real, 0, 1, closed="left")],
    "beta_1": [Interval(Real, 0, 1, closed="left")],
    "beta_2": [Interval(Real, 0, 1, closed="left")],
    "epsilon": [Interval(Real, 0, None, closed="neither")],
    "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), Options(Real, {np.inf})],
    "max_fun": [Interval(Integral, 1, None, closed="left")],
    "dropout": [Interval(Real, 0, 1, closed="left")],
    "weight_decay": [Interval(Real, 0, None, closed="left")],
    "callbacks": [None, callable, "array-like"],
}

Documented = TypeVar("Documented", bound=Callable[..., Any])


def entries(text: str) -> dict[str, str]:
    """Split numpydoc entries without indentation into a dictionary by name."""
    blocks = re.split(r"\n(?=\S)", text.strip())
    return {block.partition(" :")[0]: block for block in blocks}


def filled(documented: Documented, texts: Mapping[str, str]) -> Documented:
    """Replace each line ``{name}`` of a docstring by a text with the same indentation."""
    if documented.__doc__:
        documented.__doc__ = re.sub(
            r"^( *)\{(\w+)\}$", lambda line: indent(texts[line[2]], line[1]), documented.__doc__, flags=re.MULTILINE
        )
    return with_names(documented)


# entries of docstrings that several functions or classes share
SHARED = entries("""
X : array-like, sparse matrix or Dask collection of shape (n_samples, n_features)
    Inputs; finite values. The partitions of Dask arrays and data frames are used on their workers.
y : array-like or Dask collection of shape (n_samples,) or (n_samples, n_outputs)
    Targets.
sample_weight : array-like or Dask collection of shape (n_samples,), default=None
    Sample weights, 0 or more. λ is divided by their sum: a weight of 2 is equivalent to repeating the sample.
activation : {{activations}}, default="tanh"
    Activation function of the hidden layers.
penalty_factor : array-like of shape (n_features,), default=None
    Factors that multiply λ for the weights of each input (in standardised units). Inputs with larger factors are
    penalised more, inputs with factor 0 are not penalised. None is 1 for all inputs. As in R's glmnet, but the factors
    are not rescaled.
init : {"glorot", "he", "small_normal"}, default="glorot"
    Distribution of the initial weights.
verbose : bool or int, default=False
    Whether to print progress messages.
class_weight : dict, list of dict, "balanced" or None, default=None
    Class weights, multiplied by `sample_weight`; for several labels, a list with one dict for each label.
    ``"balanced"`` gives each class the same total weight.
loss : {{regression_losses}}, default="squared_error"
    ``"squared_error"`` predicts the mean. ``"poisson"`` is for counts and other nonnegative targets; it predicts the
    mean through an exponential output unit. ``"huber"`` is robust to outliers: the error counts squared up to δ, and
    linearly beyond. ``"quantile"`` predicts the τ-quantile.
loss_parameter : float, default=None
    δ of ``"huber"``, in units of the target's robust spread (1.4826 times the median absolute deviation); None is
    1.345. τ of ``"quantile"``; None is 0.5. The other losses have no parameter.
""")

PARAMETERS = SHARED | entries("""
hidden_layer_sizes : int or sequence of int, default=(16,)
    Number of units in each hidden layer. ``()`` has no hidden layer, which is ridge or logistic regression.
solver : {"auto", "lbfgs", "sgd", "adam"}, default="auto"
    ``"lbfgs"`` uses all samples in each iteration and converges to a minimum; ``"sgd"`` and ``"adam"`` use
    mini-batches. ``"auto"`` is lbfgs for up to 20,000 samples, and adam for more samples or if an option requires
    mini-batches (`early_stopping`, `dropout`, `weight_decay`, `X_val`, `partial_fit`).
alpha : float, sequence of float or "per_column", default=1.0
    Regularisation strength λ: one value for all layers, or one for each layer. With standardised data 1 is a
    reasonable first guess; choose the value by cross-validation. ``"per_column"`` finds a λ for each input column, and
    one for each later layer, by the evidence (automatic relevance determination; MacKay, 1994): columns that the data
    do not support are switched off. Of 10 random starts, the 5 with the largest evidence are averaged.
penalty_scaling : {"dataset", "batch"}, default="dataset"
    The number n that λ is divided by. ``"dataset"``: the number of training samples, so that the minimum does not
    depend on `batch_size`. ``"batch"``: the number of samples in the batch, as in scikit-learn's sgd and adam. No
    effect with lbfgs.
standardize : bool, default=True
    Whether to standardise each input to mean 0 and standard deviation 1 on the training data. In regression the target
    is standardised too: by its mean and standard deviation with squared error, by its median and robust spread with
    the Huber and quantile losses. The penalty applies to the weights in standardised units; `coefs_` and `intercepts_`
    are in the units of the data.
batch_size : int or "auto", default="auto"
    Number of samples in a mini-batch of sgd and adam. ``"auto"`` is 200, or all samples if there are fewer.
learning_rate : {"constant", "invscaling", "adaptive", "cosine"}, default="constant"
    Learning rate schedule of sgd and adam. ``"constant"``: `learning_rate_init` in all epochs. ``"invscaling"``:
    `learning_rate_init` divided by the number of samples seen, to the power `power_t`. ``"adaptive"``: divided by 5
    whenever training would otherwise stop because it has stopped improving. ``"cosine"``: decreases to zero at
    `max_iter` along half a cosine.
learning_rate_init : float, default=0.001
    Initial learning rate of sgd and adam.
power_t : float, default=0.5
    Exponent of ``learning_rate="invscaling"``.
max_iter : int, default=5000
    Maximum number of iterations (lbfgs) or epochs (sgd, adam).
shuffle : bool, default=True
    Whether sgd and adam shuffle the samples in each epoch.
random_state : int, RandomState instance or None, default=None
    Seed or generator for the initial weights, the order of the samples, dropout and the validation split.
tol : float, default=1e-5
    Tolerance. lbfgs stops when no component of the gradient is larger than `tol`, or when an iteration lowers the
    objective by less than ``1e-4 * tol`` relative to its value. If `tol` is below 1e-9 only the gradient is checked,
    because such small differences of objectives are rounding error. sgd and adam stop when the objective (with
    `early_stopping` the validation score) has not improved by `tol` for `n_iter_no_change` epochs.
warm_start : bool, default=False
    Whether `fit` starts from the result of the previous fit.
momentum : float, default=0.9
    Momentum of sgd.
nesterovs_momentum : bool, default=True
    Whether to use Nesterov's momentum.
early_stopping : bool, default=False
    Whether sgd and adam stop when the validation score has stopped improving, and return to the epoch with the best
    score.
validation_fraction : float, default=0.1
    Fraction of the training data to set aside as validation set for early stopping, unless `X_val` and `y_val` are
    passed to `fit`.
beta_1, beta_2, epsilon : float, default=0.9, 0.999, 1e-8
    Parameters of adam (Kingma and Ba, ICLR 2015).
n_iter_no_change : int, default=10
    Number of epochs without improvement after which sgd and adam stop; ``numpy.inf`` trains for all `max_iter` epochs.
max_fun : int, default=15000
    Maximum number of evaluations of the objective by lbfgs.
dropout : float, default=0.0
    Probability with which each hidden unit is dropped in an update of sgd or adam (Srivastava et al., JMLR 15, 2014).
    The remaining units are scaled by 1 / (1 - dropout). Predictions use all units.
weight_decay : float, default=0.0
    Decoupled weight decay of sgd and adam: each update also lowers the weights by this fraction times the learning
    rate (AdamW, Loshchilov and Hutter, ICLR 2019). Unlike `alpha`, it is not part of the objective, so that adam does
    not divide it by the magnitude of the gradients; no `alpha` has the same minimum.
callbacks : callable or list of callables, default=None
    Called several times a second with a `TrainingState`; a true return value stops training. Callbacks of scikit-learn
    (1.9 or newer), such as ``sklearn.callback.ProgressBar``, are set by ``set_callbacks``: each iteration or epoch is a
    task of theirs.
""")
# in the order of the signature; `loss` or `class_weight` follow in the classes
OF_ALL_NETWORKS = (
    "hidden_layer_sizes", "activation", "solver", "alpha", "penalty_factor", "penalty_scaling", "standardize", "init",
    "batch_size", "learning_rate", "learning_rate_init", "power_t", "max_iter", "shuffle", "random_state", "tol",
    "verbose", "warm_start", "momentum", "nesterovs_momentum", "early_stopping", "validation_fraction",
    "beta_1, beta_2, epsilon", "n_iter_no_change", "max_fun", "dropout", "weight_decay", "callbacks",
)  # fmt: skip

FITTED = """\
alphas_by_column_, alphas_by_layer_ : ndarray of shape (n_inputs,), (n_layers - 1,)
    With ``alpha="per_column"``, λ of each input column and of each later layer: geometric means over the restarts.
relevance_ : ndarray of shape (n_inputs,)
    With ``alpha="per_column"``, the root mean square derivative of the output (before the output unit) in each
    standardised column.
log_evidence_ : float
    With ``alpha="per_column"``, the largest log evidence of the restarts.
coefs_ : list of ndarray of shape (n_inputs, n_units)
    Weights of each layer, in the units of the data.
intercepts_ : list of ndarray of shape (n_units,)
    Biases of each layer, in the units of the data.
network_ : Network
    Layer sizes, activation and loss.
solver_ : str
    Solver that was used.
n_iter_ : int
    Number of iterations or epochs.
converged_ : bool
    Whether the solver converged.
loss_ : float
    Final objective, data loss plus L2 penalty, for the standardised target if it was standardised.
loss_curve_, data_loss_curve_, l2_penalty_curve_ : ndarray
    Objective after each iteration or epoch, and its two terms; with lbfgs the first value is at the initial weights.
best_loss_ : float or None
    Lowest objective of all iterations or epochs; None with early stopping.
gradient_norm_ : float
    Largest absolute component of the final gradient with lbfgs; NaN with sgd and adam.
validation_scores_, validation_loss_curve_ : list of float or None
    Score and data loss on the validation set after each epoch; None without a validation set.
best_validation_score_ : float or None
    Best validation score; None without a validation set.
n_features_in_ : int
    Number of features seen during fit.
feature_names_in_ : ndarray of shape (n_features,)
    Names of the features seen during fit, if X has feature names.
n_layers_, n_outputs_, t_ : int
    Number of layers including the input layer, number of outputs, and number of samples seen by sgd and adam.
out_activation_ : str
    Name of the output unit."""

PARTIAL_FIT = """\
λ is divided by the number of samples of the call (`penalty_scaling="dataset"`). With `standardize`, the mean and
standard deviation are those of all samples seen so far; the weights are converted to the new standardised units, so
that the predictions do not change."""

TEXTS = PARAMETERS | {
    "parameters": "\n".join(PARAMETERS[name] for name in OF_ALL_NETWORKS),
    "fitted": FITTED,
    "partial_fit": PARTIAL_FIT,
}


def documented(owner: Documented) -> Documented:
    """Fill the texts that the estimators share into a docstring."""
    return filled(owner, TEXTS)


def is_allowed(cls: type, name: str, value: Any) -> bool:
    """Return whether the value of a parameter satisfies its constraints."""
    if isinstance(value, str | int | float | tuple | None):
        kind: type = type(value)
        return _is_allowed(cls, name, value, kind)
    return any(constraint.is_satisfied_by(value) for constraint in _constraints(cls, name))


@lru_cache(maxsize=1024)
def _is_allowed(cls: type, name: str, value: Hashable, _: type) -> bool:
    """Cache the answers by type as well: 1, 1.0 and True are equal but satisfy different constraints."""
    return any(constraint.is_satisfied_by(value) for constraint in _constraints(cls, name))


@lru_cache(maxsize=1024)
def _constraints(cls: type, name: str) -> list[Any]:
    return [make_constraint(constraint) for constraint in cls._parameter_constraints[name]]  # type: ignore[attr-defined]


def as_callbacks(callbacks: Any) -> list[Callable[[Any], object]]:
    """Return the parameter `callbacks` as a list of functions."""
    if callbacks is None:
        return []
    functions = [callbacks] if callable(callbacks) else list(callbacks)
    for callback in functions:
        if not callable(callback):
            raise InputError(f"callbacks must be functions; got {callback!r}")
    return functions


def as_hidden_layers(sizes: Iterable[Any]) -> tuple[int, ...]:
    """Validate the hidden layer sizes of one network, and return them as a tuple.

    Raises
    ------
    InputError
        If a size is not a positive whole number.
    """
    sizes = list(sizes)
    if not all(isinstance(size, Integral) for size in sizes):
        raise InputError(f"hidden_layer_sizes must be whole numbers; got {sizes}")
    if any(size <= 0 for size in sizes):
        raise InputError(f"hidden_layer_sizes must be > 0, got {sizes}.")
    return tuple(int(size) for size in sizes)


def require_alphas(given: Any, n_layers: int) -> None:
    """Check that there is one λ of 0 or more for each layer.

    Raises
    ------
    InputError
        If not.
    """
    try:
        alphas = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise InputError(f"alpha must be a number, or one number for each layer; got {given!r}") from None
    if alphas.shape != (n_layers,):
        raise InputError(
            f"alpha must be a number, or one number for each of the {n_layers} layers with weights; got {len(alphas)}"
        )
    if not (np.isfinite(alphas).all() and (alphas >= 0).all()):
        raise InputError(f"each alpha must be 0 or more, and finite; got {list(given)}")


def _trains_by_batches(estimator: Any) -> bool:
    if estimator.solver == "lbfgs":
        raise AttributeError("partial_fit is only available with a mini-batch solver; got solver='lbfgs'")
    return True


partial_fit_if_batches = only_if(_trains_by_batches)
