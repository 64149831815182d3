"""Matrix products by BLAS, for wide layers."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

import numpy as np
import scipy.linalg.cython_blas  # noqa: F401 - the BLAS that compiled code calls, loaded here so that it is limited below
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import linalg
from numba.np.arrayobj import make_array
from threadpoolctl import ThreadpoolController


def _add_product_by_numpy(a: np.ndarray, a_transposed: bool, b: np.ndarray, b_transposed: bool, c: np.ndarray) -> None:
    """C += A B, with A or B optionally transposed."""
    c += (a.T if a_transposed else a) @ (b.T if b_transposed else b)


if config.DISABLE_JIT:
    add_product = _add_product_by_numpy
else:

    @intrinsic
    def add_product(typing_context: Any, a: Any, a_transposed: Any, b: Any, b_transposed: Any, c: Any) -> Any:
        """Compiled form of `_add_product_by_numpy`, for C-contiguous arrays.

        numba's ``np.dot`` calls the same BLAS, but cannot add to the output.
        """

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            linalg.ensure_blas()
            left, right, result = (
                make_array(kind)(context, builder, value) for kind, value in zip((a, b, c), arguments[::2], strict=True)
            )
            rows, columns = cgutils.unpack_tuple(builder, result.shape)
            left_shape = cgutils.unpack_tuple(builder, left.shape)
            inner = builder.select(arguments[1], left_shape[0], left_shape[1])
            flag = {False: ir.Constant(linalg.ll_char, ord("n")), True: ir.Constant(linalg.ll_char, ord("t"))}
            one = builder.bitcast(linalg.make_constant_slot(context, builder, c.dtype, 1.0), linalg.ll_void_p)
            pointers = [linalg.ll_void_p, linalg.ll_void_p, linalg.intp_t]
            gemm = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(
                    ir.IntType(32),
                    [linalg.ll_char] * 3
                    + [linalg.intp_t] * 3
                    + pointers
                    + [linalg.ll_void_p, linalg.intp_t]
                    + [linalg.ll_void_p] * 2
                    + [linalg.intp_t],
                ),
                "numba_xxgemm",
            )

            def data(array: Any) -> Any:
                return builder.bitcast(array.data, linalg.ll_void_p)

            def width(array: Any) -> Any:
                return cgutils.unpack_tuple(builder, array.shape)[1]

            # BLAS is column-major, where C' = B' A'
            status = builder.call(
                gemm,
                [
                    ir.Constant(linalg.ll_char, ord(linalg.get_blas_kind(c.dtype))),
                    builder.select(arguments[3], flag[True], flag[False]),
                    builder.select(arguments[1], flag[True], flag[False]),
                    columns,
                    rows,
                    inner,
                    one,
                    data(right),
                    width(right),
                    data(left),
                    width(left),
                    one,
                    data(result),
                    columns,
                ],
            )
            linalg.check_blas_return(context, builder, status)
            return context.get_dummy_value()

        return types.none(a, types.boolean, b, types.boolean, c), generate


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


class _Holder:
    """Limit BLAS to one thread while any fit needs it; several may run in threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._n_asking = 0

    def __enter__(self) -> None:
        with self._lock:
            self._n_asking += 1
            if self._n_asking == 1:
                self._limit = _controller().limit(limits=1, user_api="blas")

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._n_asking -= 1
            if self._n_asking == 0:
                self._limit.restore_original_limits()


# the last digits of a product depend on how it is divided between threads
ONE_THREAD = _Holder()
