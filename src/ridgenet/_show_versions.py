"""What a bug report needs: versions, and which compiled kernels run."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

from ridgenet.core._targets import current_target
from ridgenet.io._results_folder import versions

PACKAGES = (
    "ridgenet", "numpy", "scipy", "scikit-learn", "joblib", "threadpoolctl", "numba", "matplotlib", "pandas", "pyarrow",
    "skrub", "skops", "dask", "distributed", "onnx",
)  # fmt: skip


def show_versions() -> None:
    """Print the versions of Python, the system and packages, and which kernels run, on which instruction set, and why.

    The environment variable ``RIDGENET_KERNELS`` chooses other kernels: the name of an instruction set that was built
    (such as ``x86-64-v2``), ``jit``, ``wasm`` or ``python``.

    Examples
    --------
    >>> import ridgenet
    >>> ridgenet.show_versions()
    System
      python        3...
    Packages
      ridgenet      ...
    Kernels
      compiled      ...
    """
    for title, lines in {"System": _system(), "Packages": _packages(), "Kernels": _kernels()}.items():
        print(title)
        for name, text in lines.items():
            print(f"  {name:13} {text}")


def _system() -> dict[str, str]:
    return {"python": sys.version.replace("\n", " "), "executable": sys.executable, "machine": platform.platform()}


def _packages() -> dict[str, str]:
    found = versions(PACKAGES)
    return {name: found.get(name, "not installed") for name in PACKAGES}


def _kernels() -> dict[str, str]:
    try:
        target = current_target()
    except (ImportError, ValueError) as error:
        return {"compiled": f"none: {error}"}
    return {"compiled": target.how, "instructions": target.instructions, "chosen": target.reason, "BLAS": _blas()}


def _blas() -> str:
    """Return the BLAS that wide layers use: that of SciPy."""
    import scipy.linalg.cython_blas  # noqa: F401
    from threadpoolctl import threadpool_info

    for found in threadpool_info():
        # numpy's own BLAS is called libscipy_openblas, too
        if found["user_api"] == "blas" and any("scipy" in part.name for part in Path(found["filepath"]).parents):
            return f"{found['internal_api']} {found['version']} ({found['filepath']})"
    return "that of SciPy"
