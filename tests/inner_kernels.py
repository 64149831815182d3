"""Entry points around inner kernels, which tests compile for the target under test (`kernels.py`)."""

from ridgenet.core import _activations, _line_search, _losses, _penalties, _random_numbers, _update_rules
from ridgenet.core import _vector_math as vector_math
from ridgenet.core._kernels import entry_point
from ridgenet.core._struct import DataMatrix, DataVector, Float64Vector, Int64Vector, UInt64Vector
from ridgenet.core._update_rules import Rule


@entry_point
def exp(x: DataVector, y: DataVector) -> None:
    for i in range(x.shape[0]):
        y[i] = vector_math.exp(x[i])


@entry_point
def expm1(x: DataVector, y: DataVector) -> None:
    for i in range(x.shape[0]):
        y[i] = vector_math.expm1(x[i])


@entry_point
def tanh(x: DataVector, y: DataVector) -> None:
    for i in range(x.shape[0]):
        y[i] = vector_math.tanh(x[i])


@entry_point
def logistic(x: DataVector, y: DataVector) -> None:
    for i in range(x.shape[0]):
        y[i] = vector_math.logistic(x[i])


@entry_point
def softplus(x: DataVector, y: DataVector) -> None:
    for i in range(x.shape[0]):
        y[i] = vector_math.softplus(x[i])


@entry_point
def log1p_unit(x: DataVector, y: DataVector) -> None:
    for i in range(x.shape[0]):
        y[i] = vector_math.log1p_unit(x[i])


@entry_point
def log(x: DataVector, y: DataVector) -> None:
    for i in range(x.shape[0]):
        y[i] = vector_math.log(x[i])


@entry_point
def cosine_of_half_turns(t: Float64Vector, y: Float64Vector) -> None:
    for i in range(t.shape[0]):
        y[i] = vector_math.cosine_of_half_turns(t[i])


@entry_point
def activate(code: int, z: DataVector, a: DataVector) -> None:
    _activations.activate(code, z, a)


@entry_point
def multiply_by_derivative(code: int, z: DataVector, a: DataVector, delta: DataVector) -> None:
    _activations.multiply_by_derivative(code, z, a, delta)


@entry_point
def apply_output(code: int, z: DataMatrix, a: DataMatrix, scratch: DataVector) -> None:
    _losses.apply_output(code, z, a, scratch)


@entry_point
def loss_value(
    code: int, parameter: float, z: DataMatrix, a: DataMatrix, y: DataMatrix, shares: DataVector, scratch: DataVector
) -> float:
    return _losses.loss_value(code, parameter, z, a, y, shares, scratch)


@entry_point
def residual(code: int, parameter: float, a: DataMatrix, y: DataMatrix, shares: DataVector, delta: DataMatrix) -> None:
    _losses.residual(code, parameter, a, y, shares, delta)


@entry_point
def l2_value(parameters: DataVector, start: int, stop: int) -> float:
    return _penalties.l2_value(parameters, start, stop)


@entry_point
def l2_gradient(parameters: DataVector, strength: float, gradient: DataVector, start: int, stop: int) -> None:
    _penalties.l2_gradient(parameters, parameters.dtype.type(strength), gradient, start, stop)


@entry_point
def update(rule: Rule, layer_sizes: Int64Vector, parameters: DataVector, gradient: DataVector, step: float) -> None:
    _update_rules.update(rule, layer_sizes, parameters, gradient, step)


@entry_point
def shuffle(order: UInt64Vector, places: UInt64Vector, state: UInt64Vector) -> None:
    _random_numbers.shuffle(order, places, state)


@entry_point
def draw_mask(share_dropped: float, mask: DataVector, state: UInt64Vector) -> None:
    _random_numbers.draw_mask(share_dropped, mask, state)


@entry_point
def begin_search(numbers: Float64Vector, step: float, cost: float, slope: float) -> None:
    _line_search.begin_search(numbers, step, cost, slope)


@entry_point
def is_acceptable(numbers: Float64Vector, cost: float, slope: float, rounding: float) -> int:
    return 1 if _line_search.is_acceptable(numbers, cost, slope, rounding) else 0


@entry_point
def next_step(numbers: Float64Vector, cost: float, slope: float, rounding: float) -> None:
    _line_search.next_step(numbers, cost, slope, rounding)
