"""Save a trained model: model file, path, all numbers, pictures, and the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ridgenet import __version__
from ridgenet._wording import readable
from ridgenet.core.browser import joined
from ridgenet.io._results_folder import MODEL, NAMES_OF_MODEL, made_now, results_in
from ridgenet.model_files._files import model_content
from ridgenet.page import components
from ridgenet.page._policy import as_data, embeddable, policy
from ridgenet.page.report._content import Content, content_of_model
from ridgenet.page.script import script as path_script
from ridgenet.plotting._boundary_path import BoundaryPathDisplay
from ridgenet.plotting._path import PathDisplay, ShrinkageDisplay
from ridgenet.plotting._style import prepare, write_png
from ridgenet.table._card import card_of
from ridgenet.table._pipeline import names_of_inputs
from ridgenet.table._records import path_table, record_of
from ridgenet.table._rerun import Rerun, path_to_working_folder, rerun
from ridgenet.table._result import TableModel
from ridgenet.table._stages import Announce, Stage, unannounced

HERE = Path(__file__).parent


SCRIPTS = ("networks.js", "figures.js", "seen.js", "typed.js", "again.js", "report.js")


def render(content: Content, rerun: Rerun | None = None, pictures: Sequence[str] = ()) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    content : Content
        The content.
    rerun : Rerun, optional
        The command that reproduces the report.
    pictures : sequence of str, default=()
        Names of the pictures saved with the report.
    """
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
    )
    engine = embeddable(path_script())
    own = embeddable(components.script() + joined(HERE, SCRIPTS))
    style = components.style() + (HERE / "report.css").read_text(encoding="utf-8")
    return templates.get_template("report.html").render(
        content=content,
        data=as_data(content.data),
        engine=engine,
        made=made_now(),
        pictures=pictures,
        policy=policy([engine, own], style),
        readable=readable,
        rerun=rerun,
        script=own,
        style=style,
        version=__version__,
    )


def save(
    model: TableModel, folder: str | Path, announce: Announce = unannounced, *, with_data: bool = False
) -> list[Path]:
    """Save everything about a model in a folder, which is created if needed.

    Parameters
    ----------
    model : TableModel
        A model returned by `train`.
    folder : str or Path
        Where to write model.skops, result.json, report.html, card.md, and for a path, path.csv and pictures.
    announce : callable, optional
        Called with the name of the stage, and the fraction of it done.
    with_data : bool, default=False
        Whether the report holds the training rows, and trains again.

    Returns
    -------
    list of Path
        The files; either all of them are written, or none.

    Raises
    ------
    InputError
        If the folder is not writable.
    """
    folder = Path(folder)
    # the description, the model, the report, and one step for each picture
    stage = Stage(announce, "report and pictures", 3 if model.path is None else 5 + model.target.is_classes)
    record = record_of(model)
    stage.step()
    with results_in(folder, NAMES_OF_MODEL) as results:
        results.add(MODEL, model_content(model.pipeline, folder / MODEL, record))
        stage.step()
        table = path_table(model)
        if table is not None:
            results.write("path.csv", partial(table.to_csv, index=False))
        pictures = _pictures(model)
        for name, draw in pictures.items():
            results.write(name, partial(write_png, draw()))
            stage.step()
        again = rerun(model.settings, folder)
        content = content_of_model(model, with_data=with_data)
        results.add("report.html", render(content, again, list(pictures)).encode())
        results.add("card.md", card_of(record, made_now()["made_with"], again.command).encode())
        stage.step()
        results.finish({"run_from": path_to_working_folder(folder), **record})
    return results.paths


def _pictures(model: TableModel) -> dict[str, Callable[[], Figure]]:
    """Return how to draw each picture."""
    if model.path is None:
        return {}
    network = model.network
    pictures: dict[str, Callable[[], Figure]] = {
        "path.png": lambda: PathDisplay.from_estimator(network).plot(_axes()).figure_,
        "shrinkage.png": lambda: ShrinkageDisplay.from_estimator(network).plot(_axes()).figure_,
    }
    if model.target.is_classes:
        names = names_of_inputs(model.pipeline)
        pictures["boundary.png"] = lambda: (
            BoundaryPathDisplay.from_estimator(network, *model.pictured, feature_names=names).plot(Figure()).figure_
        )
    return pictures


def _axes() -> Axes:
    # figures outside of pyplot, which would keep them
    axes: Axes = prepare(Figure(), 8.0, 5.0).subplots()
    return axes
