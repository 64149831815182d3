"""Matrix products by BLAS, for wide layers: that of SciPy, on one thread."""

from __future__ import annotations

import ctypes
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def gemm_addresses() -> dict[str, int]:
    """Return the addresses of GEMM for the variables of a native library."""
    from scipy.linalg import cython_blas

    name_of = ctypes.pythonapi.PyCapsule_GetName
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
    pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
    pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    capsules = {f"ridgenet_{name}": cython_blas.__pyx_capi__[name] for name in ("dgemm", "sgemm")}
    return {name: pointer_of(capsule, name_of(capsule)) for name, capsule in capsules.items()}


@cache
def _controller() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

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
