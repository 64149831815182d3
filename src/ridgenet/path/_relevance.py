"""A λ for each input column: automatic relevance determination by the evidence.

MacKay, *Bayesian methods for backpropagation networks* (1994). The weights out of input column j share a prior
``N(0, σ²/λ_j)``, those of each later layer another. At a minimum with the inverse Hessian A⁻¹, the data determine

    γ_g = n_g - λ_g tr_g A⁻¹

of the n_g weights of a group, and the evidence has a fixed point where

    λ_g = γ_g σ² / ‖w_g‖².

Minimum and λ are found in turn. The λ of a column that the data do not support grows until its weights are practically
zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ridgenet import equations
from ridgenet._network import Network
from ridgenet.core._lbfgs_search import CONVERGED, LBFGSSettings
from ridgenet.core._penalties import L2Penalty
from ridgenet.formulas import ACTIVATIONS, LOSSES
from ridgenet.path._evidence import evidence
from ridgenet.path._problem import Problem
from ridgenet.path._rows import ArrayRows

# bounds of the λ of a group, times the λ of the start. The evidence of classes that a network separates almost without
# error grows without bound as λ falls; ten times below the start is a compromise between test losses
WEAKEST = {"scaled": 1e-5, "known": 0.1}
STRONGEST = 1e5
MAX_UPDATES = 60
# updates end when no λ changes by more than this factor
UNCHANGED = 1.02
TINY = 1e-12


@dataclass(frozen=True)
class Relevance:
    """A minimum, and the λ of each group found with it.

    Attributes
    ----------
    parameters : ndarray of shape (n_parameters,)
        The minimum, in standardised units.
    alphas : ndarray of shape (n_features + n_layers - 1,)
        λ of each input column, then of each later layer.
    log_evidence : float
        Log marginal likelihood, up to a constant.
    data_losses, l2_penalties : ndarray
        The two terms of the objective during the last search.
    gradient_norm : float
        Largest absolute component of the gradient.
    converged : bool
        Whether the last search converged, and the λ no longer change.
    n_iter : int
        Number of iterations of all searches.
    """

    parameters: np.ndarray
    alphas: np.ndarray
    log_evidence: float
    data_losses: np.ndarray
    l2_penalties: np.ndarray
    gradient_norm: float
    converged: bool
    n_iter: int


def determine_relevance(problem: Problem, alpha: float, start: np.ndarray, settings: LBFGSSettings) -> Relevance:
    """Find the λ of each group from one start.

    Parameters
    ----------
    problem : Problem
        Network, and rows in memory.
    alpha : float
        λ of all groups to begin with.
    start : ndarray of shape (n_parameters,)
        Initial parameters.
    settings : LBFGSSettings
        Of each search.
    """
    assert isinstance(problem.rows, ArrayRows)
    rows, network = problem.rows.part(), problem.network
    groups, likelihood = groups_of(network), LOSSES[network.loss].likelihood
    assert likelihood is not None
    alphas = np.full(len(groups), alpha)
    parameters, n_iter, settled = start, 0, False
    for _ in range(MAX_UPDATES):
        penalty = grouped_penalty(network, alphas)
        search = replace(problem, penalty=penalty).search(settings)
        search.restart(penalty.alpha, parameters)
        search.run_to_the_end()
        parameters, n_iter = search.point.copy(), n_iter + search.n_iter
        found = evidence(network, rows, penalty, parameters)
        effective = np.array([found.determined[group].sum() for group in groups])
        squares = np.array([(parameters[group].astype(np.float64) ** 2).sum() for group in groups])
        updated = np.maximum(effective, TINY) * found.noise / np.maximum(squares, TINY)
        updated = np.clip(updated, WEAKEST[likelihood] * alpha, STRONGEST * alpha)
        settled = bool(np.abs(np.log(updated / alphas)).max() < np.log(UNCHANGED))
        if settled:
            break
        used, alphas = alphas, updated
    return Relevance(
        parameters,
        alphas if settled else used,
        found.log_evidence,
        search.data_losses.copy(),
        search.l2_penalties.copy(),
        search.gradient_norm,
        settled and search.status == CONVERGED,
        n_iter,
    )


def groups_of(network: Network) -> list[np.ndarray]:
    """Return the indices of the weights of each group: one for each input column, one for each later layer."""
    first, *later = network.weights(np.arange(network.n_parameters))
    return [*first.T, *(layer.ravel() for layer in later)]


def grouped_penalty(network: Network, alphas: np.ndarray) -> L2Penalty:
    """Return the penalty with a λ for each group."""
    n_features = network.layer_sizes[0]
    return L2Penalty((1.0, *alphas[n_features:]), alphas[:n_features].copy())


def sensitivities(network: Network, parameters: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return the root mean square, over samples and outputs, of the derivative of the logits in each input.

    Parameters
    ----------
    network : Network
        Shape of the network.
    parameters : ndarray of shape (n_parameters,)
        Its weights and biases.
    inputs : ndarray of shape (n_samples, n_features)
        Standardised inputs.
    """
    W, b = network.weights(parameters), network.biases(parameters)
    z, a = equations.forward(W, b, inputs.T, network.activation, network.loss)
    phi = ACTIVATIONS[network.activation]
    squares = np.zeros(inputs.shape[1])
    for output in range(network.layer_sizes[-1]):
        # backpropagation of one logit, (units, samples)
        delta = np.repeat(W[-1][output][:, np.newaxis], len(inputs), axis=1)
        for layer in range(network.n_layers - 1, 0, -1):
            delta = W[layer - 1].T @ (delta * phi.derivative(np, z[layer], a[layer]))
        squares += (delta**2).mean(axis=1)
    result: np.ndarray = np.sqrt(squares / network.layer_sizes[-1])
    return result
