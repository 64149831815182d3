"""Where and when a benchmark was run: date, command, machine, versions. Neither host names nor folders."""

from __future__ import annotations

import os
import platform
import shlex
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ALWAYS = ("numpy", "scipy", "scikit-learn")
# they change what is measured
VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RIDGENET_KERNELS")

Provenance = dict[str, Any]


def now() -> str:
    """Return date and time in UTC, to the minute."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M}"


def provenance(packages: tuple[str, ...] = ()) -> Provenance:
    """Return date, command, machine, versions and kernels; `packages` are distributions measured beside ridgenet."""
    from ridgenet.core._targets import current_target

    target = current_target()
    return {
        "date": now(),
        "command": command(sys.argv),
        "environment": {name: os.environ[name] for name in VARIABLES if name in os.environ},
        "machine": machine(),
        "versions": versions(packages),
        "kernels": {"instructions": target.instructions, "compiled": target.how.partition(":")[0]},
    }


def command(arguments: list[str]) -> str:
    """Return how to repeat a script, with the names alone of files elsewhere."""
    script, *rest = arguments
    shown = [Path(argument).name if os.path.isabs(argument) else argument for argument in rest]
    return shlex.join(["python", f"benchmarks/{Path(script).name}", *shown])


def machine() -> dict[str, Any]:
    """Return processor, usable cores, memory, system, and the load before the benchmark."""
    import joblib

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": processor(),
        "cores": joblib.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "system": system(),
        "load": round(os.getloadavg()[0], 2),
    }


def processor() -> str:
    """Return the model of the processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def system() -> str:
    """Return the operating system and its version."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{platform.system()} {platform.release()}"


class Others:
    """How busy other processes keep the machine, from the creation of the object on."""

    def __init__(self) -> None:
        self._began, self._busy, self._own = time.monotonic(), busy_seconds(), own_seconds()

    def cores(self) -> float | None:
        """Return how many cores they have used on average; None where the system does not say."""
        if self._busy is None:
            return None
        others = busy_seconds() - self._busy - (own_seconds() - self._own)
        return round(max(0.0, others / (time.monotonic() - self._began)), 2)


def busy_seconds() -> float | None:
    """Return the processor time of all processes, and what other virtual machines have taken."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return None
    user, nice, kernel, _, _, irq, softirq, steal, *_ = map(int, stat.read_text().split("\n", 1)[0].split()[1:])
    return (user + nice + kernel + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def versions(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of Python, ridgenet, what it computes with, and of `packages` that are installed."""
    import ridgenet

    found = {"Python": platform.python_version(), "ridgenet": ridgenet.__version__}
    for name in (*ALWAYS, *packages):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
