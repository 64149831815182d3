"""One row for each output unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ridgenet.formulas._elementary import Array, Node, exponential, logistic


@dataclass(frozen=True)
class Output:
    """The output unit, the inverse of the link function of a generalised linear model.

    Attributes
    ----------
    value : callable
        Outputs from (xp, z).
    link : callable
        Inputs of the units from (xp, a), the inverse of `value`; for softmax, up to a constant.
    onnx : callable
        Adds the unit to an ONNX graph, where samples are rows, from (node, z).
    latex : str
        The formula, as docs/explanation/method.md shows it.
    """

    value: Callable[[Any, Array], Array]
    link: Callable[[Any, Array], Array]
    onnx: Callable[[Node, str], str]
    latex: str


def _softmax(xp: Any, z: Array) -> Array:
    """e^(z_j - max z) / sum over j"""
    e = xp.exp(z - xp.max(z, axis=-2, keepdims=True))
    return e / xp.sum(e, axis=-2, keepdims=True)


def _logit(xp: Any, a: Array) -> Array:
    """log a - log(1 - a)"""
    return xp.log(a) - xp.log1p(-a)


def _log(xp: Any, a: Array) -> Array:
    """log a"""
    return xp.log(a)


OUTPUTS = {
    "logistic": Output(logistic, _logit, lambda node, z: node("Sigmoid", z), r"1/(1+e^{-z})"),
    "softmax": Output(_softmax, _log, lambda node, z: node("Softmax", z, axis=1), r"e^{z_j}/\sum_k e^{z_k}"),
    "identity": Output(lambda xp, z: z, lambda xp, a: a, lambda node, z: node("Identity", z), r"z"),
    "exponential": Output(exponential, _log, lambda node, z: node("Exp", z), r"e^z"),
}
