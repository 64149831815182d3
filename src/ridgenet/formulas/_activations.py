"""One row for each activation of hidden units."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ridgenet.formulas._elementary import Array, Node, logistic, positive, softplus

# of gelu: the logistic of GELU_SLOPE (z + GELU_CUBIC z^3) is within 2e-4 of the normal distribution function
# (Hendrycks and Gimpel, arXiv 1606.08415)
GELU_SLOPE, GELU_CUBIC = math.sqrt(8.0 / math.pi), 0.044715


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
        Largest ``|φ'(z)|``, a factor of λ_max.
    value_at_zero : float
        ``φ(0)``.
    has_kink : bool
        Whether the derivative jumps at z = 0.
    onnx : callable
        Adds φ to an ONNX graph, from (node, z).
    latex, latex_derivative : str
        The formulas, as docs/explanation/method.md shows them.
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


def _onnx_softplus(node: Node, z: str) -> str:
    """max(z, 0) + log(1 + e^-|z|): the operator Softplus overflows"""
    tail = node("Exp", node("Neg", node("Abs", z)))
    return node("Add", node("Relu", z), node("Log", node("Add", tail, 1.0)))


def _silu_derivative(xp: Any, z: Array, a: Array) -> Array:
    """s + a (1 - s), s = 1 / (1 + e^-z)"""
    s = logistic(xp, z)
    return s + a * (1 - s)


def _silu_second_derivative(xp: Any, z: Array, a: Array) -> Array:
    """s (1 - s) (2 + z (1 - 2 s)), s = 1 / (1 + e^-z)"""
    s = logistic(xp, z)
    return s * (1 - s) * (2 + z * (1 - 2 * s))


def _gelu_logit(xp: Any, z: Array) -> tuple[Array, Array, Array]:
    """v = 2 sqrt(2 / pi) (z + 0.044715 z^3), v' and v''; z is clipped where the logistic of v is 0 or 1"""
    z = xp.where(z < -20, -20 * xp.ones_like(z), xp.where(z > 20, 20 * xp.ones_like(z), z))
    return (
        GELU_SLOPE * (z + GELU_CUBIC * z * z * z),
        GELU_SLOPE * (1 + 3 * GELU_CUBIC * z * z),
        GELU_SLOPE * 6 * GELU_CUBIC * z,
    )


def _gelu(xp: Any, z: Array) -> Array:
    """z / (1 + e^-v), which is z (1 + tanh(v / 2)) / 2"""
    return z * logistic(xp, _gelu_logit(xp, z)[0])


def _gelu_derivative(xp: Any, z: Array, a: Array) -> Array:
    """s + a (1 - s) v', s = 1 / (1 + e^-v)"""
    v, v1, _ = _gelu_logit(xp, z)
    return logistic(xp, v) + a * logistic(xp, -v) * v1


def _gelu_second_derivative(xp: Any, z: Array, a: Array) -> Array:
    """s (1 - s) (2 v' + z ((1 - 2 s) v'^2 + v''))"""
    v, v1, v2 = _gelu_logit(xp, z)
    s, rest = logistic(xp, v), logistic(xp, -v)
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
        value=logistic,
        derivative=lambda xp, z, a: a * (1 - a),
        second_derivative=lambda xp, z, a: a * (1 - a) * (1 - 2 * a),
        largest_derivative=0.25,
        value_at_zero=0.5,
        onnx=lambda node, z: node("Sigmoid", z),
        latex=r"1/(1+e^{-z})",
        latex_derivative=r"a\,(1-a)",
    ),
    "tanh": Activation(
        value=lambda xp, z: xp.tanh(z),
        derivative=lambda xp, z, a: 1 - a * a,
        second_derivative=lambda xp, z, a: -2 * a * (1 - a * a),
        largest_derivative=1.0,
        value_at_zero=0.0,
        onnx=lambda node, z: node("Tanh", z),
        latex=r"\tanh z",
        latex_derivative=r"1-a^2",
    ),
    "relu": Activation(
        value=positive,
        derivative=lambda xp, z, a: xp.where(z > 0, xp.ones_like(z), xp.zeros_like(z)),
        second_derivative=lambda xp, z, a: xp.zeros_like(z),
        largest_derivative=1.0,
        value_at_zero=0.0,
        onnx=lambda node, z: node("Relu", z),
        latex=r"\max(z, 0)",
        latex_derivative=r"1 \text{ where } z>0, \text{ else } 0",
        has_kink=True,
    ),
    "softplus": Activation(
        value=softplus,
        derivative=lambda xp, z, a: logistic(xp, z),
        second_derivative=lambda xp, z, a: logistic(xp, z) * logistic(xp, -z),
        largest_derivative=1.0,
        value_at_zero=math.log(2.0),
        onnx=_onnx_softplus,
        latex=r"\log(1+e^z)",
        latex_derivative=r"1/(1+e^{-z})",
    ),
    "silu": Activation(
        value=lambda xp, z: z * logistic(xp, z),
        derivative=_silu_derivative,
        second_derivative=_silu_second_derivative,
        largest_derivative=1.0998393201288217,
        value_at_zero=0.0,
        onnx=lambda node, z: node("Mul", z, node("Sigmoid", z)),
        latex=r"z\,s, \quad s = 1/(1+e^{-z})",
        latex_derivative=r"s + a\,(1-s)",
    ),
    "gelu": Activation(
        value=_gelu,
        derivative=_gelu_derivative,
        second_derivative=_gelu_second_derivative,
        largest_derivative=1.1289930686587,
        value_at_zero=0.0,
        onnx=_onnx_gelu,
        latex=r"z\,s, \quad s = 1/(1+e^{-v}), \quad v = \sqrt{8/\pi}\,(z + 0.044715\,z^3)",
        latex_derivative=r"s + a\,(1-s)\,v'",
    ),
    "softsign": Activation(
        value=lambda xp, z: z / (1 + xp.abs(z)),
        derivative=_softsign_derivative,
        second_derivative=_softsign_second_derivative,
        largest_derivative=1.0,
        value_at_zero=0.0,
        onnx=lambda node, z: node("Div", z, node("Add", 1.0, node("Abs", z))),
        latex=r"z/(1+\lvert z\rvert)",
        latex_derivative=r"1/(1+\lvert z\rvert)^2",
    ),
}
