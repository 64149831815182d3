"""The struct through which every entry point takes its arguments: one layout for all targets.

Each field has 8 bytes, so that no compiler pads it. An array is its address, followed by its shape; a NamedTuple is its
fields; results come last. The layout is derived from the annotations of the entry point and of its NamedTuples.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct, unpack_from
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import numpy as np

from ridgenet._errors import InputError


@dataclass(frozen=True)
class Elements:
    """Type of an array's elements, and its number of dimensions; without a type, that of the data."""

    dtype: str | None
    n_dimensions: int = 1


# float64 or float32: the same for all arrays of data in one call
DataVector = Annotated[np.ndarray, Elements(None)]
DataMatrix = Annotated[np.ndarray, Elements(None, 2)]
Float64Vector = Annotated[np.ndarray, Elements("float64")]
Int64Vector = Annotated[np.ndarray, Elements("int64")]
UInt64Vector = Annotated[np.ndarray, Elements("uint64")]

DATA_TYPES = np.dtype(np.float64), np.dtype(np.float32)


@dataclass(frozen=True)
class Field:
    """One argument of an entry point, or one field of a NamedTuple among them.

    Attributes
    ----------
    name : str
        As messages call it, such as ``"examples.X"``.
    kind : type or Elements
        `int`, `float` or `bool` for a number, else the elements of the array.
    """

    name: str
    kind: Any


class Layout:
    """The layout of the struct of one entry point.

    Parameters
    ----------
    function : callable
        The entry point in Python, with annotations.

    Attributes
    ----------
    fields : list of Field
        Arguments in their order, with the fields of NamedTuples in place of these.
    results : list of type
        `int` or `float` for each result.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        hints = get_type_hints(function, include_extras=True)
        returned = hints.pop("return")
        self.arguments = hints
        self.fields = list(_fields(hints))
        self.results = [] if returned is type(None) else list(get_args(returned) or [returned])
        self._is_group = [hasattr(hint, "_fields") for hint in hints.values()]
        self._input = Struct("<" + "".join(_format(field.kind) for field in self.fields))
        self._output = "<" + "".join(map(_format, self.results))
        self._types = {
            dtype: [
                (field.name, np.dtype(field.kind.dtype or dtype), field.kind.n_dimensions)
                if isinstance(field.kind, Elements)
                else None
                for field in self.fields
            ]
            for dtype in DATA_TYPES
        }
        self._first_data = next(
            (index for index, field in enumerate(self.fields) if field.kind in (Elements(None), Elements(None, 2))),
            None,
        )

    def pack(self, arguments: Sequence[Any], address: Callable[[np.ndarray], int]) -> tuple[np.dtype, Any]:
        """Return the type of the data, and the struct of `arguments` as a buffer, with room for the results.

        Parameters
        ----------
        arguments : sequence
            Arguments of the entry point.
        address : callable
            Returns the address of an array.

        Raises
        ------
        InputError
            If an array is not contiguous, not writable, or not of the type that the entry point takes.
        """
        values: list[Any] = []
        for argument, is_group in zip(arguments, self._is_group, strict=True):
            if is_group:
                values.extend(argument)
            else:
                values.append(argument)
        dtype = self._data_type(values)
        numbers: list[Any] = []
        for value, wanted in zip(values, self._types[dtype], strict=True):
            if wanted is None:
                numbers.append(value)
                continue
            name, element, n_dimensions = wanted
            if type(value) is not np.ndarray or value.dtype != element or not value.flags.carray:
                raise InputError(f"{name} must be a contiguous, writable array of {element}; got {_described(value)}")
            if value.ndim != n_dimensions:
                raise InputError(f"{name} must have {n_dimensions} dimensions; got {_described(value)}")
            numbers.append(address(value))
            numbers.extend(value.shape)
        return dtype, ctypes.create_string_buffer(self._input.pack(*numbers), self._input.size + 8 * len(self.results))

    def results_in(self, struct: Any) -> tuple[Any, ...]:
        """Return the results that an entry point left in its struct."""
        return unpack_from(self._output, struct, self._input.size)

    def _data_type(self, values: list[Any]) -> np.dtype:
        """Return the type of the first array of data; float64 if kernels do not support it."""
        if self._first_data is None:
            return DATA_TYPES[0]
        found = getattr(values[self._first_data], "dtype", None)
        return DATA_TYPES[1] if found == DATA_TYPES[1] else DATA_TYPES[0]


def _fields(hints: dict[str, Any], group: str = "") -> Iterator[Field]:
    for name, hint in hints.items():
        if hasattr(hint, "_fields"):
            yield from _fields(get_type_hints(hint, include_extras=True), f"{name}.")
        else:
            yield Field(group + name, get_args(hint)[1] if get_origin(hint) is Annotated else hint)


def _format(kind: Any) -> str:
    if isinstance(kind, Elements):
        return "q" * (1 + kind.n_dimensions)
    return "d" if kind is float else "q"


def _described(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return type(value).__name__
    state = [
        word
        for word, holds in (("read-only", not value.flags.writeable), ("strided", not value.flags.c_contiguous))
        if holds
    ]
    return " ".join([*state, f"{value.dtype} of shape {value.shape}"])


def address_of(array: np.ndarray) -> int:
    """Return the address of a contiguous, writable array; 0 if it is empty."""
    # four times faster than array.ctypes.data
    return ctypes.addressof(ctypes.c_char.from_buffer(array)) if array.size else 0
