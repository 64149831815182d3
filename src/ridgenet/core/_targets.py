"""Choose the compiled form of the kernels for this process, and call it.

Kernels are compiled when the package is built, for several instruction sets; the library with the newest instructions
that this processor has is loaded. Where none fits, kernels are compiled just in time (`_jit`).
"""

from __future__ import annotations

import ctypes
import platform
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet.core._blas import give_blas
from ridgenet.core._mode import MODE
from ridgenet.core._processor import instruction_sets
from ridgenet.core._sources import BUILT_FROM, LIBRARIES, is_current
from ridgenet.core._struct import address_of

if TYPE_CHECKING:
    from ridgenet.core._kernels import EntryPoint

MACHINES = {"amd64": "x86-64", "x86_64": "x86-64", "arm64": "aarch64"}
# of shared libraries
SUFFIX = {"Windows": ".dll", "Darwin": ".dylib"}.get(platform.system(), ".so")
MODES = "native", "jit", "wasm", "python"


class Target(ABC):
    """Compiled kernels.

    Attributes
    ----------
    how : str
        When and how they were compiled.
    instructions : str
        Instruction set.
    reason : str
        Why they were chosen.
    """

    def __init__(self, how: str, instructions: str, reason: str) -> None:
        self.how, self.instructions, self.reason = how, instructions, reason

    @abstractmethod
    def run(self, entry: EntryPoint, arguments: Sequence[Any]) -> Any:
        """Call an entry point, and return its results.

        Raises
        ------
        InputError
            If the entry point refuses its arguments.
        """


class InProcess(Target):
    """Kernels as machine code in this process."""

    def __init__(self, how: str, instructions: str, reason: str) -> None:
        super().__init__(how, instructions, reason)
        self._functions: dict[tuple[EntryPoint, np.dtype], Any] = {}
        self._loading = Lock()

    def run(self, entry: EntryPoint, arguments: Sequence[Any]) -> Any:
        """Call an entry point in this thread, without Python's lock."""
        dtype, struct = entry.layout.pack(arguments, address_of)
        function = self._functions.get((entry, dtype)) or self._loaded(entry, dtype)
        message = function(struct)
        if message is not None:
            raise InputError(message.decode())
        return entry.layout.results_in(struct)

    def _loaded(self, entry: EntryPoint, dtype: np.dtype) -> Any:
        with self._loading:
            if (entry, dtype) not in self._functions:
                self._functions[entry, dtype] = self._load(f"{entry.function.__name__}_{dtype}")
        return self._functions[entry, dtype]

    @abstractmethod
    def _load(self, name: str) -> Any:
        """Return a function of the flat interface, for ctypes."""


class Library(InProcess):
    """Kernels from a shared library."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"ahead of time: {path}", path.stem, reason)
        self._library = ctypes.CDLL(str(path))
        give_blas(lambda name: ctypes.addressof(ctypes.c_void_p.in_dll(self._library, name)))

    def _load(self, name: str) -> Any:
        function = getattr(self._library, name)
        function.restype, function.argtypes = ctypes.c_char_p, [ctypes.c_char_p]
        return function


class PlainPython(Target):
    """Kernels that are not compiled."""

    def run(self, entry: EntryPoint, arguments: Sequence[Any]) -> Any:
        """Call an entry point as a function of Python."""
        return entry.function(*arguments)


@cache
def current_target() -> Target:
    """Return the target chosen for this process.

    Raises
    ------
    InputError
        If the one that RIDGENET_KERNELS names is not there.
    MissingExtraError
        If there are no compiled kernels, and numba is not installed.
    """
    if MODE == "jit":
        return _just_in_time("RIDGENET_KERNELS=jit")
    if MODE == "python":
        return PlainPython("not at all", "those of Python", "RIDGENET_KERNELS=python")
    if MODE == "wasm":
        return _web_assembly()
    usable, trouble = usable_libraries()
    if MODE in ("", "native") and usable:
        others = ", ".join(path.stem for path in usable[:-1])
        chosen = "newest instruction set that the processor has"
        return Library(usable[-1], f"{chosen}; also built: {others}" if others else chosen)
    if MODE == "":
        return _just_in_time(trouble)
    for path in usable:
        if path.stem == MODE:
            return Library(path, f"RIDGENET_KERNELS={MODE}")
    if not usable:
        raise InputError(f"RIDGENET_KERNELS is {MODE!r}, but {trouble}")
    known = ", ".join([*MODES, *(path.stem for path in usable)])
    raise InputError(f"RIDGENET_KERNELS must be one of {known}, or not set; got {MODE!r}")


def _web_assembly() -> Target:
    path = LIBRARIES / "ridgenet.wasm"
    trouble = _trouble_with(path.exists())
    if trouble:
        raise InputError(f"RIDGENET_KERNELS is 'wasm', but {trouble}")
    require_extra("dev", "running WebAssembly outside a browser", "wasmtime")
    from ridgenet.core._wasm import WebAssembly

    return WebAssembly(path, "RIDGENET_KERNELS=wasm")


def _just_in_time(reason: str) -> Target:
    require_extra("jit", f"compiling kernels just in time ({reason})", "numba", "llvmlite", "platformdirs")
    from ridgenet.core._jit import JustInTime

    return JustInTime(reason)


def usable_libraries() -> tuple[list[Path], str]:
    """Return the libraries that this processor can run, the best last, and why there are none."""
    machine = platform.machine().lower()
    machine = MACHINES.get(machine, machine)
    built = sorted(LIBRARIES.glob(f"{machine}*{SUFFIX}"))
    trouble = _trouble_with(bool(built), machine)
    if trouble:
        return [], trouble
    known = instruction_sets(ctypes.CDLL(str(built[0])), machine)
    usable = [path for path in built if path.stem in known]
    return usable, f"the processor lacks instructions of {built[0].stem}"


def _trouble_with(are_there: bool, machine: str = "WebAssembly") -> str:
    """Return why compiled kernels cannot be used; nothing if they can."""
    if not are_there:
        return f"no compiled kernels for {machine} came with this installation of ridgenet"
    if not is_current(BUILT_FROM):
        return f"the kernels in {LIBRARIES} were compiled from other sources; make kernels compiles them again"
    return ""
