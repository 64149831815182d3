"""The files of a trained model: the model, its path, all numbers, pictures and the report."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ridgenet.io._results_folder import MODEL, NAMES_OF_MODEL, results_in
from ridgenet.model_files._files import model_content
from ridgenet.page.report._page import render
from ridgenet.plotting._boundary import BoundaryPathDisplay
from ridgenet.plotting._path import PathDisplay, ShrinkageDisplay
from ridgenet.plotting._style import DPI, prepare
from ridgenet.table._pipeline import names_of_inputs, network_inputs
from ridgenet.table._records import path_table, record_of
from ridgenet.table._rerun import rerun, way_back
from ridgenet.table._result import TableModel


def save(model: TableModel, folder: str | Path) -> list[Path]:
    """Write everything about a model into a folder, which is made if it is not there.

    Parameters
    ----------
    model : TableModel
        From `train`.
    folder : str or Path
        Gets model.skops, result.json, report.html, pictures, and with a path, path.csv.

    Returns
    -------
    list of Path
        The files, all of them there, or none.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    folder = Path(folder)
    record = record_of(model)
    with results_in(folder, NAMES_OF_MODEL) as results:
        results.add(MODEL, model_content(model.pipeline, folder / MODEL, record))
        table = path_table(model)
        if table is not None:
            results.write("path.csv", partial(table.to_csv, index=False))
        for name, figure in _pictures(model).items():
            results.write(name, partial(figure.savefig, format="png", dpi=DPI))
        results.add("report.html", render(model, rerun=rerun(model.settings, folder)).encode())
        results.finish({"run_from": way_back(folder), **record})
    return results.paths


def _pictures(model: TableModel) -> dict[str, Figure]:
    if model.path is None:
        return {}
    figures = {
        "path.png": PathDisplay.from_estimator(model.network).plot(_axes()).figure_,
        "shrinkage.png": ShrinkageDisplay.from_estimator(model.network).plot(_axes()).figure_,
    }
    if model.target.is_classes:
        names = names_of_inputs(model.pipeline)
        boundaries = BoundaryPathDisplay.from_estimator(
            model.network, network_inputs(model.pipeline, model.rows.X), model.rows.y, feature_names=names
        )
        figures["boundary.png"] = boundaries.plot(Figure()).figure_
    return figures


def _axes() -> Axes:
    # figures of their own, which no window system needs to know of
    axes: Axes = prepare(Figure(), 8.0, 5.0).subplots()
    return axes
