"""The formulas of the method, each once: activations, output units and losses, one row of a table for each.

Everything that needs a formula reads it here: `equations`, devices, the evidence, the grid of the path, the export to
ONNX, help texts and tests. The compiled kernels (`core.activations`, `core.losses`) are held against every row by a
test.

Functions take the namespace of an array library first (the array API standard: `numpy`, CuPy, PyTorch by way of
array-api-compat). z is what enters the units of a layer and a what leaves them, of shape (..., units, samples); y are
the targets, of the shape of the last layer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from ridgenet._errors import InputError

Array = Any
# adds an operator to a graph of ONNX: its name and its inputs, a number being a constant; returns its output
Node = Callable[..., str]


# of gelu: the logistic of GELU_SLOPE (z + GELU_CUBIC z^3) is within 2e-4 of the normal distribution function
# (Hendrycks and Gimpel, arXiv 1606.08415)
GELU_SLOPE, GELU_CUBIC = math.sqrt(8.0 / math.pi), 0.044715
# over so many robust spreads of the target the kink of the quantile loss is rounded off. Ten times as wide, predicted
# quantiles lie too far out where R² is above 0.95; narrower, searches take longer
QUANTILE_WIDTH = 0.005

Documented = TypeVar("Documented", bound=Callable[..., Any])


@dataclass(frozen=True)
class Activation:
    """The activation φ of hidden units.

    Attributes
    ----------
    value : callable
        ``φ(z)``, from (xp, z).
    derivative, second_derivative : callable
        ``φ'(z)`` and ``φ''(z)``, from (xp, z, a) with a = φ(z).
    largest_derivative : float
        Largest ``|φ'(z)|``: with it λ_max is known.
    value_at_zero : float
        ``φ(0)``.
    has_kink : bool
        Whether the derivative jumps at z = 0.
    onnx : callable
        Adds φ to a graph, from (node, z).
    latex, latex_derivative : str
        The formulas in print.
    """

    value: Callable[[Any, Array], Array]
    derivative: Callable[[Any, Array, Array], Array]
    second_derivative: Callable[[Any, Array, Array], Array]
    largest_derivative: float
    value_at_zero: float
    onnx: Callable[[Node, str], str]
    latex: str
    latex_derivative: str
    has_kink: bool = False


@dataclass(frozen=True)
class Output:
    """The output unit, the inverse of the link function of a generalised linear model.

    Attributes
    ----------
    value : callable
        Outputs from (xp, z).
    onnx : callable
        Adds it to a graph, from (node, z); samples are rows there.
    latex : str
        The formula in print.
    """

    value: Callable[[Any, Array], Array]
    onnx: Callable[[Node, str], str]
    latex: str


@dataclass(frozen=True)
class Loss:
    """A loss, and the output unit that it is used with.

    Functions end with the loss's own parameter; those that have none do not look at it.

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
        The terms, one for each output, of the loss in its usual form, from (xp, a, y, parameter).
    score_name : str
        What that form is called.
    scoring : str or None
        scikit-learn's name of the scorer that is its negative mean, if there is one.
    latex : str
        The formula in print.
    targets : {"classes", "numbers"}
        What is learned with it.
    centering : {None, "mean", "median"}
        What targets are standardised by: not at all, by mean and standard deviation, or by median and robust spread.
    likelihood : {"known", "scaled", None}
        Whether it is minus a log likelihood, up to a variance of the noise, or not at all: needed by the evidence.
    parameter : Parameter or None
        Its own parameter.
    lowest_target : float
        Targets below have no finite loss.
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
    """The parameter of a loss: its symbol, its default, and the open interval it may lie in."""

    symbol: str
    default: float
    low: float
    high: float


# parts of formulas


def _positive(xp: Any, z: Array) -> Array:
    """max(z, 0)"""
    return xp.where(z > 0, z, xp.zeros_like(z))


def _logistic(xp: Any, z: Array) -> Array:
    """1 / (1 + e^-z), written with e^-|z|, which cannot overflow"""
    e = xp.exp(-xp.abs(z))
    return xp.where(z >= 0, xp.ones_like(z), e) / (1 + e)


def _softplus(xp: Any, z: Array) -> Array:
    """log(1 + e^z)"""
    return _positive(xp, z) + xp.log1p(xp.exp(-xp.abs(z)))


def _onnx_softplus(node: Node, z: str) -> str:
    """max(z, 0) + log(1 + e^-|z|): the operator Softplus overflows"""
    tail = node("Exp", node("Neg", node("Abs", z)))
    return node("Add", node("Relu", z), node("Log", node("Add", tail, 1.0)))


def _silu_derivative(xp: Any, z: Array, a: Array) -> Array:
    """s + a (1 - s), s = 1 / (1 + e^-z)"""
    s = _logistic(xp, z)
    return s + a * (1 - s)


def _silu_second_derivative(xp: Any, z: Array, a: Array) -> Array:
    """s (1 - s) (2 + z (1 - 2 s)), s = 1 / (1 + e^-z)"""
    s = _logistic(xp, z)
    return s * (1 - s) * (2 + z * (1 - 2 * s))


def _gelu_logit(xp: Any, z: Array) -> tuple[Array, Array, Array]:
    """v = 2 sqrt(2 / pi) (z + 0.044715 z^3), v' and v''; far from 0, where the logistic of v is 0 or 1, held"""
    z = xp.where(z < -20, -20 * xp.ones_like(z), xp.where(z > 20, 20 * xp.ones_like(z), z))
    return (
        GELU_SLOPE * (z + GELU_CUBIC * z * z * z),
        GELU_SLOPE * (1 + 3 * GELU_CUBIC * z * z),
        GELU_SLOPE * 6 * GELU_CUBIC * z,
    )


def _gelu(xp: Any, z: Array) -> Array:
    """z / (1 + e^-v), which is z (1 + tanh(v / 2)) / 2"""
    return z * _logistic(xp, _gelu_logit(xp, z)[0])


def _gelu_derivative(xp: Any, z: Array, a: Array) -> Array:
    """s + a (1 - s) v', s = 1 / (1 + e^-v)"""
    v, v1, _ = _gelu_logit(xp, z)
    return _logistic(xp, v) + a * _logistic(xp, -v) * v1


def _gelu_second_derivative(xp: Any, z: Array, a: Array) -> Array:
    """s (1 - s) (2 v' + z ((1 - 2 s) v'^2 + v''))"""
    v, v1, v2 = _gelu_logit(xp, z)
    s, rest = _logistic(xp, v), _logistic(xp, -v)
    return s * rest * (2 * v1 + z * ((rest - s) * v1 * v1 + v2))


def _onnx_gelu(node: Node, z: str) -> str:
    cube = node("Mul", node("Mul", z, z), z)
    v = node("Mul", GELU_SLOPE, node("Add", z, node("Mul", GELU_CUBIC, cube)))
    return node("Mul", z, node("Sigmoid", v))


def _softsign_derivative(xp: Any, z: Array, a: Array) -> Array:
    """1 / (1 + |z|)^2"""
    return 1 / ((1 + xp.abs(z)) * (1 + xp.abs(z)))


def _softsign_second_derivative(xp: Any, z: Array, a: Array) -> Array:
    """-2 sign(z) / (1 + |z|)^3"""
    return -2 * xp.sign(z) * _softsign_derivative(xp, z, a) / (1 + xp.abs(z))


def _softmax(xp: Any, z: Array) -> Array:
    """e^(z_j - max z) / sum over j"""
    e = xp.exp(z - xp.max(z, axis=-2, keepdims=True))
    return e / xp.sum(e, axis=-2, keepdims=True)


def _exponential(xp: Any, z: Array) -> Array:
    """e^z, held at the largest number that is finite"""
    return xp.exp(xp.where(z < 709.0, z, 709.0 * xp.ones_like(z)))


def _log_loss(xp: Any, z: Array, y: Array, _: float) -> Array:
    """-y log a - (1 - y) log(1 - a) = log(1 + e^z) - y z"""
    return xp.sum(_softplus(xp, z) - y * z, axis=-2)


def _multinomial_log_loss(xp: Any, z: Array, y: Array, _: float) -> Array:
    """-sum_j y_j log a_j = sum_j y_j (log sum_k e^z_k - z_j)"""
    largest = xp.max(z, axis=-2, keepdims=True)
    log_sum = largest + xp.log(xp.sum(xp.exp(z - largest), axis=-2, keepdims=True))
    return xp.sum(y * (log_sum - z), axis=-2)


def _squared_error(xp: Any, z: Array, y: Array, _: float) -> Array:
    """(z - y)^2 / 2"""
    return xp.sum((z - y) * (z - y), axis=-2) / 2


def _log_of_positive(xp: Any, y: Array) -> Array:
    """log y, 0 where y is 0: 0 log 0 is 0"""
    return xp.log(xp.where(y > 0, y, xp.ones_like(y)))


def _poisson(xp: Any, z: Array, y: Array, _: float) -> Array:
    """a - y + y (log y - z), a = e^z: half the deviance"""
    return xp.sum(_exponential(xp, z) - y + y * (_log_of_positive(xp, y) - z), axis=-2)


def _difference(xp: Any, a: Array, y: Array, _: float) -> Array:
    """a - y"""
    return a - y


def _huber(xp: Any, z: Array, y: Array, delta: float) -> Array:
    """r^2 / 2 where |r| <= delta, else delta (|r| - delta / 2), r = z - y"""
    size = xp.abs(z - y)
    return xp.sum(xp.where(size <= delta, 0.5 * size * size, delta * (size - 0.5 * delta)), axis=-2)


def _huber_residual(xp: Any, a: Array, y: Array, delta: float) -> Array:
    """r held between -delta and delta"""
    r, edge = a - y, delta * xp.ones_like(a - y)
    return xp.where(r > edge, edge, xp.where(r < -edge, -edge, r))


def _huber_curvature_root(xp: Any, a: Array, y: Array, delta: float) -> Array:
    """1 where |r| <= delta, else 0"""
    one = xp.ones_like(a - y)
    return _diagonal(xp, xp.where(xp.abs(a - y) <= delta, one, 0 * one))


def _quantile(xp: Any, z: Array, y: Array, tau: float) -> Array:
    """tau (y - z) + h log(1 + e^((z - y) / h)), h = QUANTILE_WIDTH: at most h log 2 above the pinball loss"""
    return xp.sum(tau * (y - z) + QUANTILE_WIDTH * _softplus(xp, (z - y) / QUANTILE_WIDTH), axis=-2)


def _quantile_residual(xp: Any, a: Array, y: Array, tau: float) -> Array:
    """1 / (1 + e^((y - a) / h)) - tau"""
    return _logistic(xp, (a - y) / QUANTILE_WIDTH) - tau


def _quantile_curvature_root(xp: Any, a: Array, y: Array, tau: float) -> Array:
    """p (1 - p) / h, p = 1 / (1 + e^((y - a) / h))"""
    r = (a - y) / QUANTILE_WIDTH
    return _diagonal(xp, _logistic(xp, r) * _logistic(xp, -r) / QUANTILE_WIDTH)


def _diagonal(xp: Any, curvature: Array) -> Array:
    """Return the roots of curvatures, (..., units, samples), as diagonal matrices."""
    one = xp.eye(curvature.shape[-2], dtype=curvature.dtype)
    return xp.sqrt(curvature)[..., :, None, :] * one[:, :, None]


def _multinomial_curvature_root(xp: Any, a: Array, y: Array, _: float) -> Array:
    """diag(sqrt a) - a sqrt(a)^T, whose square is diag(a) - a a^T"""
    roots = xp.sqrt(a)
    return _diagonal(xp, a) - a[..., :, None, :] * roots[..., None, :, :]


def _inside(xp: Any, a: Array) -> Array:
    """Return probabilities off 0 and 1, as far as their type tells."""
    eps = float(xp.finfo(a.dtype).eps)
    low, high = eps * xp.ones_like(a), (1 - eps) * xp.ones_like(a)
    return xp.where(a < low, low, xp.where(a > high, high, a))


def _binary_log_loss_score(xp: Any, a: Array, y: Array, _: float) -> Array:
    a = _inside(xp, a)
    return -(y * xp.log(a) + (1 - y) * xp.log1p(-a))


def _poisson_deviance(xp: Any, a: Array, y: Array, _: float) -> Array:
    tiny = float(xp.finfo(a.dtype).tiny) * xp.ones_like(a)
    a = xp.where(a > tiny, a, tiny)
    return 2 * (y * (_log_of_positive(xp, y) - xp.log(a)) - y + a)


def _pinball(xp: Any, a: Array, y: Array, tau: float) -> Array:
    return tau * (y - a) + _positive(xp, a - y)


# the tables

ACTIVATIONS = {
    "identity": Activation(
        value=lambda xp, z: z,
        derivative=lambda xp, z, a: xp.ones_like(z),
        second_derivative=lambda xp, z, a: xp.zeros_like(z),
        largest_derivative=1.0,
        value_at_zero=0.0,
        onnx=lambda node, z: node("Identity", z),
        latex=r"z",
        latex_derivative=r"1",
    ),
    "logistic": Activation(
        value=_logistic,
        derivative=lambda xp, z, a: a * (1 - a),
        second_derivative=lambda xp, z, a: a * (1 - a) * (1 - 2 * a),
        largest_derivative=0.25,
        value_at_zero=0.5,
        onnx=lambda node, z: node("Sigmoid", z),
        latex=r"\frac{1}{1 + e^{-z}}",
        latex_derivative=r"a\,(1 - a)",
    ),
    "tanh": Activation(
        value=lambda xp, z: xp.tanh(z),
        derivative=lambda xp, z, a: 1 - a * a,
        second_derivative=lambda xp, z, a: -2 * a * (1 - a * a),
        largest_derivative=1.0,
        value_at_zero=0.0,
        onnx=lambda node, z: node("Tanh", z),
        latex=r"\tanh z",
        latex_derivative=r"1 - a^2",
    ),
    "relu": Activation(
        value=_positive,
        derivative=lambda xp, z, a: xp.where(z > 0, xp.ones_like(z), xp.zeros_like(z)),
        second_derivative=lambda xp, z, a: xp.zeros_like(z),
        largest_derivative=1.0,
        value_at_zero=0.0,
        onnx=lambda node, z: node("Relu", z),
        latex=r"\max(z, 0)",
        latex_derivative=r"[z > 0]",
        has_kink=True,
    ),
    "softplus": Activation(
        value=_softplus,
        derivative=lambda xp, z, a: _logistic(xp, z),
        second_derivative=lambda xp, z, a: _logistic(xp, z) * _logistic(xp, -z),
        largest_derivative=1.0,
        value_at_zero=math.log(2.0),
        onnx=_onnx_softplus,
        latex=r"\log(1 + e^z)",
        latex_derivative=r"\frac{1}{1 + e^{-z}}",
    ),
    "silu": Activation(
        value=lambda xp, z: z * _logistic(xp, z),
        derivative=_silu_derivative,
        second_derivative=_silu_second_derivative,
        largest_derivative=1.0998393201288217,
        value_at_zero=0.0,
        onnx=lambda node, z: node("Mul", z, node("Sigmoid", z)),
        latex=r"\frac{z}{1 + e^{-z}}",
        latex_derivative=r"s + a\,(1 - s), \quad s = \frac{1}{1 + e^{-z}}",
    ),
    "gelu": Activation(
        value=_gelu,
        derivative=_gelu_derivative,
        second_derivative=_gelu_second_derivative,
        largest_derivative=1.1289930686587,
        value_at_zero=0.0,
        onnx=_onnx_gelu,
        latex=r"\frac{z}{1 + e^{-v}}, \quad v = \sqrt{8 / \pi}\,(z + 0.044715\,z^3)",
        latex_derivative=r"s + a\,(1 - s)\,v', \quad s = \frac{1}{1 + e^{-v}}",
    ),
    "softsign": Activation(
        value=lambda xp, z: z / (1 + xp.abs(z)),
        derivative=_softsign_derivative,
        second_derivative=_softsign_second_derivative,
        largest_derivative=1.0,
        value_at_zero=0.0,
        onnx=lambda node, z: node("Div", z, node("Add", 1.0, node("Abs", z))),
        latex=r"\frac{z}{1 + |z|}",
        latex_derivative=r"\frac{1}{(1 + |z|)^2}",
    ),
}

OUTPUTS = {
    "logistic": Output(_logistic, lambda node, z: node("Sigmoid", z), r"\frac{1}{1 + e^{-z}}"),
    "softmax": Output(_softmax, lambda node, z: node("Softmax", z, axis=1), r"\frac{e^{z_j}}{\sum_k e^{z_k}}"),
    "identity": Output(lambda xp, z: z, lambda node, z: node("Identity", z), r"z"),
    "exponential": Output(_exponential, lambda node, z: node("Exp", z), r"e^z"),
}

LOSSES = {
    "log_loss": Loss(
        output="logistic",
        value=_log_loss,
        residual=_difference,
        curvature_root=lambda xp, a, y, _: _diagonal(xp, a * (1 - a)),
        score=_binary_log_loss_score,
        score_name="log loss",
        scoring="neg_log_loss",
        latex=r"-y \log a - (1 - y) \log(1 - a)",
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
        latex=r"-\sum_j y_j \log a_j",
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
        latex=r"\tfrac{1}{2} (a - y)^2",
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
        latex=r"a - y + y \log(y / a)",
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
        latex=r"\tfrac{1}{2} (a - y)^2 \text{ where } |a - y| \le \delta, \text{ else } "
        r"\delta\,(|a - y| - \tfrac{1}{2} \delta)",
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
        latex=r"\tau\,(y - a) + h \log(1 + e^{(a - y) / h})",
        centering="median",
        likelihood=None,
        parameter=Parameter("τ", 0.5, 0.0, 1.0),
        is_canonical=False,
    ),
}

REGRESSION_LOSSES = tuple(name for name, loss in LOSSES.items() if loss.targets == "numbers")


def parameter_of(loss: str, parameter: float | None) -> float:
    """Return the parameter of a loss, its default if it is None; 0 for a loss that has none."""
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


# what docstrings list: the field, in its own braces, stands for the names
NAMES: dict[str, tuple[str, ...]] = {
    "{activations}": tuple(ACTIVATIONS),
    "{losses}": tuple(LOSSES),
    "{regression_losses}": REGRESSION_LOSSES,
}


def with_names(documented: Documented) -> Documented:
    """Fill ``{activations}``, ``{losses}`` and ``{regression_losses}`` in a docstring with the names in the tables."""
    if documented.__doc__:
        for field, names in NAMES.items():
            listed = ", ".join(f'"{name}"' for name in names)
            text = documented.__doc__.replace(f"{{{field}}}", f"{{{listed}}}")
            documented.__doc__ = text.replace(field, listed)
    return documented
