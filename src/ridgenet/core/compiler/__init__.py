"""From kernels in Python to machine code: numba translates them for LLVM, which compiles them for each target."""
