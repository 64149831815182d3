"""What is fitted along a path: one network on all rows, or on those without a fold."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ridgenet._network import Network
from ridgenet.core._lbfgs_search import LBFGSSearch, LBFGSSettings
from ridgenet.core._penalties import NO_PENALTY, L2Penalty
from ridgenet.path._rows import ALL, Rows


@dataclass(frozen=True)
class Problem:
    """A network, and the rows it learns from.

    Attributes
    ----------
    network : Network
        Its shape.
    rows : Rows
        The rows, wherever they are.
    init : str
        How starts are drawn.
    penalty : L2Penalty
        The penalty; its λ is that of the path.
    part : int
        0 for all rows, ``k + 1`` for those without fold k.
    """

    network: Network
    rows: Rows
    init: str = "glorot"
    penalty: L2Penalty = NO_PENALTY
    part: int = ALL

    @property
    def dtype(self) -> np.dtype:
        """Type of all arithmetic."""
        return self.rows.dtype

    def on(self, part: int) -> Problem:
        """Return the same problem on another part of the rows."""
        return replace(self, part=part)

    def search(self, settings: LBFGSSettings) -> LBFGSSearch:
        """Return a search on these rows, still to be started."""
        return self.rows.search(self.network, self.penalty, settings, self.part)

    def random_start(self, random: np.random.Generator) -> np.ndarray:
        """Draw parameters to start from."""
        return self.network.initial_parameters(self.init, random, self.dtype)

    def null_gradient(self) -> np.ndarray:
        """Return ``Xᵀ D (Y - ȳ)``, (n_features, n_outputs), in standardised units; zero if it is rounding alone."""
        return self.rows.null_gradient(self.network)
