"""Versions, kernels, threads, caches and settings of this installation."""

from __future__ import annotations

import getpass
import os
import platform
import re
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ridgenet import __version__
from ridgenet._wording import said_by
from ridgenet.doctor._requirements import CORE, extras, requirements

Facts = dict[str, dict[str, str]]


def installation() -> Facts:
    """Return versions, and which kernels run and why, by section and name."""
    return {"System": _system(), "Packages": _packages(), "Kernels": _described(_kernels, "compiled")}


def surroundings() -> Facts:
    """Return threads, caches, and the environment variables of ridgenet."""
    return {"Threads": _described(_threads, "threads"), "Caches": _caches(), "Environment": _environment()}


def without_names(text: str) -> str:
    """Replace the home folder by ``~``, and folders named after the user elsewhere by ``USER``.

    Examples
    --------
    >>> without_names(f"{Path.home() / 'data'}").replace(os.sep, "/")
    '~/data'
    """
    home = str(Path.home())
    if len(home) > 1:
        text = re.sub(re.escape(home) + r"(?![\w.-])", "~", text)
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        return text
    return re.sub(rf"(?<=[/\\]){re.escape(user)}(?=[/\\]|$)", "USER", text)


def _described(describe: Callable[[], dict[str, str]], name: str) -> dict[str, str]:
    """Return facts that need a package, or why it cannot be imported."""
    try:
        return describe()
    except Exception as error:
        return {name: f"unknown: {said_by(error)}"}


def _system() -> dict[str, str]:
    return {"python": sys.version.replace("\n", " "), "executable": sys.executable, "machine": platform.platform()}


def _packages() -> dict[str, str]:
    names = sorted({each.name for extra in (CORE, *extras()) for each in requirements(extra)})
    return {"ridgenet": __version__} | {name: _version_of(name) for name in names}


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _kernels() -> dict[str, str]:
    from ridgenet.core._targets import current_target

    try:
        target = current_target()
    except (ImportError, ValueError) as error:
        return {"compiled": f"none: {said_by(error)}"}
    return {"compiled": target.how, "instructions": target.instructions, "chosen": target.reason, "BLAS": _blas()}


def _blas() -> str:
    """Return the BLAS that wide layers use: that of SciPy."""
    for found in _thread_pools():
        # numpy's own BLAS is called libscipy_openblas, too
        if found["user_api"] == "blas" and any("scipy" in part.name for part in Path(found["filepath"]).parents):
            return f"{found['internal_api']} {found['version']} ({found['filepath']})"
    return "that of SciPy"


def _thread_pools() -> list[Mapping[str, Any]]:
    import scipy.linalg.cython_blas  # noqa: F401
    from threadpoolctl import threadpool_info

    pools: list[Mapping[str, Any]] = threadpool_info()
    return pools


def _threads() -> dict[str, str]:
    import joblib

    facts = {"processors": str(os.cpu_count()), "for n_jobs=-1": str(joblib.cpu_count())}
    for found in _thread_pools():
        facts[f"{found['internal_api']} {Path(found['filepath']).name.partition('-')[0]}"] = str(found["num_threads"])
    return facts | {name: os.environ[name] for name in ("OMP_NUM_THREADS", "LOKY_MAX_CPU_COUNT") if name in os.environ}


def _caches() -> dict[str, str]:
    """Return the folders in which kernels compiled on this machine are kept."""
    try:
        from platformdirs import user_cache_path
    except ImportError:
        return {"kernels": "none: only the extra jit keeps any"}
    folder = user_cache_path("ridgenet", appauthor=False)
    files = [path for path in folder.glob("**/*") if path.is_file()] if folder.is_dir() else []
    size = sum(path.stat().st_size for path in files)
    return {"kernels": f"{folder}: {len(files)} files, {size / 1e6:.1f} MB"}


def _environment() -> dict[str, str]:
    found = {name: value for name, value in sorted(os.environ.items()) if name.startswith("RIDGENET_")}
    return found or {"RIDGENET_*": "none is set"}
