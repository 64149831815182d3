"""Compile kernels just in time, on a machine for which none were built.

Each entry point is compiled when it is first called, in a process of its own, so that numba's settings there do not
concern this one, and Ctrl-C stops it. The machine code is kept in the user's cache folder, by a hash of the sources.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
from platformdirs import user_cache_path

from ridgenet.core._blas import give_blas
from ridgenet.core._sources import CORE, source_hash
from ridgenet.core._targets import InProcess
from ridgenet.core.compiler._versions import compilers


class JustInTime(InProcess):
    """Kernels compiled for this processor when they are first called.

    Parameters
    ----------
    reason : str
        Why they are not compiled ahead of time.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"just in time: {cache_folder()}", llvm.get_host_cpu_name(), reason)
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        # objects, and the engines that hold their code
        self._engines: dict[str, Any] = {}

    def _load(self, name: str) -> Any:
        engine = self._engines[name] = _engine_with(machine_code(name))
        give_blas(engine.get_global_value_address)
        return ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_char_p)(engine.get_function_address(name))


def _engine_with(code: bytes) -> Any:
    machine = llvm.Target.from_default_triple().create_target_machine(codemodel="jitdefault")
    # llvmlite's memory manager keeps code and constants together; code cannot refer to what is 2 GB away
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine, use_lmm=True)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine


def machine_code(name: str) -> bytes:
    """Return the object file of a function of the flat interface, from the cache or newly compiled."""
    kept = cache_folder() / f"{name}.o"
    code = _intact(kept)
    if code is None:
        code = compile_object(name)
        _keep(kept, code)
    return code


def compile_object(name: str, package: str = CORE) -> bytes:
    """Compile a function of the flat interface for this processor, in a process of its own, which writes no file.

    Raises
    ------
    RuntimeError
        If it does not compile, with the compiler's message.
    """
    done = subprocess.run(
        [sys.executable, "-m", "ridgenet.core.compiler", "object", "--package", package, name],
        env=os.environ | {"RIDGENET_KERNELS": "compile", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{name} could not be compiled:\n{done.stderr.decode(errors='replace')}")
    return done.stdout


@cache
def cache_folder() -> Path:
    """Return where kernels of these sources are kept, compiled for this processor by these compilers."""
    machine = f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
    made_by = hashlib.sha256(f"{machine} {compilers()}".encode()).hexdigest()[:8]
    return user_cache_path("ridgenet", appauthor=False) / f"kernels-{source_hash()}-{made_by}"


def _intact(path: Path) -> bytes | None:
    """Return the content of a file in the cache; None if there is none, or it is damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    checksum, code = content[:32], content[32:]
    return code if hashlib.sha256(code).digest() == checksum else None


def _keep(path: Path, code: bytes) -> None:
    """Write a file to the cache; without a writable folder, each process compiles."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            made = Path(file.name)
        try:
            made.write_bytes(hashlib.sha256(code).digest() + code)
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)
