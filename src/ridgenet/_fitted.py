"""A trained network with its standardiser."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike
from scipy.sparse import issparse

from ridgenet._network import Network
from ridgenet._preprocessing import SavedByFields, Standardizer
from ridgenet.core._arrays import for_kernels
from ridgenet.core._examples import Examples, make_examples
from ridgenet.core._objective import Objective, make_objective
from ridgenet.core._prediction import predict


@dataclass(frozen=True)
class FittedNetwork(SavedByFields):
    """A trained network: parameters for standardised data, and the standardiser."""

    network: Network
    parameters: np.ndarray
    standardizer: Standardizer

    def outputs(self, X: Any, *, before_output_unit: bool = False) -> np.ndarray:
        """Return the outputs for the samples X in the units of the targets, or the inputs of the output units."""
        return self._outputs(self.parameters, self._kernel_inputs(X), X.shape[0], before_output_unit=before_output_unit)

    def outputs_of_all(self, parameters: np.ndarray, X: Any) -> np.ndarray:
        """Return the outputs of networks that differ in their parameters, (n_networks, n_samples, n_outputs)."""
        examples = self._kernel_inputs(X)
        return np.stack([self._outputs(one, examples, X.shape[0]) for one in parameters])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Floating-point type of the computation."""
        return self.parameters.dtype

    def astype(self, dtype: DTypeLike) -> FittedNetwork:
        """Return the same network with parameters of another type."""
        return FittedNetwork(self.network, self.parameters.astype(dtype), self.standardizer)

    def _kernel_inputs(self, X: Any) -> Examples:
        _, blank = self._prepared
        dtype = self.parameters.dtype
        if issparse(X):
            with np.errstate(over="ignore"):
                return make_examples(X, blank.Y, dtype, mean=self.standardizer.mean, scale=self.standardizer.scale)
        if dtype == np.float32 and np.asarray(X).dtype == np.float64:
            # centre in float64: in float32, 1,700,000,003 and 1,700,000,000 are the same number
            standardised = self.standardizer.transform(X, dtype)
            return blank._replace(X=standardised, mean=np.zeros_like(blank.mean), factor=np.ones_like(blank.factor))
        return blank._replace(X=for_kernels(X, dtype))

    def _outputs(
        self, parameters: np.ndarray, examples: Examples, n: int, *, before_output_unit: bool = False
    ) -> np.ndarray:
        objective, _ = self._prepared
        values = predict(self.network, objective, parameters, examples, n, before_output_unit=before_output_unit)
        return self.standardizer.inverse_transform_targets(values)

    @property
    def coefs(self) -> list[np.ndarray]:
        """Weights in the units of the data, of shape (inputs, units) as in scikit-learn."""
        coefs = [W.T.copy() for W in self.network.weights(self.parameters)]
        coefs[0] /= self.standardizer.scale[:, np.newaxis].astype(coefs[0].dtype)
        coefs[-1] *= self.standardizer.target_scale.astype(coefs[-1].dtype)
        return coefs

    @property
    def intercepts(self) -> list[np.ndarray]:
        """Biases in the units of the data."""
        weights, biases = self.network.weights(self.parameters), self.network.biases(self.parameters)
        intercepts = [b.copy() for b in biases]
        intercepts[0] -= (weights[0] @ (self.standardizer.mean / self.standardizer.scale)).astype(intercepts[0].dtype)
        intercepts[-1] *= self.standardizer.target_scale.astype(intercepts[-1].dtype)
        intercepts[-1] += self.standardizer.target_mean.astype(intercepts[-1].dtype)
        return intercepts

    def parameters_for(self, standardizer: Standardizer) -> np.ndarray:
        """Return parameters that make the same predictions with another standardiser."""
        parameters = self.parameters.astype(np.float64)
        weights, biases = self.network.weights(parameters), self.network.biases(parameters)
        old = self.standardizer
        biases[0] += weights[0] @ ((standardizer.mean - old.mean) / old.scale)
        weights[0] *= standardizer.scale / old.scale
        biases[-1] *= old.target_scale
        biases[-1] += old.target_mean - standardizer.target_mean
        biases[-1] /= standardizer.target_scale
        weights[-1] *= (old.target_scale / standardizer.target_scale)[:, np.newaxis]
        return parameters.astype(self.parameters.dtype)

    @cached_property
    def _prepared(self) -> tuple[Objective, Examples]:
        """The objective, and examples without rows: what every prediction needs besides the inputs."""
        dtype, n_outputs = self.parameters.dtype, self.network.layer_sizes[-1]
        no_rows = np.empty((0, self.network.layer_sizes[0])), np.empty((0, n_outputs))
        blank = make_examples(*no_rows, dtype, mean=self.standardizer.mean, scale=self.standardizer.scale)
        return make_objective(self.network), blank
