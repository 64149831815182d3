"""The plane in which a model's boundary is drawn: the one that says most."""

from __future__ import annotations

import numpy as np

from ridgenet.plotting._plane import Plane, plane_of, plane_of_columns
from ridgenet.table._pipeline import names_of_inputs, owners_of_inputs
from ridgenet.table._result import TableModel

# a column with no more values than this makes stripes of a plane
FEW_VALUES = 10
# a column that matters less than this share of the most important one, or of the second, is not worth an axis
FAR_LESS = 0.25


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
    names, standardizer = names_of_inputs(model.pipeline), model.path.standardizer
    axes = _axes(model, names, inputs)
    if axes is not None:
        return plane_of_columns(inputs, names, axes, resolution)
    return plane_of(inputs, names, standardizer.mean, standardizer.scale, resolution)


def reason_of_plane(model: TableModel, plane: Plane) -> str:
    """Return why the plane is the one it is, as a sentence; empty if there is no other."""
    if len(plane.origin) < 3:
        return ""
    if not plane.labels[0].startswith("principal component"):
        return "The axes are the two columns of numbers that matter most."
    if model.test is None:
        return "The axes are principal components, for without a test it is not known which columns matter."
    if model.why_worthless is not None:
        return "The axes are principal components, for no column matters."
    return (
        "The axes are principal components, for the columns that matter most are not two with many different numbers."
    )


def _axes(model: TableModel, names: list[str], inputs: np.ndarray) -> tuple[int, int] | None:
    """Return the places of two columns of numbers that matter, if those that matter most are such."""
    if inputs.shape[1] <= 2 or model.test is None or model.why_worthless is not None:
        return None
    owners = owners_of_inputs(model.pipeline)
    # columns that are one number to the network: a plane of them can be read off in their own units
    plain = {owner: owners.index(owner) for owner in owners if names[owners.index(owner)] == owner}
    varied = {o: place for o, place in plain.items() if len(np.unique(inputs[:, place])) > FEW_VALUES}
    all_columns = model.test.importances
    drawn = [importance for importance in all_columns if importance.column in varied][:2]
    if len(drawn) < 2 or not drawn[1].value > 0:
        return None
    if any(one.value < FAR_LESS * most.value for one, most in zip(drawn, all_columns, strict=False)):
        return None
    return varied[drawn[0].column], varied[drawn[1].column]
