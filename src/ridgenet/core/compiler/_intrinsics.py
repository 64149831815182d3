"""Compiled forms of `core._intrinsics`, as LLVM instructions."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

# functions of BLAS, as global variables of the library, which its user sets; null where there is no BLAS
GEMM = {types.float64: "ridgenet_dgemm", types.float32: "ridgenet_sgemm"}
POINTER = ir.PointerType(ir.IntType(8))


def array_at(context: Any, builder: Any, array_type: Any, data: Any, shape: list[Any]) -> Any:
    """Return a C-contiguous array of memory that belongs to something else."""
    item = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(array_type.dtype)))
    strides = [builder.mul(shape[-1], item), item][-len(shape) :]
    view = make_array(array_type)(context, builder)
    populate_array(
        view,
        data=data,
        shape=cgutils.pack_array(builder, shape),
        strides=cgutils.pack_array(builder, strides),
        itemsize=item,
        meminfo=None,
    )
    return view._getvalue()


def _borrow(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    flat_type = signature.args[0]
    flat, start, *shape = arguments
    data = builder.gep(make_array(flat_type)(context, builder, flat).data, [start])
    return array_at(context, builder, signature.return_type, data, shape)


@intrinsic
def matrix(typing_context: Any, flat: Any, start: Any, n_rows: Any, n_columns: Any) -> Any:
    """View memory as a matrix."""
    return types.Array(flat.dtype, 2, "C")(flat, types.intp, types.intp, types.intp), _borrow


@intrinsic
def vector(typing_context: Any, flat: Any, start: Any, length: Any) -> Any:
    """View memory as a vector."""
    return types.Array(flat.dtype, 1, "C")(flat, types.intp, types.intp), _borrow


def _bits_of(x: Any) -> tuple[Any, int, int]:
    """Return an integer type of the size of x, the number of bits of its mantissa, and the bias of its exponent."""
    return (ir.IntType(32), 23, 127) if x == types.float32 else (ir.IntType(64), 52, 1023)


@intrinsic
def power_of_two(typing_context: Any, rounded: Any) -> Any:
    """Move the lowest bits into the exponent."""
    integer, mantissa, bias = _bits_of(rounded)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        bits = builder.bitcast(arguments[0], integer)
        exponent = builder.shl(bits, ir.Constant(integer, mantissa))
        exponent = builder.add(exponent, ir.Constant(integer, bias << mantissa))
        return builder.bitcast(exponent, context.get_value_type(signature.return_type))

    return rounded(rounded), generate


@intrinsic
def binary_parts(typing_context: Any, x: Any) -> Any:
    """Split a positive number into exponent and mantissa."""
    integer, mantissa, bias = _bits_of(x)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        number = context.get_value_type(x)
        bits = builder.bitcast(arguments[0], integer)
        # the exponent as the lowest bits of 2^mantissa: a float without a conversion
        exponent = builder.lshr(bits, ir.Constant(integer, mantissa))
        exponent = builder.or_(exponent, ir.Constant(integer, (mantissa + bias) << mantissa))
        exponent = builder.bitcast(exponent, number)
        exponent = builder.fsub(exponent, ir.Constant(number, 2.0**mantissa + bias))
        fraction = builder.and_(bits, ir.Constant(integer, (1 << mantissa) - 1))
        fraction = builder.or_(fraction, ir.Constant(integer, bias << mantissa))
        fraction = builder.bitcast(fraction, number)
        return context.make_tuple(builder, signature.return_type, (exponent, fraction))

    return types.UniTuple(x, 2)(x), generate


def _gemm(builder: Any, dtype: Any) -> Any:
    module, name = builder.module, GEMM[dtype]
    variable = module.globals.get(name) or ir.GlobalVariable(module, POINTER, name)
    return builder.load(variable)


@intrinsic
def has_blas(typing_context: Any) -> Any:
    """Compare the function of BLAS with null."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return cgutils.is_not_null(builder, _gemm(builder, types.float64))

    return types.boolean(), generate


def _stored(builder: Any, value: Any) -> Any:
    """Return the address of a number: Fortran takes all arguments by reference."""
    return builder.bitcast(cgutils.alloca_once_value(builder, value), POINTER)


@intrinsic
def add_product(typing_context: Any, a: Any, a_transposed: Any, b: Any, b_transposed: Any, c: Any) -> Any:
    """Call GEMM with factors of one; numba's ``np.dot`` cannot add to the output."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        left, right, result = (
            make_array(kind)(context, builder, value) for kind, value in zip((a, b, c), arguments[::2], strict=True)
        )
        rows, columns = cgutils.unpack_tuple(builder, result.shape)
        left_shape = cgutils.unpack_tuple(builder, left.shape)
        inner = builder.select(arguments[1], left_shape[0], left_shape[1])
        one = _stored(builder, ir.Constant(context.get_value_type(c.dtype), 1.0))

        def whole(value: Any) -> Any:
            return _stored(builder, builder.trunc(value, ir.IntType(32)))

        def flag(transposed: Any) -> Any:
            letter = ir.IntType(8)
            return _stored(builder, builder.select(transposed, letter(ord("t")), letter(ord("n"))))

        def data(array: Any) -> Any:
            return builder.bitcast(array.data, POINTER)

        def width(array: Any) -> Any:
            return whole(cgutils.unpack_tuple(builder, array.shape)[1])

        # BLAS is column-major, where C' = B' A'
        given = [
            flag(arguments[3]), flag(arguments[1]), whole(columns), whole(rows), whole(inner),
            one, data(right), width(right), data(left), width(left), one, data(result), whole(columns),
        ]  # fmt: skip
        kind = ir.FunctionType(ir.VoidType(), [POINTER] * len(given))
        builder.call(builder.bitcast(_gemm(builder, c.dtype), ir.PointerType(kind)), given)
        return context.get_dummy_value()

    return types.none(a, types.boolean, b, types.boolean, c), generate
