"""The outputs of a trained network for any number of examples."""

from __future__ import annotations

import numpy as np

from ridgenet._compile import entry_point
from ridgenet.core.examples import Examples, load_inputs
from ridgenet.core.objective import Objective, Workspace, forward, rows_from
from ridgenet.core.views import matrix, vector


@entry_point
def write_outputs(objective, parameters, examples, before_output_unit, outputs, work):
    """Write a_L of each example, or z_L, to its row of `outputs`."""
    n_examples, k = outputs.shape
    no_state = vector(work.rows, 0, 1)
    for start in range(0, n_examples, work.capacity):
        n = min(work.capacity, n_examples - start)
        x = matrix(work.memory, work.x, examples.mean.shape[0], n)
        load_inputs(examples, rows_from(start, n, work), x)
        units = forward(objective, parameters, x, 0.0, no_state, work)
        values = matrix(work.memory, (work.z if before_output_unit else work.a) + units * n, k, n)
        for i in range(n):
            for j in range(k):
                outputs[start + i, j] = values[j, i]


def predict(
    objective: Objective,
    parameters: np.ndarray,
    examples: Examples,
    n_examples: int,
    work: Workspace,
    *,
    before_output_unit: bool = False,
) -> np.ndarray:
    """Return the outputs of the network, or what enters its output units, of shape (n_examples, n_outputs)."""
    outputs = np.empty((n_examples, int(objective.layer_sizes[-1])), parameters.dtype)
    write_outputs(objective, parameters, examples, before_output_unit, outputs, work)
    return outputs
