"""Print the targets of the kernels that this machine can run, but for plain Python; `make test-kernels` tests each."""

from ridgenet.core._targets import usable_libraries

usable, trouble = usable_libraries()
print(*(path.stem for path in usable), "jit", "wasm")
