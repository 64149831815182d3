"""The λ path as curves: what λ was chosen by, how the weights shrink, and the parts of the objective."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ridgenet.page._translations import ENGLISH, N_, Gettext
from ridgenet.page.interactive._layout import (
    CHOSEN,
    SIMPLER,
    Figure,
    color_of_class,
    figure,
    numbers,
    strength_axis,
    titled,
    upright,
)
from ridgenet.page.interactive._scene import Scene
from ridgenet.plotting._style import INK, LIGHT_INK

HOVER = "λ = %{x:.3g}: %{y:.4g}<extra></extra>"
# what `PathDisplay` calls its curves and marks
CURVES = (
    N_("cross-validated log loss"),
    N_("cross-validated mean squared error"),
    N_("cross-validated mean Poisson deviance"),
    N_("cross-validated mean absolute error"),
    N_("cross-validated mean pinball loss"),
    N_("log evidence"),
)
MARKS = (N_("best"), N_("one standard error"), N_("most probable"))
# what an optimiser counts
STEPS = (N_("epoch"), N_("iteration"))


def curve_figure(scene: Scene, place: int, gettext: Gettext = ENGLISH.gettext) -> Figure:
    """Draw what λ was chosen by, with the λ at `place` marked."""
    shown, curve = scene.shown, scene.curve
    label = gettext(curve.label)
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": numbers(scene.alphas[shown]),
        "y": numbers(curve.values[shown]),
        "line": {"color": INK, "width": 1.2},
        "marker": {"size": 6},
        "name": gettext("mean over the folds, with standard errors") if curve.standard_errors is not None else label,
        "hovertemplate": HOVER,
    }
    if curve.standard_errors is not None:
        errors = numbers(curve.standard_errors[shown])
        trace["error_y"] = {"array": errors, "color": LIGHT_INK, "thickness": 1, "width": 2}
    shapes = [upright(scene.alphas[place], CHOSEN, width=3.0)]
    lines = [_legend_line(gettext("λ of the slider"), CHOSEN, "solid", 3.0)]
    for (name, alpha), dash in zip(curve.marks.items(), ("dash", "dot"), strict=False):
        if alpha > 0:
            shapes.append(upright(alpha, SIMPLER, dash))
            lines.append(_legend_line(f"{gettext(name)}: λ = {alpha:.3g}", SIMPLER, dash, 2.0))
    y: dict[str, Any] = {"title": titled(label)}
    limits = curve.limits()
    if limits is not None:
        y["range"] = list(limits)
    return figure([trace, *lines], x=strength_axis(gettext), y=y, shapes=shapes)


def shrinkage_figure(scene: Scene, place: int) -> Figure:
    """Draw the length of each layer's weights along λ."""
    shown, path = scene.shown, scene.path
    traces = [
        _line(
            scene.alphas[shown],
            norms[shown],
            f"layer {layer + 1}, ‖W‖",
            color_of_class(layer),
            ("solid", "dash", "dot")[layer % 3],
            hovertemplate=HOVER,
        )
        for layer, norms in enumerate(path.layer_norms.T)
    ]
    return figure(
        traces,
        x=strength_axis(),
        y={"title": titled("norm of the weights"), "rangemode": "tozero"},
        shapes=[upright(scene.alphas[place], CHOSEN, width=3.0)],
    )


def path_objective_figure(scene: Scene, place: int, gettext: Gettext = ENGLISH.gettext) -> Figure:
    """Draw the parts of the objective along λ: data loss and L2 penalty."""
    shown, path = scene.shown, scene.path
    parts = (
        (gettext("data loss"), path.data_losses[:, 0], CHOSEN, "solid"),
        (gettext("L2 penalty"), path.l2_penalties[:, 0], SIMPLER, "dash"),
        (gettext("objective, their sum"), path.objectives[:, 0], INK, "dot"),
    )
    traces = [
        _line(scene.alphas[shown], values[shown], name, color, dash, hovertemplate=HOVER)
        for name, values, color, dash in parts
    ]
    return figure(
        traces,
        x=strength_axis(gettext),
        y={"title": titled(gettext("training objective")), "rangemode": "tozero"},
        shapes=[upright(scene.alphas[place], CHOSEN, width=3.0)],
    )


def search_figure(
    data_loss: Sequence[float] | np.ndarray,
    l2_penalty: Sequence[float] | np.ndarray,
    unit: str,
    gettext: Gettext = ENGLISH.gettext,
) -> Figure:
    """Draw the parts of the objective while one network was trained."""
    steps = np.arange(len(data_loss))
    traces = [
        _line(steps, data_loss, gettext("data loss"), CHOSEN, "solid"),
        _line(steps, l2_penalty, gettext("L2 penalty"), SIMPLER, "dash"),
    ]
    return figure(
        traces,
        x={"title": titled(gettext(unit))},
        y={"title": titled(gettext("training objective")), "rangemode": "tozero"},
    )


def _line(x: Any, y: Any, name: str, color: str, dash: str, **more: Any) -> dict[str, Any]:
    line = {"color": color, "dash": dash, "width": 2.5}
    return {"type": "scatter", "mode": "lines", "x": numbers(x), "y": numbers(y), "name": name, "line": line, **more}


def _legend_line(name: str, color: str, dash: str, width: float) -> dict[str, Any]:
    line = {"color": color, "dash": dash, "width": width}
    return {"type": "scatter", "mode": "lines", "x": [None], "y": [None], "name": name, "line": line}
