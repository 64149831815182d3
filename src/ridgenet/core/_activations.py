"""Activations of hidden layers: value and derivative of each.

Kernels run over flat arrays, z before the activation and a after it, with the rows of a layer one after
another, so that one call handles all units and samples of the layer.
"""

from __future__ import annotations

from ridgenet.core import _vector_math as vector_math
from ridgenet.core._kernels import kernel
from ridgenet.formulas import GELU_CUBIC, GELU_SLOPE

IDENTITY, LOGISTIC, TANH, RELU, SOFTPLUS, SILU, GELU, SOFTSIGN = range(8)


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


@kernel
def gelu_logit(z):
    """v = sqrt(8 / pi) (z + 0.044715 z^3), with z clipped to where the logistic of v is 0 or 1"""
    T = type(z)
    z = max(min(z, T(20.0)), T(-20.0))
    return T(GELU_SLOPE) * (z + T(GELU_CUBIC) * z * z * z)


@kernel
def gelu_value(z, a):
    """a = z / (1 + e^-v)"""
    for i in range(z.shape[0]):
        a[i] = z[i] * vector_math.logistic(gelu_logit(z[i]))


@kernel
def gelu_derivative(z, a, delta):
    """phi' = s + a (1 - s) v', s = 1 / (1 + e^-v)"""
    for i in range(z.shape[0]):
        T = type(z[i])
        v, held = gelu_logit(z[i]), max(min(z[i], T(20.0)), T(-20.0))
        slope = T(GELU_SLOPE) * (T(1.0) + T(3.0 * GELU_CUBIC) * held * held)
        delta[i] *= vector_math.logistic(v) + a[i] * vector_math.logistic(-v) * slope


@kernel
def softsign_value(z, a):
    """a = z / (1 + |z|)"""
    for i in range(z.shape[0]):
        a[i] = z[i] / (z.dtype.type(1.0) + abs(z[i]))


@kernel
def softsign_derivative(z, a, delta):
    """phi' = 1 / (1 + |z|)^2"""
    for i in range(z.shape[0]):
        size = z.dtype.type(1.0) + abs(z[i])
        delta[i] /= size * size


@kernel
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
    elif code == GELU:
        gelu_value(z, a)
    elif code == SOFTSIGN:
        softsign_value(z, a)
    else:
        identity_value(z, a)


@kernel
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
    elif code == GELU:
        gelu_derivative(z, a, delta)
    elif code == SOFTSIGN:
        softsign_derivative(z, a, delta)
    else:
        identity_derivative(z, a, delta)


# codes by which kernels select a row of `formulas.ACTIVATIONS`
CODES = {
    "identity": IDENTITY,
    "logistic": LOGISTIC,
    "tanh": TANH,
    "relu": RELU,
    "softplus": SOFTPLUS,
    "silu": SILU,
    "gelu": GELU,
    "softsign": SOFTSIGN,
}
