"""Compile the program for the targets of a platform, and link each into a shared library or a WebAssembly module."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ridgenet.core._sources import BUILT_FROM, LIBRARIES, source_hash
from ridgenet.core._struct import DATA_TYPES
from ridgenet.core.compiler._machine_code import Target, host, object_file
from ridgenet.core.compiler._program import exported_names, support, translate

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
        Arguments of ziglang before the names of files.
    """

    targets: dict[str, Target]
    suffix: str
    link: tuple[str, ...]


def _x86_64(triple: str) -> dict[str, Target]:
    return {f"x86-64-{level}": Target(triple, f"x86-64-{level}") for level in ("v2", "v3", "v4")}


# without a C library: LLVM itself calls memset and memcpy, which every process has
ELF = "ld.lld", "-shared", "--strip-all", "--build-id=none", "-z", "noexecstack"
PLATFORMS = {
    "linux-x86_64": Platform(_x86_64("x86_64-unknown-linux-gnu"), ".so", ELF),
    "linux-aarch64": Platform({"aarch64": Target("aarch64-unknown-linux-gnu")}, ".so", ELF),
    "macos-x86_64": Platform(
        _x86_64("x86_64-apple-macosx11.0.0"), ".dylib", ("cc", "-target", "x86_64-macos", "-shared", "-s")
    ),
    "macos-arm64": Platform(
        {"aarch64": Target("arm64-apple-macosx11.0.0", "apple-m1")},
        ".dylib",
        ("cc", "-target", "aarch64-macos", "-shared", "-s"),
    ),
    "windows-amd64": Platform(
        _x86_64("x86_64-pc-windows-gnu"), ".dll", ("cc", "-target", "x86_64-windows-gnu", "-shared", "-s")
    ),
}


def write_libraries(out: Path | None, platform: str, names: Iterable[str] | None = None) -> None:
    """Compile and link libraries, and write them to a folder together with the hash of their sources.

    Parameters
    ----------
    out : Path or None
        Folder; that of the package, if None.
    platform : str
        Name of a platform.
    names : iterable of str, optional
        Names of libraries; all of the platform and ``"wasm"``, if None.
    """
    out = out or LIBRARIES
    chosen = PLATFORMS[platform]
    names = [*chosen.targets, WASM] if names is None else list(names)
    # options of LLVM for one target must not reach another
    workers = ProcessPoolExecutor(mp_context=get_context("spawn"), max_tasks_per_child=1)
    with tempfile.TemporaryDirectory() as folder, workers:
        programs = dict(zip(TYPES, workers.map(translate_type, TYPES), strict=True))
        compiled = {name: _compile(workers, programs, _target(chosen, name)) for name in names}
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        for name, futures in compiled.items():
            objects = []
            for number, future in enumerate(futures):
                objects.append(Path(folder) / f"{name}-{number}.o")
                objects[-1].write_bytes(future.result())
            _link(chosen, name, objects, out)
    (out / BUILT_FROM.name).write_text(source_hash())


def _target(platform: Platform, name: str) -> Target:
    return TARGET_OF_WASM if name == WASM else platform.targets[name]


def translate_type(dtype: str) -> str:
    """Translate the entry points for one type of data."""
    return translate(exported_names(dtype))


def _compile(workers: Executor, programs: dict[str, str], target: Target) -> list[Future[bytes]]:
    """Start the compilation of the objects of one library."""
    parts = [(programs[dtype], exported_names(dtype)) for dtype in TYPES]
    if not target.is_wasm:
        parts.append(support(target.triple))
    return [workers.submit(object_file, program, names, target) for program, names in parts]


def _link(platform: Platform, name: str, objects: list[Path], out: Path) -> None:
    if name == WASM:
        exports = [f"--export={function}" for dtype in TYPES for function in exported_names(dtype)]
        command = ["wasm-ld", "--no-entry", "--export=__heap_base", "--strip-all", "--lto-O3", *exports]
        path = out / "ridgenet.wasm"
    else:
        command = list(platform.link)
        path = out / f"{name}{platform.suffix}"
    linked = subprocess.run(
        [sys.executable, "-m", "ziglang", *command, "-o", str(path), *map(str, objects)],
        capture_output=True,
        text=True,
    )
    if linked.returncode != 0:
        raise RuntimeError(f"{path.name} could not be linked:\n{linked.stderr}")


def write_object(name: str, path: Path) -> None:
    """Compile one function of the flat interface for this processor, to an object file."""
    target = host()
    path.write_bytes(object_file(translate([name]), [name], target, support(target.triple)))
