"""Trained networks together with the units their data come in: one, or several that are averaged."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike
from scipy.sparse import issparse
from scipy.special import log_softmax, logsumexp

from ridgenet._network import Network
from ridgenet._preprocessing import mean_and_scale, median_and_spread
from ridgenet.core._arrays import for_kernels
from ridgenet.core._examples import Examples, make_examples
from ridgenet.core._objective import Objective, make_objective
from ridgenet.core._prediction import predict
from ridgenet.formulas import LOSSES

ROWS_AT_A_TIME = 4096


class SavedByFields:
    """A dataclass that is saved by its fields alone, whatever it has computed from them and kept."""

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True)
class Units(SavedByFields):
    """What is subtracted from inputs and targets, and what the differences are divided by; float64."""

    mean: np.ndarray
    scale: np.ndarray
    target_mean: np.ndarray
    target_scale: np.ndarray

    @classmethod
    def as_they_are(cls, n_features: int, n_outputs: int) -> Units:
        """Return units that change nothing."""
        return cls(np.zeros(n_features), np.ones(n_features), np.zeros(n_outputs), np.ones(n_outputs))

    @classmethod
    def standardizing(cls, X: Any, Y: np.ndarray, weights: np.ndarray | None, *, centering: str | None) -> Units:
        """Return units in which each input has mean 0 and standard deviation 1, and targets as their loss asks."""
        mean, scale = mean_and_scale(X, weights)
        if centering is None:
            return cls(mean, scale, np.zeros(Y.shape[1]), np.ones(Y.shape[1]))
        of_targets = mean_and_scale if centering == "mean" else median_and_spread
        return cls(mean, scale, *of_targets(Y, weights, name="y"))

    def standard(self, X: np.ndarray, dtype: DTypeLike) -> np.ndarray:
        """Return inputs with the mean taken off and divided by the scale in float64, then in another type."""
        result = np.empty(np.shape(X), dtype)
        with np.errstate(over="ignore"):
            for start in range(0, len(X), ROWS_AT_A_TIME):
                rows = slice(start, start + ROWS_AT_A_TIME)
                result[rows] = (X[rows] - self.mean) / self.scale
        return result

    @cached_property
    def change_targets(self) -> bool:
        """Whether targets are standardised."""
        return bool(self.target_mean.any() or (self.target_scale != 1).any())

    def standard_targets(self, Y: np.ndarray) -> np.ndarray:
        """Return targets as the network learns them."""
        return (Y - self.target_mean) / self.target_scale if self.change_targets else Y

    def of_data(self, outputs: np.ndarray) -> np.ndarray:
        """Return outputs of the network in the units of the data, in their type and place."""
        if self.change_targets:
            # what overflows is no finite prediction, which whoever asked for it refuses by name
            with np.errstate(over="ignore", invalid="ignore"):
                outputs *= self.target_scale.astype(outputs.dtype)
                outputs += self.target_mean.astype(outputs.dtype)
        return outputs

    def after(self, mean: np.ndarray, scale: np.ndarray) -> Units:
        """Return the units for inputs from which `mean` is yet to be subtracted, and which `scale` is yet to divide."""
        return replace(self, mean=mean + scale * self.mean, scale=scale * self.scale)

    def merged(self, other: Units, share: float) -> Units:
        """Return the units of both data together, `other` being of this share of the weight."""
        pairs = (
            (self.mean, self.scale, other.mean, other.scale),
            (
                self.target_mean,
                self.target_scale,
                other.target_mean,
                other.target_scale,
            ),
        )
        return Units(*(part for pair in pairs for part in _merged(*pair, share)))


def _merged(
    mean: np.ndarray, scale: np.ndarray, other_mean: np.ndarray, other_scale: np.ndarray, share: float
) -> tuple[np.ndarray, np.ndarray]:
    difference = other_mean - mean
    # hypot squares neither the smallest scales to 0 nor the largest to infinity
    within = np.hypot(np.sqrt(1 - share) * scale, np.sqrt(share) * other_scale)
    return mean + share * difference, np.hypot(within, np.sqrt(share * (1 - share)) * difference)


@dataclass(frozen=True)
class FittedNetwork(SavedByFields):
    """A trained network: its parameters, for data in standard units, and these units."""

    network: Network
    parameters: np.ndarray
    units: Units

    def outputs(self, X: Any, *, before_output_unit: bool = False) -> np.ndarray:
        """Return the outputs for the rows of X, in the units of the targets; or what enters the output units."""
        return self._outputs_of(self.parameters, self._loaded(X), X.shape[0], before_output_unit=before_output_unit)

    def outputs_of_all(self, parameters: np.ndarray, X: Any) -> np.ndarray:
        """Return the outputs of networks of this shape and in these units, (n_networks, n_samples, n_outputs)."""
        examples = self._loaded(X)
        return np.stack([self._outputs_of(one, examples, X.shape[0]) for one in parameters])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of all arithmetic."""
        return self.parameters.dtype

    def astype(self, dtype: DTypeLike) -> FittedNetwork:
        """Return the same network, computing in another type."""
        return FittedNetwork(self.network, self.parameters.astype(dtype), self.units)

    def _loaded(self, X: Any) -> Examples:
        _, blank = self._prepared
        dtype = self.parameters.dtype
        if issparse(X):
            with np.errstate(over="ignore"):
                return make_examples(X, blank.Y, dtype, mean=self.units.mean, scale=self.units.scale)
        if dtype == np.float32 and np.asarray(X).dtype == np.float64:
            # float32 would lose what tells 1,700,000,003 from 1,700,000,000 before the mean is taken off
            in_units = self.units.standard(X, dtype)
            return blank._replace(X=in_units, mean=np.zeros_like(blank.mean), factor=np.ones_like(blank.factor))
        return blank._replace(X=for_kernels(X, dtype))

    def _outputs_of(
        self, parameters: np.ndarray, examples: Examples, n: int, *, before_output_unit: bool = False
    ) -> np.ndarray:
        objective, _ = self._prepared
        values = predict(self.network, objective, parameters, examples, n, before_output_unit=before_output_unit)
        return self.units.of_data(values)

    @property
    def coefs(self) -> list[np.ndarray]:
        """Weights in the units of the data, of shape (inputs, units) as in scikit-learn."""
        coefs = [W.T.copy() for W in self.network.weights(self.parameters)]
        coefs[0] /= self.units.scale[:, np.newaxis].astype(coefs[0].dtype)
        coefs[-1] *= self.units.target_scale.astype(coefs[-1].dtype)
        return coefs

    @property
    def intercepts(self) -> list[np.ndarray]:
        """Biases in the units of the data."""
        weights, biases = self.network.weights(self.parameters), self.network.biases(self.parameters)
        intercepts = [b.copy() for b in biases]
        intercepts[0] -= (weights[0] @ (self.units.mean / self.units.scale)).astype(intercepts[0].dtype)
        intercepts[-1] *= self.units.target_scale.astype(intercepts[-1].dtype)
        intercepts[-1] += self.units.target_mean.astype(intercepts[-1].dtype)
        return intercepts

    def in_units(self, units: Units) -> np.ndarray:
        """Return parameters for other units that make the same predictions."""
        parameters = self.parameters.astype(np.float64)
        weights, biases = self.network.weights(parameters), self.network.biases(parameters)
        old = self.units
        biases[0] += weights[0] @ ((units.mean - old.mean) / old.scale)
        weights[0] *= units.scale / old.scale
        biases[-1] *= old.target_scale
        biases[-1] += old.target_mean - units.target_mean
        biases[-1] /= units.target_scale
        weights[-1] *= (old.target_scale / units.target_scale)[:, np.newaxis]
        return parameters.astype(self.parameters.dtype)

    @cached_property
    def _prepared(self) -> tuple[Objective, Examples]:
        """Return what kernels need besides the inputs: the same for every prediction."""
        dtype, n_outputs = self.parameters.dtype, self.network.layer_sizes[-1]
        no_rows = np.empty((0, self.network.layer_sizes[0])), np.empty((0, n_outputs))
        blank = make_examples(*no_rows, dtype, mean=self.units.mean, scale=self.units.scale)
        return make_objective(self.network), blank


@dataclass(frozen=True)
class AveragedNetworks:
    """Several trained networks whose outputs are averaged.

    Parameters
    ----------
    members : tuple of FittedNetwork
        Of one shape; the first is the one shown as the network, its weights and its biases.
    """

    members: tuple[FittedNetwork, ...]

    @property
    def network(self) -> Network:
        """Shape of each."""
        return self.members[0].network

    @property
    def coefs(self) -> list[np.ndarray]:
        """Weights of the first."""
        return self.members[0].coefs

    @property
    def intercepts(self) -> list[np.ndarray]:
        """Biases of the first."""
        return self.members[0].intercepts

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of all arithmetic."""
        return self.members[0].dtype

    def astype(self, dtype: DTypeLike) -> AveragedNetworks:
        """Return the same networks, computing in another type."""
        return AveragedNetworks(tuple(member.astype(dtype) for member in self.members))

    def outputs(self, X: Any, *, before_output_unit: bool = False) -> np.ndarray:
        """Return the mean of the outputs for the rows of X; or what would enter the output units to give it."""
        if not before_output_unit or LOSSES[self.network.loss].output == "identity":
            return mean_of([member.outputs(X) for member in self.members])
        logits = np.stack([member.outputs(X, before_output_unit=True) for member in self.members])
        # means of probabilities by way of their logarithms, which stay exact however small they are
        if self.network.output == "logistic":
            return _log_mean(-np.logaddexp(0, -logits)) - _log_mean(-np.logaddexp(0, logits))
        if self.network.output == "softmax":
            return _log_mean(log_softmax(logits, axis=2))
        return _log_mean(logits)


def mean_of(outputs: list[np.ndarray]) -> np.ndarray:
    """Return the mean of several networks' outputs, in their type."""
    if len(outputs) == 1:
        return outputs[0]
    mean: np.ndarray = np.mean(outputs, axis=0)
    return mean


def _log_mean(logs: np.ndarray) -> np.ndarray:
    result: np.ndarray = logsumexp(logs, axis=0) - np.log(len(logs)).astype(logs.dtype)
    return result
