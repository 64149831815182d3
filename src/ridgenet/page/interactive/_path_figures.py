"""The λ path as curves: what λ was chosen by, how the weights shrink, and the parts of the objective."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

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
from ridgenet.page.interactive._words import Say, in_english
from ridgenet.plotting._style import INK, LIGHT_INK

HOVER = "λ = %{x:.3g}: %{y:.4g}<extra></extra>"


def curve_figure(scene: Scene, place: int, say: Say = in_english) -> Figure:
    """Draw what λ was chosen by, with the λ at `place` marked."""
    shown, curve = scene.shown, scene.curve
    label = say(curve.label)
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": numbers(scene.alphas[shown]),
        "y": numbers(curve.values[shown]),
        "line": {"color": INK, "width": 1.2},
        "marker": {"size": 6},
        "name": say("mean over the folds, with standard errors") if curve.standard_errors is not None else label,
        "hovertemplate": HOVER,
    }
    if curve.standard_errors is not None:
        errors = numbers(curve.standard_errors[shown])
        trace["error_y"] = {"array": errors, "color": LIGHT_INK, "thickness": 1, "width": 2}
    shapes = [upright(scene.alphas[place], CHOSEN, width=3.0)]
    lines = [_legend_line(say("λ of the slider"), CHOSEN, "solid", 3.0)]
    for (name, alpha), dash in zip(curve.marks.items(), ("dash", "dot"), strict=False):
        if alpha > 0:
            shapes.append(upright(alpha, SIMPLER, dash))
            lines.append(_legend_line(f"{say(name)}: λ = {alpha:.3g}", SIMPLER, dash, 2.0))
    y: dict[str, Any] = {"title": titled(label)}
    limits = curve.limits()
    if limits is not None:
        y["range"] = list(limits)
    return figure([trace, *lines], x=strength_axis(say), y=y, shapes=shapes)


def shrinkage_figure(scene: Scene, place: int, say: Say = in_english) -> Figure:
    """Draw the length of each layer's weights along λ."""
    shown, path = scene.shown, scene.path
    traces = [
        _line(
            scene.alphas[shown],
            norms[shown],
            f"{say('layer')} {layer + 1}, ‖W‖",
            color_of_class(layer),
            ("solid", "dash", "dot")[layer % 3],
            hovertemplate=HOVER,
        )
        for layer, norms in enumerate(path.layer_norms.T)
    ]
    return figure(
        traces,
        x=strength_axis(say),
        y={"title": titled(say("length of the weights")), "rangemode": "tozero"},
        shapes=[upright(scene.alphas[place], CHOSEN, width=3.0)],
    )


def path_objective_figure(scene: Scene, place: int, say: Say = in_english) -> Figure:
    """Draw the parts of the objective along λ: data loss and L2 penalty."""
    shown, path = scene.shown, scene.path
    parts = (
        ("data loss", path.data_losses[:, 0], CHOSEN, "solid"),
        ("L2 penalty", path.l2_penalties[:, 0], SIMPLER, "dash"),
        ("objective, their sum", path.objectives[:, 0], INK, "dot"),
    )
    traces = [
        _line(scene.alphas[shown], values[shown], say(name), color, dash, hovertemplate=HOVER)
        for name, values, color, dash in parts
    ]
    return figure(
        traces,
        x=strength_axis(say),
        y={"title": titled(say("objective in training")), "rangemode": "tozero"},
        shapes=[upright(scene.alphas[place], CHOSEN, width=3.0)],
    )


def search_figure(
    data_loss: Sequence[float] | np.ndarray, l2_penalty: Sequence[float] | np.ndarray, unit: str, say: Say = in_english
) -> Figure:
    """Draw the parts of the objective while one network was trained."""
    steps = np.arange(len(data_loss))
    traces = [
        _line(steps, data_loss, say("data loss"), CHOSEN, "solid"),
        _line(steps, l2_penalty, say("L2 penalty"), SIMPLER, "dash"),
    ]
    return figure(
        traces, x={"title": titled(say(unit))}, y={"title": titled(say("objective in training")), "rangemode": "tozero"}
    )


def _line(x: Any, y: Any, name: str, color: str, dash: str, **more: Any) -> dict[str, Any]:
    line = {"color": color, "dash": dash, "width": 2.5}
    return {"type": "scatter", "mode": "lines", "x": numbers(x), "y": numbers(y), "name": name, "line": line, **more}


def _legend_line(name: str, color: str, dash: str, width: float) -> dict[str, Any]:
    line = {"color": color, "dash": dash, "width": width}
    return {"type": "scatter", "mode": "lines", "x": [None], "y": [None], "name": name, "line": line}
