"""The evidence (marginal likelihood) of a trained network, a criterion that needs no held-out data.

MacKay, Bayesian Interpolation (Neural Computation 4, 1992), with the Gauss-Newton Hessian. The
penalty is the prior ``W ~ N(0, 1/λ)`` and n·J is minus the log posterior, so that with
``A = H + λ I`` at the minimum, where H is the Hessian of the summed data loss,

    log evidence = -n·J + (number of weights)/2 · log λ - 1/2 log det A  + constants.

For squared error the noise variance is unknown and is set to its most probable value,
``σ² = 2 n J / (N - number of outputs)`` for N target values; the formula is the same with J/σ².

MacKay adds log(h! 2^h) for the equivalent minima under permutations and sign changes of h hidden units.
This term is omitted: under a strong penalty most units are copies of each other, and under a weak one
the term outweighs the data (measured in docs/explanation/selection.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from joblib import Parallel, delayed
from scipy.linalg import cho_factor, cho_solve

from ridgenet import equations
from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.core._blas import ONE_THREAD
from ridgenet.core._penalties import EVIDENCE_NEEDS, L2Penalty, require_penalty
from ridgenet.formulas import LOSSES
from ridgenet.path._hessian import gauss_newton, weights_mask
from ridgenet.path._part import Part
from ridgenet.path._result import NetworkPath

# Biases are not penalised. A very wide prior (in standardised units) keeps the Hessian invertible, since the biases of
# dead units do not affect the loss.
BIAS_PRECISION = 1e-2


@dataclass(frozen=True)
class Evidence:
    """Evidence of a network at one λ.

    Attributes
    ----------
    log_evidence : float
        Log marginal likelihood, up to a constant that depends on the data only.
    n_effective : float
        γ, the effective number of weights: those determined by the data rather than by the prior.
    determined : ndarray of shape (n_parameters,)
        Its terms: between 0, determined by the prior, and 1, by the data; 0 for biases.
    noise : float
        The σ² by which the objective is divided to be minus a log posterior; 1 if the loss is a log likelihood.
    """

    log_evidence: float
    n_effective: float
    determined: np.ndarray
    noise: float


def evidence(network: Network, rows: Part, penalty: L2Penalty, parameters: np.ndarray) -> Evidence:
    """Return the evidence at a minimum.

    Parameters
    ----------
    network : Network
        Shape of the network.
    rows : Part
        Training samples.
    penalty : L2Penalty
        Penalty with λ (alpha) above 0.
    parameters : ndarray of shape (n_parameters,)
        The minimum, in standardised units.

    Raises
    ------
    InputError
        If λ is too small or too large to compute the evidence, or the loss is not a negative log likelihood.
    """
    likelihood = LOSSES[network.loss].likelihood
    if likelihood is None:
        raise InputError(
            f"loss={network.loss!r} is not a negative log likelihood and has no evidence; use selection='min'"
        )
    require_penalty(penalty, EVIDENCE_NEEDS, "the evidence")
    parameters = parameters.astype(np.float64)
    is_weight = weights_mask(network)
    curvature = penalty.curvature(network)
    prior = np.where(curvature > 0, curvature, BIAS_PRECISION)
    inputs, targets = rows.inputs(), rows.targets
    sample_weight = np.ones(len(inputs)) if rows.weights is None else rows.weights
    hessian = gauss_newton(network, parameters, inputs, targets, sample_weight)
    try:
        factor = cho_factor(hessian + np.diag(prior), lower=True)
    except (np.linalg.LinAlgError, ValueError):
        raise InputError(
            f"the evidence at λ (alpha) = {penalty.alpha:g} cannot be computed: λ is lost to rounding in the Hessian "
            "of the loss; choose alphas nearer to 1, or selection='min'"
        ) from None
    log_det = 2.0 * float(np.log(np.diag(factor[0])).sum())
    covariance = cho_solve(factor, np.eye(len(parameters)))
    determined = np.where(is_weight, 1 - np.diag(covariance) * curvature, 0.0)
    objective = _summed_loss(network, parameters, inputs, targets, sample_weight) + penalty.value(network, parameters)
    log_prior = 0.5 * float(np.log(prior).sum())
    fit, noise = -objective, 1.0
    if likelihood == "scaled":
        n_values = max(targets.shape[1] * rows.total_weight - targets.shape[1], 1.0)
        noise = max(2.0 * objective / n_values, float(np.finfo(float).tiny))
        fit = -0.5 * n_values * float(np.log(noise))
    return Evidence(fit + log_prior - 0.5 * log_det, float(determined.sum()), determined, noise)


def _summed_loss(
    network: Network,
    parameters: np.ndarray,
    inputs: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
) -> float:
    W, b = network.weights(parameters), network.biases(parameters)
    z, _ = equations.forward(W, b, inputs.T, network.activation, network.loss)
    losses = LOSSES[network.loss].value(np, z[-1], targets.T, network.loss_parameter)
    return float(losses @ weights)


def with_evidence(path: NetworkPath, rows: Part, penalty: L2Penalty, n_jobs: int | None) -> NetworkPath:
    """Return the path with the evidence of the lowest minimum at each λ."""

    def evidence_at(index: int) -> tuple[float, float]:
        result = evidence(path.network, rows, penalty.at(float(path.alphas[index])), path.parameters[index, 0])
        return result.log_evidence, result.n_effective

    # one BLAS thread per job, to avoid oversubscription
    with ONE_THREAD:
        pairs = Parallel(n_jobs=n_jobs, require="sharedmem")(delayed(evidence_at)(index) for index in range(len(path)))
    logs, effective = np.array(pairs).T
    return replace(path, log_evidence=logs, n_effective=effective)
