"""From kernels in Python to machine code: numba translates them to LLVM's language, LLVM compiles that for each target."""
