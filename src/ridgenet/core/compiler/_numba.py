"""numba as a translator only: from Python to LLVM's language, without optimisation and for no processor.

What numba optimises for the processor it runs on cannot be compiled for another; `_machine_code` optimises for each
target.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, config
from numba.core.callconv import CPUCallConv, excinfo_ptr_t
from numba.core.codegen import JITCodeLibrary, JITCPUCodegen
from numba.core.cpu import CPUContext
from numba.core.registry import cpu_target
from numba.core.runtime.context import NRTContext


class _Library(JITCodeLibrary):
    """The modules of one function and of all that it calls, linked but not optimised."""

    def _optimize_functions(self, ll_module: Any) -> None:
        """Do nothing: this turns fields into offsets in bytes, which are others where pointers have four bytes."""

    def _optimize_final_module(self) -> None:
        """Do nothing; targets optimise."""

    def _finalize_final_module(self) -> None:
        """Generate no code for this process."""
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Return null."""
        return 0


class _Codegen(JITCPUCodegen):
    _library_class = _Library

    def set_env(self, env_name: str, env: Any) -> None:
        """Do nothing; there is no code that needs an environment."""


class _Messages(CPUCallConv):
    """numba's calling convention, except that a raised exception is the text of its message.

    numba would store the exception pickled, together with the name and line of a source file.
    """

    def set_static_user_exc(
        self, builder: Any, exc: Any, exc_args: Any = None, loc: Any = None, func_name: Any = None
    ) -> None:
        text = cgutils.global_constant(builder, "message", cgutils.make_bytearray(f"{exc_args[0]}\0".encode()))
        builder.store(builder.bitcast(text, excinfo_ptr_t), self._get_excinfo_argument(builder.function))


class _NoReferences(NRTContext):
    """Views of the caller's memory have no references to count."""

    def incref(self, builder: Any, typ: Any, value: Any) -> None:
        """Do nothing."""

    def decref(self, builder: Any, typ: Any, value: Any) -> None:
        """Do nothing."""


class _Context(CPUContext):
    @property
    def nrt(self) -> NRTContext:
        return _NoReferences(self, True)

    @property
    def call_conv(self) -> CPUCallConv:
        return _Messages(self)

    def init(self) -> None:
        super().init()
        self._internal_codegen = _Codegen("ridgenet")


def use_numba_as_translator() -> None:
    """Set up numba in this process, before the first kernel is compiled."""
    config.CPU_NAME, config.CPU_FEATURES = "generic", ""
    config.LOOP_VECTORIZE = config.SLP_VECTORIZE = 0
    vars(cpu_target)["_toplevel_target_context"] = _Context(cpu_target.typing_context, "cpu")


def message_pointer(status: Any, builder: Any) -> Any:
    """Return the address of the message of a call that failed."""
    return builder.bitcast(status.excinfoptr, ir.PointerType(ir.IntType(8)))
