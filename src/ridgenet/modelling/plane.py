"""The plane in which a model's boundary is drawn: the one that says most."""

from __future__ import annotations

import numpy as np

from ridgenet.modelling.pipeline import names_of_inputs, owners_of_inputs
from ridgenet.modelling.result import TableModel
from ridgenet.plotting.plane import Plane, plane_of, plane_of_columns

# a column with no more values than this makes stripes of a plane
FEW_VALUES = 10


def plane_of_model(model: TableModel, inputs: np.ndarray, resolution: int) -> Plane:
    """Return the plane of the two inputs, of the two most important columns, or of the principal components.

    Parameters
    ----------
    model : TableModel
        With a path.
    inputs : ndarray of shape (n_samples, n_inputs)
        What its network sees of the rows it learned from.
    resolution : int
        Points of the grid each way.
    """
    assert model.path is not None
    names, units = names_of_inputs(model.pipeline), model.path.units
    if inputs.shape[1] > 2 and model.test is not None:
        owners = owners_of_inputs(model.pipeline)
        # columns that are one number to the network: a plane of them can be read off in their own units
        plain = {owner: owners.index(owner) for owner in owners if names[owners.index(owner)] == owner}
        varied = {o: place for o, place in plain.items() if len(np.unique(inputs[:, place])) > FEW_VALUES}
        ranked = [varied[i.column] for i in model.test.importances if i.column in varied]
        if len(ranked) >= 2:
            return plane_of_columns(inputs, names, (ranked[0], ranked[1]), resolution)
    return plane_of(inputs, names, units.mean, units.scale, resolution)
