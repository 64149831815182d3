"""Compile kernels, with their flags and a disk cache that cannot go stale."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import types
from numba.core.compiler import Compiler
from platformdirs import user_cache_path

from ridgenet._errors import InputError
from ridgenet.core._kernel_cache import KernelCache, first_writable

PACKAGE = Path(__file__).parent.parent

# without `nnan` and `ninf`, so that checks still see NaN and infinity
EXACT = {"nsz", "arcp", "contract"}
REASSOCIATE = EXACT | {"reassoc"}

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile a function that other kernels call; its operations are not reordered.

    Python cannot call it: omitting the wrapper reduces compilation time by a third.
    """
    return _compile(function, EXACT, from_python=False)


def outlined(function: Function) -> Function:
    """Compile as `kernel` does, but once for all callers, for code too long to inline."""
    return _compile(function, EXACT, from_python=False, inline=False)


def reduction(function: Function) -> Function:
    """Compile as `kernel` does, but allow sums to be split over vector lanes.

    Never use it for the exponential: reassociation folds its ``(t + C) - C`` to ``t``.
    """
    return _compile(function, REASSOCIATE, from_python=False)


def entry_point(function: Function) -> Function:
    """Compile a kernel that Python calls, and cache it on disk with all that it calls.

    Its first lines check the counts of all arrays (`core/_interface.py`); `require_types` checks their types.
    """
    return _compile(function, EXACT, from_python=True)


class _Separate(Compiler):
    """numba's compiler, with the promise that arrays passed to a kernel never overlap.

    Without it every short loop first compares addresses, which takes longer than the loop. numba has the
    flag, but no argument of its decorators sets it.
    """

    def define_pipelines(self) -> Any:
        self.state.flags.noalias = True
        return super().define_pipelines()


class _EntryPoint(Compiler):
    """numba's compiler, with a check of the argument types."""

    def define_pipelines(self) -> Any:
        require_types(dict(zip(self.state.func_id.arg_names, self.state.args, strict=True)))
        return super().define_pipelines()


# integer arrays; arrays in DATA share one type, float64 or float32, and all others are float64
WHOLE = {
    "objective.layer_sizes": types.int64,
    "examples.row_starts": types.int64,
    "examples.columns": types.int64,
    "search.counts": types.int64,
    "progress.counts": types.int64,
    "work.rows": types.uint64,
    "batches.order": types.uint64,
    "batches.places": types.uint64,
    "batches.shuffle_state": types.uint64,
    "batches.dropout_state": types.uint64,
    "dropout_state": types.uint64,
}
DATA = {
    "parameters", "gradient", "one", "other", "packed", "outputs", "X", "examples.X", "examples.values", "examples.Y",
    "examples.weights", "examples.mean", "examples.factor", "work.memory", "search.vectors", "rule.first",
    "rule.second",
}  # fmt: skip


def require_types(arguments: dict[str, types.Type]) -> None:
    """Check the types of all arrays among the arguments of an entry point, before a version for them is compiled.

    Raises
    ------
    InputError
        If an array is not contiguous, not writable, or not of the type that kernels take.
    """
    arrays = dict(_arrays(arguments))
    data_types = [array.dtype for name, array in arrays.items() if name in DATA]
    data_type = data_types[0] if data_types and data_types[0] in (types.float64, types.float32) else types.float64
    for name, array in arrays.items():
        wanted = WHOLE.get(name, data_type if name in DATA else types.float64)
        if array.dtype != wanted or array.layout != "C" or not array.mutable or not array.aligned:
            raise InputError(f"{name} must be a contiguous, writable array of {wanted}; got {array}")


def _arrays(arguments: dict[str, types.Type], group: str = "") -> Iterator[tuple[str, types.Array]]:
    for name, given in arguments.items():
        if isinstance(given, types.Array):
            yield group + name, given
        elif isinstance(given, types.NamedTuple):
            yield from _arrays(dict(zip(given.fields, given.types, strict=True)), f"{name}.")


def _compile(function: Function, fastmath: set[str], *, from_python: bool, inline: bool = True) -> Function:
    within: dict[str, Any] = {"forceinline": inline, "no_cpython_wrapper": True, "pipeline_class": _Separate}
    decorate = numba.njit(
        nogil=True,
        error_model="numpy",
        fastmath=fastmath,
        no_cfunc_wrapper=True,
        **({"pipeline_class": _EntryPoint} if from_python else within),
    )
    compiled = decorate(function)
    if from_python and not numba.config.DISABLE_JIT:
        compiled._cache = KernelCache(
            function, cache_folders(), is_kept=cache_folder() is not None, trouble=_trouble_with_folders()
        )
    return compiled


# packages whose files kernels are compiled from, including the constants they use
SOURCES = ("core", "formulas")


@cache
def cache_folder() -> Path | None:
    """Return the cache folder for compiled kernels, named by a hash of all their sources; None if none is writable.

    numba only checks the file of the kernel it loads, so a caller would keep the old code of a kernel edited in
    another file (numba issue 1833).
    """
    return first_writable(_places())


@cache
def cache_folders() -> tuple[Path, ...]:
    """Return the cache folder, followed by others that may hold kernels, such as one shipped with a container."""
    kept = cache_folder()
    others = tuple(folder for folder in _places() if folder != kept and os.path.isdir(folder))
    return others if kept is None else (kept, *others)


@cache
def _places() -> tuple[Path, ...]:
    """Return the possible cache folders: the one the user sets, in the package, in the user's cache."""
    wanted = [Path(numba.config.CACHE_DIR)] if numba.config.CACHE_DIR else []
    places = [*wanted, PACKAGE / "__pycache__", user_cache_path("ridgenet", appauthor=False)]
    name = f"kernels-{source_hash()}"
    # without a home directory the last one is called ~
    return tuple(place / name for place in places if place in wanted or place.is_absolute())


@cache
def _trouble_with_folders() -> str | None:
    kept, wanted = cache_folder(), numba.config.CACHE_DIR
    if kept is None:
        return (
            "no cache folder for compiled code is writable; it is compiled in every process, in up to a minute; "
            "set NUMBA_CACHE_DIR to a writable folder"
        )
    if wanted and kept.parent != Path(wanted):
        return f"NUMBA_CACHE_DIR ({wanted}) is not writable; compiled code is cached in {kept} instead"
    return None


def source_hash() -> str:
    """Return a short hash of every source file that kernels are compiled from."""
    digest = hashlib.sha256()
    for path in sorted(path for name in SOURCES for path in (PACKAGE / name).glob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
