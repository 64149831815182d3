"""Print the targets of the kernels that this machine can run, but for plain Python; `make test-kernels` tests each."""

from ridgenet.core._targets import usable_libraries

if __name__ == "__main__":
    print(*(path.stem for path in usable_libraries()[0]), "jit", "wasm")
