"""The kernels as one program in LLVM's language, with a function of the flat interface for each entry point.

``const char *NAME_TYPE(const void *struct)`` unpacks the struct (`core._struct`), calls the entry point and writes the
results to the end of the struct. It returns null, or a message that says what was wrong with the arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target

from ridgenet.core._sources import CORE, modules_with_kernels
from ridgenet.core._struct import FIELD, Elements, Field, Layout
from ridgenet.core.compiler._decorators import ENTRY_POINTS
from ridgenet.core.compiler._intrinsics import GEMM, POINTER, array_at
from ridgenet.core.compiler._numba import message_pointer, use_numba_as_translator
from ridgenet.core.compiler._processor import PROCESSOR_FEATURES

SLOT = ir.IntType(64)
NUMBERS = {int: types.int64, float: types.float64, bool: types.boolean}


def exported_names(dtype: str, package: str = CORE) -> list[str]:
    """Return the names of the functions of the flat interface for one type of data.

    Parameters
    ----------
    dtype : {"float64", "float32"}
        Type of the data.
    package : str
        Package or module in which the entry points are declared.
    """
    _import_kernels(package)
    return [f"{name}_{dtype}" for name, entry in sorted(ENTRY_POINTS.items()) if entry.__module__.startswith(package)]


@global_compiler_lock
def translate(names: Iterable[str], package: str = CORE) -> str:
    """Return some functions of the flat interface, as LLVM assembly that belongs to no target and is not optimised."""
    _import_kernels(package)
    use_numba_as_translator()
    program = llvm.parse_assembly("")
    for name in names:
        program.link_in(llvm.parse_assembly(_neutral(_translate(*name.rsplit("_", 1)))))
    program.name = "ridgenet"
    return str(program)


def support(triple: str) -> tuple[str, list[str]]:
    """Return the rest of a native library, and the names it exports: variables for BLAS, features of the processor."""
    variables = "\n".join(f"@{name} = global ptr null" for name in GEMM.values())
    if not triple.startswith("x86_64"):
        return variables, [*GEMM.values()]
    return variables + PROCESSOR_FEATURES, [*GEMM.values(), "processor_features"]


def _import_kernels(package: str) -> None:
    if package != CORE:
        import_module(package)
    for name in modules_with_kernels():
        import_module(name)


def _neutral(assembly: str) -> str:
    """Return assembly without what names the processor it was made for, and without the C library."""
    assembly = assembly.replace("@sqrt(", "@llvm.sqrt.f64(").replace("@sqrtf(", "@llvm.sqrt.f32(")
    assembly = re.sub(r'"target-(cpu|features)"="[^"]*"', "", assembly)
    return re.sub(r"(?m)^target .*$", "", assembly)


def _type_of(kind: Any, dtype: str) -> types.Type:
    """Return numba's type of an argument."""
    if isinstance(kind, Elements):
        return types.Array(getattr(types, kind.dtype or dtype), kind.n_dimensions, "C", aligned=True)
    return NUMBERS[kind]


def _translate(name: str, dtype: str) -> str:
    """Return one function with all that it calls."""
    entry = ENTRY_POINTS[name]
    layout = Layout(entry.py_func)
    types_of_fields = [_type_of(field.kind, dtype) for field in layout.fields]
    left = iter(types_of_fields)
    arguments = tuple(
        types.NamedTuple([next(left) for _ in hint._fields], hint) if hasattr(hint, "_fields") else next(left)
        for hint in layout.arguments.values()
    )
    entry.compile(arguments)
    compiled = entry.overloads[arguments]
    context = cpu_target.target_context
    library = context.codegen().create_library(f"{name}_{dtype}")
    library.add_linking_library(compiled.library)
    module = library.create_ir_module(f"{name}_{dtype}")
    _add_wrapper(context, module, f"{name}_{dtype}", compiled, arguments, types_of_fields, layout)
    library.add_ir_module(module)
    library.finalize()
    return str(library.get_llvm_str())


def _add_wrapper(
    context: Any,
    module: Any,
    name: str,
    compiled: Any,
    arguments: tuple[types.Type, ...],
    types_of_fields: list[types.Type],
    layout: Layout,
) -> None:
    """Add the function of the flat interface."""
    function = ir.Function(module, ir.FunctionType(POINTER, [POINTER]), name)
    builder = ir.IRBuilder(function.append_basic_block())
    offsets = layout.offsets

    def address(kind: Any, offset: int) -> Any:
        return builder.bitcast(builder.gep(function.args[0], [SLOT(offset)]), ir.PointerType(kind))

    def value(field: Field, kind: types.Type) -> Any:
        offset = offsets[field.name]
        if isinstance(kind, types.Array):
            at = offsets[f"{field.name}.shape"]
            data = builder.inttoptr(
                builder.load(address(SLOT, offset)), ir.PointerType(context.get_data_type(kind.dtype))
            )
            shape = [builder.load(address(SLOT, at + FIELD * axis)) for axis in range(kind.ndim)]
            return array_at(context, builder, kind, data, shape)
        if kind == types.boolean:
            return builder.icmp_signed("!=", builder.load(address(SLOT, offset)), SLOT(0))
        return builder.load(address(context.get_value_type(kind), offset))

    given = iter([value(*pair) for pair in zip(layout.fields, types_of_fields, strict=True)])
    values = [
        context.make_tuple(builder, kind, [next(given) for _ in kind.fields])
        if isinstance(kind, types.NamedTuple)
        else next(given)
        for kind in arguments
    ]
    callee = context.declare_function(module, compiled.fndesc)
    returned = compiled.signature.return_type
    status, result = context.call_conv.call_function(builder, callee, returned, arguments, values)
    with cgutils.if_unlikely(builder, status.is_error):
        builder.ret(message_pointer(status, builder))
    results = cgutils.unpack_tuple(builder, result) if isinstance(returned, types.BaseTuple) else [result]
    for index, kind in enumerate(layout.results):
        builder.store(
            results[index], address(context.get_value_type(NUMBERS[kind]), offsets["results"] + FIELD * index)
        )
    builder.ret(POINTER(None))
