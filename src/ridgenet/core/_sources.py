"""Which sources kernels are compiled from."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

CORE = "ridgenet.core"
PACKAGE = Path(__file__).parent.parent
# all modules of these folders; of core only those with kernels, and what kernels are translated with
FOLDERS = "core/compiler", "formulas"
ALSO = "core/_arrays.py", "core/_intrinsics.py", "core/_struct.py"
WITH_KERNELS = re.compile(rb"^from ridgenet\.core\._kernels import", re.MULTILINE)

LIBRARIES = PACKAGE / "core" / "libraries"
# the hash of the sources that the libraries were compiled from, and what compiled them
BUILT_FROM = LIBRARIES / "sources.txt"


@cache
def source_hash() -> str:
    """Return a short hash of every source file that kernels are compiled from."""
    digest = hashlib.sha256()
    for path, content in sorted(sources().items()):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(content.replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def is_current(record: Path) -> bool:
    """Return whether libraries with this record were compiled from the sources that are there, if any are."""
    without_sources = not (PACKAGE / ALSO[0]).exists()
    return record.exists() and (without_sources or record.read_text().split()[0] == source_hash())


def sources() -> dict[Path, bytes]:
    """Return every source file that kernels are compiled from, with its content."""
    core = {path: path.read_bytes() for path in (PACKAGE / "core").glob("*.py")}
    also = {PACKAGE / name for name in ALSO}
    others = {path: path.read_bytes() for folder in FOLDERS for path in (PACKAGE / folder).glob("*.py")}
    return others | {path: text for path, text in core.items() if path in also or WITH_KERNELS.search(text)}


def modules_with_kernels() -> list[str]:
    """Return the names of the modules in which kernels are declared."""
    return [f"{CORE}.{path.stem}" for path, text in sorted(sources().items()) if WITH_KERNELS.search(text)]
