"""One row for each loss."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from ridgenet._errors import InputError
from ridgenet.formulas._elementary import Array, exponential, log_of_positive, logistic, positive, softplus

# width, in robust spreads of the target, over which the kink of the quantile loss is smoothed. If it is ten times as
# wide, predicted quantiles lie too far out where R² is above 0.95; if it is narrower, L-BFGS takes longer
QUANTILE_WIDTH = 0.005


@dataclass(frozen=True)
class Loss:
    """A loss and the output unit it is used with.

    The last argument of each function is the parameter of the loss; losses without one ignore it.

    Attributes
    ----------
    output : str
        Name of the output unit, a row of `OUTPUTS`.
    value : callable
        The loss of each sample, (..., samples), from (xp, z, y, parameter).
    residual : callable
        Its derivative with respect to z, from (xp, a, y, parameter).
    curvature_root : callable
        S with ``S Sᵀ`` its Hessian with respect to z, (..., units, units, samples), from (xp, a, y, parameter).
    score : callable
        What predictions are judged by, one term for each output, from (xp, a, y, parameter).
    score_name : str
        Name of its mean, in words.
    scoring : str or None
        Name of the scikit-learn scorer that is minus its mean, if there is one.
    latex : str
        The formula, as docs/explanation/method.md shows it.
    targets : {"classes", "numbers"}
        The kind of target.
    centering : {None, "mean", "median"}
        How targets are standardised: not at all, by mean and standard deviation, or by median and robust spread.
    likelihood : {"known", "scaled", None}
        For the evidence: whether the loss is minus a log likelihood, minus one times the noise variance, or neither.
    parameter : Parameter or None
        The parameter of the loss, if it has one.
    lowest_target : float
        Smallest target allowed.
    couples_units : bool
        Whether the outputs of a sample depend on each other.
    is_canonical : bool
        Whether the residual is a - y, so that without inputs the best output is the mean of the targets.
    """

    output: str
    value: Callable[[Any, Array, Array, float], Array]
    residual: Callable[[Any, Array, Array, float], Array]
    curvature_root: Callable[[Any, Array, Array, float], Array]
    score: Callable[[Any, Array, Array, float], Array]
    score_name: str
    scoring: str | None
    latex: str
    targets: Literal["classes", "numbers"] = "numbers"
    centering: Literal["mean", "median"] | None = None
    likelihood: Literal["known", "scaled"] | None = "known"
    parameter: Parameter | None = None
    lowest_target: float = -math.inf
    couples_units: bool = False
    is_canonical: bool = True


@dataclass(frozen=True)
class Parameter:
    """The parameter of a loss: its symbol, its default and the bounds it must lie strictly between."""

    symbol: str
    default: float
    low: float
    high: float


def _log_loss(xp: Any, z: Array, y: Array, _: float) -> Array:
    """-y log a - (1 - y) log(1 - a) = log(1 + e^z) - y z"""
    return xp.sum(softplus(xp, z) - y * z, axis=-2)


def _multinomial_log_loss(xp: Any, z: Array, y: Array, _: float) -> Array:
    """-sum_j y_j log a_j = sum_j y_j (log sum_k e^z_k - z_j)"""
    largest = xp.max(z, axis=-2, keepdims=True)
    log_sum = largest + xp.log(xp.sum(xp.exp(z - largest), axis=-2, keepdims=True))
    return xp.sum(y * (log_sum - z), axis=-2)


def _squared_error(xp: Any, z: Array, y: Array, _: float) -> Array:
    """(z - y)^2 / 2"""
    return xp.sum((z - y) * (z - y), axis=-2) / 2


def _poisson(xp: Any, z: Array, y: Array, _: float) -> Array:
    """a - y + y (log y - z), a = e^z: half the deviance"""
    return xp.sum(exponential(xp, z) - y + y * (log_of_positive(xp, y) - z), axis=-2)


def _difference(xp: Any, a: Array, y: Array, _: float) -> Array:
    """a - y"""
    return a - y


def _huber(xp: Any, z: Array, y: Array, delta: float) -> Array:
    """r^2 / 2 where |r| <= delta, else delta (|r| - delta / 2), r = z - y"""
    size = xp.abs(z - y)
    return xp.sum(xp.where(size <= delta, 0.5 * size * size, delta * (size - 0.5 * delta)), axis=-2)


def _huber_residual(xp: Any, a: Array, y: Array, delta: float) -> Array:
    """r clipped to [-delta, delta]"""
    r, edge = a - y, delta * xp.ones_like(a - y)
    return xp.where(r > edge, edge, xp.where(r < -edge, -edge, r))


def _huber_curvature_root(xp: Any, a: Array, y: Array, delta: float) -> Array:
    """1 where |r| <= delta, else 0"""
    one = xp.ones_like(a - y)
    return _diagonal(xp, xp.where(xp.abs(a - y) <= delta, one, 0 * one))


def _quantile(xp: Any, z: Array, y: Array, tau: float) -> Array:
    """tau (y - z) + h log(1 + e^((z - y) / h)), h = QUANTILE_WIDTH: at most h log 2 above the pinball loss"""
    return xp.sum(tau * (y - z) + QUANTILE_WIDTH * softplus(xp, (z - y) / QUANTILE_WIDTH), axis=-2)


def _quantile_residual(xp: Any, a: Array, y: Array, tau: float) -> Array:
    """1 / (1 + e^((y - a) / h)) - tau"""
    return logistic(xp, (a - y) / QUANTILE_WIDTH) - tau


def _quantile_curvature_root(xp: Any, a: Array, y: Array, tau: float) -> Array:
    """p (1 - p) / h, p = 1 / (1 + e^((y - a) / h))"""
    r = (a - y) / QUANTILE_WIDTH
    return _diagonal(xp, logistic(xp, r) * logistic(xp, -r) / QUANTILE_WIDTH)


def _diagonal(xp: Any, curvature: Array) -> Array:
    """Return the square roots of curvatures, (..., units, samples), as diagonal matrices."""
    one = xp.eye(curvature.shape[-2], dtype=curvature.dtype)
    return xp.sqrt(curvature)[..., :, None, :] * one[:, :, None]


def _multinomial_curvature_root(xp: Any, a: Array, y: Array, _: float) -> Array:
    """diag(sqrt a) - a sqrt(a)^T, whose square is diag(a) - a a^T"""
    roots = xp.sqrt(a)
    return _diagonal(xp, a) - a[..., :, None, :] * roots[..., None, :, :]


def _inside(xp: Any, a: Array) -> Array:
    """Clip probabilities so that they differ from 0 and 1 by at least the resolution of their type."""
    eps = float(xp.finfo(a.dtype).eps)
    low, high = eps * xp.ones_like(a), (1 - eps) * xp.ones_like(a)
    return xp.where(a < low, low, xp.where(a > high, high, a))


def _binary_log_loss_score(xp: Any, a: Array, y: Array, _: float) -> Array:
    a = _inside(xp, a)
    return -(y * xp.log(a) + (1 - y) * xp.log1p(-a))


def _poisson_deviance(xp: Any, a: Array, y: Array, _: float) -> Array:
    tiny = float(xp.finfo(a.dtype).tiny) * xp.ones_like(a)
    a = xp.where(a > tiny, a, tiny)
    return 2 * (y * (log_of_positive(xp, y) - xp.log(a)) - y + a)


def _pinball(xp: Any, a: Array, y: Array, tau: float) -> Array:
    return tau * (y - a) + positive(xp, a - y)


LOSSES = {
    "log_loss": Loss(
        output="logistic",
        value=_log_loss,
        residual=_difference,
        curvature_root=lambda xp, a, y, _: _diagonal(xp, a * (1 - a)),
        score=_binary_log_loss_score,
        score_name="log loss",
        scoring="neg_log_loss",
        latex=r"-y\log a-(1-y)\log(1-a)",
        targets="classes",
    ),
    "multinomial_log_loss": Loss(
        output="softmax",
        value=_multinomial_log_loss,
        residual=_difference,
        curvature_root=_multinomial_curvature_root,
        score=lambda xp, a, y, _: -(y * xp.log(_inside(xp, a))),
        score_name="log loss",
        scoring="neg_log_loss",
        latex=r"-\sum_j y_j\log a_j",
        targets="classes",
        couples_units=True,
    ),
    "squared_error": Loss(
        output="identity",
        value=_squared_error,
        residual=_difference,
        curvature_root=lambda xp, a, y, _: _diagonal(xp, xp.ones_like(a)),
        score=lambda xp, a, y, _: (a - y) * (a - y),
        score_name="mean squared error",
        scoring="neg_mean_squared_error",
        latex=r"\tfrac12(a-y)^2",
        centering="mean",
        likelihood="scaled",
    ),
    "poisson": Loss(
        output="exponential",
        value=_poisson,
        residual=_difference,
        curvature_root=lambda xp, a, y, _: _diagonal(xp, a),
        score=_poisson_deviance,
        score_name="mean Poisson deviance",
        scoring="neg_mean_poisson_deviance",
        latex=r"a-y+y\log(y/a)",
        lowest_target=0.0,
    ),
    "huber": Loss(
        output="identity",
        value=_huber,
        residual=_huber_residual,
        curvature_root=_huber_curvature_root,
        score=lambda xp, a, y, _: xp.abs(a - y),
        score_name="mean absolute error",
        scoring="neg_mean_absolute_error",
        latex=r"\tfrac12 r^2 \text{ where } \lvert r\rvert\le\delta, \text{ else } "
        r"\delta\,(\lvert r\rvert-\tfrac12\delta), \quad r = a-y",
        centering="median",
        likelihood=None,
        # in robust spreads of the target: 95% of the efficiency of the mean for normal errors (Huber, 1981)
        parameter=Parameter("δ", 1.345, 0.0, math.inf),
        is_canonical=False,
    ),
    "quantile": Loss(
        output="identity",
        value=_quantile,
        residual=_quantile_residual,
        curvature_root=_quantile_curvature_root,
        score=_pinball,
        score_name="mean pinball loss",
        scoring=None,
        latex=r"\tau\,(y-a)+h\log(1+e^{(a-y)/h})",
        centering="median",
        likelihood=None,
        parameter=Parameter("τ", 0.5, 0.0, 1.0),
        is_canonical=False,
    ),
}

REGRESSION_LOSSES = tuple(name for name, loss in LOSSES.items() if loss.targets == "numbers")


def parameter_of(loss: str, parameter: float | None) -> float:
    """Return the parameter of a loss: the default if None is given, 0 for a loss without a parameter."""
    known = LOSSES[loss].parameter
    if known is None:
        if parameter:
            raise InputError(f"loss={loss!r} has no parameter; got loss_parameter={parameter!r}")
        return 0.0
    if parameter is None:
        return known.default
    if not known.low < parameter < known.high:
        raise InputError(
            f"loss_parameter, the {known.symbol} of loss={loss!r}, must be above {known.low:g} and below "
            f"{known.high:g}; got {parameter!r}"
        )
    return float(parameter)
