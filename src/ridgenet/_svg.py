"""Small pictures of curves as inline SVG, for notebooks: readable on light and dark pages, with a text alternative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from ridgenet._wording import readable

# each has a contrast of at least 3:1 with white and with the dark pages of notebooks
COLORS = ("#0072B2", "#D55E00", "#008F6B", "#B0609A", "#7A7A7A", "#A06A00")
DASHES = ("", "5 2", "1.5 2", "7 2 1.5 2", "3 3", "9 3")
# sizes in pixels; the font is that of the page
WIDTH, HEIGHT = 220, 90
LEFT, RIGHT, BELOW = 52, 14, 32
TITLE, LEGEND_ROW, LETTER = 20, 15, 6.2
# further points would fall on the same pixels
MOST_POINTS = 160


@dataclass(frozen=True)
class Panel:
    """Curves over the same values.

    Attributes
    ----------
    title : str
        What is drawn.
    x_label : str
        Name of the horizontal axis.
    curves : mapping of str to (ndarray, ndarray)
        Horizontal and vertical values by name. Values that are not finite, and on a logarithmic axis not positive, are
        left out.
    log_x : bool
        Whether the horizontal axis is logarithmic.
    """

    title: str
    x_label: str
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]]
    log_x: bool = False


def picture(panels: Sequence[Panel], text: str) -> str:
    """Return panels side by side as one ``<svg>`` element.

    Parameters
    ----------
    panels : sequence of Panel
        The panels; each has at most six curves.
    text : str
        The text alternative.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(3)
    >>> picture([Panel("squares", "x", {"x²": (x, x**2)})], "Squares rise from 0 to 4.")
    '<svg ...</svg>'
    """
    legends = [_legend(list(panel.curves)) for panel in panels]
    top = TITLE + LEGEND_ROW * max(n_rows for _, n_rows in legends)
    step, height = LEFT + WIDTH + RIGHT, top + HEIGHT + BELOW
    drawn = "".join(
        f'<g transform="translate({index * step},0)">{legend}{_panel(panel, top)}</g>'
        for index, (panel, (legend, _)) in enumerate(zip(panels, legends, strict=True))
    )
    width = step * len(panels)
    font = 'fill="currentColor" font-size="11" font-family="system-ui, sans-serif"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(text)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" {font} style="max-width:100%">{drawn}</svg>'
    )


def _panel(panel: Panel, top: float) -> str:
    bottom = top + HEIGHT
    drawn = {name: _usable(*values, log_x=panel.log_x) for name, values in panel.curves.items()}
    parts = [_text(LEFT, 12, panel.title, 'font-weight="600"')]
    xs, ys = (np.concatenate([values[k] for values in drawn.values()] or [np.empty(0)]) for k in (0, 1))
    if len(xs) == 0:
        return "".join([*parts, _text(LEFT, top + HEIGHT / 2, "nothing to draw")])
    (x_low, x_high), (y_low, y_high) = _range(xs), _range(np.append(ys, 0.0))
    shown = 10 ** np.array([x_low, x_high]) if panel.log_x else np.array([x_low, x_high])
    parts += [
        f'<path d="M{LEFT} {top}v{HEIGHT}h{WIDTH}" fill="none" stroke="currentColor" stroke-opacity=".45"/>',
        _text(LEFT - 5, top + 4, readable(y_high), 'text-anchor="end"'),
        _text(LEFT - 5, bottom, readable(y_low), 'text-anchor="end"'),
        _text(LEFT, bottom + 14, readable(shown[0])),
        _text(LEFT + WIDTH, bottom + 14, readable(shown[1]), 'text-anchor="end"'),
        _text(LEFT + WIDTH / 2, bottom + 14, panel.x_label, 'text-anchor="middle"'),
    ]
    for index, (x, y) in enumerate(drawn.values()):
        if len(x) == 0:
            continue
        across = LEFT + WIDTH * (x - x_low) / (x_high - x_low)
        down = top + HEIGHT * (y_high - y) / (y_high - y_low)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, down, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke-width="1.8" {_stroke(index)}/>')
        if len(x) == 1:
            parts.append(f'<circle cx="{across[0]:.1f}" cy="{down[0]:.1f}" r="2.5" fill="{COLORS[index]}"/>')
    return "".join(parts)


def _usable(x: np.ndarray, y: np.ndarray, *, log_x: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the points that can be drawn, at most so many, on a linear axis."""
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    kept = np.isfinite(x) & np.isfinite(y) & ((x > 0) | (not log_x))
    x, y = (np.log10(x[kept]) if log_x else x[kept]), y[kept]
    if len(x) > MOST_POINTS:
        # the points next to equidistant ones on the axis
        ascending = np.argsort(x, kind="stable")
        places = np.searchsorted(x[ascending], np.linspace(x.min(), x.max(), MOST_POINTS))
        indices = ascending[np.unique(places)]
        x, y = x[indices], y[indices]
    return x, y


def _range(values: np.ndarray) -> tuple[float, float]:
    """Return the smallest and the largest value; around a single value, an interval."""
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _legend(names: Sequence[str]) -> tuple[str, int]:
    """Return the legend of several curves, and its number of rows."""
    if len(names) < 2:
        return "", 0
    parts, x, row = [], 0.0, 0
    for index, name in enumerate(names):
        width = 30 + LETTER * len(name)
        if x > 0 and x + width > WIDTH + RIGHT:
            x, row = 0.0, row + 1
        y = TITLE + LEGEND_ROW * row
        parts.append(f'<path d="M{LEFT + x:.0f} {y + 4}h16" stroke-width="2" {_stroke(index)}/>')
        parts.append(_text(LEFT + x + 20, y + 8, name))
        x += width
    return "".join(parts), row + 1


def _stroke(index: int) -> str:
    dash = f' stroke-dasharray="{DASHES[index]}"' if DASHES[index] else ""
    return f'stroke="{COLORS[index]}"{dash}'


def _text(x: float, y: float, text: str, attributes: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" {attributes}>{escape(text)}</text>'
