"""Encode the columns of a table as the inputs of a network: `TableEncoder`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ridgenet._errors import InputError
from ridgenet._frames import as_pandas
from ridgenet.table.encoding._categories import Categories
from ridgenet.table.encoding._column import ColumnEncoding
from ridgenet.table.encoding._dates import Dates
from ridgenet.table.encoding._means import N_FOLDS, Means
from ridgenet.table.encoding._numbers import Numbers
from ridgenet.table.encoding._text import Text

# text with fewer distinct values is categories, one input for each
FEWEST_OF_TEXT = 40
# text with more, but each in so many rows on average, is categories, too, by the mean of the target: one input, or one
# for each of a few classes
ROWS_OF_A_CATEGORY = 20
MOST_CLASSES = 10


class TableEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Encode the columns of a table as numbers without gaps, in float64.

    Parameters
    ----------
    categorical : sequence of str
        Columns whose values are categories, however many there are.
    random_state : int, default=0
        Seed of the encoding of text.

    Attributes
    ----------
    encodings_ : dict of str to ColumnEncoding
        The encoding of each column, in the order of the table; columns with the same value in every row have none.
    left_out_ : tuple of str
        Columns that `leave_out` has left out, since they have no effect.
    feature_names_in_ : ndarray of str
        Names of all columns.
    """

    encodings_: dict[str, ColumnEncoding]
    left_out_: tuple[str, ...]

    def __init__(self, categorical: Sequence[str] = (), random_state: int = 0) -> None:
        self.categorical = categorical
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn the encoding of each column from training rows; without a target, many categories are text."""
        self._learned(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None, **parameters: Any) -> np.ndarray:
        """Learn the encoding of each column, and return the inputs of the training rows.

        Means of the target in a category are, for each of these rows, those of other rows.
        """
        del parameters
        of_training = self._learned(X, y)
        return self._encoded(X, of_training)[0]

    def _learned(self, X: pd.DataFrame, y: Any) -> dict[str, np.ndarray]:
        """Learn the encodings, and return the inputs of the training rows where these are known already."""
        X = as_pandas(X)
        self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        self.encodings_, self.left_out_ = {}, ()
        of_training = {}
        for name in X.columns:
            encoding = self._encoding_of(X[name], y)
            if isinstance(encoding, tuple):
                encoding, of_training[str(name)] = encoding
            if encoding is not None:
                self.encodings_[str(name)] = encoding
        return of_training

    def leave_out(self, columns: Sequence[str]) -> None:
        """Leave out the inputs of some columns from now on."""
        self.left_out_ = (*self.left_out_, *columns)
        for column in columns:
            del self.encodings_[column]

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return the inputs of each row, (n_rows, n_inputs).

        Raises
        ------
        InputError
            If a column is missing.
        """
        return self.encode(X)[0]

    def encode(self, X: pd.DataFrame) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return the inputs of each row, and where columns have values that their encodings do not know and ignore.

        Raises
        ------
        InputError
            If a column is missing.
        """
        return self._encoded(X, {})

    def _encoded(self, X: pd.DataFrame, known: Mapping[str, np.ndarray]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return the same, with the known inputs of some columns."""
        check_is_fitted(self, "encodings_")
        X = as_pandas(X)
        # names may be numbers
        label_of = {str(label): label for label in X.columns}
        missing = [name for name in self.encodings_ if name not in label_of]
        if missing:
            raise InputError(f"column {missing[0]!r} is missing; the model needs {', '.join(self.encodings_)}")
        names = [encoding.names for encoding in self.encodings_.values()]
        ends = np.cumsum([0, *map(len, names)])
        inputs = np.zeros((len(X), int(ends[-1])))
        unknown: dict[str, np.ndarray | None] = {}
        for encoding, start, stop in zip(self.encodings_.values(), ends, ends[1:], strict=False):
            if encoding.column in known:
                inputs[:, start:stop] = known[encoding.column]
            else:
                unknown[encoding.column] = encoding.write(X[label_of[encoding.column]], inputs[:, start:stop])
        return inputs, {name: where for name, where in unknown.items() if where is not None and where.any()}

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the inputs."""
        del input_features
        return np.array([name for encoding in self.encodings_.values() for name in encoding.names], dtype=object)

    @property
    def owners(self) -> list[str]:
        """The column that each input comes from."""
        return [encoding.column for encoding in self.encodings_.values() for _ in encoding.names]

    def _encoding_of(self, column: pd.Series, y: Any) -> ColumnEncoding | tuple[ColumnEncoding, np.ndarray] | None:
        n_distinct = column.nunique(dropna=False)
        if n_distinct <= 1:
            return None
        if str(column.name) in self.categorical:
            return Categories.of(column)
        numeric = Numbers.of(column) or Dates.of(column)
        if numeric is not None:
            return numeric
        if n_distinct < FEWEST_OF_TEXT:
            return Categories.of(column)
        if n_distinct <= len(column) / ROWS_OF_A_CATEGORY and y is not None and _has_few_means(y):
            return Means.of(column, np.asarray(y), self.random_state)
        return Text.of(column, self.random_state)


def _has_few_means(y: np.ndarray) -> bool:
    if y.dtype.kind == "f":
        return True
    counts = np.unique(y, return_counts=True)[1]
    # each class is in the training rows of every fold
    return len(counts) <= MOST_CLASSES and int(counts.min()) >= 2 * N_FOLDS
