"""Predictions of a network over the plane, with the points and the misclassified ones."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
from matplotlib.colors import to_hex

from ridgenet.page._translations import ENGLISH, Gettext
from ridgenet.page.interactive._figures import MARKERS, Figure, color_of_class, figure, numbers, text_of, titled
from ridgenet.page.interactive._scene import Look, Sample, Scene
from ridgenet.plotting._style import INK

# values of a surface are sent as integers: this many steps from one class to the next, or from minimum to maximum
STEPS = 1000
# share of white in the darkest shade of a class
PALEST = 0.35


def boundary_figure(scene: Scene, gettext: Gettext = ENGLISH.gettext) -> Figure:
    """Draw the points; surface.js paints the predictions over the plane, and rings around misclassified points.

    Returns
    -------
    dict
        Data and layout for Plotly, and the colours of the surface: ``scale`` maps some of the values of
        `surface_values` to colours, and ``line`` is the value of the contour to draw, or None.
    """
    plane = scene.plane
    traces = _points(scene, scene.view.training, gettext, unseen=False)
    if scene.view.unseen is not None:
        traces += _points(scene, scene.view.unseen, gettext, unseen=True)
    if scene.classes is not None:
        traces.append(_ring_in_legend(gettext))
    bare = {"showgrid": False}
    drawn = figure(
        traces,
        x={"title": titled(plane.labels[0]), "range": _ends(plane.x), **bare},
        y={"title": titled(plane.labels[1]), "range": _ends(plane.y), "showticklabels": bool(plane.labels[1]), **bare},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return {**drawn, "surface": _colors(scene)}


def surface_values(scene: Scene, surface: np.ndarray) -> list[list[int]]:
    """Return the shading of a network's outputs over the plane, as integers."""
    if scene.classes is None:
        low, high = number_range(scene)
        values = np.clip((surface[:, :, 0] - low) / (high - low), 0, 1) * STEPS
    elif len(scene.classes) == 2:
        values = surface[:, :, 1] * STEPS
    else:
        n = surface.shape[2]
        certainty = (surface.max(axis=2) - 1 / n) / (1 - 1 / n)
        values = STEPS * (surface.argmax(axis=2) + 0.98 * certainty)
    whole: list[list[int]] = np.rint(values).astype(int).tolist()
    return whole


def number_range(scene: Scene) -> tuple[float, float]:
    """Return the limits of the colour scale for regression."""
    targets = np.asarray(scene.view.training.targets, np.float64)
    everything = np.concatenate([targets, scene.looks[scene.chosen].surface.ravel()])
    low, high = float(everything.min()), float(everything.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def wrong_points(scene: Scene, look: Look) -> tuple[list[float | None], list[float | None]]:
    """Return the coordinates of the misclassified points."""
    pairs = ((scene.view.training, look.training), (scene.view.unseen, look.unseen))
    points = np.concatenate(
        [
            points_of(scene, sample)[judged.wrong]
            for sample, judged in pairs
            if sample is not None and judged is not None and judged.wrong is not None
        ]
    )
    return numbers(points[:, 0], 4), numbers(points[:, 1], 4)


def points_of(scene: Scene, sample: Sample) -> np.ndarray:
    """Return the coordinates of the points drawn."""
    return scene.plane.projected(sample.X[sample.drawn])


def _colors(scene: Scene) -> dict[str, Any]:
    if scene.classes is None:
        palette = matplotlib.colormaps["cividis"]
        return {"scale": [[step, to_hex(palette(step / STEPS))] for step in range(0, STEPS + 1, 50)], "line": None}
    if len(scene.classes) == 2:
        return {"scale": [[0, "#5FA9D3"], [STEPS // 2, "#FFFFFF"], [STEPS, "#F2C464"]], "line": STEPS / 2}
    scale: list[list[Any]] = []
    for k in range(len(scene.classes)):
        scale += [[k * STEPS, "#FFFFFF"], [(k + 1) * STEPS - 1, _pale(color_of_class(k))]]
    return {"scale": scale, "line": None}


def _pale(color: str) -> str:
    channels = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    return "#" + "".join(f"{round(channel + PALEST * (255 - channel)):02X}" for channel in channels)


def _points(scene: Scene, sample: Sample, gettext: Gettext, *, unseen: bool) -> list[dict[str, Any]]:
    points = points_of(scene, sample)
    size, line = (5, {"color": INK, "width": 0.4}) if unseen else (7, {"color": INK, "width": 0.7})
    if scene.classes is None:
        low, high = number_range(scene)
        marker = {"color": numbers(sample.targets), "cmin": low, "cmax": high, "colorscale": "Cividis"}
        if not unseen:
            marker |= {"showscale": True, "colorbar": {"title": titled(gettext("predicted"))}}
        marker |= {"size": size, "line": line, "symbol": "diamond" if unseen else "circle"}
        name = gettext("unseen rows") if unseen else gettext("rows, coloured by true value")
        hover = gettext("true value") + " %{marker.color:.4g}"
        return [_markers(points, marker, name, hover) | _meta("unseen" if unseen else "")]
    traces = []
    for k, label in enumerate(scene.classes):
        symbol = MARKERS[k % len(MARKERS)] + ("-open" if unseen else "")
        marker = {"color": color_of_class(k), "symbol": symbol, "size": size}
        marker["line"] = {"color": color_of_class(k), "width": 1.2} if unseen else line
        name = (gettext("class {label}, unseen") if unseen else gettext("class {label}")).format(label=label)
        of_class = _markers(points[sample.targets == label], marker, text_of(name), text_of(name))
        traces.append(of_class | _meta("unseen" if unseen else ""))
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


def _ring_in_legend(gettext: Gettext) -> dict[str, Any]:
    marker = {"symbol": "circle-open", "size": 12, "color": "#C00000", "line": {"width": 1.3}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [None],
        "y": [None],
        "marker": marker,
        "name": gettext("misclassified"),
        "showlegend": True,
    }


def _meta(kind: str) -> dict[str, str]:
    """Return the mark of a trace that the page can hide."""
    return {"meta": kind} if kind else {}


def _ends(values: np.ndarray) -> list[float]:
    return [float(values[0]), float(values[-1])]
