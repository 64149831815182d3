"""Compile the kernels when a wheel is built, or the package is installed from its sources."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# libraries need nothing from the system but memset and memcpy
TAGS = {
    "linux-x86_64": "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
    "linux-aarch64": "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
    "macos-x86_64": "macosx_11_0_x86_64",
    "macos-arm64": "macosx_11_0_arm64",
    "windows-amd64": "win_amd64",
}
LIBRARIES = "src/ridgenet/core/libraries"


class KernelBuildHook(BuildHookInterface[Any]):
    """Put compiled kernels into the wheel.

    RIDGENET_PLATFORM, such as linux-aarch64, names another platform than this one. On a platform that kernels are not
    compiled for, the wheel has only the WebAssembly module, and kernels are compiled just in time.
    """

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, before files are collected; an editable installation gets the module and one library only."""
        system = {"darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)
        wanted = os.environ.get("RIDGENET_PLATFORM", f"{system}-{platform.machine().lower()}")
        # the compiler refuses a name that it does not know; on a platform that has none, it makes the module alone
        named = ["--platform", wanted] if "RIDGENET_PLATFORM" in os.environ else []
        self._compile(["--host"] if version == "editable" else named)
        if version != "editable" and wanted in TAGS:
            build_data["tag"] = f"py3-none-{TAGS[wanted]}"
        build_data["pure_python"] = False
        build_data["artifacts"].append(f"{LIBRARIES}/*")

    def _compile(self, options: list[str]) -> None:
        # pip puts its isolated build environment on it
        given = os.environ.get("PYTHONPATH")
        paths = os.pathsep.join([str(Path(self.root) / "src"), *([given] if given else [])])
        subprocess.run(
            [sys.executable, "-m", "ridgenet.core.compiler", "libraries", "--if-changed", *options],
            env=os.environ | {"RIDGENET_KERNELS": "compile", "PYTHONPATH": paths},
            check=True,
        )
