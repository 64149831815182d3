"""Matrix products by BLAS, for wide layers: that of SciPy, on one thread."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import LibController


def give_blas(address_of_variable: Callable[[str], int]) -> None:
    """Store SciPy's functions for matrix products in the variables of a library.

    Parameters
    ----------
    address_of_variable : callable
        Returns the address of a variable of the library by its name.
    """
    from scipy.linalg import cython_blas

    for name in ("dgemm", "sgemm"):
        capsule = cython_blas.__pyx_capi__[name]
        variable = ctypes.c_void_p.from_address(address_of_variable(f"ridgenet_{name}"))
        variable.value = _pointer_of(capsule, _name_of(capsule))


_name_of = ctypes.PYFUNCTYPE(ctypes.c_char_p, ctypes.py_object)(("PyCapsule_GetName", ctypes.pythonapi))
_pointer_of = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)


@cache
def _libraries() -> list[LibController]:
    """Return the BLAS libraries of this process."""
    # those that are loaded by now are known
    import scipy.linalg.cython_blas  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return [library for library in ThreadpoolController().lib_controllers if library.user_api == "blas"]


def _set_threads(library: LibController, n_threads: int) -> None:
    # since threadpoolctl 3.8 the other method does nothing in threads other than the first to call it
    getattr(library, "_real_set_num_threads", library.set_num_threads)(n_threads)


class _Holder:
    """Limit BLAS to one thread while any fit needs it; several may run in threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._n_asking = 0
        self._before: list[tuple[LibController, int]] = []

    def __enter__(self) -> None:
        with self._lock:
            self._n_asking += 1
            if self._n_asking == 1:
                self._before = [(library, library.get_num_threads() or 1) for library in _libraries()]
                for library, _ in self._before:
                    _set_threads(library, 1)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._n_asking -= 1
            if self._n_asking == 0:
                for library, n_threads in self._before:
                    _set_threads(library, n_threads)


# the last digits of a product depend on how it is divided between threads
ONE_THREAD = _Holder()
