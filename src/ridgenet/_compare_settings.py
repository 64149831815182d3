"""The settings of `compare`, validated on construction; quick to import for the command line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ridgenet._defaults import PenaltyScaling
from ridgenet._errors import InputError
from ridgenet._network import INITIALISATIONS, Network


@dataclass(frozen=True)
class CompareSettings:
    """Settings of `compare`. The defaults are the tutorial's, except for the initial weights.

    The parameters are those of `compare`.
    """

    alphas: tuple[float, ...] = (0.0, 0.01)
    hidden_layer_sizes: tuple[int, ...] = (8,)
    activation: str = "tanh"
    init: str = "glorot"
    batch_size: int = 32
    learning_rate_init: float = 1.0
    n_epochs: int = 30_000
    penalty_scaling: PenaltyScaling = "batch"
    test_size: float = 0.3
    random_state: int = 6

    def __post_init__(self) -> None:
        if not self.alphas:
            raise InputError("alphas must hold at least one value of λ (alpha)")
        for alpha in self.alphas:
            if not 0 <= alpha < np.inf:
                raise InputError(f"λ (alpha) must be 0 or more, and finite; got {alpha:g}")
        if len(set(self.alphas)) < len(self.alphas):
            raise InputError(f"the values of λ (alphas) must differ; got {', '.join(f'{a:g}' for a in self.alphas)}")
        Network((1, *self.hidden_layer_sizes, 1), self.activation)
        if self.init not in INITIALISATIONS:
            raise InputError(f"init must be one of {', '.join(INITIALISATIONS)}; got {self.init!r}")
        if self.penalty_scaling not in ("batch", "dataset"):
            raise InputError(f"penalty_scaling must be 'batch' or 'dataset'; got {self.penalty_scaling!r}")
        for name in ("batch_size", "n_epochs"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} must be 1 or more; got {getattr(self, name)}")
        if not 0 < self.learning_rate_init < np.inf:
            raise InputError(f"learning_rate_init must be above 0, and finite; got {self.learning_rate_init:g}")
        if not 0 < self.test_size < 1:
            raise InputError(f"test_size must be between 0 and 1; got {self.test_size:g}")
        if not 0 <= self.random_state < 2**32:
            raise InputError(f"random_state must be between 0 and 2**32 - 1; got {self.random_state}")
