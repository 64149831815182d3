"""The struct through which every entry point takes its arguments: one layout for all targets.

Each field has 8 bytes, so that no compiler pads it: first the addresses of all arrays, then their shapes, then all
numbers, and at the end room for the results. The fields of a NamedTuple count as arguments. The layout is derived from
the annotations of the entry point and of its NamedTuples.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
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

# bytes of each field
FIELD = 8

from_buffer, addressof = ctypes.c_char.from_buffer, ctypes.addressof
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
    arguments : dict of str to type
        Annotations of the arguments.
    fields : list of Field
        Arguments in their order, with the fields of NamedTuples in place of these.
    arrays, numbers : list of Field
        Those of the fields that are arrays, and that are numbers.
    results : list of type
        `int` or `float` for each result.
    size : int
        Bytes of the struct.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        hints = get_type_hints(function, include_extras=True)
        returned = hints.pop("return")
        self.arguments = hints
        self.fields = list(_fields(hints))
        self.results = [] if returned is type(None) else list(get_args(returned) or [returned])
        is_array = [isinstance(field.kind, Elements) for field in self.fields]
        self.arrays = [field for field in self.fields if isinstance(field.kind, Elements)]
        self.numbers = [field for field in self.fields if not isinstance(field.kind, Elements)]
        self._n_dimensions = [field.kind.n_dimensions for field in self.arrays]
        self._is_group = [hasattr(hint, "_fields") for hint in hints.values()]
        self._arrays_of = _getter([index for index, yes in enumerate(is_array) if yes])
        self._numbers_of = _getter([index for index, yes in enumerate(is_array) if not yes])
        formats = [
            *"q" * (len(self.arrays) + sum(self._n_dimensions)),
            *(_format(field.kind) for field in self.numbers),
        ]
        self._input = Struct("<" + "".join(formats))
        self._output = "<" + "".join(map(_format, self.results))
        self.size = self._input.size + FIELD * len(self.results)
        self._buffer = ctypes.c_char * self.size
        self._no_results = bytes(FIELD * len(self.results))
        self._types = {dtype: [np.dtype(field.kind.dtype or dtype) for field in self.arrays] for dtype in DATA_TYPES}
        self._first_data = next((index for index, field in enumerate(self.arrays) if field.kind.dtype is None), None)

    @property
    def offsets(self) -> dict[str, int]:
        """Bytes before the address of each array, its shape (``"NAME.shape"``), each number, and ``"results"``."""
        shapes = FIELD * np.cumsum([len(self.arrays), *self._n_dimensions])
        found = {field.name: FIELD * index for index, field in enumerate(self.arrays)}
        found |= {f"{field.name}.shape": int(at) for field, at in zip(self.arrays, shapes, strict=False)}
        found |= {field.name: int(shapes[-1]) + FIELD * index for index, field in enumerate(self.numbers)}
        return found | {"results": self._input.size}

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
                values += argument
            else:
                values.append(argument)
        arrays = self._arrays_of(values)
        dtype = self._data_type(arrays)
        try:
            if [array.dtype for array in arrays] != self._types[dtype]:
                raise TypeError
            if [array.ndim for array in arrays] != self._n_dimensions:
                raise TypeError
            fields = [address(array) if array.size else 0 for array in arrays]
        except (AttributeError, TypeError):
            raise InputError(self._refusal(arrays, dtype)) from None
        for array in arrays:
            fields += array.shape
        return dtype, self._buffer.from_buffer_copy(
            self._input.pack(*fields, *self._numbers_of(values)) + self._no_results
        )

    def results_in(self, struct: Any) -> Any:
        """Return what an entry point left in its struct: None, a number, or a tuple of numbers."""
        results = unpack_from(self._output, struct, self._input.size)
        return results if len(results) > 1 else results[0] if results else None

    def _data_type(self, arrays: Sequence[Any]) -> np.dtype:
        """Return the type of the first array of data; float64 if kernels do not support it."""
        if self._first_data is None:
            return DATA_TYPES[0]
        found = getattr(arrays[self._first_data], "dtype", None)
        return DATA_TYPES[1] if found == DATA_TYPES[1] else DATA_TYPES[0]

    def _refusal(self, arrays: Sequence[Any], dtype: np.dtype) -> str:
        """Return what is wrong with the first array that is not as it should be."""
        for field, array, element in zip(self.arrays, arrays, self._types[dtype], strict=True):
            if not isinstance(array, np.ndarray) or array.dtype != element or not array.flags.carray:
                return f"{field.name} must be a contiguous, writable array of {element}; got {_described(array)}"
            if array.ndim != field.kind.n_dimensions:
                return f"{field.name} must have {field.kind.n_dimensions} dimensions; got {_described(array)}"
        raise AssertionError("no array is wrong")


def _fields(hints: dict[str, Any], group: str = "") -> Iterator[Field]:
    for name, hint in hints.items():
        if hasattr(hint, "_fields"):
            yield from _fields(get_type_hints(hint, include_extras=True), f"{name}.")
        else:
            yield Field(group + name, get_args(hint)[1] if get_origin(hint) is Annotated else hint)


def _getter(indices: list[int]) -> Callable[[list[Any]], Sequence[Any]]:
    """Return a function that selects from a list, always as a sequence."""
    if len(indices) > 1:
        return itemgetter(*indices)
    return lambda values: [values[index] for index in indices]


def _format(kind: type) -> str:
    return "d" if kind is float else "q"


def _described(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return type(value).__name__
    faults = {"read-only": not value.flags.writeable, "strided": not value.flags.c_contiguous}
    return " ".join([*(fault for fault, holds in faults.items() if holds), f"{value.dtype} of shape {value.shape}"])


def address_of(array: np.ndarray) -> int:
    """Return the address of a contiguous, writable array that is not empty.

    Raises
    ------
    TypeError
        If the array is not contiguous, or not writable.
    """
    # three times faster than array.ctypes.data, and it checks
    return addressof(from_buffer(array))  # type: ignore[arg-type]
