"""How kernels run in this process, by the environment variable RIDGENET_KERNELS."""

from __future__ import annotations

import os

# python: kernels are plain Python; compile: they are being compiled; any other value chooses a target (`_targets`)
MODE = os.environ.get("RIDGENET_KERNELS", "")
