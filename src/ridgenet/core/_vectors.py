"""Views of the memory of a workspace as vectors and matrices, and operations on whole vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from ridgenet.core._compile import kernel, reduction


def _matrix_by_slicing(flat: np.ndarray, start: int, n_rows: int, n_columns: int) -> np.ndarray:
    """Return ``n_rows x n_columns`` numbers of `flat` from `start` on as a C-contiguous matrix."""
    return flat.ravel()[start : start + n_rows * n_columns].reshape((n_rows, n_columns))


def _vector_by_slicing(flat: np.ndarray, start: int, length: int) -> np.ndarray:
    """Return `length` numbers of `flat` from `start` on."""
    return flat.ravel()[start : start + length]


def _borrow(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    flat_type, result_type = signature.args[0], signature.return_type
    flat, start, *shape = arguments
    data = builder.gep(make_array(flat_type)(context, builder, flat).data, [start])
    item = context.get_abi_sizeof(context.get_data_type(flat_type.dtype))
    item = context.get_constant(types.intp, item)
    strides = [builder.mul(shape[-1], item), item][-len(shape) :]
    view = make_array(result_type)(context, builder)
    populate_array(
        view,
        data=data,
        shape=cgutils.pack_array(builder, shape),
        strides=cgutils.pack_array(builder, strides),
        itemsize=item,
        meminfo=None,
    )
    return view._getvalue()


if config.DISABLE_JIT:
    matrix, vector = _matrix_by_slicing, _vector_by_slicing
else:

    @intrinsic
    def matrix(typing_context: Any, flat: Any, start: Any, n_rows: Any, n_columns: Any) -> Any:
        """Compiled form of `_matrix_by_slicing`."""
        result = types.Array(flat.dtype, 2, "C")
        return result(flat, types.intp, types.intp, types.intp), _borrow

    @intrinsic
    def vector(typing_context: Any, flat: Any, start: Any, length: Any) -> Any:
        """Compiled form of `_vector_by_slicing`."""
        result = types.Array(flat.dtype, 1, "C")
        return result(flat, types.intp, types.intp), _borrow


@reduction
def dot(a, b):
    """a b"""
    total = a.dtype.type(0.0)
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return np.float64(total)


@kernel
def add_multiple(factor, a, b):
    """b += factor a"""
    factor = a.dtype.type(factor)
    for i in range(a.shape[0]):
        b[i] += factor * a[i]


@kernel
def copy(a, b):
    """b = a"""
    for i in range(a.shape[0]):
        b[i] = a[i]


@kernel
def largest_component(a):
    """max |a_i|; NaN if one is"""
    largest = a.dtype.type(0.0)
    for i in range(a.shape[0]):
        largest = largest if abs(a[i]) <= largest else abs(a[i])
    return np.float64(largest)
