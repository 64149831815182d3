"""Text becomes some components of the frequencies of its characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from ridgenet.table.encoding._categories import codes_and_texts
from ridgenet.table.encoding._column import ColumnEncoding

N_COMPONENTS = 30
# components of more rows are hardly other ones
MOST_FITTED = 20_000


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
    def of(cls, column: pd.Series, random_state: int) -> tuple[Self, np.ndarray]:
        """Learn from a column of text; return also the components of its rows.

        The decomposition is initialised at random.
        """
        # loads slowly, and only columns of text need it
        from ridgenet.model_files._skrub import StringEncoder

        encoder = StringEncoder(n_components=N_COMPONENTS, random_state=random_state)
        codes, texts = codes_and_texts(column)
        cells = _as_series([*texts, None], str(column.name))
        if len(codes) <= MOST_FITTED:
            return cls(str(column.name), encoder), encoder.fit_transform(cells.take(codes)).to_numpy()
        drawn = np.random.default_rng(random_state).choice(len(codes), MOST_FITTED, replace=False)
        encoding = cls(str(column.name), encoder.fit(cells.take(codes[drawn])))
        components = np.empty((len(codes), len(encoding.names)))
        encoding.write(column, components)
        return encoding, components

    @property
    def names(self) -> list[str]:
        """Names of the inputs."""
        return [str(name) for name in self.encoder.get_feature_names_out()]

    @property
    def use(self) -> str:
        """How the column is used, in words."""
        return f"text: {len(self.names)} components"

    def write(self, column: pd.Series, inputs: np.ndarray) -> np.ndarray | None:
        """Write a column into its inputs; missing text is empty text."""
        codes, texts = codes_and_texts(column)
        # each distinct text once; missing values have the code -1, which takes the last
        distinct = _as_series([*texts, ""], self.column)
        inputs[:] = self.encoder.transform(distinct).to_numpy()[codes]
        return None


def _as_series(texts: list[str | None], name: str) -> pd.Series:
    return pd.Series(pd.array(texts, dtype=object), name=name)
