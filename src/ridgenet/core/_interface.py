"""Checks of the arguments of entry points.

A kernel trusts counts, shapes and types: if an array is too short, it reads or writes memory that belongs to something
else. Each entry point therefore begins with checks of its arguments. They are compiled with it, so no caller can bypass
them, and they cost nothing measurable. This module has those that most entry points share; the state of a solver is
checked where it is defined. Types are checked by the struct that arguments are packed in (`_struct`).
"""

from __future__ import annotations

from ridgenet._errors import InputError
from ridgenet.core._kernels import kernel


@kernel
def require_parameters(objective, parameters):
    """n_parameters = sum over layers of (n_in + 1) n_out; return the number of units, inputs left out"""
    sizes = objective.layer_sizes
    if sizes.shape[0] < 2:
        raise InputError("objective.layer_sizes must hold two or more layers")
    if objective.alphas.shape[0] != sizes.shape[0] - 1 and objective.alphas.shape[0] != sizes.shape[0] - 1 + sizes[0]:
        raise InputError(
            "objective.alphas must hold a λ for each layer with weights, then a factor for each input or none"
        )
    count, units = 0, 0
    for layer in range(1, sizes.shape[0]):
        if sizes[layer - 1] < 1 or sizes[layer] < 1:
            raise InputError("objective.layer_sizes must be positive")
        count += (sizes[layer - 1] + 1) * sizes[layer]
        units += sizes[layer]
    if parameters.shape[0] != count:
        raise InputError("parameters must hold as many numbers as the network has weights and biases")
    return units


@kernel
def require_inputs(examples, n_features, n_rows):
    """X is n_rows x n_features, dense or in the three arrays of CSR; mean and factor have n_features numbers."""
    if examples.mean.shape[0] != n_features or examples.factor.shape[0] != n_features:
        raise InputError("examples.mean and examples.factor must have a number for each input of the network")
    if examples.row_starts.shape[0] == 0:
        if examples.X.shape[0] < n_rows or examples.X.shape[1] != n_features:
            raise InputError("examples.X must have a row for each sample and a column for each input of the network")
    elif examples.row_starts.shape[0] <= n_rows or examples.columns.shape[0] != examples.values.shape[0]:
        raise InputError("examples.row_starts must have a number for each row and one more, columns one for each value")
    elif examples.row_starts[n_rows] > examples.values.shape[0]:
        raise InputError("examples.values must have a number for each entry that examples.row_starts counts")


@kernel
def require_examples(examples, n_features, n_outputs):
    """Inputs, targets and weights belong to the same samples, and to this network."""
    n_examples = examples.Y.shape[0]
    require_inputs(examples, n_features, n_examples)
    if n_examples < 1 or examples.Y.shape[1] != n_outputs:
        raise InputError("examples.Y must have a row for each sample and a column for each output of the network")
    if examples.weights.shape[0] != 0 and examples.weights.shape[0] != n_examples:
        raise InputError("examples.weights must have a number for each sample, or none")


@kernel
def require_work(work, n_features, n_outputs, n_units, n_parameters, dropout):
    """Each part of the workspace has room for a batch of `capacity` samples."""
    n = work.capacity
    if n < 1 or work.rows.shape[0] < n:
        raise InputError("work.rows must have room for a batch")
    if work.y - work.x < n * n_features or work.shares - work.y < n * n_outputs or work.z - work.shares < n:
        raise InputError("work must have room for the inputs and targets of a batch")
    if min(work.a - work.z, work.delta - work.a, work.slopes - work.delta) < n * n_units:
        raise InputError("work must have room for the units of the network")
    if dropout > 0.0 and work.scratch - work.slopes < n * n_units:
        raise InputError("work must have room for dropout")
    if work.x < 0 or work.gradient - work.scratch < 2 * n or work.memory.shape[0] < work.gradient + n_parameters:
        raise InputError("work.memory must end after the gradient")


@kernel
def require_training(objective, parameters, examples, work, dropout):
    """Network, samples and workspace match."""
    units = require_parameters(objective, parameters)
    n_features, n_outputs = objective.layer_sizes[0], objective.layer_sizes[objective.layer_sizes.shape[0] - 1]
    require_examples(examples, n_features, n_outputs)
    require_work(work, n_features, n_outputs, units, parameters.shape[0], dropout)


@kernel
def require_prediction(objective, parameters, examples, first, last, outputs, work):
    """Inputs and outputs contain rows `first` to `last - 1`."""
    units = require_parameters(objective, parameters)
    n_features, n_outputs = objective.layer_sizes[0], objective.layer_sizes[objective.layer_sizes.shape[0] - 1]
    if first < 0 or last < first or outputs.shape[0] < last or outputs.shape[1] != n_outputs:
        raise InputError("outputs must have a row for each sample and a column for each output of the network")
    require_inputs(examples, n_features, last)
    require_work(work, n_features, n_outputs, units, parameters.shape[0], 0.0)
