"""What compiles kernels, in which versions."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def compilers() -> str:
    """Return the versions of what translates, compiles and links kernels; just in time, nothing is linked."""
    found = []
    for package in ("numba", "llvmlite", "ziglang"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
