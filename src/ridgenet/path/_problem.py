"""A training problem: network, rows and penalty."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ridgenet._network import Network
from ridgenet.core._lbfgs_search import LBFGSSearch, LBFGSSettings
from ridgenet.core._penalties import NO_PENALTY, L2Penalty
from ridgenet.path._rows import ALL, Rows


@dataclass(frozen=True)
class Problem:
    """A network to train on all rows, or on the training rows of one fold.

    Attributes
    ----------
    network : Network
        Shape of the network.
    rows : Rows
        Training samples.
    init : str
        Distribution of the initial weights.
    penalty : L2Penalty
        The penalty; its λ is set along the path.
    part : int
        0 for all rows, ``k + 1`` for all rows except fold k.
    """

    network: Network
    rows: Rows
    init: str = "glorot"
    penalty: L2Penalty = NO_PENALTY
    part: int = ALL

    @property
    def dtype(self) -> np.dtype:
        """Floating-point type of the computation."""
        return self.rows.dtype_on(self.part, self.network)

    def on(self, part: int) -> Problem:
        """Return the same problem on another part of the rows."""
        return replace(self, part=part)

    def search(self, settings: LBFGSSettings) -> LBFGSSearch:
        """Return a search for a minimum on these rows, not yet started."""
        return self.rows.search(self.network, self.penalty, settings, self.part)

    def random_start(self, random: np.random.Generator) -> np.ndarray:
        """Draw initial parameters."""
        return self.network.initial_parameters(self.init, random, self.dtype)

    def null_gradient(self) -> np.ndarray:
        """Return ``Xᵀ D (Y - ȳ)``, (n_features, n_outputs), in standardised units; see `Rows.null_gradient`."""
        return self.rows.null_gradient(self.network)
