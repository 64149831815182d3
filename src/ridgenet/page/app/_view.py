"""What the browser is sent of a path: once, so that the slider needs nobody."""

from __future__ import annotations

import json
from typing import Any

from ridgenet.page.app._findings import finding_on_path
from ridgenet.page.app._learning import Learned
from ridgenet.page.interactive import _path_figures as path_figures
from ridgenet.page.interactive import _plane_figure as plane_figure
from ridgenet.page.interactive._layout import compact, titled
from ridgenet.page.interactive._scene import Look, Scene
from ridgenet.page.interactive._stops import scores_in_words, stop_of
from ridgenet.page.interactive._words import LANGUAGES, Say
from ridgenet.table._records import plain

# names of marks where there is little room
SHORT = {"one standard error": "1 SE"}


def text_of(learned: Learned, language: str) -> bytes:
    """Return everything about a path, as JSON; made once for each language."""
    if language not in learned.texts:
        content = content_of(learned, LANGUAGES[language])
        learned.texts[language] = json.dumps(plain(content), ensure_ascii=False).encode()
    return learned.texts[language]


def content_of(learned: Learned, say: Say) -> dict[str, Any]:
    """Return everything about a path."""
    scene = learned.scene
    stops = [_stop(learned, place, say) for place in scene.shown]
    return {
        "figures": figures_of(scene, say),
        "stops": stops,
        "free": _stop(learned, len(scene.path) - 1, say),
        "start": scene.shown.index(scene.place),
        "drawing": learned.drawing.to_dict(),
        "note": _kind_of_plane(scene),
        "tags": [
            "linear" if scene.path.network.n_layers == 1 else "deep",
            "numbers" if scene.classes is None else "classes",
        ],
        "title": learned.model.title,
        "problem": learned.problem.query(),
        "seconds": learned.model.seconds,
    }


def figures_of(scene: Scene, say: Say) -> dict[str, Any]:
    """Return the figures: the same ones as in the report, in less room."""
    at = scene.place
    figures = {
        "free": plane_figure.boundary_figure(scene, say),
        "boundary": plane_figure.boundary_figure(scene, say),
        "curve": path_figures.curve_figure(scene, at, say),
        "objectives": path_figures.path_objective_figure(scene, at, say),
        "search": path_figures.search_figure([], [], "epoch", say),
    }
    for name in ("curve", "objectives"):
        figures[name]["layout"]["xaxis"]["title"] = titled(say("λ (alpha)"))
    curve = figures["curve"]["layout"]
    # a click anywhere above a λ goes there
    curve["hovermode"] = "x"
    for shape, name, side in zip(curve["shapes"][1:], scene.curve.marks, ("right", "left"), strict=False):
        shape["label"] = {
            "text": say(SHORT.get(name, name)),
            "textangle": 0,
            "textposition": "end",
            "xanchor": side,
            "yanchor": "top",
            "font": {"size": 10},
        }
    with_legend = ("objectives", "search")
    return {name: compact(figure, legend=name in with_legend) for name, figure in figures.items()}


def _kind_of_plane(scene: Scene) -> str:
    n_inputs = len(scene.input_names)
    if n_inputs <= 2:
        return "one column" if n_inputs == 1 else ""
    return "plane of components" if scene.plane.labels[0] not in scene.input_names else "plane of medians"


def _stop(learned: Learned, place: int, say: Say) -> dict[str, Any]:
    scene, path = learned.scene, learned.scene.path
    equation = {
        "data": float(path.data_losses[place, 0]),
        "l2": float(path.l2_penalties[place, 0]),
        "squared_norm": float(path.squared_norms[place]),
        "alpha": float(path.alphas[place]),
        "m": float(path.n_samples),
    }
    stop = stop_of(scene, place, learned.drawing, say)
    # λ and the scores stand in other places of the page
    elsewhere = {say("λ (alpha)"), *scores_in_words(scene, scene.looks[place], say)}
    readout = {name: value for name, value in stop["readout"].items() if name not in elsewhere}
    scores = scores_in_short(scene, scene.looks[place], say)
    return {
        **stop,
        "readout": readout,
        "scores": scores,
        "finding": finding_on_path(scene, place),
        "equation": equation,
    }


def scores_in_short(scene: Scene, look: Look, say: Say) -> str:
    """Return the error rates, or R², on rows learned from and on others, in few words."""
    seen, *unseen = scores_in_words(scene, look, say).values()
    kind = "error" if scene.classes is not None else "R²"
    return f"{say(kind)} {seen}" + "".join(f", {say('on unseen')} {value}" for value in unseen)
