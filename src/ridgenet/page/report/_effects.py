"""Figures of what a model does: effects of columns, and the contributions to one prediction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ridgenet._wording import listed, readable
from ridgenet.page.interactive._figures import CHOSEN, SIMPLER, Figure, color_of_class, figure, numbers, text_of, titled
from ridgenet.page.report._predictions import bar_figure
from ridgenet.table._effects import Effect, Explanation

# of classes, more than two
MOST_CLASSES = 5
MOST_CONTRIBUTIONS = 12
BAND = "rgba(0, 114, 178, 0.15)"


def effect_figure(effect: Effect, predicted: str, labels: Sequence[object]) -> Figure:
    """Draw how predictions depend on a column, with a band of one standard deviation over networks for one output.

    Parameters
    ----------
    effect : Effect
        The effect.
    predicted : str
        What is predicted, for the axis.
    labels : sequence
        The label of each output, if there are several.
    """
    traces = []
    several = len(labels) > 1
    for k, label in list(enumerate(labels))[:MOST_CLASSES]:
        means, spread = effect.means[:, k], effect.spread[:, k]
        color = color_of_class(k) if several else CHOSEN
        trace: dict[str, Any] = {
            "type": "scatter" if effect.is_of_numbers else "bar",
            "x": numbers(effect.values) if effect.is_of_numbers else [text_of(value) for value in effect.values],
            "y": numbers(means),
            "name": text_of(label),
            "hovertemplate": "%{x}: %{y:.3g}<extra></extra>",
        }
        if effect.is_of_numbers:
            trace |= {"mode": "lines", "line": {"color": color, "width": 2.5}}
        else:
            trace |= {"marker": {"color": color}, "error_y": {"array": numbers(spread), "thickness": 1}}
        traces.append(trace)
    if effect.is_of_numbers and not several:
        low, high = effect.means[:, 0] - effect.spread[:, 0], effect.means[:, 0] + effect.spread[:, 0]
        band: dict[str, Any] = {
            "type": "scatter",
            "x": numbers([*effect.values, *effect.values[::-1]]),
            "y": numbers(np.concatenate([low, high[::-1]])),
            "mode": "lines",
            "fill": "toself",
            "fillcolor": BAND,
            "line": {"width": 0},
            "hoverinfo": "skip",
            "showlegend": False,
        }
        traces.insert(0, band)
    x = {"title": titled(effect.column), **({} if effect.is_of_numbers else {"type": "category"})}
    return figure(traces, x=x, y={"title": titled(predicted)}, showlegend=several)


def describe_effect(effect: Effect, labels: Sequence[object]) -> str:
    """Describe an effect by its lowest and highest prediction for the last output."""
    means = effect.means[:, -1]
    low, high = int(means.argmin()), int(means.argmax())

    def value(index: int) -> str:
        found = effect.values[index]
        return found if isinstance(found, str) else readable(found)

    of = f" of {labels[-1]}" if len(labels) > 1 else ""
    return (
        f"Effect of {effect.column}: the mean prediction{of} goes from {readable(means[low])} at {value(low)} to "
        f"{readable(means[high])} at {value(high)}."
    )


def explanation_figure(explanation: Explanation) -> Figure:
    """Draw the contributions of columns to a prediction, the largest on top."""
    shown = explanation.contributions[:MOST_CONTRIBUTIONS]
    values = [contribution for _, _, contribution in shown]
    rest = sum(contribution for _, _, contribution in explanation.contributions[MOST_CONTRIBUTIONS:])
    names = [f"{column} = {cell}" for column, cell, _ in shown]
    if len(explanation.contributions) > MOST_CONTRIBUTIONS:
        names, values = [*names, "all others"], [*values, rest]
    return bar_figure(
        names,
        values,
        f"contribution, from {readable(explanation.start)} to {readable(explanation.prediction)}",
        marker={"color": [CHOSEN if value >= 0 else SIMPLER for value in values]},
        hovertemplate="%{y}: %{x:+.3g}<extra></extra>",
    )


def describe_explanation(explanation: Explanation) -> str:
    """Describe the contributions to a prediction."""
    told = listed((f"{column} {contribution:+.3g}" for column, _, contribution in explanation.contributions), 6)
    return (
        f"Contributions to one prediction, from the mean {readable(explanation.start)} to "
        f"{readable(explanation.prediction)}: {told}."
    )
