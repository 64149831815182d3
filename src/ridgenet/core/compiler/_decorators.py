"""The decorators of `core._kernels` while kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import numba
from numba.core.compiler import Compiler

from ridgenet._errors import InputError

Function = TypeVar("Function", bound=Callable[..., Any])

# without `nnan` and `ninf`, so that checks still see NaN and infinity
EXACT = {"nsz", "arcp", "contract"}
REASSOCIATE = EXACT | {"reassoc"}

# all entry points by name
ENTRY_POINTS: dict[str, Any] = {}


class _Separate(Compiler):
    """numba's compiler, with the promise that arrays passed to a kernel never overlap.

    Without it every short loop first compares addresses, which takes longer than the loop. numba has the
    flag, but no argument of its decorators sets it.
    """

    def define_pipelines(self) -> Any:
        self.state.flags.noalias = True
        return super().define_pipelines()


def _compile(function: Function, fastmath: set[str], **settings: Any) -> Function:
    decorate = numba.njit(
        nogil=True,
        error_model="numpy",
        fastmath=fastmath,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        **settings,
    )
    return decorate(function)


def kernel(function: Function) -> Function:
    """Compile a function that other kernels call; its operations are not reordered."""
    return _compile(function, EXACT, pipeline_class=_Separate)


def reduction(function: Function) -> Function:
    """Compile as `kernel` does, but allow sums to be split over vector lanes."""
    return _compile(function, REASSOCIATE, pipeline_class=_Separate)


def entry_point(function: Function) -> Function:
    """Compile a kernel that callers of the library call, once for each type of the data."""
    ENTRY_POINTS[function.__name__] = _compile(function, EXACT)
    return _refuse  # type: ignore[return-value]


def _refuse(*_: Any) -> NoReturn:
    raise InputError("RIDGENET_KERNELS=compile is for the compiler of the kernels, which runs none; unset it")
