"""Base class of the encodings of one column."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ridgenet._preprocessing import SavedByFields

FLAG = "missingindicator_"


@dataclass(frozen=True)
class ColumnEncoding(SavedByFields, ABC):
    """How one column becomes inputs, learned from the training rows.

    Attributes
    ----------
    column : str
        Name of the column.
    """

    column: str

    @property
    @abstractmethod
    def names(self) -> list[str]:
        """Names of the inputs."""

    @property
    @abstractmethod
    def use(self) -> str:
        """How the column is used, in words."""

    @abstractmethod
    def write(self, column: pd.Series, inputs: np.ndarray) -> np.ndarray | None:
        """Write a column into its inputs.

        Parameters
        ----------
        column : Series
            The column.
        inputs : ndarray of shape (n_rows, n_inputs)
            Zeros, to be filled.

        Returns
        -------
        ndarray of bool of shape (n_rows,) or None
            Where the column has a value that the encoding does not know and ignores; None if it knows all.
        """


@dataclass(frozen=True)
class NumericEncoding(ColumnEncoding):
    """Base class of the encodings by numbers that may be missing, which become medians.

    Attributes
    ----------
    medians : ndarray of shape (n_numbers,)
        What replaces missing numbers.
    is_flagged : bool
        Whether a further input says where the column is missing, as it is in some training row.
    """

    medians: np.ndarray
    is_flagged: bool

    @property
    def names(self) -> list[str]:
        """Names of the inputs."""
        return [*self.names_of_numbers, *([FLAG + self.column] if self.is_flagged else [])]

    @property
    @abstractmethod
    def names_of_numbers(self) -> list[str]:
        """Names of the inputs, but for the flag."""

    def write_numbers(self, numbers: np.ndarray, inputs: np.ndarray) -> None:
        """Write numbers, (n_rows, n_numbers), of which all or none of a row are NaN."""
        n = len(self.medians)
        missing = np.isnan(numbers[:, 0])
        inputs[:, :n] = numbers
        if missing.any():
            inputs[missing, :n] = self.medians
            if self.is_flagged:
                inputs[missing, n] = 1.0


def medians_of(numbers: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return the medians of columns, and whether a row is missing."""
    present = numbers[~np.isnan(numbers[:, 0])]
    return np.median(present, axis=0), len(present) < len(numbers)
