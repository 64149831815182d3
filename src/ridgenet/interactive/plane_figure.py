"""The network in the plane: what it says everywhere, the points, and those it takes for another class."""

from __future__ import annotations

from typing import Any

import numpy as np

from ridgenet.interactive.layout import MARKERS, Figure, color_of_class, figure, numbers, text_of, titled
from ridgenet.interactive.scene import Sample, Scene
from ridgenet.interactive.words import Say, in_english
from ridgenet.plotting.style import INK

# values of a surface are sent as whole numbers: so many steps from one class, or the smallest number, to the next
STEPS = 1000
# what shades in the colour of a class leave to white
PALEST = 0.35


def boundary_figure(scene: Scene, place: int, say: Say = in_english) -> Figure:
    """Draw what the network at one place of the path says of the plane, and the points.

    The first trace is the surface, the last one rings the points that are taken for another class.
    """
    plane = scene.plane
    shading: dict[str, Any] = {
        "x": numbers(plane.x),
        "y": numbers(plane.y),
        "z": surface_values(scene, scene.surfaces[place]),
        "hoverinfo": "skip",
        "zmin": 0,
        **_shading(scene, say),
    }
    traces = [shading, *_points(scene, scene.training, say, unseen=False)]
    if scene.unseen is not None:
        traces += _points(scene, scene.unseen, say, unseen=True)
    if scene.classes is not None:
        traces.append(_rings(scene, place, say))
    return figure(
        traces,
        x={"title": titled(plane.labels[0]), "range": _ends(plane.x)},
        y={"title": titled(plane.labels[1]), "range": _ends(plane.y), "showticklabels": bool(plane.labels[1])},
    )


def surface_values(scene: Scene, surface: np.ndarray) -> list[list[int]]:
    """Return the shading of one network's outputs over the plane, as whole numbers."""
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
    targets = np.asarray(scene.training.targets, np.float64)
    everything = np.concatenate([targets, scene.surfaces[scene.place].ravel()])
    low, high = float(everything.min()), float(everything.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def wrong_points(scene: Scene, place: int) -> tuple[list[float | None], list[float | None]]:
    """Return where the drawn points lie that a network takes for another class."""
    samples = [sample for sample in (scene.training, scene.unseen) if sample is not None and sample.wrong is not None]
    points = np.concatenate([sample.points[sample.wrong[place]] for sample in samples if sample.wrong is not None])
    return numbers(points[:, 0], 4), numbers(points[:, 1], 4)


def _shading(scene: Scene, say: Say) -> dict[str, Any]:
    if scene.classes is None:
        low, high = number_range(scene)
        ticks = np.linspace(0, STEPS, 5)
        bar = {
            "title": titled(say("predicted")),
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


def _points(scene: Scene, sample: Sample, say: Say, *, unseen: bool) -> list[dict[str, Any]]:
    size, line = (5, {"color": INK, "width": 0.4}) if unseen else (7, {"color": INK, "width": 0.7})
    if scene.classes is None:
        low, high = number_range(scene)
        marker = {"color": numbers(sample.targets), "cmin": low, "cmax": high, "colorscale": "Cividis"}
        marker |= {"size": size, "line": line, "symbol": "diamond" if unseen else "circle"}
        name = say("unseen rows") if unseen else say("rows, coloured by their true value")
        hover = say("true value") + " %{marker.color:.4g}"
        return [_markers(sample.points, marker, name, hover)]
    traces = []
    for k, label in enumerate(scene.classes):
        symbol = MARKERS[k % len(MARKERS)] + ("-open" if unseen else "")
        marker = {"color": color_of_class(k), "symbol": symbol, "size": size}
        marker["line"] = {"color": color_of_class(k), "width": 1.2} if unseen else line
        name = f"{say('class')} {label}" + (f", {say('unseen')}" if unseen else "")
        traces.append(_markers(sample.points[sample.targets == label], marker, text_of(name), text_of(name)))
    return traces


def _markers(points: np.ndarray, marker: dict[str, Any], name: str, hover: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": numbers(points[:, 0], 4),
        "y": numbers(points[:, 1], 4),
        "marker": marker,
        "name": name,
        "hovertemplate": hover + "<extra></extra>",
        "showlegend": True,
    }


def _rings(scene: Scene, place: int, say: Say) -> dict[str, Any]:
    x, y = wrong_points(scene, place)
    marker = {"symbol": "circle-open", "size": 12, "color": "#C00000", "line": {"width": 1.2, "color": "#C00000"}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": marker,
        "name": say("taken for another class"),
        "hoverinfo": "skip",
        "showlegend": True,
    }


def _ends(values: np.ndarray) -> list[float]:
    return [float(values[0]), float(values[-1])]
