"""Layout shared by all interactive figures, and the curves along the λ path."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from ridgenet.page._translations import ENGLISH, N_, Gettext
from ridgenet.page.interactive._scene import Scene
from ridgenet.plotting._style import CLASS_COLORS, INK, LIGHT_INK

Figure = dict[str, Any]
GRID = "#E4E4E4"
CHOSEN = "#0072B2"
SIMPLER = "#D55E00"
MARKERS = ("circle", "triangle-up", "square", "diamond", "triangle-down", "cross", "x", "star")
HOVER = "λ = %{x:.3g}: %{y:.4g}<extra></extra>"
# labels of `PathDisplay`, which are translated here
CURVES = (
    N_("cross-validated log loss"),
    N_("cross-validated mean squared error"),
    N_("cross-validated mean Poisson deviance"),
    N_("cross-validated mean absolute error"),
    N_("cross-validated mean pinball loss"),
    N_("leave-one-out log loss"),
    N_("leave-one-out mean squared error"),
    N_("leave-one-out mean Poisson deviance"),
    N_("leave-one-out mean absolute error"),
    N_("leave-one-out mean pinball loss"),
    N_("log evidence"),
)
MARKS = (N_("best"), N_("one standard error"), N_("most probable"))
# what the x axis of `search_figure` counts
STEPS = (N_("epoch"), N_("iteration"))


def figure(data: list[dict[str, Any]], *, x: dict[str, Any], y: dict[str, Any], **layout: Any) -> Figure:
    """Return a Plotly figure as plain values."""
    axis = {"gridcolor": GRID, "zeroline": False, "linecolor": INK, "ticks": "outside", "automargin": True}
    return {
        "data": data,
        "layout": {
            "template": {},
            "font": {"family": "system-ui, sans-serif", "size": 14, "color": INK},
            "paper_bgcolor": "white",
            "plot_bgcolor": "white",
            "margin": {"l": 60, "r": 20, "t": 10, "b": 50},
            "xaxis": {**axis, **x},
            "yaxis": {**axis, **y},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            **layout,
        },
    }


def compact(drawn: Figure, *, legend: bool) -> Figure:
    """Return a Plotly figure with less space around it."""
    # with automargin, longer labels would shrink the figure, turn, and let it grow again, without end
    layout = {**drawn["layout"], "xaxis": {**drawn["layout"]["xaxis"], "automargin": False}}
    font = {**layout["font"], "size": 11}
    margin = {"l": 46, "r": 8, "t": 6, "b": 42}
    return {**drawn, "layout": {**layout, "font": font, "margin": margin, "showlegend": legend, "dragmode": False}}


def titled(text: str) -> dict[str, str]:
    """Return the title of an axis."""
    return {"text": text_of(text)}


def strength_axis(gettext: Gettext = ENGLISH.gettext) -> dict[str, Any]:
    """Return the axis of λ."""
    title = titled(gettext("regularisation strength λ (alpha), weak to strong"))
    return {"type": "log", "title": title, "exponentformat": "power", "dtick": 1}


def upright(alpha: float, color: str, dash: str = "solid", width: float = 2.0) -> dict[str, Any]:
    """Return a vertical line at a λ."""
    line = {"color": color, "dash": dash, "width": width}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": alpha, "x1": alpha, "y0": 0, "y1": 1, "line": line}


def color_of_class(k: int) -> str:
    """Return the colour of the class with index k."""
    return CLASS_COLORS[k % len(CLASS_COLORS)]


def text_of(value: object) -> str:
    """Escape text, in which Plotly would otherwise interpret tags such as <b> and <a>."""
    return escape(str(value), quote=False)


def numbers(values: Any, digits: int = 6) -> list[float | None]:
    """Return rounded numbers; those that are not finite become None, a gap in a curve."""
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in np.asarray(values, np.float64)]


def curve_figure(scene: Scene, index: int, gettext: Gettext = ENGLISH.gettext) -> Figure:
    """Draw the curve by which λ was chosen, with the λ at `index` marked."""
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
    shapes = [upright(scene.alphas[index], CHOSEN, width=3.0)]
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


def shrinkage_figure(scene: Scene, index: int) -> Figure:
    """Draw the norm of each layer's weights along λ."""
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
        shapes=[upright(scene.alphas[index], CHOSEN, width=3.0)],
    )


def path_objective_figure(scene: Scene, index: int, gettext: Gettext = ENGLISH.gettext) -> Figure:
    """Draw data loss, L2 penalty and their sum along λ."""
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
        shapes=[upright(scene.alphas[index], CHOSEN, width=3.0)],
    )


def search_figure(
    data_loss: Sequence[float] | np.ndarray,
    l2_penalty: Sequence[float] | np.ndarray,
    unit: str,
    gettext: Gettext = ENGLISH.gettext,
) -> Figure:
    """Draw data loss and L2 penalty during the training of one network."""
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
