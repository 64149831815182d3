"""The λ path: the network in the plane, the curve it was chosen by, how the weights shrink, and the cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from ridgenet.interactive.layout import (
    CHOSEN,
    MARKERS,
    SIMPLER,
    Figure,
    color_of_class,
    figure,
    numbers,
    strength_axis,
    text_of,
    titled,
    upright,
)
from ridgenet.interactive.scene import Scene
from ridgenet.plotting.style import INK, LIGHT_INK

# values of a surface are sent as whole numbers: so many steps from one class, or the smallest number, to the next
STEPS = 1000
# what shades in the colour of a class leave to white
PALEST = 0.35


def boundary_figure(scene: Scene, place: int) -> Figure:
    """Draw what the network at one place of the path says of the plane, and the points."""
    plane = scene.plane
    shading: dict[str, Any] = {
        "x": numbers(plane.x),
        "y": numbers(plane.y),
        "z": surface_values(scene, place),
        "hoverinfo": "skip",
        "zmin": 0,
        **_shading(scene),
    }
    return figure(
        [shading, *_points(scene)],
        x={"title": titled(plane.labels[0]), "range": _ends(plane.x)},
        y={"title": titled(plane.labels[1]), "range": _ends(plane.y), "showticklabels": bool(plane.labels[1])},
    )


def surface_values(scene: Scene, place: int) -> list[list[int]]:
    """Return the shading at one place of the path, as whole numbers."""
    surface = scene.surfaces[place]
    if scene.classes is None:
        low, high = number_range(scene)
        values = (surface[:, :, 0] - low) / (high - low) * STEPS
    elif len(scene.classes) == 2:
        values = surface[:, :, 1] * STEPS
    else:
        n = surface.shape[2]
        certainty = (surface.max(axis=2) - 1 / n) / (1 - 1 / n)
        values = STEPS * (surface.argmax(axis=2) + 0.98 * certainty)
    whole: list[list[int]] = np.rint(values).astype(int).tolist()
    return whole


def number_range(scene: Scene) -> tuple[float, float]:
    """Return the ends of the colour scale of a regression."""
    everything = np.concatenate([np.asarray(scene.targets, np.float64), scene.surfaces[scene.place].ravel()])
    low, high = float(everything.min()), float(everything.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def curve_figure(scene: Scene, place: int) -> Figure:
    """Draw what λ was chosen by, with the λ at `place` marked."""
    shown, curve = scene.shown, scene.curve
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": numbers(scene.alphas[shown]),
        "y": numbers(curve.values[shown]),
        "line": {"color": INK, "width": 1.2},
        "marker": {"size": 6},
        "name": "mean over the folds, with standard errors" if curve.standard_errors is not None else curve.label,
        "hovertemplate": "λ = %{x:.3g}: %{y:.4g}<extra></extra>",
    }
    if curve.standard_errors is not None:
        errors = numbers(curve.standard_errors[shown])
        trace["error_y"] = {"array": errors, "color": LIGHT_INK, "thickness": 1, "width": 2}
    shapes = [upright(scene.alphas[place], CHOSEN, width=3.0)]
    lines = [_legend_line("λ of the slider", CHOSEN, "solid", 3.0)]
    for (name, alpha), dash in zip(curve.marks.items(), ("dash", "dot"), strict=False):
        if alpha > 0:
            shapes.append(upright(alpha, SIMPLER, dash))
            lines.append(_legend_line(f"{name}: λ = {alpha:.3g}", SIMPLER, dash, 2.0))
    y: dict[str, Any] = {"title": titled(curve.label)}
    limits = curve.limits()
    if limits is not None:
        y["range"] = list(limits)
    return figure([trace, *lines], x=strength_axis(), y=y, shapes=shapes)


def shrinkage_figure(scene: Scene, place: int) -> Figure:
    """Draw the length of each layer's weights along λ."""
    shown, path = scene.shown, scene.path
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": numbers(scene.alphas[shown]),
            "y": numbers(norms[shown]),
            "name": f"layer {layer + 1}, ‖W‖",
            "line": {"color": color_of_class(layer), "dash": ("solid", "dash", "dot")[layer % 3], "width": 2.5},
            "hovertemplate": "λ = %{x:.3g}: %{y:.4g}<extra></extra>",
        }
        for layer, norms in enumerate(path.layer_norms.T)
    ]
    return figure(
        traces,
        x=strength_axis(),
        y={"title": titled("length of the weights"), "rangemode": "tozero"},
        shapes=[upright(scene.alphas[place], CHOSEN, width=3.0)],
    )


def path_cost_figure(scene: Scene, place: int) -> Figure:
    """Draw the parts of the cost along λ: what the network gets wrong, and what its weights cost."""
    shown, path = scene.shown, scene.path
    parts = (
        ("data cost", path.data_costs[:, 0], CHOSEN, "solid"),
        ("L2 cost", path.l2_costs[:, 0], SIMPLER, "dash"),
        ("cost, their sum", path.costs[:, 0], INK, "dot"),
    )
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": numbers(scene.alphas[shown]),
            "y": numbers(values[shown]),
            "name": name,
            "line": {"color": color, "dash": dash, "width": 2.5},
            "hovertemplate": "λ = %{x:.3g}: %{y:.4g}<extra></extra>",
        }
        for name, values, color, dash in parts
    ]
    return figure(
        traces,
        x=strength_axis(),
        y={"title": titled("cost in training"), "rangemode": "tozero"},
        shapes=[upright(scene.alphas[place], CHOSEN, width=3.0)],
    )


def search_figure(data_cost: np.ndarray, l2_cost: np.ndarray, unit: str) -> Figure:
    """Draw the parts of the cost while one network was trained."""
    steps = list(range(len(data_cost)))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": steps,
            "y": numbers(values),
            "name": name,
            "line": {"color": color, "dash": dash, "width": 2.5},
        }
        for name, values, color, dash in (
            ("data cost", data_cost, CHOSEN, "solid"),
            ("L2 cost", l2_cost, SIMPLER, "dash"),
        )
    ]
    return figure(traces, x={"title": titled(unit)}, y={"title": titled("cost"), "rangemode": "tozero"})


def _shading(scene: Scene) -> dict[str, Any]:
    if scene.classes is None:
        low, high = number_range(scene)
        ticks = np.linspace(0, STEPS, 5)
        bar = {
            "title": titled("predicted"),
            "tickvals": ticks.tolist(),
            "ticktext": [f"{low + tick / STEPS * (high - low):.3g}" for tick in ticks],
        }
        return {"type": "heatmap", "zmax": STEPS, "colorscale": "Cividis", "colorbar": bar, "zsmooth": "best"}
    if len(scene.classes) == 2:
        return {
            "type": "contour",
            "zmax": STEPS,
            "colorscale": [[0, "#5FA9D3"], [0.5, "#FFFFFF"], [1, "#F2C464"]],
            "contours": {"coloring": "heatmap", "start": STEPS / 2, "end": STEPS / 2, "size": STEPS, "showlines": True},
            "line": {"color": INK, "width": 2.5},
            "showscale": False,
        }
    n = len(scene.classes)
    scale: list[list[Any]] = []
    for k in range(n):
        scale += [[k / n, "#FFFFFF"], [(k + 0.999) / n, _pale(color_of_class(k))]]
    scale[-1][0] = 1
    return {"type": "heatmap", "zmax": n * STEPS, "colorscale": scale, "showscale": False}


def _pale(color: str) -> str:
    channels = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    return "#" + "".join(f"{round(channel + PALEST * (255 - channel)):02X}" for channel in channels)


def _points(scene: Scene) -> list[dict[str, Any]]:
    points = scene.plane.points
    line = {"color": INK, "width": 0.7}
    if scene.classes is None:
        low, high = number_range(scene)
        marker = {"color": numbers(scene.targets), "cmin": low, "cmax": high, "colorscale": "Cividis", "size": 7}
        return [
            {
                "type": "scatter",
                "mode": "markers",
                "x": numbers(points[:, 0]),
                "y": numbers(points[:, 1]),
                "marker": {**marker, "line": line},
                "name": "rows, coloured by their true value",
                "hovertemplate": "true value %{marker.color:.4g}<extra></extra>",
                "showlegend": True,
            }
        ]
    traces = []
    for k, label in enumerate(scene.classes):
        chosen = scene.targets == label
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": numbers(points[chosen, 0]),
                "y": numbers(points[chosen, 1]),
                "marker": {"color": color_of_class(k), "symbol": MARKERS[k % len(MARKERS)], "size": 7, "line": line},
                "name": text_of(f"class {label}"),
                "hovertemplate": text_of(f"class {label}") + "<extra></extra>",
            }
        )
    return traces


def _legend_line(name: str, color: str, dash: str, width: float) -> dict[str, Any]:
    line = {"color": color, "dash": dash, "width": width}
    return {"type": "scatter", "mode": "lines", "x": [None], "y": [None], "name": name, "line": line}


def _ends(values: np.ndarray) -> list[float]:
    return [float(values[0]), float(values[-1])]
