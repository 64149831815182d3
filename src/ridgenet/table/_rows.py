"""Rows to train or test on: inputs, target, weights and groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._reading import Table
from ridgenet.table._columns import Roles
from ridgenet.table._target import Target
from ridgenet.table.encoding._dates import dates_in, format_of_dates


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
    numbers : ndarray of int of shape (n_rows,) or None
        Numbers of the rows in the table, from 1.
    times : ndarray of int of shape (n_rows,) or None
        Ranks of the times of the rows, which are in their order; equal times have equal ranks.
    """

    X: pd.DataFrame
    y: np.ndarray
    weights: np.ndarray | None = None
    groups: np.ndarray | None = None
    numbers: np.ndarray | None = None
    times: np.ndarray | None = None

    @classmethod
    def of(cls, table: Table, roles: Roles, target: Target, settings: TableSettings) -> Rows:
        """Return the rows of a table that have a target.

        Raises
        ------
        InputError
            If a weight is missing or negative, or all are zero.
        """
        frame, y = table.frame[target.present], target.y
        weights = groups = None
        if settings.sample_weight:
            weights = _weights(table, settings.sample_weight)[target.present]
        if settings.groups:
            groups = frame[settings.groups].astype(str).to_numpy(str)
        if settings.exposure:
            # the likelihood of counts with an exposure is that of rates, weighted by the exposure
            exposure = _exposure(table, settings.exposure)[target.present]
            y, relative = y / exposure, exposure / exposure.mean()
            weights = relative if weights is None else weights * relative
        numbers = np.flatnonzero(target.present) + 1
        rows = cls(frame[list(roles.inputs)].reset_index(drop=True), y, weights, groups, numbers)
        if settings.time is None:
            return rows
        times = _times(table, settings.time, target.present)
        return replace(rows, times=times).at(np.argsort(times, kind="stable"))

    def __len__(self) -> int:
        return len(self.y)

    def at(self, indices: np.ndarray) -> Rows:
        """Return the rows with these indices."""
        return Rows(
            self.X.iloc[indices].reset_index(drop=True),
            self.y[indices],
            None if self.weights is None else self.weights[indices],
            None if self.groups is None else self.groups[indices],
            None if self.numbers is None else self.numbers[indices],
            None if self.times is None else self.times[indices],
        )


def _times(table: Table, name: str, present: np.ndarray) -> np.ndarray:
    """Return the ranks of the values in a column of numbers or dates, of the rows with a target."""
    column, kind = table.frame[name][present], table.kinds[name]
    if kind == "text":
        format = format_of_dates(column)
        if format is None:
            raise InputError(f"{table.source.name}: column {name!r} holds text; the time must be dates or numbers")
        column = dates_in(column, format).to_series(index=column.index)
    if column.isna().any():
        row = int(column.index[int(column.isna().to_numpy().argmax())]) + 1
        raise InputError(f"{table.source.name}: column {name!r}, row {row}: the time is missing; fill it in")
    return np.unique(column.to_numpy(), return_inverse=True)[1]


def weights_in(table: Table, name: str, first_row: int = 0) -> np.ndarray:
    """Return the weights in a column of rows of which the first has this index in the file.

    Raises
    ------
    InputError
        If one is missing or negative.
    """
    return _numbers(table, name, "weight", "negative", "0 or more", lambda values: values >= 0, first_row)


def _weights(table: Table, name: str) -> np.ndarray:
    weights = weights_in(table, name)
    if not weights.sum() > 0:
        raise InputError(
            f"{table.source.name}: all weights in column {name!r} are zero; give some rows a positive weight"
        )
    return weights


def _exposure(table: Table, name: str) -> np.ndarray:
    return _numbers(table, name, "exposure", "not positive", "above 0", lambda values: values > 0)


def _numbers(
    table: Table,
    name: str,
    what: str,
    fault: str,
    rule: str,
    is_valid: Callable[[np.ndarray], np.ndarray],
    first_row: int = 0,
) -> np.ndarray:
    """Return a column of numbers that are all valid; missing ones are not."""
    if table.kinds[name] != "number":
        raise InputError(f"{table.source.name}: column {name!r} holds {table.kinds[name]}; {what}s must be numbers")
    numbers = table.frame[name].to_numpy(np.float64)
    wrong = ~is_valid(numbers)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise InputError(
            f"{table.source.name}: column {name!r}, row {first_row + first + 1}: the {what} is "
            f"{'missing' if np.isnan(numbers[first]) else fault}; it must be {rule}"
        )
    return numbers
