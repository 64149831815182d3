"""Text becomes some components of the frequencies of its characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from ridgenet.table.encoding._categories import as_texts
from ridgenet.table.encoding._column import ColumnEncoding

N_COMPONENTS = 30


@dataclass(frozen=True)
class Text(ColumnEncoding):
    """Components of text by skrub: tf-idf of character 3- and 4-grams, then a singular value decomposition.

    Attributes
    ----------
    encoder : skrub.StringEncoder
        The fitted encoder.
    """

    encoder: Any

    @classmethod
    def of(cls, column: pd.Series, random_state: int) -> Self:
        """Learn from a column of text; the decomposition is initialised at random."""
        # loads slowly, and only columns of text need it
        from ridgenet.model_files._skrub import StringEncoder

        encoder = StringEncoder(n_components=N_COMPONENTS, random_state=random_state)
        encoder.fit(_texts(column))
        return cls(str(column.name), encoder)

    @property
    def names(self) -> list[str]:
        """Names of the inputs."""
        return [str(name) for name in self.encoder.get_feature_names_out()]

    @property
    def use(self) -> str:
        """How the column is used, in words."""
        return f"text: {len(self.names)} components"

    def write(self, column: pd.Series, inputs: np.ndarray) -> None:
        """Write a column into its inputs."""
        inputs[:] = self.encoder.transform(_texts(column)).to_numpy()


def _texts(column: pd.Series) -> pd.Series:
    return pd.Series(as_texts(column), dtype=object, name=str(column.name))
