"""Instruction sets of this processor.

The levels of x86-64 are those of its psABI (x86-64 psABI supplement, 2020, section 3.1.1).
"""

from __future__ import annotations

import ctypes
from typing import Any

# the numbers that `processor_features` of a library writes
BASIC, EXTENDED, LONG_MODE, STATE = range(4)
# bits of these numbers that a level needs
LEVELS = {
    "x86-64-v2": {BASIC: (0, 9, 13, 19, 20, 23), LONG_MODE: (0,)},
    "x86-64-v3": {BASIC: (12, 22, 27, 28, 29), EXTENDED: (3, 5, 8), LONG_MODE: (5,), STATE: (1, 2)},
    "x86-64-v4": {EXTENDED: (16, 17, 28, 30, 31), STATE: (5, 6, 7)},
}


def instruction_sets(library: Any, machine: str) -> list[str]:
    """Return the names of the instruction sets that this processor has, the newest last.

    Parameters
    ----------
    library : ctypes.CDLL
        Any library of kernels for x86-64; one for another machine is not called.
    machine : str
        Kind of processor.
    """
    if machine != "x86-64":
        return [machine]
    numbers = (ctypes.c_int64 * 4)()
    library.processor_features(ctypes.byref(numbers))
    found: list[str] = []
    for level, needs in LEVELS.items():
        if not all(numbers[place] >> bit & 1 for place, bits in needs.items() for bit in bits):
            break
        found.append(level)
    return found
