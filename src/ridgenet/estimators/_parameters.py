"""Parameters that all estimators share: what is allowed, and what each means."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from numbers import Integral, Real
from typing import Any, TypeVar

import numpy as np
from sklearn.utils._param_validation import Interval, Options, StrOptions, make_constraint
from sklearn.utils.metaestimators import available_if

from ridgenet._errors import InputError
from ridgenet._network import INITIALISATIONS
from ridgenet.core._update_rules import LEARNING_RATES
from ridgenet.formulas import ACTIVATIONS, with_names

Class = TypeVar("Class", bound=type)

CONSTRAINTS: dict[str, list[Any]] = {
    "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
    "activation": [StrOptions(set(ACTIVATIONS))],
    "solver": [StrOptions({"auto", "lbfgs", "sgd", "adam"})],
    "alpha": [Interval(Real, 0, None, closed="left"), "array-like"],
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

DESCRIPTIONS = """\
hidden_layer_sizes : int or sequence of int, default=(16,)
        Units of each hidden layer. ``()`` has none, which is ridge or logistic regression.
    activation : {{activations}}, default="tanh"
        Activation of the hidden layers.
    solver : {"auto", "lbfgs", "sgd", "adam"}, default="auto"
        ``"lbfgs"`` looks at all examples at once and reaches a minimum; ``"sgd"`` and ``"adam"`` go
        through mini-batches. ``"auto"`` is lbfgs for up to 20,000 examples; adam for more, and
        wherever an option asks for mini-batches (`early_stopping`, `dropout`, `weight_decay`, an own
        validation set, `partial_fit`).
    alpha : float or sequence of float, default=1.0
        Strength λ of the L2 penalty; one for all layers, or one for each. With standardised data 1 is a
        fair guess; cross-validate it.
    penalty_factor : array-like of shape (n_features,), optional
        What λ is multiplied by for the weights of each input (in standard units): an input with a larger factor is held
        closer to zero, one with 0 has no penalty. One for all, if None. As in R's glmnet, but not rescaled.
    penalty_scaling : {"dataset", "batch"}, default="dataset"
        What λ is divided by: all examples, so that the minimum does not depend on `batch_size`, or
        those of the batch, as in scikit-learn's sgd and adam. No difference for lbfgs.
    standardize : bool, default=True
        Whether to bring each input to mean 0 and standard deviation 1 before the network sees it,
        with the means and deviations of the training data; and the target in regression with squared
        error. The penalty is on the weights in these units; `coefs_` and `intercepts_` are in those
        of the data.
    init : {"glorot", "he", "small_normal"}, default="glorot"
        How the start is drawn.
    batch_size : int or "auto", default="auto"
        Examples in a mini-batch of sgd and adam; ``"auto"`` is 200, or all if there are fewer.
    learning_rate : {"constant", "invscaling", "adaptive", "cosine"}, default="constant"
        How the step of sgd and adam changes from epoch to epoch. ``"invscaling"``: `learning_rate_init`
        divided by the number of examples seen, to the power of `power_t`; ``"adaptive"``: a fifth of
        it whenever training would stop for want of improvement; ``"cosine"``: along half a cosine,
        to zero at `max_iter`.
    learning_rate_init : float, default=0.001
        The first step of sgd and adam.
    power_t : float, default=0.5
        Exponent of ``learning_rate="invscaling"``.
    max_iter : int, default=5000
        Iterations of lbfgs, or epochs of sgd and adam, at most.
    shuffle : bool, default=True
        Whether sgd and adam take the examples in a new order in each epoch.
    random_state : int, RandomState instance or None, default=None
        Source of the start, the order of the examples, dropout, and the validation split.
    tol : float, default=1e-5
        lbfgs has converged where no component of the gradient is larger, or an iteration lowers the
        objective by less than a ten-thousandth of `tol` of it (below 1e-9 the gradient alone decides, as objectives
        that close differ by rounding); sgd and adam where the objective (the validation
        score with `early_stopping`) has not improved by as much for `n_iter_no_change` epochs.
    verbose : bool or int, default=False
        Whether to print the progress of training.
    warm_start : bool, default=False
        Whether `fit` starts from where the last one ended.
    momentum : float, default=0.9
        Momentum of sgd.
    nesterovs_momentum : bool, default=True
        Whether it is Nesterov's.
    early_stopping : bool, default=False
        Whether sgd and adam stop when the score of validation data no longer improves, and return to
        the epoch that scored best.
    validation_fraction : float, default=0.1
        Part of the training data set aside for it, unless `fit` is given `X_val` and `y_val`.
    beta_1, beta_2, epsilon : float, default=0.9, 0.999, 1e-8
        Constants of adam (Kingma and Ba, ICLR 2015).
    n_iter_no_change : int, default=10
        Epochs without improvement that end sgd and adam.
    max_fun : int, default=15000
        Evaluations of the objective by lbfgs, at most.
    dropout : float, default=0.0
        Probability with which sgd and adam leave a hidden unit out of an update (Srivastava et al.,
        JMLR 15, 2014). Those kept count 1 / (1 - dropout) as much; predictions use all units.
    weight_decay : float, default=0.0
        Share of each weight that sgd and adam take off beside the gradient, times the step (AdamW,
        Loshchilov and Hutter, ICLR 2019). Unlike `alpha` it adds nothing to the objective, so that adam
        does not divide it by the size of the gradients; no `alpha` has the same minimum.
    callbacks : callable or list of callables, default=None
        Each is called several times a second with a `TrainingState`; training ends when one returns
        true."""

FITTED = """\
coefs_ : list of ndarray of shape (n_inputs, n_units)
        Weights of each layer, in the units of the data.
    intercepts_ : list of ndarray of shape (n_units,)
        Biases of each layer, in the units of the data.
    network_ : Network
        Layer sizes, activation and output unit.
    solver_ : str
        The solver that was used.
    n_iter_ : int
        Iterations or epochs made.
    converged_ : bool
        Whether the solver reached its own criterion.
    loss_ : float
        Objective at the end, data loss and L2 penalty, as minimised: of the standardised target, if it was.
    loss_curve_, data_loss_curve_, l2_penalty_curve_ : ndarray
        Objective after each iteration or epoch, and its two parts; for lbfgs the start comes first.
    best_loss_ : float or None
        Lowest objective of an epoch; None with early stopping.
    gradient_norm_ : float
        Largest component of the gradient at the end of lbfgs; NaN for sgd and adam.
    validation_scores_, validation_loss_curve_ : list of float or None
        Score and data loss of the validation data after each epoch, if there are any.
    best_validation_score_ : float or None
        The best of the scores.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names, if X had any.
    n_layers_, n_outputs_, t_ : int
        Layers, the inputs counted; outputs; examples seen by sgd and adam.
    out_activation_ : str
        Output unit."""


def documented(cls: Class) -> Class:
    """Fill the descriptions that all estimators share into the docstring of one."""
    return with_descriptions(cls, DESCRIPTIONS, FITTED)


LOSS = """    loss : {{regression_losses}}, default="squared_error"
        ``"squared_error"`` predicts means. ``"poisson"`` is for counts and other targets that are never negative; the
        network then predicts the exponential of what enters its output unit. ``"huber"`` is for targets with outliers:
        squared error up to δ, absolute error beyond. ``"quantile"`` predicts the value that a share τ of the targets
        does not exceed.
    loss_parameter : float, optional
        δ of ``"huber"``, 1.345 if None, in robust spreads of the target (1.4826 times the median distance from the
        median); τ of ``"quantile"``, 0.5 if None. Other losses have none."""


def with_descriptions(cls: Class, parameters: str, fitted: str) -> Class:
    """Fill descriptions of parameters and fitted attributes into the docstring of a class."""
    if cls.__doc__:
        for name, text in {"{parameters}": parameters, "{fitted}": fitted, "{loss}": LOSS}.items():
            cls.__doc__ = cls.__doc__.replace(name, text)
    return with_names(cls)


def is_allowed(cls: type, name: str, value: Any) -> bool:
    """Tell whether a parameter of an estimator meets its constraints."""
    if isinstance(value, str | int | float | tuple | None):
        kind: type = type(value)
        return _is_allowed(cls, name, value, kind)
    return any(constraint.is_satisfied_by(value) for constraint in _constraints(cls, name))


@lru_cache(maxsize=1024)
def _is_allowed(cls: type, name: str, value: Hashable, _: type) -> bool:
    """Remember the answers for values of one type; 1, 1.0 and True are not the same parameter."""
    return any(constraint.is_satisfied_by(value) for constraint in _constraints(cls, name))


@lru_cache(maxsize=1024)
def _constraints(cls: type, name: str) -> list[Any]:
    return [make_constraint(constraint) for constraint in cls._parameter_constraints[name]]  # type: ignore[attr-defined]


def as_callbacks(callbacks: Any) -> list[Callable[[Any], object]]:
    """Return the parameter `callbacks` as a list."""
    if callbacks is None:
        return []
    found = [callbacks] if callable(callbacks) else list(callbacks)
    for callback in found:
        if not callable(callback):
            raise InputError(f"callbacks must be functions; got {callback!r}")
    return found


def as_hidden_layers(sizes: Iterable[Any]) -> tuple[int, ...]:
    """Return the hidden layers of one network, checked.

    Raises
    ------
    InputError
        If a size is no whole number of 1 or more.
    """
    sizes = list(sizes)
    if not all(isinstance(size, Integral) for size in sizes):
        raise InputError(f"hidden_layer_sizes must be whole numbers; got {sizes}")
    if any(size <= 0 for size in sizes):
        raise InputError(f"hidden_layer_sizes must be > 0, got {sizes}.")
    return tuple(int(size) for size in sizes)


def require_alphas(given: Any, n_layers: int) -> None:
    """Refuse a λ for each layer that is no number of 0 or more, or of another number of layers.

    Raises
    ------
    InputError
        If it is.
    """
    try:
        alphas = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise InputError(f"alpha must be one number, or one for each layer; got {given!r}") from None
    if alphas.shape != (n_layers,):
        raise InputError(
            f"alpha must be one number, or one for each of the {n_layers} layers with weights; got {len(alphas)}"
        )
    if not (np.isfinite(alphas).all() and (alphas >= 0).all()):
        raise InputError(f"each alpha must be 0 or more, and finite; got {list(given)}")


def _trains_by_batches(estimator: Any) -> bool:
    if estimator.solver == "lbfgs":
        raise AttributeError("partial_fit is only available for solvers that go by mini-batches; got solver='lbfgs'")
    return True


partial_fit_if_batches: Any = available_if(_trains_by_batches)
