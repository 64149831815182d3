"""Likely mistakes in the data: text that is nearly numbers or dates, ambiguous dates, columns that name the rows."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from ridgenet.formats._kinds import KINDS
from ridgenet.formats._reading import Table
from ridgenet.table._columns import Roles
from ridgenet.table._odd_cells import why_text

# in fewer rows than this, all values differ by chance
FEWEST_ROWS_TO_NAME = 20
FIRST_TWO = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]")


def doubts_about(table: Table, roles: Roles, target: str, as_text: tuple[str, ...], vectorizer: Any) -> list[str]:
    """Return what a person should look at before a result is believed.

    Parameters
    ----------
    table : Table
        As read.
    roles : Roles
        Which columns are inputs.
    target : str
        The column to predict.
    as_text : tuple of str
        Columns that are text because somebody said so.
    vectorizer : TableVectorizer
        Fitted.

    Returns
    -------
    list of str
        Sentences.
    """
    found = []
    for name in (target, *roles.inputs):
        column, kind = table.frame[name], vectorizer.column_to_kind_.get(name)
        if name in table.remarks:
            found.append(table.remarks[name])
        if name in table.remarks and table.kinds[name] == "text":
            continue
        if kind == "datetime" and table.kinds[name] == "text":
            found += _two_readings(column, vectorizer.all_processing_steps_[name])
        elif table.kinds[name] == "text" and name not in as_text and (why := why_text(column, table.reading.decimal)):
            found.append(f"column {name!r} is text because of {why}")
        elif name != target and kind is not None and kind != "datetime" and names_rows(column):
            how = "counts the rows" if column.dtype.kind in "iuf" else "is different in every row"
            found.append(f"column {name!r} {how}; if it only names them, leave it out with --drop {name!r}")
        elif (warning := KINDS[table.kinds[name]].warning(column)) is not None:
            found.append(f"column {name!r}: {warning}")
    return found


def missing_as(table: Table, name: str) -> str:
    """Return which words were taken for missing values of a column, where nobody named them; to follow its name."""
    words = table.words_for_missing(name) if table.reading.na is None else []
    if not words:
        return ""
    stand = f"{words[0]!r} stands" if len(words) == 1 else f"{', '.join(map(repr, words))} stand"
    return f" ({stand} for a missing value unless it is put in quotation marks, or --na names others)"


def why_not_numbers(table: Table, name: str) -> str:
    """Return which cells make a column one of text, in brackets; nothing if that is not known."""
    why = table.remarks.get(name) or why_text(table.frame[name], table.reading.decimal)
    return "" if why is None else f" ({why})"


def names_rows(column: pd.Series) -> bool:
    """Return whether values differ in every row and say no more than which row it is."""
    if len(column) < FEWEST_ROWS_TO_NAME or column.isna().any() or not column.is_unique:
        return False
    if column.dtype.kind in "iuf":
        return bool((np.diff(np.sort(column.to_numpy())) == 1).all())
    return column.dtype == object


def _two_readings(column: pd.Series, steps: list[Any]) -> list[str]:
    """Say which part of 12/1/2021 was taken for the month, where no cell tells."""
    written = next((step.format_ or "" for step in steps if hasattr(step, "format_")), "")
    values = column.dropna().unique()
    parts = [match for value in values if (match := FIRST_TWO.match(value))]
    if not parts or any(int(part) > 12 for match in parts for part in match.groups()):
        return []
    first, second = ("month", "day") if written.find("%m") < written.find("%d") else ("day", "month")
    return [
        f"column {str(column.name)!r}: in {values[0]!r} the {first} was taken to come first; if it is the {second}, "
        "write dates as 2026-11-23"
    ]
