"""Compile kernels: ``python -m ridgenet.core.compiler --help``."""

from __future__ import annotations

import argparse
import platform
import sys
from pathlib import Path

from ridgenet.core._mode import MODE
from ridgenet.core._sources import CORE
from ridgenet.core.compiler._libraries import (
    PLATFORMS,
    WASM,
    functions_of,
    is_built,
    names_for_host,
    names_of,
    object_for_host,
    write_libraries,
)


def this_platform() -> str:
    """Return the name of this platform."""
    system = {"darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)
    return f"{system}-{platform.machine().lower()}"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser("python -m ridgenet.core.compiler", description="Compile ridgenet's kernels.")
    commands = parser.add_subparsers(required=True, dest="command")
    libraries = commands.add_parser("libraries", help="compile shared libraries and the WebAssembly module")
    libraries.add_argument("--out", type=Path, help="folder to write to; by default that of the package")
    libraries.add_argument("--platform", choices=PLATFORMS, default=this_platform(), help="by default this one")
    libraries.add_argument("--only", nargs="+", help=f"names of libraries, such as x86-64-v3 or {WASM}; by default all")
    libraries.add_argument(
        "--host", action="store_true", help="only the best library for this processor, and the module"
    )
    libraries.add_argument("--if-changed", action="store_true", help="only if those there are of other sources")
    single = commands.add_parser(
        "object", help="compile one function for this processor, to an object file on standard output"
    )
    single.add_argument("name", help="such as evaluate_float64")
    for command in (libraries, single):
        command.add_argument("--package", default=CORE, help="package or module with the entry points")
    given = parser.parse_args()
    if MODE != "compile":
        parser.error("set RIDGENET_KERNELS=compile")
    known = functions_of(given.package) if given.command == "object" else names_of(given.platform)
    for name in [given.name] if given.command == "object" else given.only or ():
        if name not in known:
            parser.error(f"there is no {name!r}; choose from {', '.join(known)}")
    if given.command == "object":
        sys.stdout.buffer.write(object_for_host(given.name, given.package))
        return
    names = names_for_host(given.platform) if given.host else given.only
    if not (given.if_changed and is_built(given.out, given.platform, names)):
        write_libraries(given.out, given.platform, names, given.package)


if __name__ == "__main__":
    main()
