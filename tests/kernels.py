"""Inner kernels as functions that Python can call, compiled for the target under test."""

import hashlib
import os
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import inner_kernels
import numpy as np
from platformdirs import user_cache_path

from ridgenet.core import _targets
from ridgenet.core._mode import MODE
from ridgenet.core._sources import PACKAGE, source_hash

TESTS = Path(__file__).parent
INNER = inner_kernels.__name__


def inner(name):
    """Return an inner kernel by its name in `inner_kernels`."""
    return lambda *arguments: target_of_inner_kernels().run(getattr(inner_kernels, name), arguments)


def over_rows(name):
    """Return a function that applies a scalar kernel to each number of an array."""

    def apply(x):
        y = np.empty_like(x)
        inner(name)(x, y)
        return y

    return apply


@cache
def target_of_inner_kernels():
    """Compile the inner kernels for the target under test, once for all test processes."""
    target = _targets.current_target()
    if isinstance(target, _targets.PlainPython):
        return target
    digest = hashlib.sha256((TESTS / f"{INNER}.py").read_bytes() + source_hash().encode()).hexdigest()[:16]
    name = _name_of_library(target)
    folder = user_cache_path("ridgenet", appauthor=False) / f"tests-{digest}-{name}"
    file = folder / ("ridgenet.wasm" if MODE == "wasm" else f"{name}{_targets.SUFFIX}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder.with_suffix(".lock")):
        if not file.exists():
            compile_libraries("--package", INNER, "--only", name, "--out", str(folder))
    made = type(target) if MODE == "wasm" else _targets.Library
    return made(file, target.reason)


def _name_of_library(target):
    if MODE == "wasm":
        return "wasm"
    if isinstance(target, _targets.Library):
        return target.instructions
    # just in time; one library is faster than an object for each kernel
    from ridgenet.core.compiler._machine_code import host_level

    return host_level()


def compile_libraries(*options, sources=PACKAGE.parent, **environment):
    """Run the compiler in a process of its own; environment variables may be given."""
    done = subprocess.run(
        [sys.executable, "-m", "ridgenet.core.compiler", "libraries", *options],
        env=os.environ
        | {"RIDGENET_KERNELS": "compile", "PYTHONPATH": os.pathsep.join([str(sources), str(TESTS)])}
        | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def _alone(path):
    """Let one process in at a time."""
    with path.open("w") as file:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
