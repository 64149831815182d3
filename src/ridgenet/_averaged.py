"""Trained networks whose outputs are averaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike
from scipy.special import log_softmax, logsumexp

from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet.formulas import LOSSES


@dataclass(frozen=True)
class AveragedNetworks:
    """Several trained networks whose outputs are averaged.

    Parameters
    ----------
    members : tuple of FittedNetwork
        Networks of the same shape; `coefs` and `intercepts` are those of the first.
    """

    members: tuple[FittedNetwork, ...]

    @property
    def network(self) -> Network:
        """Shape of the networks."""
        return self.members[0].network

    @property
    def coefs(self) -> list[np.ndarray]:
        """Weights of the first network."""
        return self.members[0].coefs

    @property
    def intercepts(self) -> list[np.ndarray]:
        """Biases of the first network."""
        return self.members[0].intercepts

    @property
    def dtype(self) -> np.dtype[Any]:
        """Floating-point type of the computation."""
        return self.members[0].dtype

    def astype(self, dtype: DTypeLike) -> AveragedNetworks:
        """Return the same networks with parameters of another type."""
        return AveragedNetworks(tuple(member.astype(dtype) for member in self.members))

    def outputs(self, X: Any, *, before_output_unit: bool = False) -> np.ndarray:
        """Return the mean outputs for the samples X, or the inputs of the output units that give this mean."""
        if not before_output_unit or LOSSES[self.network.loss].output == "identity":
            return mean_of([member.outputs(X) for member in self.members])
        logits = np.stack([member.outputs(X, before_output_unit=True) for member in self.members])
        # average probabilities through their logarithms, which stay accurate for very small probabilities
        if self.network.output == "logistic":
            return _log_mean(-np.logaddexp(0, -logits)) - _log_mean(-np.logaddexp(0, logits))
        if self.network.output == "softmax":
            return _log_mean(log_softmax(logits, axis=2))
        return _log_mean(logits)


def mean_of(outputs: list[np.ndarray]) -> np.ndarray:
    """Return the mean outputs of several networks, in their type."""
    if len(outputs) == 1:
        return outputs[0]
    mean: np.ndarray = np.mean(outputs, axis=0)
    return mean


def _log_mean(logs: np.ndarray) -> np.ndarray:
    result: np.ndarray = logsumexp(logs, axis=0) - np.log(len(logs)).astype(logs.dtype)
    return result
