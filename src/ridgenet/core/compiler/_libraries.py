"""Compile the program for the targets of a platform, and link each into a shared library or a WebAssembly module."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ridgenet.core._sources import BUILT_FROM, CORE, LIBRARIES, source_hash
from ridgenet.core._struct import DATA_TYPES
from ridgenet.core.compiler._machine_code import Target, host, host_level, object_file
from ridgenet.core.compiler._memory_functions import MEMORY_FUNCTIONS
from ridgenet.core.compiler._program import exported_names, support, translate
from ridgenet.core.compiler._versions import compilers

WASM = "wasm"
TYPES = tuple(map(str, DATA_TYPES))
# instructions of every browser since 2023
TARGET_OF_WASM = Target("wasm32-unknown-unknown", features="+simd128,+bulk-memory,+sign-ext,+nontrapping-fptoint")


@dataclass(frozen=True)
class Platform:
    """An operating system on a kind of processor, with a library for each instruction set.

    Attributes
    ----------
    targets : dict of str to Target
        By the name of the library.
    suffix : str
        Of the file of a library.
    link : tuple of str
        Arguments of ziglang before the names of object files, with ``{path}`` and ``{name}`` of the library.
    """

    targets: dict[str, Target]
    suffix: str
    link: tuple[str, ...]

    def file_of(self, name: str) -> str:
        """Return the name of the file of a library."""
        return "ridgenet.wasm" if name == WASM else f"{name}{self.suffix}"


def _x86_64(triple: str) -> dict[str, Target]:
    return {f"x86-64-{level}": Target(triple, f"x86-64-{level}") for level in ("v2", "v3", "v4")}


# without a C library: LLVM itself calls memset, which every process has, and which Windows gets with the library
ELF = "ld.lld", "-shared", "--strip-all", "--build-id=none", "-z", "noexecstack", "-o", "{path}"
# without /brepro, the time of linking would be part of the library
COFF = "lld-link", "/dll", "/noentry", "/nodefaultlib", "/noimplib", "/brepro", "/out:{path}"
WEB_ASSEMBLY = "wasm-ld", "--no-entry", "--export=__heap_base", "--strip-all", "--lto-O3", "-o", "{path}"


def _mach_o(processor: str) -> tuple[str, ...]:
    """Return arguments that link for the first macOS of both processors; without a name, the path would become it."""
    target = "-target", f"{processor}-macos.11.0"
    return "cc", *target, "-shared", "-s", "-install_name", "@rpath/{name}", "-o", "{path}"


PLATFORMS = {
    "linux-x86_64": Platform(_x86_64("x86_64-unknown-linux-gnu"), ".so", ELF),
    "linux-aarch64": Platform({"aarch64": Target("aarch64-unknown-linux-gnu")}, ".so", ELF),
    "macos-x86_64": Platform(_x86_64("x86_64-apple-macosx11.0.0"), ".dylib", _mach_o("x86_64")),
    "macos-arm64": Platform({"aarch64": Target("arm64-apple-macosx11.0.0", "apple-m1")}, ".dylib", _mach_o("aarch64")),
    "windows-amd64": Platform(_x86_64("x86_64-pc-windows-gnu"), ".dll", COFF),
}


def write_libraries(out: Path | None, platform: str, names: Sequence[str] | None = None, package: str = CORE) -> None:
    """Compile and link libraries, and write them to a folder together with the hash of their sources.

    Parameters
    ----------
    out : Path or None
        Folder; that of the package, if None.
    platform : str
        Name of a platform.
    names : sequence of str, optional
        Names of libraries; all of the platform and ``"wasm"``, if None.
    package : str
        Package or module with the entry points.
    """
    out = out or LIBRARIES
    chosen = _platform(platform)
    names = list(names or names_of(platform))
    # options of LLVM for one target must not reach another
    workers = ProcessPoolExecutor(mp_context=get_context("spawn"), max_tasks_per_child=1)
    with tempfile.TemporaryDirectory() as folder, workers:
        programs = dict(zip(TYPES, workers.map(translate_type, TYPES, [package] * len(TYPES)), strict=True))
        compiled = {name: _compile(workers, programs, _target(chosen, name), package) for name in names}
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        for name, futures in compiled.items():
            objects = []
            for number, future in enumerate(futures):
                objects.append(Path(folder) / f"{name}-{number}.o")
                objects[-1].write_bytes(future.result())
            _link(chosen, name, objects, out, package)
    (out / BUILT_FROM.name).write_text(_record())


def _record() -> str:
    return f"{source_hash()} compiled by {compilers()}\n"


def is_built(out: Path | None, platform: str, names: Sequence[str] | None) -> bool:
    """Return whether a folder has these libraries, as they would be compiled now; see `write_libraries`."""
    out = out or LIBRARIES
    recorded = out / BUILT_FROM.name
    wanted = [_platform(platform).file_of(name) for name in names or names_of(platform)]
    return recorded.exists() and recorded.read_text() == _record() and all((out / name).exists() for name in wanted)


def _platform(name: str) -> Platform:
    """Return a platform; one without libraries, if kernels are not compiled for it."""
    return PLATFORMS.get(name, Platform({}, "", ()))


def names_of(platform: str) -> list[str]:
    """Return the names of all libraries of a platform, and that of the WebAssembly module."""
    return [*_platform(platform).targets, WASM]


def functions_of(package: str) -> list[str]:
    """Return the names of all functions of the flat interface."""
    return [name for dtype in TYPES for name in exported_names(dtype, package)]


def names_for_host(platform: str) -> list[str]:
    """Return the library that this processor runs best, if kernels are compiled for it, and the module for pages."""
    return [*([host_level()] if _platform(platform).targets else []), WASM]


def _target(platform: Platform, name: str) -> Target:
    return TARGET_OF_WASM if name == WASM else platform.targets[name]


def translate_type(dtype: str, package: str) -> str:
    """Translate the entry points for one type of data."""
    return translate(exported_names(dtype, package), package)


def _compile(workers: Executor, programs: dict[str, str], target: Target, package: str) -> list[Future[bytes]]:
    """Start the compilation of the objects of one library."""
    parts = [(programs[dtype], exported_names(dtype, package)) for dtype in TYPES]
    if not target.is_wasm:
        parts.append(support(target.triple))
    if target.is_windows:
        parts += [(program, [name]) for name, program in MEMORY_FUNCTIONS.items()]
    return [workers.submit(object_file, program, names, target) for program, names in parts]


def _link(platform: Platform, name: str, objects: list[Path], out: Path, package: str) -> None:
    functions = functions_of(package)
    target = _target(platform, name)
    path = out / platform.file_of(name)
    link = WEB_ASSEMBLY if target.is_wasm else platform.link
    command = [part.format(path=path, name=path.name) for part in link]
    if target.is_wasm:
        command += [f"--export={exported}" for exported in functions]
    if target.is_windows:
        command += [f"/export:{exported}" for exported in (*functions, *support(target.triple)[1])]
    linked = subprocess.run(
        [sys.executable, "-m", "ziglang", *command, *map(str, objects)],
        capture_output=True,
        text=True,
    )
    if linked.returncode != 0:
        raise RuntimeError(f"{path.name} could not be linked:\n{linked.stderr}")


def object_for_host(name: str, package: str = CORE) -> bytes:
    """Return the object file of one function of the flat interface, for this processor."""
    target = host()
    return object_file(translate([name], package), [name], target, support(target.triple))
