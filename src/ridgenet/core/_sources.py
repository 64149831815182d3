"""Which sources kernels are compiled from."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

CORE = "ridgenet.core"
PACKAGE = Path(__file__).parent.parent
# all modules of these folders; of core only those with kernels, and what kernels are translated with
FOLDERS = "core/compiler", "formulas"
ALSO = "core/_arrays.py", "core/_intrinsics.py", "core/_struct.py"
WITH_KERNELS = "from ridgenet.core._kernels import"

LIBRARIES = PACKAGE / "core" / "libraries"
# the hash of the sources that the libraries were compiled from
BUILT_FROM = LIBRARIES / "sources.txt"


@cache
def source_hash() -> str:
    """Return a short hash of every source file that kernels are compiled from."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def sources() -> list[Path]:
    """Return every source file that kernels are compiled from."""
    found = {PACKAGE / name for name in ALSO}
    for folder in FOLDERS:
        found.update((PACKAGE / folder).glob("*.py"))
    return sorted(found.union(modules_with_kernels()))


def modules_with_kernels() -> list[Path]:
    """Return the files in which kernels are declared."""
    return sorted(path for path in (PACKAGE / "core").glob("*.py") if WITH_KERNELS in path.read_text("utf-8"))
