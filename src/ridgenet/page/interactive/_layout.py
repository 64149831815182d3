"""What all interactive figures share: fonts, colours, axes, and text that cannot be taken for markup."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from ridgenet.page._translations import ENGLISH, Gettext
from ridgenet.plotting._style import CLASS_COLORS, INK

Figure = dict[str, Any]
GRID = "#E4E4E4"
CHOSEN = "#0072B2"
SIMPLER = "#D55E00"
MARKERS = ("circle", "triangle-up", "square", "diamond", "triangle-down", "cross", "x", "star")


def figure(data: list[dict[str, Any]], *, x: dict[str, Any], y: dict[str, Any], **layout: Any) -> Figure:
    """Return a figure of Plotly as plain values."""
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
    """Return a figure of Plotly for a small place on a page."""
    # labels of the x axis that are given more room take it from the figure, which turns them, which gives room back
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
    """Return a line at a λ, over the whole height."""
    line = {"color": color, "dash": dash, "width": width}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": alpha, "x1": alpha, "y0": 0, "y1": 1, "line": line}


def color_of_class(k: int) -> str:
    """Return the colour of the class at place k."""
    return CLASS_COLORS[k % len(CLASS_COLORS)]


def text_of(value: object) -> str:
    """Return text as Plotly shows it word for word: it would take <b> for markup and <a> for a link."""
    return escape(str(value), quote=False)


def numbers(values: Any, digits: int = 6) -> list[float | None]:
    """Return numbers short enough for a page; what is none becomes a gap."""
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in np.asarray(values, np.float64)]
