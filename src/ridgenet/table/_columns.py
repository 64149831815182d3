"""Roles and uses of the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ridgenet._errors import InputError
from ridgenet._table_settings import TableSettings
from ridgenet.formats._dataset import require_target
from ridgenet.formats._kinds import KINDS, ColumnKind
from ridgenet.formats._reading import Table
from ridgenet.table.encoding._encoder import TableEncoder
from ridgenet.table.encoding._numbers import Numbers


@dataclass(frozen=True)
class ColumnUse:
    """One column of the table.

    Attributes
    ----------
    name, kind : str
        Name and kind of the column.
    use : str
        How the column is used; begins with "dropped" if it is not.
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
    """The columns that are inputs, the roles of the others, and the kinds of all."""

    inputs: tuple[str, ...]
    others: dict[str, str]
    kinds: Mapping[str, ColumnKind] = field(default_factory=dict)

    @property
    def text(self) -> tuple[str, ...]:
        """Names of the text columns."""
        return tuple(name for name, kind in self.kinds.items() if kind == "text")


def roles_of(table: Table, settings: TableSettings) -> Roles:
    """Decide which columns are inputs.

    Raises
    ------
    InputError
        If a named column does not exist, or an input is empty in every row.
    """
    named = [settings.sample_weight, settings.groups, settings.time, settings.exposure]
    require_target(table, settings.target, [*settings.drop, *settings.categorical, *filter(None, named)])
    others = {settings.target: "target"}
    others |= dict.fromkeys(settings.drop, "dropped: as requested")
    if settings.sample_weight:
        others[settings.sample_weight] = "sample weight"
    if settings.groups:
        others[settings.groups] = "group, kept in one fold"
    if settings.time:
        others[settings.time] = "order of the rows"
    if settings.exposure:
        others[settings.exposure] = "exposure of the counts"
    for name in table.kinds:
        if name not in others and not name and _counts_rows(table.frame[name]):
            others[name] = "dropped: unnamed row numbers"
    inputs = tuple(name for name in table.kinds if name not in others)
    if not inputs:
        raise InputError(f"{table.source.name}: there are no columns besides the target; add some, or drop fewer")
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
    """Reject a table in which all inputs are constant in the training rows.

    Parameters
    ----------
    X : DataFrame
        The inputs in the training rows.
    n_rows : int
        Number of training and test rows.
    file : str
        Name of the table in messages.

    Raises
    ------
    InputError
        If no column varies.
    """
    if all(X[name].nunique(dropna=False) <= 1 for name in X.columns):
        where = "" if len(X) == n_rows else " in the training rows"
        raise InputError(f"{file}: all columns except the target are constant{where}; add columns that vary")


def uses_of(table: Table, roles: Roles, encoder: TableEncoder) -> tuple[ColumnUse, ...]:
    """Describe every column; the uses of the inputs are those in a fitted encoder."""
    return tuple(
        ColumnUse(
            name,
            table.kinds[name],
            roles.others.get(name) or _use(name, table.kinds[name], encoder),
            int(table.frame[name].isna().sum()),
            int(table.frame[name].nunique()),
            _summary(table, name),
        )
        for name in table.kinds
    )


def _use(name: str, kind_in_table: ColumnKind, encoder: TableEncoder) -> str:
    encoding = encoder.encodings_.get(name)
    if name in encoder.left_out_:
        return "dropped: no effect on unseen rows was found"
    if encoding is None:
        return "dropped: the same value in every row"
    return KINDS[kind_in_table].used_as if isinstance(encoding, Numbers) else encoding.use


def _summary(table: Table, name: str) -> str:
    present = table.frame[name].dropna()
    return "" if present.empty else KINDS[table.kinds[name]].summary(present)


def _counts_rows(column: pd.Series) -> bool:
    if column.dtype.kind not in "iuf" or column.isna().any():
        return False
    return bool((np.diff(column.to_numpy()) == 1).all())
