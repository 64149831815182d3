"""Folds of rows that nobody holds all of: each row's follows from its number and the seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Folds:
    """A division of rows, the same for any partitions.

    Attributes
    ----------
    n_folds : int
        How many.
    seed : int
        Where random numbers begin.
    """

    n_folds: int
    seed: int

    def of_rows(self, first: int, n_rows: int) -> np.ndarray:
        """Return the fold of each of some rows, given the number of the first among all rows.

        By SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), whose every output depends on its place alone.

        Examples
        --------
        >>> Folds(3, seed=0).of_rows(100, 5).tolist() == Folds(3, seed=0).of_rows(0, 105)[100:].tolist()
        True
        """
        numbers = np.arange(first + 1, first + n_rows + 1, dtype=np.uint64)
        mixed = numbers * np.uint64(0x9E3779B97F4A7C15) + np.uint64(self.seed)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
        return (mixed % np.uint64(self.n_folds)).astype(np.int64)
