"""Optimise the program for a target, and generate an object file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm


@dataclass(frozen=True)
class Target:
    """A processor and operating system that kernels are compiled for.

    Attributes
    ----------
    triple : str
        As LLVM names them.
    processor : str
        Least processor; its instructions are used.
    features : str
        Further instructions.
    """

    triple: str
    processor: str = ""
    features: str = ""

    @property
    def is_wasm(self) -> bool:
        """Whether this is WebAssembly, where there is no BLAS, and size counts."""
        return self.triple.startswith("wasm")

    @property
    def is_windows(self) -> bool:
        """Whether this is Windows."""
        return "windows" in self.triple


def host() -> Target:
    """Return this processor."""
    return Target(llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(sort=True))


def host_level() -> str:
    """Return the name of the library with the newest instructions that this processor has."""
    if not llvm.get_process_triple().startswith("x86_64"):
        return "aarch64"
    has = llvm.get_host_cpu_features()
    if has.get("avx512vl") and has.get("avx512bw") and has.get("avx512dq"):
        return "x86-64-v4"
    return "x86-64-v3" if has.get("avx2") and has.get("fma") and has.get("bmi2") else "x86-64-v2"


def object_file(program: str, exported: Iterable[str], target: Target, *more: tuple[str, Iterable[str]]) -> bytes:
    """Return the machine code of a program, optimised for a target.

    Parameters
    ----------
    program : str
        LLVM assembly.
    exported : iterable of str
        Functions and variables to keep; all others are inlined or private.
    target : Target
        The target.
    *more : tuple of str and iterable of str
        Further programs to link with it, and what to keep of them.
    """
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    llvm.initialize_native_asmparser()
    machine = llvm.Target.from_triple(target.triple).create_target_machine(
        cpu=target.processor, features=target.features, opt=3, reloc="pic", codemodel="default"
    )
    if target.is_wasm:
        _interleave_vectors()
        program = _without_blas(program)
    module = llvm.parse_assembly(program)
    kept = set(exported)
    for other, names in more:
        module.link_in(llvm.parse_assembly(other))
        kept.update(names)
    module.triple, module.data_layout = target.triple, str(machine.target_data)
    for definition in [*module.functions, *module.global_variables]:
        if not definition.is_declaration and definition.name not in kept:
            definition.linkage = "internal"
    module.verify()
    _optimise(module, machine)
    code: bytes = machine.emit_object(module)
    return code


def _optimise(module: llvm.ModuleRef, machine: llvm.TargetMachine) -> None:
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = True
    passes = llvm.create_pass_builder(machine, options)
    passes.getModulePassManager().run(module, passes)


@cache
def _interleave_vectors() -> None:
    """Let loops process two vectors at a time, an option of LLVM that holds for all that this process still compiles.

    A polynomial is a chain of operations that each wait for the one before; in Chromium it is a sixth faster so.
    """
    llvm.set_option("", "-force-vector-interleave=2")


def _without_blas(program: str) -> str:
    """Return the program with null in place of the functions of BLAS, so that no call of them remains."""
    return re.sub(r"(?m)^@(ridgenet_.gemm) = external global ptr.*$", r"@\1 = internal constant ptr null", program)
