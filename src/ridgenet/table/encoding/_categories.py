"""Categories become one input for each, which is 1 where the column has this category."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd

from ridgenet.table.encoding._column import ColumnEncoding

NONE = -1


@dataclass(frozen=True)
class LevelEncoding(ColumnEncoding):
    """Base class of the encodings of categories.

    Attributes
    ----------
    levels : ndarray of str
        The categories.
    """

    levels: np.ndarray

    @cached_property
    def _index(self) -> pd.Index:
        return pd.Index(self.levels.astype(object), dtype=object)

    def indices_of(self, texts: np.ndarray) -> np.ndarray:
        """Return the index of the category of each text; -1 if it is not known."""
        # otherwise pandas would convert the texts to another type of strings
        return self._index.get_indexer(pd.Index(texts, dtype=object))


@dataclass(frozen=True)
class Categories(LevelEncoding):
    """One-hot encoded categories; a missing value is one of them if it occurs in training.

    Attributes
    ----------
    levels : ndarray of str
        The categories, sorted.
    has_missing : bool
        Whether missing values are a further category.
    """

    has_missing: bool

    @classmethod
    def of(cls, column: pd.Series) -> Self:
        """Learn from a column of text."""
        codes, texts = codes_and_texts(column)
        used = np.unique(codes)
        return cls(str(column.name), np.unique(texts[used[used >= 0]].astype(str)), bool(used[0] < 0))

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

    @property
    def _first(self) -> int:
        """Index of the first category with an input: of two, one input tells both."""
        return 1 if self.n_categories + self.has_missing == 2 else 0

    def write(self, column: pd.Series, inputs: np.ndarray) -> np.ndarray | None:
        """Write a column into its inputs; categories unseen in training are 0 in all of them, and unknown."""
        codes, texts = codes_and_texts(column)
        levels = self.indices_of(texts)
        of_missing = self.n_categories if self.has_missing else NONE
        # missing values have the code -1, which takes the last
        levels = np.append(levels, of_missing)[codes]
        indices = levels - self._first
        rows = np.flatnonzero(indices >= 0)
        inputs[rows, indices[rows]] = 1.0
        return (levels == NONE) & (codes >= 0)


def codes_and_texts(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct values of a column as text, and the index of that of each row; -1 where it is missing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, values = column.cat.codes.to_numpy(), column.cat.categories
    else:
        codes, values = pd.factorize(column)
    return codes, np.array([str(value) for value in values], dtype=object)
