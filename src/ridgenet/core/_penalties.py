"""The L2 penalty, as an object and as compiled kernels.

A penalty has a `value`, `gradient` and `curvature`, its own λ_max, and a name and a formula for pictures. Kernels take
it as one array of `numbers`: the λ of each layer, then a factor for each input, or none. Solvers state which methods
they require of a penalty, and refuse others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.core._intrinsics import vector
from ridgenet.core._kernels import kernel, reduction

Strength = TypeVar("Strength", float, np.ndarray)

# methods that each solver requires of a penalty
KERNELS_NEED = ("numbers", "at")
# where only the data loss is evaluated elsewhere, the penalty is added by its curvature: it must be quadratic
ADDED_NEEDS = ("curvature", "at")
GRID_NEEDS = ("alpha_max", "leaves_some_free")
EVIDENCE_NEEDS = ("curvature", "value", "at")


@dataclass(frozen=True)
class L2Penalty:
    """The L2 penalty ``1/(2 n) Σ_l λ_l Σ_ij f_j w_ij²``; biases are not penalised.

    The factors f belong to the inputs, and so to the weights of the first layer. The penalty is minus the log density
    of the prior ``w ~ N(0, 1/(λ f))``: a λ for each input is the first step to automatic relevance determination
    (MacKay, Bayesian Methods for Backpropagation Networks, 1994).

    Parameters
    ----------
    alpha : float or sequence of float
        Strength λ; one for all layers, or one for each.
    factors : ndarray of shape (n_features,), optional
        What λ is multiplied by for each input; all one, if None. 0 leaves the weights of an input without a penalty.
    """

    alpha: Any = 0.0
    factors: np.ndarray | None = None

    # on pictures and in messages
    name = "L2 penalty"
    formula = "λ/(2n)·Σ‖W‖²"

    def at(self, alpha: float | Sequence[float] | np.ndarray) -> L2Penalty:
        """Return the penalty at another λ."""
        return replace(self, alpha=alpha)

    def numbers(self, network: Network) -> np.ndarray:
        """Return the λ of each layer, then the factors, if there are any: what kernels take."""
        alphas = np.broadcast_to(np.asarray(self.alpha, np.float64), network.n_layers)
        return alphas.copy() if self.factors is None else np.concatenate([alphas, self.factors])

    def curvature(self, network: Network, n_samples: float = 1.0) -> np.ndarray:
        """Return the second derivative with respect to each parameter: ``λ f / n``, 0 for biases."""
        curvature = np.zeros(network.n_parameters)
        alphas = self.numbers(network)[: network.n_layers] / n_samples
        for layer, (W, alpha) in enumerate(zip(network.weights(curvature), alphas, strict=True)):
            W[:] = alpha if layer > 0 or self.factors is None else alpha * self.factors
        return curvature

    def value(self, network: Network, parameters: np.ndarray, n_samples: float = 1.0) -> float:
        """Return the penalty."""
        parameters = parameters.astype(np.float64, copy=False)
        return float(self.curvature(network, n_samples) @ (parameters * parameters)) / 2

    def gradient(self, network: Network, parameters: np.ndarray, n_samples: float = 1.0) -> np.ndarray:
        """Return the derivative with respect to each parameter."""
        return self.curvature(network, n_samples) * parameters

    def leaves_some_free(self) -> bool:
        """Return whether some inputs are not penalised, so that no λ shrinks the whole network to zero."""
        return self.factors is not None and not (self.factors > 0).all()

    def alpha_max(self, null_gradient: np.ndarray, largest_derivative: float) -> float:
        """Return the smallest λ at which zero is a local minimum for a network with one hidden layer.

        Parameters
        ----------
        null_gradient : ndarray of shape (n_features, n_outputs)
            ``Xᵀ D (Y - ȳ)``.
        largest_derivative : float
            Of the activation.

        Notes
        -----
        ``λ >= s ‖F^-1/2 Xᵀ D (Y - ȳ)‖₂``, F being the diagonal of the factors: dividing an input by the root of its
        factor gives the plain penalty. Inputs without a penalty are left out.
        """
        if self.factors is not None:
            penalised = self.factors > 0
            null_gradient = null_gradient[penalised] / np.sqrt(self.factors[penalised])[:, np.newaxis]
        return largest_derivative * float(np.linalg.norm(null_gradient, 2)) if null_gradient.size else 0.0


NO_PENALTY = L2Penalty()


def require_penalty(penalty: Any, needs: Sequence[str], solver: str) -> None:
    """Check that a penalty has the methods that a solver needs.

    Parameters
    ----------
    penalty : L2Penalty, or another object like it
        The penalty.
    needs : sequence of str
        Methods that the solver calls.
    solver : str
        What messages call it.

    Raises
    ------
    InputError
        If it lacks one.
    """
    missing = [name for name in needs if not hasattr(penalty, name)]
    if missing:
        name = getattr(penalty, "name", type(penalty).__name__)
        raise InputError(f"{solver} needs a penalty with the method {missing[0]!r}; the {name} has none")


def alpha_of_part(alpha: Strength, n_part: float, n_samples: float) -> Strength:
    """Return the λ for a part of the samples, such as a fold or a buffer of a stream, with the same λ/n as for all.

    Parameters
    ----------
    alpha : float or ndarray
        Strength λ for all samples.
    n_part, n_samples : float
        Number of samples in the part and in all, or sums of their weights.
    """
    return alpha * (n_part / n_samples)


def penalty_factors(given: Any, n_features: int) -> np.ndarray | None:
    """Return the penalty factors as an array, or None if all are one.

    Raises
    ------
    InputError
        If there is not a number for each input, finite, and 0 or more.
    """
    if given is None:
        return None
    try:
        factors = np.array(given, np.float64)
    except (TypeError, ValueError):
        factors = np.empty(0)
    if factors.shape != (n_features,):
        raise InputError(f"penalty_factor must hold a number for each of the {n_features} columns of X; got {given!r}")
    if not (np.isfinite(factors).all() and (factors >= 0).all()):
        column = int(np.argmin(np.isfinite(factors) & (factors >= 0)))
        raise InputError(f"penalty_factor must be 0 or more, and finite; for column {column} it is {factors[column]:g}")
    if not factors.any():
        raise InputError("penalty_factor is 0 for every column; at least one must be above 0")
    return None if (factors == 1).all() else factors


# kernels


@reduction
def l2_value(parameters, start, stop):
    """w^2 / 2, summed"""
    total = parameters.dtype.type(0.0)
    for i in range(start, stop):
        total += parameters[i] * parameters[i]
    return np.float64(total) / 2.0


@kernel
def l2_gradient(parameters, strength, gradient, start, stop):
    """gradient = strength w"""
    for i in range(start, stop):
        gradient[i] = strength * parameters[i]


@kernel
def l2_value_by_input(parameters, factors, start, stop):
    """f_j w_ij^2 / 2, summed over the weights of the first layer, stored by rows"""
    total = 0.0
    for i in range(start, stop):
        w = np.float64(parameters[i])
        total += factors[(i - start) % factors.shape[0]] * w * w
    return total / 2.0


@kernel
def l2_gradient_by_input(parameters, strength, factors, gradient, start, stop):
    """gradient = strength f_j w_ij"""
    for i in range(start, stop):
        factor = parameters.dtype.type(factors[(i - start) % factors.shape[0]])
        gradient[i] = strength * factor * parameters[i]


@kernel
def has_factors(objective):
    """Return whether inputs have penalty factors."""
    return objective.alphas.shape[0] >= objective.layer_sizes.shape[0]


@kernel
def factors_of(objective):
    """Return the penalty factor of each input."""
    return vector(objective.alphas, objective.layer_sizes.shape[0] - 1, objective.layer_sizes[0])


@kernel
def penalty_gradient(objective, parameters, n_samples, gradient):
    """grad W_l = lambda_l / n_samples W_l, grad b_l = 0; the gradient of the data loss is added later"""
    sizes = objective.layer_sizes
    weights = np.intp(0)
    for layer in range(1, sizes.shape[0]):
        biases = weights + sizes[layer - 1] * sizes[layer]
        strength = parameters.dtype.type(objective.alphas[layer - 1] / n_samples)
        if layer == 1 and has_factors(objective):
            l2_gradient_by_input(parameters, strength, factors_of(objective), gradient, weights, biases)
        else:
            l2_gradient(parameters, strength, gradient, weights, biases)
        weights = biases + sizes[layer]
        for i in range(biases, weights):
            gradient[i] = parameters.dtype.type(0.0)


@kernel
def penalty_value(objective, parameters, n_samples):
    """sum over layers of lambda_l / (2 n_samples) ||W_l||^2"""
    sizes = objective.layer_sizes
    penalty = 0.0
    weights = np.intp(0)
    for layer in range(1, sizes.shape[0]):
        biases = weights + sizes[layer - 1] * sizes[layer]
        if layer == 1 and has_factors(objective):
            value = l2_value_by_input(parameters, factors_of(objective), weights, biases)
        else:
            value = l2_value(parameters, weights, biases)
        penalty += objective.alphas[layer - 1] / n_samples * value
        weights = biases + sizes[layer]
    return penalty
