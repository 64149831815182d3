"""The formulas of the method: one row of a table for each activation, output unit and loss.

Whatever needs a formula reads it here: `ridgenet.equations`, devices, the evidence, the grid of the path, the ONNX
export, docstrings, the command line and tests. A test compares the compiled kernels (`core._activations`,
`core._losses`) with every row.

Functions take the namespace of an array library first (the array API standard: `numpy`, or CuPy and PyTorch by way of
array-api-compat). z is the input of the units of a layer and a their output, both of shape (..., units, samples); y are
the targets, of the shape of the last layer.
"""

from ridgenet.formulas._activations import ACTIVATIONS, GELU_CUBIC, GELU_SLOPE, Activation
from ridgenet.formulas._docstrings import with_names
from ridgenet.formulas._losses import LOSSES, QUANTILE_WIDTH, REGRESSION_LOSSES, Loss, Parameter, parameter_of
from ridgenet.formulas._outputs import OUTPUTS, Output

__all__ = [
    "ACTIVATIONS",
    "GELU_CUBIC",
    "GELU_SLOPE",
    "LOSSES",
    "OUTPUTS",
    "QUANTILE_WIDTH",
    "REGRESSION_LOSSES",
    "Activation",
    "Loss",
    "Output",
    "Parameter",
    "parameter_of",
    "with_names",
]
