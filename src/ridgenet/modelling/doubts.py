"""What may not be meant: text that is nearly numbers or dates, dates of two readings, columns that name the rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ridgenet.modelling.columns import Roles
from ridgenet.tables.reading import Table

# beyond this share of cells that are numbers or dates, the others are likely to be slips
MOST = 0.8
# in fewer rows than this, all values differ by chance
FEWEST_ROWS_TO_NAME = 20
# numbers as people write them for people
SIGNED = re.compile(r"[-+−]?\s?[€$£¥]?\s?[-+−]?\d+([,.'\u2019 \u00a0]\d{3})*([,.]\d+)?\s?[%€$£¥]?")
DECIMAL_COMMA = re.compile(r"[-+]?\d+,(\d{1,2}|\d{4,})")
DATES = re.compile(r"(\d{4}([-/.])\d{1,2}\2\d{1,2}|\d{1,2}([-/.])\d{1,2}\3(\d{4}|\d{2}))([T ]\d{1,2}:\d{2}.*)?")
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
        if kind == "datetime" and table.kinds[name] == "text":
            found += _two_readings(column, vectorizer.all_processing_steps_[name])
        elif table.kinds[name] == "text" and name not in as_text and (why := why_text(column)):
            found.append(f"column {name!r} is text because of {why}")
        elif name != target and kind is not None and kind != "datetime" and names_rows(column):
            how = "counts the rows" if column.dtype.kind in "iuf" else "is different in every row"
            found.append(f"column {name!r} {how}; if it only names them, leave it out with --drop {name!r}")
    return found


def why_text(column: pd.Series) -> str | None:
    """Return which cells keep a column of text from being one of numbers or dates, if the others are such."""
    present = column.dropna().astype(str)
    if present.empty:
        return None
    values = pd.Index(present.unique())
    numbers = present.isin(values[pd.to_numeric(pd.Series(values), errors="coerce").notna().to_numpy()]).to_numpy()
    if MOST < numbers.mean() < 1:
        return _because(present, ~numbers, "numbers") + _advice(present[~numbers])
    signed = _matching(present, values, SIGNED.fullmatch)
    if signed.any() and (numbers | signed).mean() > MOST:
        return _because(present, ~numbers, "numbers") + _advice(present[signed & ~numbers])
    dates = _matching(present, values, DATES.fullmatch)
    if MOST < dates.mean() < 1:
        return _because(present, ~dates, "dates")
    if dates.all():
        return f"{present.iloc[0]!r} and the like, which are not read as dates; write them as 2026-11-23"
    return None


def names_rows(column: pd.Series) -> bool:
    """Return whether values differ in every row and say no more than which row it is."""
    if len(column) < FEWEST_ROWS_TO_NAME or column.isna().any() or not column.is_unique:
        return False
    if column.dtype.kind in "iuf":
        return bool((np.diff(np.sort(column.to_numpy())) == 1).all())
    return column.dtype == object


def _because(present: pd.Series, odd: np.ndarray, others: str) -> str:
    first, n_odd, n_others = int(np.argmax(odd)), int(odd.sum()), int((~odd).sum())
    where = f"{present.iloc[first][:40]!r} in row {int(present.index[first]) + 1}"
    if n_odd > 1:
        where += f" and {n_odd - 1:,} more such cell{'s' if n_odd > 2 else ''}"
    if n_others == 0:
        return where
    if n_others == 1:
        return f"{where}; the other cell is a {others.removesuffix('s')}"
    return f"{where}; the other {n_others:,} cells are {others}"


def _advice(odd: pd.Series) -> str:
    """Return how to write numbers, where cells are numbers with something about them."""
    values = odd.unique()
    if all(DECIMAL_COMMA.fullmatch(value) for value in values):
        return " (if the comma is the decimal point: --decimal ,)"
    if all(SIGNED.fullmatch(value) for value in values):
        return " (numbers are to be written without signs of currency, percent or thousands)"
    return ""


def _matching(present: pd.Series, values: pd.Index, match: Callable[[str], Any]) -> np.ndarray:
    return present.isin([value for value in values if match(value)]).to_numpy()


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
