"""The form for values typed in: what each column of the table, or each input, can be, and the inputs that it gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from ridgenet.page.report._charts import numbers
from ridgenet.table._pipeline import owners_of_inputs
from ridgenet.table.encoding._categories import Categories, LevelEncoding, codes_and_texts
from ridgenet.table.encoding._column import ColumnEncoding
from ridgenet.table.encoding._dates import Dates
from ridgenet.table.encoding._numbers import Numbers

# of categories in a list of choices
MOST_LEVELS = 500
# of which the average is taken
MOST_TEXTS = 1_000
# of standard deviations around the mean: where the effect of a number is drawn if its rows are not known
AROUND = 2.0
NEGLIGIBLE = 1e-9
QUANTILES = (0.02, 0.5, 0.98)
Field = dict[str, Any]


def form_of_table(pipeline: Pipeline, X: pd.DataFrame) -> list[Field]:
    """Return a field for each column of a table.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted.
    X : DataFrame
        Training rows; only quantiles and the most frequent values become part of the form.
    """
    owners = np.array(owners_of_inputs(pipeline))
    fields = []
    for name, encoding in pipeline["columns"].encodings_.items():
        of_column = np.flatnonzero(owners == name)
        fields.append({"name": name, "at": of_column.tolist(), **_field(encoding, X[name], len(of_column))})
    return fields


def form_of_inputs(names: Sequence[str], mean: np.ndarray, scale: np.ndarray, X: np.ndarray | None) -> list[Field]:
    """Return a field for each input of an estimator: a number among those of some samples, or near its mean."""
    if X is not None:
        found = [_numbers_of(column) for column in X.T]
    else:
        pairs = zip(mean.tolist(), scale.tolist(), strict=True)
        found = [_numbers(at - AROUND * spread, at, at + AROUND * spread) for at, spread in pairs]
    return [{"name": name, "at": [k], "kind": "number", "missing": None, **found[k]} for k, name in enumerate(names)]


def _field(encoding: ColumnEncoding, column: pd.Series, n_inputs: int) -> Field:
    missing = _written(encoding, column.iloc[:0].reindex([0]), n_inputs)
    if isinstance(encoding, Numbers):
        values = np.empty((len(column), n_inputs))
        encoding.write(column, values)
        return {"kind": "number", **_numbers_of(values[:, 0]), "missing": missing}
    if isinstance(encoding, Dates):
        parts = list(encoding.parts)
        return {"kind": "date", "parts": parts, "default": missing, "missing": missing}
    if isinstance(encoding, LevelEncoding) and len(encoding.levels) <= MOST_LEVELS:
        texts = list(map(str, encoding.levels.tolist()))
        written = np.zeros((len(texts), n_inputs))
        encoding.write(pd.Series(texts, dtype=object), written)
        choices = [[text, numbers(row, 9)] for text, row in zip(texts, written, strict=True)]
        if not isinstance(encoding, Categories) or encoding.has_missing:
            choices.append(["(missing)", missing])
        codes, distinct = codes_and_texts(column)
        most = distinct[np.bincount(codes[codes >= 0]).argmax()]
        return {"kind": "choice", "choices": choices, "default": texts.index(most)}
    # text, of which a page knows no encoding: inputs of the first row would be those of a person
    some = column.iloc[:: -(-len(column) // MOST_TEXTS)].reset_index(drop=True)
    values = np.zeros((len(some), n_inputs))
    encoding.write(some, values)
    return {"kind": "fixed", "default": numbers(values.mean(axis=0), 9)}


def _written(encoding: ColumnEncoding, column: pd.Series, n_inputs: int) -> list[float | None]:
    """Return the inputs of the one row of a column."""
    inputs = np.zeros((1, n_inputs))
    encoding.write(column, inputs)
    return numbers(inputs[0], 17)


def _numbers_of(values: np.ndarray) -> Field:
    """Return where a number is drawn, its typical value, and the range of the rows, beyond which nothing is known."""
    return {**_numbers(*np.quantile(values, QUANTILES)), "range": numbers([values.min(), values.max()], 9)}


def _numbers(low: float, default: float, high: float) -> Field:
    # a mean that is zero but for rounding
    if abs(default) < NEGLIGIBLE * (high - low):
        default = 0.0
    if not high > low:
        low, high = default - 0.5, default + 0.5
    return {"low": float(low), "default": float(f"{default:.4g}"), "high": float(high), "range": None}
