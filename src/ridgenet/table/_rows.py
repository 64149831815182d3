"""Rows to train or test on: inputs, target, weights and groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._reading import Table
from ridgenet.table._columns import Roles
from ridgenet.table._target import Target


@dataclass(frozen=True)
class Rows:
    """Rows with a target.

    Attributes
    ----------
    X : DataFrame
        The input columns of the table.
    y : ndarray of shape (n_rows,)
        Labels or numbers.
    weights, groups : ndarray of shape (n_rows,) or None
        Sample weights, and groups whose rows stay in one fold.
    """

    X: pd.DataFrame
    y: np.ndarray
    weights: np.ndarray | None = None
    groups: np.ndarray | None = None

    @classmethod
    def of(cls, table: Table, roles: Roles, target: Target, settings: TableSettings) -> Self:
        """Return the rows of a table that have a target.

        Raises
        ------
        InputError
            If a weight is missing or negative, or all are zero.
        """
        frame = table.frame[target.present]
        weights = groups = None
        if settings.sample_weight:
            weights = _weights(table, settings.sample_weight)[target.present]
        if settings.groups:
            groups = frame[settings.groups].astype(str).to_numpy(str)
        return cls(frame[list(roles.inputs)].reset_index(drop=True), target.y, weights, groups)

    def __len__(self) -> int:
        return len(self.y)

    def at(self, indices: np.ndarray) -> Rows:
        """Return the rows with these indices."""
        return Rows(
            self.X.iloc[indices].reset_index(drop=True),
            self.y[indices],
            None if self.weights is None else self.weights[indices],
            None if self.groups is None else self.groups[indices],
        )


def _weights(table: Table, name: str) -> np.ndarray:
    if table.kinds[name] != "number":
        raise InputError(f"{table.source.name}: column {name!r} holds {table.kinds[name]}; weights must be numbers")
    weights = table.frame[name].to_numpy(np.float64)
    wrong = ~(weights >= 0)
    if wrong.any():
        raise InputError(
            f"{table.source.name}: column {name!r}, row {int(np.argmax(wrong)) + 1}: "
            f"the weight is {'missing' if np.isnan(weights[np.argmax(wrong)]) else 'negative'}; it must be 0 or more"
        )
    if not weights.sum() > 0:
        raise InputError(
            f"{table.source.name}: all weights in column {name!r} are zero; give some rows a positive weight"
        )
    return weights
