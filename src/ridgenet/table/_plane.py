"""Choose the plane in which the decision boundary of a model is drawn."""

from __future__ import annotations

import numpy as np

from ridgenet.plotting._plane import Plane, plane_of, plane_of_columns
from ridgenet.table._pipeline import names_of_inputs, owners_of_inputs
from ridgenet.table._result import TableModel

# a column with no more distinct values would show as stripes
FEW_VALUES = 10
# a column is not used as an axis if its importance is below this fraction of the largest, or second largest
FAR_LESS = 0.25


def plane_of_model(model: TableModel, resolution: int) -> Plane:
    """Return the plane of the two inputs, of the two most important columns, or of two components of all.

    Parameters
    ----------
    model : TableModel
        A model with a path.
    resolution : int
        Number of grid points along each axis.
    """
    assert model.path is not None
    inputs, y = model.pictured
    names, standardizer = names_of_inputs(model.pipeline), model.path.standardizer
    axes = _axes(model, names, inputs)
    if axes is not None:
        return plane_of_columns(inputs, names, axes, resolution)
    return plane_of(inputs, y, names, standardizer.mean, standardizer.scale, resolution)


def reason_of_plane(model: TableModel, plane: Plane) -> str:
    """Return why this plane was chosen, as a sentence; empty if there are only two inputs."""
    if len(plane.origin) < 3:
        return ""
    if not plane.labels[0].startswith("component 1 ("):
        return "The axes are the two most important numeric columns."
    if model.test is None:
        return "The axes are components of all columns, since the importance of the columns is unknown without a test."
    if model.why_worthless is not None:
        return "The axes are components of all columns, since no column is important."
    return (
        "The axes are components of all columns, since the most important ones are not two numeric columns with many "
        "distinct values."
    )


def _axes(model: TableModel, names: list[str], inputs: np.ndarray) -> tuple[int, int] | None:
    """Return the indices of the two most important columns, if both are numbers."""
    if inputs.shape[1] <= 2 or model.test is None or model.why_worthless is not None:
        return None
    owners = owners_of_inputs(model.pipeline)
    # a plane of columns that are one input each can be labelled in their own units
    plain = {owner: owners.index(owner) for owner in owners if names[owners.index(owner)] == owner}
    varied = {o: index for o, index in plain.items() if len(np.unique(inputs[:, index])) > FEW_VALUES}
    all_columns = model.test.importances
    drawn = [importance for importance in all_columns if importance.column in varied][:2]
    if len(drawn) < 2 or not drawn[1].value > 0:
        return None
    if any(one.value < FAR_LESS * most.value for one, most in zip(drawn, all_columns, strict=False)):
        return None
    return varied[drawn[0].column], varied[drawn[1].column]
