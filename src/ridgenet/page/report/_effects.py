"""Charts of what a model does: effects of columns, and the contributions to one prediction."""

from __future__ import annotations

from collections.abc import Sequence

from ridgenet._wording import listed, readable
from ridgenet.page.report._charts import Chart, bars, chart, line, numbers
from ridgenet.table._effects import Effect, Explanation

# of classes, more than two
MOST_CLASSES = 5
MOST_CONTRIBUTIONS = 12


def effect_chart(effect: Effect, predicted: str, labels: Sequence[object]) -> Chart:
    """Draw how predictions depend on a column, with one standard deviation over networks.

    Parameters
    ----------
    effect : Effect
        The effect.
    predicted : str
        What is predicted, for the axis.
    labels : sequence
        The label of each output, if there are several.
    """
    names = [str(label) if len(labels) > 1 else "" for label in labels][:MOST_CLASSES]
    if effect.is_of_numbers:
        lines = [
            line(name, effect.values, effect.means[:, k], k, band=numbers(effect.spread[:, k]))
            for k, name in enumerate(names)
        ]
        return chart(lines, axis=effect.column, title=predicted)
    series = [
        {"name": name, "values": numbers(effect.means[:, k]), "spread": numbers(effect.spread[:, k]), "tone": k}
        for k, name in enumerate(names)
    ]
    return bars(effect.values, series, predicted, is_from_zero=False)


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


def explanation_bars(explanation: Explanation) -> Chart:
    """Draw the contributions of columns to a prediction, the largest on top."""
    shown = explanation.contributions[:MOST_CONTRIBUTIONS]
    values = [contribution for _, _, contribution in shown]
    rest = sum(contribution for _, _, contribution in explanation.contributions[MOST_CONTRIBUTIONS:])
    names = [f"{column} = {cell}" for column, cell, _ in shown]
    if len(explanation.contributions) > MOST_CONTRIBUTIONS:
        names, values = [*names, "all others"], [*values, rest]
    axis = f"contribution, from {readable(explanation.start)} to {readable(explanation.prediction)}"
    series = [{"values": numbers(values), "tone": [0 if value >= 0 else 1 for value in values]}]
    return bars(names, series, axis, is_from_zero=True)


def describe_explanation(explanation: Explanation) -> str:
    """Describe the contributions to a prediction."""
    told = listed((f"{column} {contribution:+.3g}" for column, _, contribution in explanation.contributions), 6)
    return (
        f"Contributions to one prediction, from the mean {readable(explanation.start)} to "
        f"{readable(explanation.prediction)}: {told}."
    )
