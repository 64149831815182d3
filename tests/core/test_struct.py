"""The struct of an entry point, from its annotations."""

from struct import unpack
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgenet._errors import InputError
from ridgenet.core._struct import DataMatrix, DataVector, Int64Vector, Layout, address_of


class Settings(NamedTuple):
    size: int
    rate: float
    places: Int64Vector
    values: DataVector


def entry(first: DataMatrix, settings: Settings, enabled: bool, last: float) -> tuple[int, float]:
    raise NotImplementedError


LAYOUT = Layout(entry)


def arguments(dtype=np.float64):
    return np.ones((3, 2), dtype), Settings(7, 0.5, np.arange(4), np.ones(5, dtype)), True, -2.5


def test_arrays_come_first_then_shapes_then_numbers_then_results():
    assert [field.name for field in LAYOUT.fields] == [
        "first", "settings.size", "settings.rate", "settings.places", "settings.values", "enabled", "last",
    ]  # fmt: skip
    assert LAYOUT.offsets == {
        "first": 0, "settings.places": 8, "settings.values": 16,
        "first.shape": 24, "settings.places.shape": 40, "settings.values.shape": 48,
        "settings.size": 56, "settings.rate": 64, "enabled": 72, "last": 80,
        "results": 88,
    }  # fmt: skip
    assert LAYOUT.size == 104


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_struct_holds_addresses_shapes_and_numbers(dtype):
    first, settings, enabled, last = arguments(dtype)
    found, struct = LAYOUT.pack((first, settings, enabled, last), address_of)
    assert found == dtype
    addresses = [array.ctypes.data for array in (first, settings.places, settings.values)]
    assert unpack("<3q4qqdqd", bytes(struct)[:88]) == (*addresses, 3, 2, 4, 5, 7, 0.5, 1, -2.5)
    struct[88:] = (42).to_bytes(8, "little") + np.float64(1.25).tobytes()
    assert LAYOUT.results_in(struct) == (42, 1.25)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda a: (a[0].T, *a[1:]), "first must be a contiguous, writable array of float64; got strided float64"),
        (lambda a: (a[0][0], *a[1:]), r"first must have 2 dimensions; got float64 of shape \(2,\)"),
        (lambda a: (a[0].tolist(), *a[1:]), "first must be a contiguous, writable array of float64; got list"),
        (
            lambda a: (a[0], a[1]._replace(values=np.ones(5, np.float32)), *a[2:]),
            r"settings\.values must be .* float64",
        ),
        (lambda a: (a[0], a[1]._replace(places=np.arange(4.0)), *a[2:]), r"settings\.places must be .* of int64"),
        (lambda a: (a[0].astype(">f8"), *a[1:]), "first must be a contiguous, writable array of float64; got >f8"),
    ],
)
def test_an_array_of_another_type_is_refused_by_its_name(spoil, message):
    with pytest.raises(InputError, match=message):
        LAYOUT.pack(spoil(arguments()), address_of)


@given(st.integers(0, 40), st.integers(0, 5))
def test_a_part_of_an_array_begins_where_it_begins(n, offset):
    memory = np.zeros(n + offset)
    part = memory[offset:]
    _, struct = LAYOUT.pack((np.ones((1, 1)), Settings(0, 0.0, np.arange(0), part), False, 0.0), address_of)
    place, length = unpack("<q", bytes(struct)[16:24])[0], unpack("<q", bytes(struct)[48:56])[0]
    assert length == n
    assert place == (part.ctypes.data if n else 0)


def test_a_read_only_array_is_refused_if_there_is_something_to_write():
    array = np.ones((3, 2))
    array.flags.writeable = False
    with pytest.raises(InputError, match="first must be a contiguous, writable array of float64; got read-only"):
        LAYOUT.pack((array, *arguments()[1:]), address_of)
