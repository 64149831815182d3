"""Run the WebAssembly module outside a browser, through wasmtime, so that tests compare it with native kernels."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import wasmtime

from ridgenet._errors import InputError
from ridgenet.core._arrays import CACHE_LINE
from ridgenet.core._struct import address_of
from ridgenet.core._targets import Target

if TYPE_CHECKING:
    from ridgenet.core._kernels import EntryPoint

PAGE_BYTES = 2**16


class WebAssembly(Target):
    """Kernels as WebAssembly.

    Each call has an instance with memory of its own, which is freed after it; so calls may run in several threads.

    Parameters
    ----------
    path : Path
        The module.
    reason : str
        Why it was chosen.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"ahead of time: {path}", "WebAssembly with SIMD", reason)
        self._engine = wasmtime.Engine()
        self._module = wasmtime.Module.from_file(self._engine, str(path))
        # wasmtime cannot free them once Python is shutting down
        atexit.register(self._module.close)
        atexit.register(self._engine.close)

    def run(self, entry: EntryPoint, arguments: Sequence[Any]) -> Any:
        """Call an entry point on copies of its arrays, and copy back what it changed."""
        instance = _Instance(self._engine, self._module)
        dtype, struct = entry.layout.pack(arguments, instance.address_of)
        message = instance.call(f"{entry.function.__name__}_{dtype}", struct)
        if message:
            raise InputError(message)
        return entry.layout.results_in(struct)


class _Copy(NamedTuple):
    """The bytes of an array, those that were copied, and where."""

    values: np.ndarray
    before: bytes
    address: int


class _Instance:
    """An instance of the module, and the arrays that were copied to its memory."""

    def __init__(self, engine: wasmtime.Engine, module: wasmtime.Module) -> None:
        self._store = wasmtime.Store(engine)
        self._exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        self._memory = self._exports["memory"]
        self._end = self._exports["__heap_base"].value(self._store)
        # by address and length, since one array may be several arguments
        self._copied: dict[tuple[int, int], _Copy] = {}

    def address_of(self, array: np.ndarray) -> int:
        """Copy an array, and return the address of the copy."""
        key = address_of(array), array.nbytes
        values = array.reshape(-1).view(np.uint8)
        if key not in self._copied:
            copy = self._copied[key] = _Copy(values, values.tobytes(), self._room_for(len(values)))
            self._memory.write(self._store, copy.before, copy.address)
        return self._copied[key].address

    def call(self, name: str, struct: Any) -> str:
        """Call a function of the flat interface; return its message, or nothing if there was no error."""
        address = self._room_for(len(struct))
        self._memory.write(self._store, bytes(struct), address)
        message = self._exports[name](self._store, address)
        for copy in self._copied.values():
            memory = self._memory.read(self._store, copy.address, copy.address + len(copy.values))
            after = np.frombuffer(memory, np.uint8)
            # another thread may write other parts of the same array
            changed = np.flatnonzero(after != np.frombuffer(copy.before, np.uint8))
            copy.values[changed] = after[changed]
        struct[:] = bytes(self._memory.read(self._store, address, address + len(struct)))
        return self._text_at(message) if message else ""

    def _room_for(self, n_bytes: int) -> int:
        """Return the address of new memory."""
        address = -(-self._end // CACHE_LINE) * CACHE_LINE
        self._end = address + n_bytes
        missing = self._end - self._memory.data_len(self._store)
        if missing > 0:
            self._memory.grow(self._store, -(-missing // PAGE_BYTES))
        return address

    def _text_at(self, address: int) -> str:
        """Return the text that begins at an address and ends with NUL."""
        rest = bytes(self._memory.read(self._store, address, self._memory.data_len(self._store)))
        return rest[: rest.index(0)].decode()
