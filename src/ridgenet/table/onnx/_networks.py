"""Convert the estimators to ONNX: the forward pass, in float64 for inputs of any type."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto
from onnx.helper import np_dtype_to_tensor_dtype

from ridgenet._averaged import AveragedNetworks
from ridgenet._errors import InputError
from ridgenet._fitted import FittedNetwork
from ridgenet.formulas import ACTIVATIONS, OUTPUTS

FLOAT, DOUBLE, INT64, BOOL = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64, TensorProto.BOOL


class Graph:
    """Add nodes to the graph of one operator; values are referred to by name.

    Parameters
    ----------
    scope, container
        As skl2onnx passes them to a converter.
    """

    def __init__(self, scope: Any, container: Any) -> None:
        self._scope, self._container = scope, container

    def constant(self, values: Any, dtype: Any = None) -> str:
        """Add an array, and return its name."""
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
        """Add a node, and return the name of its output, which is `out` if given."""
        name = out or self._scope.get_unique_variable_name(kind.lower())
        unique = self._scope.get_unique_operator_name(kind)
        given = {} if version is None else {"op_version": version}
        self._container.add_node(kind, list(inputs), [name], op_domain=domain, name=unique, **given, **a)
        return name

    def formula(self, kind: str, *inputs: str | float, **attributes: Any) -> str:
        """Add a node for a formula of `ridgenet.formulas`, whose inputs may be numbers."""
        names = (each if isinstance(each, str) else self.constant(each) for each in inputs)
        return self.node(kind, *names, **attributes)

    def cast(self, value: str, to: int, out: str | None = None) -> str:
        """Convert a value to another type."""
        return self.node("Cast", value, to=to, out=out)

    def columns(self, values: list[str], out: str | None = None) -> str:
        """Concatenate columns."""
        return self.node("Concat", *values, axis=1, out=out)


def classifier_shapes(operator: Any) -> None:
    """Declare the labels, and a probability for each class."""
    from skl2onnx.common.data_types import Int64TensorType, StringTensorType

    model = operator.raw_operator
    n, labels, probabilities = _rows_of(operator)
    if model._multilabel:
        labels.type = Int64TensorType([n, model.n_outputs_])
        probabilities.type = _real(operator)([n, model.n_outputs_])
        return
    labels.type = StringTensorType([n]) if model.classes_.dtype.kind in "UO" else Int64TensorType([n])
    probabilities.type = _real(operator)([n, len(model.classes_)])


def regressor_shapes(operator: Any) -> None:
    """Declare the predicted numbers."""
    n, values = _rows_of(operator)
    values.type = _real(operator)([n, operator.raw_operator.n_outputs_])


def convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    """Add a classifier to the graph."""
    graph, model = Graph(scope, container), operator.raw_operator
    labels, probabilities = (output.full_name for output in operator.outputs)
    outputs = _outputs(graph, operator)
    if not model._multilabel and model.n_outputs_ == 1:
        outputs = graph.columns([graph.node("Sub", graph.constant(1.0), outputs), outputs])
    graph.cast(outputs, _number_type(operator), probabilities)
    if model._multilabel:
        above = graph.node("Greater", outputs, graph.constant(0.5))
        graph.cast(above, INT64, labels)
        return
    index = graph.node("ArgMax", outputs, axis=1, keepdims=0)
    classes = model.classes_
    if classes.dtype.kind not in "UO":
        if not np.array_equal(classes, classes.astype(np.int64)):
            raise InputError("classes that are not whole numbers cannot be exported; convert them to text")
        classes = classes.astype(np.int64)
    graph.node("Gather", graph.constant(classes), index, axis=0, out=labels)


def convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    """Add a regressor to the graph."""
    graph = Graph(scope, container)
    graph.cast(_outputs(graph, operator), _number_type(operator), operator.outputs[0].full_name)


def _outputs(graph: Graph, operator: Any) -> str:
    """Return the mean output of the networks of the estimator."""
    inputs = [graph.cast(variable.full_name, DOUBLE) for variable in operator.inputs]
    X = inputs[0] if len(inputs) == 1 else graph.columns(inputs)
    fitted = operator.raw_operator._fitted
    members = fitted.members if isinstance(fitted, AveragedNetworks) else (fitted,)
    outputs = [_forward(graph, member, X) for member in members]
    if len(outputs) == 1:
        return outputs[0]
    if isinstance(fitted, AveragedNetworks) and fitted.weights is not None:
        scaled = [graph.node("Mul", *pair) for pair in zip(outputs, map(graph.constant, fitted.weights), strict=True)]
        return graph.node("Sum", *scaled)
    return graph.node("Mul", graph.node("Sum", *outputs), graph.constant(1 / len(outputs)))


def _forward(graph: Graph, fitted: FittedNetwork, X: str) -> str:
    """Compute z_l = a_(l-1) W_l + b_l and a_l = phi(z_l), layer by layer; a sample is a row here."""
    standardizer, network = fitted.standardizer, fitted.network
    parameters = fitted.parameters.astype(np.float64)
    a = graph.node("Div", graph.node("Sub", X, graph.constant(standardizer.mean)), graph.constant(standardizer.scale))
    layers = list(zip(network.weights(parameters), network.biases(parameters), strict=True))
    for layer, (W, b) in enumerate(layers):
        z = graph.node("Add", graph.node("MatMul", a, graph.constant(W.T)), graph.constant(b[np.newaxis, :]))
        a = ACTIVATIONS[network.activation].onnx(graph.formula, z) if layer < len(layers) - 1 else z
    a = OUTPUTS[network.output].onnx(graph.formula, a)
    if not standardizer.changes_targets:
        return a
    scaled = graph.node("Mul", a, graph.constant(np.atleast_2d(standardizer.target_scale).astype(np.float64)))
    return graph.node("Add", scaled, graph.constant(np.atleast_2d(standardizer.target_mean).astype(np.float64)))


def _rows_of(operator: Any) -> tuple[Any, ...]:
    return (operator.inputs[0].get_first_dimension(), *operator.outputs)


def _real(operator: Any) -> Any:
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType

    return DoubleTensorType if _number_type(operator) == DOUBLE else FloatTensorType


def _number_type(operator: Any) -> int:
    from skl2onnx.common.data_types import DoubleTensorType

    return DOUBLE if isinstance(operator.inputs[0].type, DoubleTensorType) else FLOAT
