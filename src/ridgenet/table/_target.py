"""The target of a table: classes or numbers, inferred from its column or given by the user."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ridgenet._errors import InputError
from ridgenet.formats._kinds import KINDS, ColumnKind, holds_text
from ridgenet.formats._reading import Reading
from ridgenet.table._data_warnings import AS_USUAL, why_text

# whole numbers with no more distinct values are classes
MOST_NUMERIC_CLASSES = 10
IF_WORDS = "if a word such as NA or None is a class, quote it, or list the words for missing values with --na"


@dataclass(frozen=True)
class Target:
    """The column to predict.

    Attributes
    ----------
    name : str
        Name of the column.
    task : {"classification", "regression"}
        The task.
    reason : str
        Reason for the task, as the end of a sentence.
    y : ndarray of shape (n_rows,)
        Labels or numbers of the rows that have a target.
    present : ndarray of bool
        Which rows of the table have a target.
    """

    name: str
    task: str
    reason: str
    y: np.ndarray
    present: np.ndarray

    @property
    def is_classes(self) -> bool:
        """Whether the task is classification."""
        return self.task == "classification"

    @property
    def counts(self) -> dict[str, int]:
        """Number of rows of each class."""
        classes, counts = np.unique(self.y, return_counts=True)
        return {str(label): int(count) for label, count in zip(classes, counts, strict=True)}

    def values_in(self, column: pd.Series, file: str, first_row: int) -> tuple[np.ndarray, np.ndarray]:
        """Return which of some further rows have a target, and the labels or numbers of these rows.

        Parameters
        ----------
        column : Series of shape (n_rows,)
            The same column in the rows.
        file : str
            Name of their file in messages.
        first_row : int
            Index of the first of them in the file.

        Raises
        ------
        InputError
            If a value is too large, or is no label like the others.
        """
        present = column.notna().to_numpy()
        values = column[present]
        if not self.is_classes:
            _require_moderate(values, file, first_row)
            return present, values.to_numpy(np.float64)
        y = _labels(values, {"U": "text", "b": "boolean"}.get(self.y.dtype.kind, "number"))
        if self.y.dtype.kind == "i" and y.dtype.kind == "f":
            fraction = int(np.argmax(y != np.round(y)))
            row = first_row + int(values.index[fraction]) + 1
            raise InputError(
                f"{file}: column {self.name!r}, row {row}: {y[fraction]:g} is not a whole number, as the other classes "
                "are; correct it, or use --task regression"
            )
        return present, y if y.dtype.kind == "U" else y.astype(self.y.dtype)


def target_of(column: pd.Series, kind: ColumnKind, task: str, file: str, reading: Reading = AS_USUAL) -> Target:
    """Infer the task from the target column.

    Parameters
    ----------
    column : Series
        The column.
    kind : str
        Its kind.
    task : {"auto", "classification", "regression"}
        The task requested by the user.
    file : str
        Name of the table in messages.
    reading : Reading
        The options that the table was read with.

    Raises
    ------
    InputError
        If the column is empty, constant, or not suitable for the task.
    """
    name = str(column.name)
    present = column.notna().to_numpy()
    if not present.any():
        or_words = f", or holds only words for missing values; {IF_WORDS}" if kind == "text" else ""
        raise InputError(f"{file}: the target {name!r} is empty in every row{or_words}")
    values = column[present]
    n_distinct = values.nunique()
    if n_distinct == 1:
        missing = int((~present).sum())
        otherwise = f", or missing ({missing:,} rows); {IF_WORDS}"
        raise InputError(
            f"{file}: the target {name!r} is {values.iloc[0]!s} in every row{otherwise if missing else ''}; "
            "there is nothing to predict"
        )
    if not KINDS[kind].may_be_target:
        raise InputError(f"{file}: the target {name!r} holds {KINDS[kind].values}; it must hold numbers or classes")
    task, reason = (task, "as requested") if task != "auto" else _decide(values, kind, n_distinct)
    if task == "regression":
        if not KINDS[kind].is_numeric:
            raise InputError(
                f"{file}: the target {name!r} holds text{_because(values, reading)}, but regression needs numbers; "
                "use --task classification"
            )
        y = values.to_numpy(np.float64)
        _require_moderate(values, file)
    else:
        y = _labels(values, kind)
        if n_distinct > max(MOST_NUMERIC_CLASSES, len(values) // 2):
            raise InputError(
                f"{file}: the target {name!r} has {n_distinct:,} distinct values in {len(values):,} rows, "
                f"too many for classes{_because(values, reading)}; check that it is the right column"
            )
    return Target(name, task, reason, y, present)


def constant_target(column: pd.Series, kind: ColumnKind, task: str) -> Target:
    """Return a target that is the same in all rows at hand, for a task that is given."""
    present = column.notna().to_numpy()
    values = column[present]
    y = values.to_numpy(np.float64) if task == "regression" else _labels(values, kind)
    return Target(str(column.name), task, "as requested", y, present)


def _require_moderate(values: pd.Series, file: str, first_row: int = 0) -> None:
    """Reject numbers whose sum of squares is not finite."""
    numbers = values.to_numpy(np.float64)
    with np.errstate(over="ignore"):
        is_finite = np.isfinite(np.square(numbers).sum())
    if not is_finite:
        index = int(np.argmax(np.abs(numbers)))
        row = first_row + int(values.index[index]) + 1
        raise InputError(
            f"{file}: column {values.name!r}, row {row}: {numbers[index]:g} is too large; correct it, or change the "
            "unit of the column"
        )


def _because(values: pd.Series, reading: Reading) -> str:
    why = why_text(values, reading) if holds_text(values) else None
    return "" if why is None else f" (because of {why})"


def _decide(values: pd.Series, kind: ColumnKind, n_distinct: int) -> tuple[str, str]:
    if kind != "number":
        return "classification", f"as it holds {KINDS[kind].values}"
    numbers = values.to_numpy(np.float64)
    whole = bool((numbers == np.round(numbers)).all())
    if n_distinct == 2:
        return "classification", "as it has two distinct values"
    if whole and n_distinct <= MOST_NUMERIC_CLASSES:
        return "classification", f"as it has {n_distinct} distinct whole numbers"
    if whole:
        return "regression", f"as it has {n_distinct:,} distinct numbers"
    return "regression", "as it holds numbers with decimals"


def _labels(values: pd.Series, kind: str) -> np.ndarray:
    if kind == "number":
        numbers = values.to_numpy(np.float64)
        return numbers.astype(np.int64) if (numbers == np.round(numbers)).all() else numbers
    if kind == "boolean":
        return values.to_numpy(bool)
    return values.to_numpy(str)
