"""Categories become one input for each, which is 1 where the column has this category."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd

from ridgenet.table.encoding._column import ColumnEncoding


@dataclass(frozen=True)
class Categories(ColumnEncoding):
    """One-hot encoded categories; a missing value is one of them if it occurs in training.

    Attributes
    ----------
    levels : ndarray of str
        The categories, sorted.
    has_missing : bool
        Whether missing values are a further category.
    """

    levels: np.ndarray
    has_missing: bool

    @classmethod
    def of(cls, column: pd.Series) -> Self:
        """Learn from a column of text."""
        texts = as_texts(column)
        present = texts[pd.notna(texts)]
        return cls(str(column.name), np.unique(present.astype(str)), len(present) < len(texts))

    @property
    def n_categories(self) -> int:
        """Number of categories, without missing values."""
        return len(self.levels)

    @property
    def names(self) -> list[str]:
        """Names of the inputs."""
        names = [f"{self.column}_{level}" for level in self.levels.tolist()]
        return [*names, *([f"{self.column}_missing"] if self.has_missing else [])][self._first :]

    @property
    def use(self) -> str:
        """How the column is used, in words."""
        return f"categories: {self.n_categories}"

    @cached_property
    def _index(self) -> pd.Index:
        return pd.Index(self.levels.astype(object), dtype=object)

    @property
    def _first(self) -> int:
        """Index of the first category with an input: of two, one input tells both."""
        return 1 if self.n_categories + self.has_missing == 2 else 0

    def write(self, column: pd.Series, inputs: np.ndarray) -> None:
        """Write a column into its inputs; categories unseen in training are 0 in all of them."""
        codes = self._codes(column) - self._first
        rows = np.flatnonzero(codes >= 0)
        inputs[rows, codes[rows]] = 1.0

    def unknown(self, column: pd.Series) -> pd.Series:
        """Return the categories that are not known."""
        return column[(self._codes(column) == -1) & column.notna().to_numpy()]

    def _codes(self, column: pd.Series) -> np.ndarray:
        """Return the index of the category of each row; -1 if it is not known."""
        texts = as_texts(column)
        # otherwise pandas would convert the texts to another type of strings
        codes = self._index.get_indexer(pd.Index(texts, dtype=object))
        if self.has_missing:
            codes[pd.isna(texts)] = self.n_categories
        return codes


def as_texts(column: pd.Series) -> np.ndarray:
    """Return a column as an array of text, of any objects; missing values stay."""
    texts = column.to_numpy(object)
    if pd.api.types.infer_dtype(texts, skipna=True) not in ("string", "empty"):
        present = pd.notna(texts)
        texts = texts.copy()
        texts[present] = [str(value) for value in texts[present]]
    return texts
