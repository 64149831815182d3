"""Trained networks whose outputs are averaged."""

from __future__ import annotations

from collections.abc import Sequence
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
        Networks with the same inputs, outputs and output unit; `coefs` and `intercepts` are those of the first.
    weights : tuple of float, optional
        Weight of each network, which sum to 1; None weights all equally.
    """

    members: tuple[FittedNetwork, ...]
    weights: tuple[float, ...] | None = None

    @property
    def network(self) -> Network:
        """Shape of the first network."""
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
        return AveragedNetworks(tuple(member.astype(dtype) for member in self.members), self.weights)

    def outputs(self, X: Any, *, before_output_unit: bool = False) -> np.ndarray:
        """Return the mean outputs for the samples X, or the inputs of the output units that give this mean."""
        if not before_output_unit or LOSSES[self.network.loss].output == "identity":
            return mean_of([member.outputs(X) for member in self.members], self.weights)
        logits = np.stack([member.outputs(X, before_output_unit=True) for member in self.members])
        # average probabilities through their logarithms, which stay accurate for very small probabilities
        if self.network.output == "logistic":
            return self._log_mean(-np.logaddexp(0, -logits)) - self._log_mean(-np.logaddexp(0, logits))
        if self.network.output == "softmax":
            return self._log_mean(log_softmax(logits, axis=2))
        return self._log_mean(logits)

    def _log_mean(self, logs: np.ndarray) -> np.ndarray:
        """Return the logarithm of the mean of exponentials."""
        n = len(self.members)
        weights = np.array(self.weights or [1 / n] * n, logs.dtype)
        result: np.ndarray = logsumexp(logs, axis=0, b=weights[:, np.newaxis, np.newaxis])
        return result


def weighted(networks: Sequence[FittedNetwork | AveragedNetworks], weights: np.ndarray) -> AveragedNetworks:
    """Return the weighted average of networks and averages of networks; those of weight 0 are left out."""
    members: list[FittedNetwork] = []
    of_members: list[float] = []
    for network, weight in zip(networks, weights, strict=True):
        of_network = network.members if isinstance(network, AveragedNetworks) else (network,)
        if weight > 0:
            members.extend(of_network)
            of_members.extend([float(weight) / len(of_network)] * len(of_network))
    return AveragedNetworks(tuple(members), tuple(of_members))


def mean_of(outputs: list[np.ndarray], weights: Sequence[float] | None = None) -> np.ndarray:
    """Return the mean outputs of several networks, in their type."""
    if len(outputs) == 1:
        return outputs[0]
    if weights is None:
        mean: np.ndarray = np.mean(outputs, axis=0)
        return mean
    total = outputs[0] * outputs[0].dtype.type(weights[0])
    for output, weight in zip(outputs[1:], weights[1:], strict=True):
        total += output * output.dtype.type(weight)
    return total
