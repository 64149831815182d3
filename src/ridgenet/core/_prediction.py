"""Outputs of a trained network for any number of samples."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ridgenet._network import Network
from ridgenet.core._arrays import float_type, for_kernels
from ridgenet.core._dense import blas_for
from ridgenet.core._examples import Examples, load_inputs
from ridgenet.core._interface import require_prediction
from ridgenet.core._intrinsics import matrix, vector
from ridgenet.core._kernels import entry_point
from ridgenet.core._objective import Objective, Workspace, forward, make_workspace, rows_from
from ridgenet.core._struct import DataMatrix, DataVector

# samples processed at a time
CAPACITY = 256
# samples in the chunk of a thread, which takes some milliseconds even for small networks
SHARE = 128 * CAPACITY


@entry_point
def write_outputs(
    objective: Objective,
    parameters: DataVector,
    examples: Examples,
    before_output_unit: bool,
    first: int,
    last: int,
    outputs: DataMatrix,
    work: Workspace,
) -> None:
    """Write a_L, or z_L, of samples `first` to `last - 1` to their rows of `outputs`."""
    require_prediction(objective, parameters, examples, first, last, outputs, work)
    k = outputs.shape[1]
    no_state = vector(work.rows, 0, 1)
    for start in range(first, last, work.capacity):
        n = min(work.capacity, last - start)
        x = matrix(work.memory, work.x, examples.mean.shape[0], n)
        load_inputs(examples, rows_from(start, n, work), x)
        units = forward(objective, parameters, x, 0.0, no_state, work)
        values = matrix(work.memory, (work.z if before_output_unit else work.a) + units * n, k, n)
        for i in range(n):
            for j in range(k):
                outputs[start + i, j] = values[j, i]


def predict(
    network: Network,
    objective: Objective,
    parameters: np.ndarray,
    examples: Examples,
    n_examples: int,
    *,
    before_output_unit: bool = False,
) -> np.ndarray:
    """Return the outputs of the network, or the inputs of its output units, of shape (n_samples, n_outputs).

    Many samples are divided between threads; the result does not depend on how many there are.
    """
    # parameters memory-mapped from a model file are read-only
    parameters = for_kernels(parameters, float_type(parameters.dtype))
    outputs = np.empty((n_examples, network.layer_sizes[-1]), parameters.dtype)
    capacity = min(CAPACITY, n_examples)

    def write(first: int) -> None:
        work = make_workspace(network, capacity, parameters.dtype)
        last = min(first + SHARE, n_examples)
        write_outputs(objective, parameters, examples, before_output_unit, first, last, outputs, work)

    with blas_for(network.layer_sizes, capacity):
        if n_examples <= SHARE:
            write(0)
        else:
            with ThreadPoolExecutor(os.cpu_count()) as threads:
                list(threads.map(write, range(0, n_examples, SHARE)))
    return outputs
