"""What a model does: the effect of each important column, the strongest interaction, and one prediction explained.

All of it is computed from predictions of the networks for rows of the table in which columns are replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from ridgenet._averaged import AveragedNetworks
from ridgenet._wording import readable
from ridgenet.estimators._fold_networks import of_classes
from ridgenet.table._pipeline import network_inputs, owners_of_inputs
from ridgenet.table.encoding._categories import Categories
from ridgenet.table.encoding._column import ColumnEncoding
from ridgenet.table.encoding._means import Means
from ridgenet.table.encoding._numbers import Numbers

MOST_COLUMNS = 6
MOST_ROWS = 1_000
N_INTERVALS = 20
MOST_LEVELS = 12
# columns among which the strongest interaction is looked for, and rows of the sample for it
MOST_INTERACTING, N_INTERACTING = 4, 60
# orders in which the columns of an explained prediction are replaced, each from another row
N_ORDERS = 200


@dataclass(frozen=True)
class Effect:
    """How predictions depend on one column, the others being as they are in the table.

    For numbers, accumulated local effects (Apley and Zhu, *Visualizing the effects of predictor variables in black box
    supervised learning models*, JRSS B, 2020), plus the mean prediction; for categories, the mean prediction if all
    rows had the category.

    Attributes
    ----------
    column : str
        Name of the column.
    values : tuple of float or str
        Numbers, or categories.
    means : ndarray of shape (n_values, n_outputs)
        Predicted numbers or probabilities; of two classes, of the second.
    spread : ndarray of shape (n_values, n_outputs)
        Standard deviation over the networks of all restarts and folds.
    """

    column: str
    values: tuple[float, ...] | tuple[str, ...]
    means: np.ndarray
    spread: np.ndarray

    @property
    def is_of_numbers(self) -> bool:
        """Whether the column holds numbers."""
        return not isinstance(self.values[0], str)


@dataclass(frozen=True)
class Interaction:
    """The strongest interaction of two of the most important columns.

    Attributes
    ----------
    columns : tuple of str
        The two columns.
    share : float
        Fraction of the variation of their joint effect that is not the sum of their own effects: the square of the H
        statistic (Friedman and Popescu, *Predictive learning via rule ensembles*, Ann. Appl. Stat., 2008).
    """

    columns: tuple[str, str]
    share: float


@dataclass(frozen=True)
class Explanation:
    """How one prediction differs from the mean prediction: contributions of columns, whose sum is the difference.

    Shapley values, estimated from random orders of the columns (Štrumbelj and Kononenko, *Explaining prediction models
    and individual predictions with feature contributions*, KAIS, 2014).

    Attributes
    ----------
    row : int
        Number of the row in the table, from 1.
    start : float
        Mean prediction for 200 rows of the table.
    prediction : float
        Prediction for the row.
    contributions : tuple of tuple
        Column, its value in the row as text, and its contribution; the largest first.
    """

    row: int
    start: float
    prediction: float
    contributions: tuple[tuple[str, str, float], ...]


class Explorer:
    """Predictions of a pipeline for rows with replaced columns.

    Parameters
    ----------
    pipeline : Pipeline
        A fitted pipeline.
    X : DataFrame
        Rows of the table; a part of them is used.
    random_state : int
        Seed of the draws.
    """

    def __init__(self, pipeline: Pipeline, X: pd.DataFrame, random_state: int) -> None:
        self._network, self._random = pipeline[-1], np.random.default_rng(random_state)
        if len(X) > MOST_ROWS:
            X = X.iloc[np.sort(self._random.choice(len(X), MOST_ROWS, replace=False))].reset_index(drop=True)
        self._pipeline, self._X = pipeline, X
        self._inputs = network_inputs(pipeline, X)
        owners = np.array(owners_of_inputs(pipeline))
        self._encodings: Mapping[str, ColumnEncoding] = pipeline["columns"].encodings_
        self._indices = {name: np.flatnonzero(owners == name) for name in self._encodings}

    def effect(self, column: str) -> Effect | None:
        """Return the effect of a column; None for dates, text, and columns without two values here."""
        encoding = self._encodings[column]
        if isinstance(encoding, Numbers):
            return self._local_effects(encoding)
        return self._effect_of_categories(encoding) if isinstance(encoding, Categories | Means) else None

    def _local_effects(self, encoding: Numbers) -> Effect | None:
        numbers = self._inputs[:, self._indices[encoding.column][0]]
        edges = np.unique(np.quantile(numbers, np.linspace(0, 1, N_INTERVALS + 1)))
        if len(edges) < 2:
            return None
        interval = np.clip(np.searchsorted(edges, numbers, side="left") - 1, 0, len(edges) - 2)
        lower, upper = (self._with_numbers(encoding, edges[interval + k]) for k in (0, 1))
        differences = self._of_all(upper) - self._of_all(lower)
        counts = np.bincount(interval, minlength=len(edges) - 1)
        steps = np.stack([differences[:, interval == k].sum(axis=1) for k in range(len(edges) - 1)], axis=1)
        steps /= np.maximum(counts, 1)[np.newaxis, :, np.newaxis]
        curves = np.concatenate([np.zeros_like(steps[:, :1]), steps.cumsum(axis=1)], axis=1)
        middles = (curves[:, 1:] + curves[:, :-1]) / 2
        curves -= np.average(middles, axis=1, weights=counts)[:, np.newaxis]
        level = self._predicted(self._inputs).mean(axis=0)
        means = level + self._mean_of_members(curves)
        return Effect(encoding.column, tuple(edges.tolist()), means, curves.std(axis=0))

    def _effect_of_categories(self, encoding: Categories | Means) -> Effect | None:
        column = self._X[encoding.column]
        counts = column.value_counts()
        levels: list[Any] = counts[counts > 0].head(MOST_LEVELS).index.tolist()
        if len(levels) < 2:
            return None
        curves = np.stack(
            [self._of_all(self._with(encoding, pd.Series([level] * len(column)))).mean(axis=1) for level in levels], 1
        )
        centred = curves - curves.mean(axis=1, keepdims=True)
        return Effect(encoding.column, tuple(map(str, levels)), self._mean_of_members(curves), centred.std(axis=0))

    def _mean_of_members(self, curves: np.ndarray) -> np.ndarray:
        """Return the mean of the curves of the networks that predict, without those of the folds."""
        fitted = self._network._fitted
        weights = fitted.weights if isinstance(fitted, AveragedNetworks) else None
        n_members = len(fitted.members) if isinstance(fitted, AveragedNetworks) else 1
        mean: np.ndarray = np.average(curves[:n_members], axis=0, weights=weights)
        return mean

    def strongest_interaction(self, columns: Sequence[str]) -> Interaction | None:
        """Return the strongest interaction among some columns; None if there are less than two."""
        drawn = self._random.choice(len(self._inputs), min(N_INTERACTING, len(self._inputs)), replace=False)
        inputs = self._inputs[drawn]

        def joint(*names: str) -> np.ndarray:
            """Mean prediction for the values of some columns in each row, the others taken from all rows."""
            grid = np.tile(inputs, (len(inputs), 1))
            indices = np.concatenate([self._indices[name] for name in names])
            grid[:, indices] = np.repeat(inputs[:, indices], len(inputs), axis=0)
            means = self._predicted(grid).reshape(len(inputs), len(inputs), -1).mean(axis=1)
            return np.asarray(means - means.mean(axis=0))

        names = list(columns[:MOST_INTERACTING])
        own = {name: joint(name) for name in names}
        found = []
        for pair in combinations(names, 2):
            both = joint(*pair)
            total = float((both**2).sum())
            rest = float(((both - own[pair[0]] - own[pair[1]]) ** 2).sum())
            # relative to all predictions, so that an interaction of columns without any effect is not the strongest
            found.append((rest, Interaction(pair, min(rest / total, 1.0) if total > 0 else 0.0)))
        return max(found, key=lambda each: each[0])[1] if found else None

    def explained(self, row: pd.DataFrame, number: int, output: int) -> Explanation:
        """Return what moved the prediction for a row, a frame of one row, away from the mean prediction."""
        given = network_inputs(self._pipeline, row)[0]
        names = list(self._indices)
        # all rows as equally often as possible
        drawn = np.resize(self._random.permutation(len(self._inputs)), N_ORDERS)
        starts = self._inputs[drawn]
        orders = np.array([self._random.permutation(len(names)) for _ in range(N_ORDERS)])
        points = np.repeat(starts[:, np.newaxis], len(names) + 1, axis=1)
        for k, order in enumerate(orders):
            for place, column in enumerate(order):
                indices = self._indices[names[column]]
                points[k, place + 1 :, indices] = given[indices][:, np.newaxis]
        values = self._predicted(points.reshape(-1, points.shape[2]))[:, output].reshape(N_ORDERS, -1)
        contributions = np.zeros(len(names))
        np.add.at(contributions, orders, np.diff(values, axis=1) / N_ORDERS)
        order = np.argsort(-np.abs(contributions), kind="stable")
        cells = [(names[k], text_of_cell(row[names[k]].iloc[0]), float(contributions[k])) for k in order]
        return Explanation(number, float(values[:, 0].mean()), float(values[0, -1]), tuple(cells))

    def _with(self, encoding: ColumnEncoding, column: pd.Series) -> np.ndarray:
        indices = self._indices[encoding.column]
        inputs, written = self._inputs.copy(), np.zeros((len(column), len(indices)))
        encoding.write(column, written)
        inputs[:, indices] = written
        return inputs

    def _with_numbers(self, encoding: Numbers, numbers: np.ndarray) -> np.ndarray:
        inputs = self._inputs.copy()
        inputs[:, self._indices[encoding.column][0]] = numbers
        return inputs

    def _predicted(self, inputs: np.ndarray) -> np.ndarray:
        """Return predicted numbers or probabilities, (n_rows, n_outputs)."""
        return _outputs(self._network._fitted.outputs(inputs), is_of_classes=hasattr(self._network, "classes_"))

    def _of_all(self, inputs: np.ndarray) -> np.ndarray:
        """Return the outputs of every network, those that predict first, (n_networks, n_rows, n_outputs)."""
        fitted = self._network._fitted
        members = fitted.members if isinstance(fitted, AveragedNetworks) else (fitted,)
        outputs = [np.asarray(member.outputs(inputs), np.float64) for member in members]
        folds = getattr(self._network, "_fold_networks", None)
        if folds is not None:
            outputs += [*folds.outputs(inputs, self._network.path_.index_of(self._network.alpha_))]
        return np.stack([_outputs(each, is_of_classes=hasattr(self._network, "classes_")) for each in outputs])


def _outputs(outputs: np.ndarray, *, is_of_classes: bool) -> np.ndarray:
    """Return outputs with a column for each class, but of two classes, only for the second."""
    outputs = np.asarray(outputs, np.float64)
    return outputs if not is_of_classes or outputs.shape[-1] == 1 else of_classes(outputs)


def text_of_cell(value: object) -> str:
    """Return a cell as text of at most 40 letters."""
    if pd.isna(value):  # type: ignore[call-overload]
        return "missing"
    return readable(value, 6) if isinstance(value, float) else str(value).removesuffix(" 00:00:00")[:40]
