"""Operations that kernels need beyond Python's own: views of memory, bits of a float, products by BLAS.

These are their Python forms, which plain Python runs. `compiler._intrinsics` has the compiled forms, under the same
names.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ridgenet.core._mode import MODE


def matrix(flat: np.ndarray, start: int, n_rows: int, n_columns: int) -> np.ndarray:
    """Return ``n_rows x n_columns`` numbers of `flat` from `start` on as a C-contiguous matrix."""
    return flat.ravel()[start : start + n_rows * n_columns].reshape((n_rows, n_columns))


def vector(flat: np.ndarray, start: int, length: int) -> np.ndarray:
    """Return `length` numbers of `flat` from `start` on."""
    return flat.ravel()[start : start + length]


def power_of_two(rounded: Any) -> Any:
    """Return 2^k from ``k + ROUND``, by moving its lowest bits into the exponent."""
    if rounded.dtype == np.float32:
        bits = (rounded.view(np.int32).astype(np.int64) << 23) + (127 << 23)
        return bits.astype(np.int32).view(np.float32)
    with np.errstate(over="ignore"):
        return np.int64((rounded.view(np.int64) << 52) + np.int64(1023 << 52)).view(np.float64)


def binary_parts(x: Any) -> tuple[Any, Any]:
    """Return the exponent k and the mantissa m in [1, 2) of x = m 2^k > 0."""
    mantissa, exponent = np.frexp(x)
    return x.dtype.type(exponent - 1), x.dtype.type(2.0 * mantissa)


def has_blas() -> bool:
    """Return whether `add_product` can be called."""
    return True


def add_product(a: np.ndarray, a_transposed: bool, b: np.ndarray, b_transposed: bool, c: np.ndarray) -> None:
    """C += A B, with A or B optionally transposed."""
    c += (a.T if a_transposed else a) @ (b.T if b_transposed else b)


if MODE == "compile":
    from ridgenet.core.compiler import _intrinsics as compiled

    matrix, vector = compiled.matrix, compiled.vector
    power_of_two, binary_parts = compiled.power_of_two, compiled.binary_parts
    has_blas, add_product = compiled.has_blas, compiled.add_product
