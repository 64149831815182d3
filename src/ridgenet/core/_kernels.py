"""Declare kernels: functions in a subset of Python that are compiled ahead of time, for several targets.

In a process that uses compiled kernels, only entry points do anything: they call the library of the target. Everything
else here and in the kernels is for the compiler, or runs as plain Python with RIDGENET_KERNELS=python.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Any, TypeVar

from ridgenet.core._mode import MODE
from ridgenet.core._struct import Layout
from ridgenet.core._targets import current_target

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Declare a function that other kernels call; its operations are not reordered."""
    return function


def reduction(function: Function) -> Function:
    """Declare a kernel whose sums may be split over vector lanes.

    Never use it for the exponential: reassociation folds its ``(t + C) - C`` to ``t``.
    """
    return function


class EntryPoint:
    """A kernel that Python calls, with arguments by position.

    Its first lines check the counts of all arrays (`core._interface`); the struct checks their types.

    Parameters
    ----------
    function : callable
        The kernel in Python; its annotations describe the struct of its arguments.

    Raises
    ------
    InputError
        On a call, if an array has another type or shape than the entry point takes.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.function = function

    def __reduce__(self) -> str:
        # pickled by its name, as functions are
        return self.function.__qualname__

    @cached_property
    def layout(self) -> Layout:
        """The struct of its arguments."""
        return Layout(self.function)

    def __call__(self, *arguments: Any) -> Any:
        """Run on the current target."""
        return current_target().run(self, arguments)


def entry_point(function: Function) -> Function:
    """Declare a kernel that Python calls."""
    return EntryPoint(function)  # type: ignore[return-value]


if MODE == "compile":
    from ridgenet.core.compiler import _decorators as compiler

    kernel, reduction, entry_point = compiler.kernel, compiler.reduction, compiler.entry_point
