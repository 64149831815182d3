"""The JSON of a path, sent to the browser once, so that the slider needs no further requests."""

from __future__ import annotations

import json
from typing import Any

from ridgenet.page._translations import N_, Gettext, translations
from ridgenet.page.app._findings import finding_on_path, meaning_of, tags_of
from ridgenet.page.app._learning import Learned
from ridgenet.page.interactive._figures import compact, curve_figure, path_objective_figure, search_figure, titled
from ridgenet.page.interactive._plane_figure import boundary_figure
from ridgenet.page.interactive._scene import Look, Scene
from ridgenet.page.interactive._stops import score_in_words, scores_in_words, stop_of
from ridgenet.table._records import plain

# short names of marks
SHORT = {"one standard error": N_("1 SE")}


def text_of(learned: Learned, language: str) -> bytes:
    """Return everything about a path as JSON, cached for each language."""
    if language not in learned.texts:
        content = content_of(learned, translations(language).gettext)
        learned.texts[language] = json.dumps(plain(content), ensure_ascii=False).encode()
    return learned.texts[language]


def content_of(learned: Learned, gettext: Gettext) -> dict[str, Any]:
    """Return everything about a path."""
    scene = learned.scene
    stops = [_stop(learned, index, gettext) for index in scene.shown]
    return {
        "figures": figures_of(scene, gettext),
        "stops": stops,
        "free": _stop(learned, len(scene.path) - 1, gettext),
        "start": scene.shown.index(scene.chosen),
        "drawing": learned.drawing.to_dict(),
        "note": ". ".join(note for note in (_kinds_of_points(scene, gettext), _kind_of_plane(scene, gettext)) if note),
        "title": learned.model.title,
        "problem": learned.problem.query(),
    }


def figures_of(scene: Scene, gettext: Gettext) -> dict[str, Any]:
    """Return the figures of the report in a more compact form."""
    at = scene.chosen
    figures = {
        "free": boundary_figure(scene, gettext),
        "boundary": boundary_figure(scene, gettext),
        "curve": curve_figure(scene, at, gettext),
        "objectives": path_objective_figure(scene, at, gettext),
        "search": search_figure([], [], "epoch", gettext),
    }
    for name in ("curve", "objectives"):
        figures[name]["layout"]["xaxis"]["title"] = titled(gettext("λ (alpha)"))
    curve = figures["curve"]["layout"]
    # clicking anywhere above a λ selects it
    curve["hovermode"] = "x"
    for shape, name, side in zip(curve["shapes"][1:], scene.curve.marks, ("right", "left"), strict=False):
        shape["label"] = {
            "text": gettext(SHORT.get(name, name)),
            "textangle": 0,
            "textposition": "end",
            "xanchor": side,
            "yanchor": "top",
            "font": {"size": 10},
        }
    with_legend = ("objectives", "search")
    return {name: compact(figure, legend=name in with_legend) for name, figure in figures.items()}


def _kinds_of_points(scene: Scene, gettext: Gettext) -> str:
    if scene.classes is None:
        return gettext("Circles: training data; diamonds: unseen data")
    return gettext("Filled points: training data; hollow points: unseen data")


def _kind_of_plane(scene: Scene, gettext: Gettext) -> str:
    n_inputs = len(scene.input_names)
    if n_inputs == 1:
        return gettext("One column only: the vertical position means nothing")
    if n_inputs == 2:
        return ""
    if scene.plane.labels[0] in scene.input_names:
        return gettext("Plane of the two most important columns, all others at their medians")
    return gettext("Plane of the first two principal components")


def _stop(learned: Learned, index: int, gettext: Gettext) -> dict[str, Any]:
    scene, path = learned.scene, learned.scene.path
    equation = {
        "data": float(path.data_losses[index, 0]),
        "l2": float(path.l2_penalties[index, 0]),
        "squared_norm": float(path.squared_norms[index]),
        "alpha": float(path.alphas[index]),
        "n": float(path.n_samples),
    }
    stop = stop_of(scene, index, learned.drawing, gettext)
    # λ and the scores are shown elsewhere on the page
    elsewhere = {gettext("λ (alpha)"), *scores_in_words(scene, scene.looks[index], gettext)}
    readout = {name: value for name, value in stop["readout"].items() if name not in elsewhere}
    finding = finding_on_path(scene, index)
    return {
        **stop,
        "readout": readout,
        "scores": scores_in_short(scene, scene.looks[index], gettext),
        "finding": finding,
        "meaning": meaning_of(finding, {*tags_of(scene), "path"}, gettext),
        "equation": equation,
    }


def scores_in_short(scene: Scene, look: Look, gettext: Gettext) -> str:
    """Return the error rates, or R², on training and unseen data as a short text."""
    text = gettext("error {training}, on unseen data {unseen}")
    if scene.classes is None:
        text = gettext("R² {training}, on unseen data {unseen}")
    assert look.unseen is not None
    return text.format(training=score_in_words(scene, look.training), unseen=score_in_words(scene, look.unseen))
