"""Activations of hidden layers: the value of each, and its derivative, side by side.

Every kernel runs over flat arrays: z before the activation, a after it. The rows of a layer lie one
behind the other there, so one call does all units and examples of the layer.
"""

from __future__ import annotations

from ridgenet._compile import kernel, outlined
from ridgenet.core import vector_math

IDENTITY, LOGISTIC, TANH, RELU, SOFTPLUS, SILU = range(6)


@kernel
def identity_value(z, a):
    """a = z"""
    for i in range(z.shape[0]):
        a[i] = z[i]


@kernel
def identity_derivative(z, a, delta):
    """phi' = 1"""


@kernel
def logistic_value(z, a):
    """a = 1 / (1 + e^-z)"""
    for i in range(z.shape[0]):
        a[i] = vector_math.logistic(z[i])


@kernel
def logistic_derivative(z, a, delta):
    """phi' = a (1 - a)"""
    for i in range(a.shape[0]):
        delta[i] *= a[i] * (a.dtype.type(1.0) - a[i])


@kernel
def tanh_value(z, a):
    """a = tanh z"""
    for i in range(z.shape[0]):
        a[i] = vector_math.tanh(z[i])


@kernel
def tanh_derivative(z, a, delta):
    """phi' = 1 - a^2"""
    for i in range(a.shape[0]):
        delta[i] *= a.dtype.type(1.0) - a[i] * a[i]


@kernel
def relu_value(z, a):
    """a = max(z, 0)"""
    for i in range(z.shape[0]):
        a[i] = z[i] if z[i] > z.dtype.type(0.0) else z.dtype.type(0.0)


@kernel
def relu_derivative(z, a, delta):
    """phi' = 1 where z > 0, else 0"""
    for i in range(z.shape[0]):
        delta[i] = delta[i] if z[i] > z.dtype.type(0.0) else z.dtype.type(0.0)


@kernel
def softplus_value(z, a):
    """a = log(1 + e^z)"""
    for i in range(z.shape[0]):
        a[i] = vector_math.softplus(z[i])


@kernel
def softplus_derivative(z, a, delta):
    """phi' = 1 / (1 + e^-z)"""
    for i in range(z.shape[0]):
        delta[i] *= vector_math.logistic(z[i])


@kernel
def silu_value(z, a):
    """a = z / (1 + e^-z)"""
    for i in range(z.shape[0]):
        a[i] = z[i] * vector_math.logistic(z[i])


@kernel
def silu_derivative(z, a, delta):
    """phi' = s + a (1 - s), s = 1 / (1 + e^-z)"""
    for i in range(z.shape[0]):
        s = vector_math.logistic(z[i])
        delta[i] *= s + z[i] * s * (z.dtype.type(1.0) - s)


@outlined
def activate(code, z, a):
    """Write phi(z) to a."""
    if code == TANH:
        tanh_value(z, a)
    elif code == RELU:
        relu_value(z, a)
    elif code == LOGISTIC:
        logistic_value(z, a)
    elif code == SOFTPLUS:
        softplus_value(z, a)
    elif code == SILU:
        silu_value(z, a)
    else:
        identity_value(z, a)


@outlined
def multiply_by_derivative(code, z, a, delta):
    """Multiply delta by phi'(z)."""
    if code == TANH:
        tanh_derivative(z, a, delta)
    elif code == RELU:
        relu_derivative(z, a, delta)
    elif code == LOGISTIC:
        logistic_derivative(z, a, delta)
    elif code == SOFTPLUS:
        softplus_derivative(z, a, delta)
    elif code == SILU:
        silu_derivative(z, a, delta)
    else:
        identity_derivative(z, a, delta)


# what kernels know each row of `formulas.ACTIVATIONS` by
CODES = {
    "identity": IDENTITY,
    "logistic": LOGISTIC,
    "tanh": TANH,
    "relu": RELU,
    "softplus": SOFTPLUS,
    "silu": SILU,
}
