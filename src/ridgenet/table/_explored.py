"""What a tested model does: effects, interaction, the rows it is most wrong about, and why it predicts one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ridgenet.table._effects import MOST_COLUMNS, Effect, Explanation, Explorer, Interaction, text_of_cell
from ridgenet.table._scores import RobustLoss, losses_of

if TYPE_CHECKING:
    from ridgenet.table._result import TableModel

MOST_WRONG = 10
# cells shown of each of these rows
MOST_CELLS = 4


@dataclass(frozen=True)
class WrongRow:
    """A row with one of the largest losses in the test.

    Attributes
    ----------
    row : int
        Number of the row in its file, from 1.
    true, predicted : str
        True and predicted label or number.
    probability : float or None
        Predicted probability of the true class; None for numbers.
    cells : dict of str to str
        Cells of the most important columns.
    """

    row: int
    true: str
    predicted: str
    probability: float | None
    cells: dict[str, str]


@dataclass(frozen=True)
class Explored:
    """What a model does.

    Attributes
    ----------
    effects : tuple of Effect
        Effects of the most important columns.
    interaction : Interaction or None
        The strongest interaction of these columns.
    worst : tuple of WrongRow
        Rows that the model is most wrong about in the test, the worst first.
    explanation : Explanation or None
        Contributions of the columns to the prediction for the worst row.
    explained : str
        What the explanation is of: the predicted number, or the probability of the predicted class.
    """

    effects: tuple[Effect, ...]
    interaction: Interaction | None
    worst: tuple[WrongRow, ...]
    explanation: Explanation | None
    explained: str


def explore(model: TableModel) -> Explored | None:
    """Return what a model does; None if it was not tested, or has learned nothing."""
    test = model.test
    if test is None or model.why_worthless is not None:
        return None
    known = model.pipeline["columns"].encodings_
    important = [each.column for each in test.importances if each.value > 0 and each.column in known]
    explorer = Explorer(model.pipeline, model.rows.X, model.settings.random_state)
    effects = [explorer.effect(column) for column in important[:MOST_COLUMNS]]
    losses = losses_of(test.y, test.outputs, test.classes, RobustLoss.of(model.network.network_))
    if test.rows.weights is not None:
        losses = losses * test.rows.weights
    order = np.argsort(-losses, kind="stable")[:MOST_WRONG]
    worst = tuple(_wrong_row(model, int(index), important[:MOST_CELLS]) for index in order)
    first = int(order[0])
    output, explained = 0, f"the predicted {model.target.name}"
    if test.classes is not None:
        # of the final model, for which the row may not be unseen
        classes = model.network.classes_
        row = test.rows.X.iloc[[first]]
        predicted = model.pipeline.predict_proba(row)[0]
        # a network with one output has the probability of the second class
        output = int(predicted.argmax()) if len(classes) > 2 else 0
        explained = f"the probability of {classes[output] if len(classes) > 2 else classes[-1]}"
    explanation = explorer.explained(test.rows.X.iloc[[first]], worst[0].row, output)
    interaction = explorer.strongest_interaction(important)
    return Explored(tuple(each for each in effects if each is not None), interaction, worst, explanation, explained)


def _wrong_row(model: TableModel, index: int, columns: list[str]) -> WrongRow:
    test = model.test
    assert test is not None
    numbers, probability = test.rows.numbers, None
    if test.classes is not None:
        probability = float(test.outputs[index, np.searchsorted(test.classes, test.y[index])])
    cells = {name: _as_text(test.rows.X[name].iloc[index]) for name in columns}
    row = index + 1 if numbers is None else int(numbers[index])
    return WrongRow(row, _as_text(test.y[index]), _as_text(test.predicted[index]), probability, cells)


def _as_text(value: object) -> str:
    """Return a cell as text; of a missing one, nothing."""
    return "" if pd.isna(value) else text_of_cell(value)  # type: ignore[call-overload]
