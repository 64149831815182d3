"""Numbers, booleans and durations become one input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from ridgenet.formats._kinds import numbers_of
from ridgenet.table.encoding._column import NumericEncoding, medians_of


@dataclass(frozen=True)
class Numbers(NumericEncoding):
    """Numbers as they are, in float64: float32 would lose digits before the mean is subtracted."""

    @classmethod
    def of(cls, column: pd.Series) -> Self | None:
        """Learn from a column; None if it is not numeric."""
        numbers = numbers_of(column)
        return None if numbers is None else cls(str(column.name), *medians_of(numbers[:, np.newaxis]))

    @property
    def names_of_numbers(self) -> list[str]:
        """The name of the column."""
        return [self.column]

    @property
    def use(self) -> str:
        """How the column is used, in words."""
        return "number"

    def write(self, column: pd.Series, inputs: np.ndarray) -> np.ndarray | None:
        """Write a column into its inputs."""
        numbers = numbers_of(column)
        if numbers is None:
            numbers = column.to_numpy(np.float64, na_value=np.nan)
        self.write_numbers(numbers[:, np.newaxis], inputs)
        return None
