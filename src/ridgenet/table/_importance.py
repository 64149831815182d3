"""How much each column matters: what its loss becomes when its cells are dealt out anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.pipeline import Pipeline

from ridgenet.table._pipeline import network_inputs, owners_of_inputs
from ridgenet.table._rows import Rows
from ridgenet.table._scores import RobustLoss, losses_of, with_all_classes

N_REPEATS = 5
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Importance:
    """How much the loss of a test row grows, on average, without what one column says.

    Attributes
    ----------
    column : str
        The column.
    value : float
        Log loss, squared error or robust loss with its cells shuffled, less that with them as they are.
    spread : float
        Standard deviation over the shuffles.
    """

    column: str
    value: float
    spread: float


def increases(pipeline: Pipeline, rows: Rows, classes: np.ndarray | None, random_state: int) -> dict[str, np.ndarray]:
    """Return the mean increase of the loss for each column, one for each shuffle (Breiman, Random forests, 2001).

    `classes` are all there are, also those that the model has not seen. All inputs of the network that come from
    one column are shuffled together, after the preprocessing, which treats each row by itself: the same as shuffling
    the column, in a fraction of the time.
    """
    rng = np.random.RandomState(random_state)
    if len(rows) > MOST_ROWS:
        rows = rows.at(rng.permutation(len(rows))[:MOST_ROWS])
    inputs, network = network_inputs(pipeline, rows.X), pipeline[-1]
    robust = RobustLoss.of(network.network_)

    def loss(inputs: np.ndarray) -> float:
        if classes is None:
            outputs = network.predict(inputs)
        else:
            outputs = with_all_classes(network.predict_proba(inputs), network.classes_, classes)
        return float(np.average(losses_of(rows.y, outputs, classes, robust), weights=rows.weights))

    owners = np.array(owners_of_inputs(pipeline))
    usual, found = loss(inputs), {}
    for column in dict.fromkeys(owners):
        places = np.flatnonzero(owners == column)
        found[str(column)] = np.array([loss(_shuffled(inputs, places, rng)) - usual for _ in range(N_REPEATS)])
    return found


def mean_importances(parts: list[tuple[dict[str, np.ndarray], int]]) -> tuple[Importance, ...]:
    """Put together what models tested on different rows say, by their numbers of rows; the largest first."""
    columns = dict.fromkeys(column for part, _ in parts for column in part)
    found = []
    for column in columns:
        # a column that is constant among the rows that a model learned from is not used by it
        values = np.stack([part.get(column, np.zeros(N_REPEATS)) for part, _ in parts])
        mean = np.average(values, axis=0, weights=[n for _, n in parts])
        found.append(Importance(column, float(mean.mean()), float(mean.std(ddof=1))))
    return tuple(sorted(found, key=lambda importance: -importance.value))


def _shuffled(inputs: np.ndarray, places: np.ndarray, rng: np.random.RandomState) -> np.ndarray:
    shuffled = inputs.copy()
    shuffled[:, places] = inputs[rng.permutation(len(inputs))][:, places]
    return shuffled
