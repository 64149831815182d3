"""From kernels in Python to machine code: numba translates them for LLVM, which compiles them for each target."""

import os

from ridgenet.core._mode import MODE

if MODE == "compile":
    # before numba reads them: a user's settings must not change what is compiled
    for name in [name for name in os.environ if name.startswith("NUMBA_")]:
        del os.environ[name]
