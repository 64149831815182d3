"""Which sources kernels are compiled from."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
# including the constants that kernels use
SOURCES = ("core", "core/compiler", "formulas")

LIBRARIES = PACKAGE / "core" / "libraries"
# the hash of the sources that the libraries were compiled from
BUILT_FROM = LIBRARIES / "sources.txt"


@cache
def source_hash() -> str:
    """Return a short hash of every source file that kernels are compiled from."""
    digest = hashlib.sha256()
    for path in sorted(path for name in SOURCES for path in (PACKAGE / name).glob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]
