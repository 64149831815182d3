"""Nodes of a graph, written down as one would write the formula."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto
from onnx.helper import np_dtype_to_tensor_dtype

FLOAT, DOUBLE, INT64, BOOL = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64, TensorProto.BOOL


class Graph:
    """Adds nodes to one operator's part of the graph; values are known by their names.

    Parameters
    ----------
    scope, container
        As skl2onnx hands them to a converter.
    """

    def __init__(self, scope: Any, container: Any) -> None:
        self._scope, self._container = scope, container

    def constant(self, values: Any, dtype: Any = None) -> str:
        """Return the name of an array."""
        array = np.asarray(values, dtype)
        name: str = self._scope.get_unique_variable_name("constant")
        if array.dtype.kind in "UO":
            texts = [str(text).encode() for text in array.ravel()]
            self._container.add_initializer(name, TensorProto.STRING, array.shape, texts)
        else:
            kind = np_dtype_to_tensor_dtype(array.dtype)
            self._container.add_initializer(name, kind, array.shape, array.ravel().tolist())
        return name

    def node(
        self, kind: str, *inputs: str, out: str | None = None, domain: str = "", version: Any = None, **a: Any
    ) -> str:
        """Return the name of what a node computes; `out` names it if it is given."""
        name = out or self._scope.get_unique_variable_name(kind.lower())
        unique = self._scope.get_unique_operator_name(kind)
        given = {} if version is None else {"op_version": version}
        self._container.add_node(kind, list(inputs), [name], op_domain=domain, name=unique, **given, **a)
        return name

    def formula(self, kind: str, *inputs: str | float, **attributes: Any) -> str:
        """Return a node of a formula (`ridgenet.formulas`), where a number is a constant."""
        names = (each if isinstance(each, str) else self.constant(each) for each in inputs)
        return self.node(kind, *names, **attributes)

    def cast(self, value: str, to: int, out: str | None = None) -> str:
        """Return a value as another type."""
        return self.node("Cast", value, to=to, out=out)

    def columns(self, values: list[str], out: str | None = None) -> str:
        """Return columns side by side."""
        return self.node("Concat", *values, axis=1, out=out)
