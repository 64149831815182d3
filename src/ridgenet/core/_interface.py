"""The door of the kernels: every argument of an entry point is checked before compiled code sees it.

Compiled code trusts counts, shapes and types. One number too few, and it would read or write memory that belongs
to something else; so `_compile.entry_point` leads every call through `check`, and no caller can go past it. Each
group of arguments (a NamedTuple) states in its method `arrays` what its arrays must look like.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import lru_cache, wraps
from inspect import signature
from typing import Any, NamedTuple

import numpy as np

from ridgenet.errors import InputError

# the types that kernels know
FLOAT64, FLOAT32 = np.dtype(np.float64), np.dtype(np.float32)
INT64, UINT64, INDEX = np.dtype(np.int64), np.dtype(np.uint64), np.dtype(np.uintp)


class Sizes(NamedTuple):
    """What the arrays of one call are measured by."""

    dtype: np.dtype  # of parameters and data
    n_parameters: int
    n_features: int
    n_outputs: int
    n_units: int  # of all layers but the inputs; 0 if no network takes part
    n_examples: int  # those with targets


# name of an array within its group, the array, its type, and its shape; or of a flat array the least length, an int
Requirement = tuple[str, np.ndarray, np.dtype, tuple[int, ...] | int]


def checked(function: Callable[..., Any], compiled: Callable[..., Any]) -> Callable[..., Any]:
    """Return `compiled` behind the door; its attribute ``compiled`` leads past it, for inspection."""
    names = tuple(signature(function).parameters)

    @wraps(function)
    def enter(*arguments: Any) -> Any:
        check(dict(zip(names, arguments, strict=True)))
        return compiled(*arguments)

    enter.compiled = compiled  # type: ignore[attr-defined]
    return enter


def check(arguments: dict[str, Any]) -> None:
    """Check count, shape and type of all arrays among the arguments of an entry point, by their names.

    Raises
    ------
    InputError
        If an array does not fit the network or the other arguments; the message names it.
    """
    sizes = _sizes(arguments)
    for name, value in arguments.items():
        if hasattr(value, "arrays"):
            for part, array, dtype, shape in value.arrays(sizes):
                _require(f"{name}.", part, array, dtype, shape)
        elif isinstance(value, np.ndarray):
            dtype, shape = SINGLE_ARRAYS[name](arguments, sizes)
            _require("", name, value, dtype, shape)
    for name, value, most in _reach(arguments, sizes):
        if not 0 <= value <= most:
            raise InputError(f"{name} must be between 0 and {most}; got {value}")


def _require(group: str, name: str, array: np.ndarray, dtype: np.dtype, shape: tuple[int, ...] | int) -> None:
    fits = array.shape == shape if isinstance(shape, tuple) else array.ndim == 1 and len(array) >= shape
    if not (fits and array.dtype == dtype and array.flags.carray):
        wanted = f"shape {shape}" if isinstance(shape, tuple) else f"{shape} numbers or more"
        raise InputError(
            f"{group}{name} must be a contiguous, writable array of {dtype} with {wanted}; "
            f"got {array.dtype} with shape {array.shape}"
        )


def _sizes(arguments: dict[str, Any]) -> Sizes:
    parameters, examples = arguments.get("parameters"), arguments.get("examples")
    n_features, n_outputs, n_units, n_examples, n_parameters = 0, 0, 0, 0, 0
    dtype = FLOAT64
    if examples is not None:
        dtype, n_features, n_outputs = examples.mean.dtype, examples.mean.size, examples.Y.shape[-1]
        n_examples = examples.Y.shape[0]
    if parameters is not None:
        dtype, n_parameters = parameters.dtype, parameters.size
    if "objective" in arguments:
        layer_sizes = arguments["objective"].layer_sizes
        _require("objective.", "layer_sizes", layer_sizes, INT64, (layer_sizes.size,))
        n_features, n_outputs, n_units, n_parameters = _counts(layer_sizes.tobytes())
    if dtype not in (FLOAT64, FLOAT32):
        raise InputError(f"kernels compute in float64 or float32; got {dtype}")
    return Sizes(dtype, n_parameters, n_features, n_outputs, n_units, n_examples)


@lru_cache(maxsize=256)
def _counts(layer_sizes: bytes) -> tuple[int, int, int, int]:
    """Return the number of features, outputs, units and parameters of a network."""
    sizes = np.frombuffer(layer_sizes, np.int64).tolist()
    if len(sizes) < 2 or min(sizes) < 1:
        raise InputError(f"layer sizes must be two or more positive numbers; got {sizes}")
    n_parameters = sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(sizes))
    return sizes[0], sizes[-1], sum(sizes[1:]), n_parameters


def _parameters(arguments: dict[str, Any], sizes: Sizes) -> tuple[np.dtype, tuple[int, ...]]:
    return sizes.dtype, (sizes.n_parameters,)


def _packed(arguments: dict[str, Any], sizes: Sizes) -> tuple[np.dtype, tuple[int, ...]]:
    """Require room for all examples; a search may do without."""
    if "search" in arguments and not arguments["packed"].size:
        return sizes.dtype, (0,)
    return sizes.dtype, (sizes.n_examples * (sizes.n_features + sizes.n_outputs + 1),)


def _table(arguments: dict[str, Any], sizes: Sizes) -> tuple[np.dtype, tuple[int, ...]]:
    X = arguments["X"]
    if X.dtype not in (FLOAT64, FLOAT32):
        raise InputError(f"kernels compute in float64 or float32; got {X.dtype}")
    return X.dtype, (X.shape[0], arguments["mean"].size)


def _weights(arguments: dict[str, Any], sizes: Sizes) -> tuple[np.dtype, tuple[int, ...]]:
    return FLOAT64, (arguments["X"].shape[0] if arguments["weights"].size else 0,)


def _moments(arguments: dict[str, Any], sizes: Sizes) -> tuple[np.dtype, tuple[int, ...]]:
    return FLOAT64, (arguments["X"].shape[1],)


# type and shape of each argument that is an array by itself
SINGLE_ARRAYS: dict[str, Callable[[dict[str, Any], Sizes], tuple[np.dtype, tuple[int, ...]]]] = {
    "parameters": _parameters,
    "gradient": _parameters,
    "one": _parameters,
    "other": _parameters,
    "packed": _packed,
    "outputs": lambda arguments, sizes: (sizes.dtype, (arguments["outputs"].shape[0], sizes.n_outputs)),
    "dropout_state": lambda arguments, sizes: (UINT64, (1,)),
    "X": _table,
    "weights": _weights,
    "mean": _moments,
    "variance": _moments,
}


def _reach(arguments: dict[str, Any], sizes: Sizes) -> list[tuple[str, int, int]]:
    """Return the numbers that say how far an entry point reads or writes, each with the most it may be."""
    reach: list[tuple[str, int, int]] = []
    batches: Any = arguments.get("batches")
    work: Any = arguments.get("work")
    if work is not None:
        reach += work.room(sizes)
        reach += [(name, arguments[name], work.capacity) for name in ("size", "n") if name in arguments]
    if "last" in arguments:
        n_rows = min(arguments["examples"].n_rows, arguments["outputs"].shape[0])
        reach += [("first", arguments["first"], arguments["last"]), ("last", arguments["last"], n_rows)]
    elif "first" in arguments:
        reach.append(("first + n", arguments["first"] + arguments["n"], batches.order.size))
    if "n_updates" in arguments:
        reach.append(("batches.size", batches.size, work.capacity))
    if batches is not None and work is not None and batches.dropout > 0:
        reach.append(("dropout of work", sizes.n_units * work.capacity, work.scratch - work.slopes))
    if "progress" in arguments and batches is not None and batches.with_costs:
        epochs = arguments["progress"].epochs_after(arguments.get("n_updates", 1), batches)
        reach.append(("epochs", epochs, arguments["progress"].data_costs.size))
    return reach
