"""Many categories become the mean of the target in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import TargetEncoder

from ridgenet.table.encoding._categories import LevelEncoding, codes_and_texts

N_FOLDS = 5


@dataclass(frozen=True)
class Means(LevelEncoding):
    """Mean of the target in each category, or the frequency of each class, shrunken to that of all rows.

    The shrinkage is the empirical Bayes estimate of scikit-learn's `TargetEncoder` (Micci-Barreca, *A preprocessing
    scheme for high-cardinality categorical attributes*, SIGKDD Explorations, 2001). Training rows get means of which
    their own targets are no part, from five folds.

    Attributes
    ----------
    levels : ndarray of str
        The categories.
    means : ndarray of shape (n_levels, n_means)
        Mean of the target in each, of classes one for each class, but of two classes only for the second.
    of_missing, of_others : ndarray of shape (n_means,)
        What missing values, and categories unseen in training, become.
    labels : tuple of str
        The classes that the means belong to; empty for one mean.
    """

    means: np.ndarray
    of_missing: np.ndarray
    of_others: np.ndarray
    labels: tuple[str, ...]

    @classmethod
    def of(cls, column: pd.Series, y: np.ndarray, random_state: int) -> tuple[Self, np.ndarray]:
        """Learn from a column and the target; return also the values of the training rows, (n_rows, n_means)."""
        codes, texts = codes_and_texts(column)
        is_classes = y.dtype.kind not in "f"
        n_classes = len(np.unique(y)) if is_classes else 0
        target = "continuous" if not is_classes else "binary" if n_classes == 2 else "multiclass"
        cells = codes[:, np.newaxis].astype(np.int64)
        encoder = TargetEncoder(target_type=target).fit(cells, y)
        n_means = len(encoder.encodings_)
        # scikit-learn's own folds are seeded in another way in each version
        values = np.empty((len(codes), n_means))
        splitter = StratifiedKFold if is_classes else KFold
        for train, test in splitter(N_FOLDS, shuffle=True, random_state=random_state).split(cells, y):
            values[test] = clone(encoder).fit(cells[train], y[train]).transform(cells[test])
        # code -1 is of missing values
        known = encoder.categories_[0].astype(int)
        means = np.stack(encoder.encodings_, axis=1)
        of_others = np.broadcast_to(np.atleast_1d(encoder.target_mean_), (n_means,)).astype(np.float64)
        is_missing = known < 0
        of_missing = means[is_missing][0] if is_missing.any() else of_others.copy()
        labels = tuple(map(str, encoder.classes_)) if n_means > 1 else ()
        levels = texts[known[~is_missing]].astype(str)
        return cls(str(column.name), levels, means[~is_missing], of_missing, of_others, labels), values

    @property
    def names(self) -> list[str]:
        """Names of the inputs."""
        return [f"{self.column}_mean_{label}" for label in self.labels] or [f"{self.column}_mean"]

    @property
    def use(self) -> str:
        """How the column is used, in words."""
        return f"categories: {len(self.levels)}, by the mean of the target"

    def write(self, column: pd.Series, inputs: np.ndarray) -> np.ndarray | None:
        """Write a column into its inputs."""
        codes, texts = codes_and_texts(column)
        levels = self.indices_of(texts)
        # an index of -1, of other categories, takes the last; so does the code -1 of missing values
        of_texts = np.vstack([self.means, self.of_others])[levels]
        inputs[:] = np.vstack([of_texts, self.of_missing])[codes]
        return None
