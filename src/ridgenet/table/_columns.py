"""Roles of the columns of a table, and how each is used, or why it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._dataset import require_target
from ridgenet.formats._kinds import KINDS, ColumnKind
from ridgenet.formats._reading import Table

# what skrub calls one-hot encoded columns: those it chose, and those it was given
CATEGORIES = ("low_cardinality", "specific")


@dataclass(frozen=True)
class ColumnUse:
    """One column of the table.

    Attributes
    ----------
    name, kind : str
        Name and kind.
    use : str
        What it is used as; begins with "dropped" if it is not used.
    n_missing, n_distinct : int
        Number of missing values, and of distinct ones.
    values : str
        Its range, or its most frequent values.
    """

    name: str
    kind: ColumnKind
    use: str
    n_missing: int
    n_distinct: int
    values: str

    @property
    def is_dropped(self) -> bool:
        """Whether the column is not used."""
        return self.use.startswith("dropped")


@dataclass(frozen=True)
class Roles:
    """Which columns are inputs, the roles of the others, and the kinds of all."""

    inputs: tuple[str, ...]
    others: dict[str, str]
    kinds: Mapping[str, ColumnKind] = field(default_factory=dict)

    @property
    def text(self) -> tuple[str, ...]:
        """Names of the columns of text."""
        return tuple(name for name, kind in self.kinds.items() if kind == "text")


def roles_of(table: Table, settings: TableSettings) -> Roles:
    """Decide which columns are inputs.

    Raises
    ------
    InputError
        If a named column does not exist, or an input is empty in every row.
    """
    named = [settings.sample_weight, settings.groups]
    require_target(table, settings.target, [*settings.drop, *settings.categorical, *filter(None, named)])
    others = {settings.target: "target"}
    others |= dict.fromkeys(settings.drop, "dropped: as you said")
    if settings.sample_weight:
        others[settings.sample_weight] = "weight of the row"
    if settings.groups:
        others[settings.groups] = "group that stays in one fold"
    for name in table.kinds:
        if name not in others and not name and _counts_rows(table.frame[name]):
            others[name] = "dropped: it has no name and numbers the rows"
    inputs = tuple(name for name in table.kinds if name not in others)
    if not inputs:
        raise InputError(f"{table.source.name}: no column is left beside the target")
    empty = [name for name in inputs if table.frame[name].isna().all()]
    if empty:
        several = len(empty) > 1
        raise InputError(
            f"{table.source.name}: {'columns' if several else 'column'} {', '.join(map(repr, empty))} "
            f"{'are' if several else 'is'} empty in all {len(table.frame):,} rows; "
            f"leave {'them' if several else 'it'} out with {' '.join(f'--drop {name!r}' for name in empty)}"
        )
    return Roles(inputs, others, table.kinds)


def require_varied(X: pd.DataFrame, n_rows: int, file: str) -> None:
    """Refuse a table in which every input is constant in the rows to train on.

    Parameters
    ----------
    X : DataFrame
        The inputs in the rows to train on.
    n_rows : int
        Number of rows to train and to test on.
    file : str
        The name of the table in messages.

    Raises
    ------
    InputError
        If no column varies.
    """
    if all(X[name].nunique(dropna=False) <= 1 for name in X.columns):
        where = "" if len(X) == n_rows else " in the rows that the test leaves to learn from"
        raise InputError(f"{file}: every column but the target has one value only{where}; there is nothing to go by")


def uses_of(table: Table, roles: Roles, vectorizer: Any) -> tuple[ColumnUse, ...]:
    """Describe every column, the inputs by what a fitted `TableVectorizer` made of them."""
    return tuple(
        ColumnUse(
            name,
            table.kinds[name],
            roles.others.get(name) or _use(name, table.kinds[name], vectorizer),
            int(table.frame[name].isna().sum()),
            int(table.frame[name].nunique()),
            _summary(table, name),
        )
        for name in table.kinds
    )


def _use(name: str, kind_in_table: ColumnKind, vectorizer: Any) -> str:
    kind = vectorizer.column_to_kind_.get(name)
    outputs = [output for output, column in vectorizer.output_to_input_.items() if column == name]
    if kind is None:
        return "dropped: the same value in every row"
    if kind in CATEGORIES:
        n = sum(value == value and value is not None for value in vectorizer.transformers_[name].categories_[0])
        return f"categories: {n}"
    if kind == "high_cardinality":
        return f"text: {len(outputs)} components"
    if kind == "datetime":
        return "date: " + ", ".join(output.removeprefix(f"{name}_").replace("_", " ") for output in outputs)
    return KINDS[kind_in_table].used_as


def _summary(table: Table, name: str) -> str:
    present = table.frame[name].dropna()
    return "" if present.empty else KINDS[table.kinds[name]].summary(present)


def _counts_rows(column: pd.Series) -> bool:
    if column.dtype.kind not in "iuf" or column.isna().any():
        return False
    return bool((np.diff(column.to_numpy()) == 1).all())
