"""Leave-one-out predictions without refits, from second derivatives at the minimum on all samples.

Without sample i the summed objective is ``F_i(θ) = n J(θ) - w_i loss_i(θ)``, at the same λ. Its Hessian is
``A - w_i H_i``, with A the exact Hessian of ``n J`` and H_i the Gauss-Newton matrix of the sample, of rank k for k
outputs. One Newton step from the minimum on all samples,

    s_i = -(A - w_i H_i)⁻¹ ∇F_i,

costs one inverse of A for all samples and a k × k system for each (Woodbury). For a linear network with squared error
it is exact: the shortcut ``(y_i - ŷ_i) / (1 - h_ii)`` with the leverage h_ii. Samples whose step promises a large
decrease of F_i get further steps: quasi-Newton steps that begin with this inverse. docs/explanation/selection.md says
what they gain.

Where λ is so small that there are many minima, refits from one that was found with a sample stay there, and the
leave-one-out loss is too low. So the path is followed from the largest λ down only as far as the loss is not clearly
worse than its lowest.

All networks see inputs and targets standardised by all samples, as in the refits that this approximates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from scipy.linalg import eigh

from ridgenet import equations
from ridgenet._network import Network
from ridgenet.core._blas import ONE_THREAD
from ridgenet.core._examples import make_examples
from ridgenet.core._objective import evaluate, gradient_of, make_objective, make_workspace
from ridgenet.core._penalties import L2Penalty
from ridgenet.formulas import LOSSES, OUTPUTS
from ridgenet.path._hessian import exact_hessian, logit_jacobian, row_blocks
from ridgenet.path._part import Part
from ridgenet.path._result import NetworkPath
from ridgenet.path._selection import Curve, losses

# eigenvalues of the Hessian are at least this fraction of λ, which differs from 0 in directions of negative curvature
FLOOR = 0.1
# of the factor by which a sample's own curvature enlarges its step: 1 / (1 - leverage)
LARGEST_LEVERAGE = 0.98
# samples get further steps while the next promises more than this fraction of the objective per sample
TOLERANCE = 1e-3
MAX_STEPS = 20
MAX_HALVINGS = 6
# number of λ computed before the curve is looked at
AT_A_TIME = 4

Solve = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class LeaveOneOut:
    """Leave-one-out predictions along a path, in the units of the targets.

    Attributes
    ----------
    outputs : ndarray of shape (n_alphas, n_samples, n_outputs)
        Predictions of each sample by the networks without it.
    by_restart : ndarray of shape (n_restarts, n_alphas, n_samples, n_outputs)
        The same for each restart.
    """

    outputs: np.ndarray
    by_restart: np.ndarray


def leave_one_out_of_path(
    path: NetworkPath,
    rows: Part,
    penalty: L2Penalty,
    scoring_weights: np.ndarray,
    *,
    average: bool,
    n_jobs: int | None,
) -> LeaveOneOut:
    """Return leave-one-out predictions at each λ: the mean of the restarts, or those of the lowest objective.

    From the largest λ down, until the mean loss is more than one standard error above its lowest; NaN from there on.
    """
    network, parameter = path.network, path.network.loss_parameter
    n_alphas, n_restarts, _ = path.parameters.shape
    by_restart = np.full((n_restarts, n_alphas, *rows.Y.shape), np.nan)

    def compute(index: int, restart: int) -> None:
        at = penalty.at(float(path.alphas[index]))
        by_restart[restart, index] = leave_one_out(network, rows, at, path.parameters[index, restart])

    def outputs() -> np.ndarray:
        return by_restart.mean(axis=0) if average else by_restart[0]

    # one BLAS thread per job, to avoid oversubscription
    with ONE_THREAD, Parallel(n_jobs=n_jobs, require="sharedmem") as parallel:
        for first in range(0, n_alphas, AT_A_TIME):
            indices = range(first, min(first + AT_A_TIME, n_alphas))
            parallel(delayed(compute)(index, restart) for index in indices for restart in range(n_restarts))
            found = losses(network.loss, outputs()[: indices.stop], rows.Y, parameter)
            curve = Curve.of(-found.T, scoring_weights)
            if curve.mean[-1] < curve.mean[curve.best] - curve.standard_error[curve.best]:
                break
    return LeaveOneOut(outputs(), by_restart)


def leave_one_out(network: Network, rows: Part, penalty: L2Penalty, parameters: np.ndarray) -> np.ndarray:
    """Return the prediction of each sample by the network without it, (n_samples, n_outputs).

    Parameters
    ----------
    network : Network
        Shape of the network.
    rows : Part
        Training samples.
    penalty : L2Penalty
        Penalty with its λ.
    parameters : ndarray of shape (n_parameters,)
        The minimum on all samples, in standardised units.
    """
    parameters = parameters.astype(np.float64)
    objective = _Objective(network, rows, penalty)
    inputs, targets, weights = rows.inputs(), rows.targets, objective.weights
    loss = LOSSES[network.loss]
    curvature = penalty.curvature(network)
    hessian = exact_hessian(network, parameters, inputs, targets, weights) + np.diag(curvature)
    inverse = _floored_inverse(hessian, FLOOR * float(curvature.max(initial=0.0)))
    value, gradient = objective.at(parameters)
    tolerance = TOLERANCE * value / len(inputs)
    outputs = np.empty(targets.shape)
    for block in row_blocks(network, len(inputs)):
        left_out = _LeftOut.of(network, parameters, inputs[block], targets[block], weights[block], inverse)
        gradients = gradient - left_out.gradients
        steps = left_out.newton_steps(gradients)
        changes = np.einsum("nkp,np->nk", left_out.jacobian, steps)
        outputs[block] = OUTPUTS[loss.output].value(np, left_out.logits.T + changes.T).T
        promised = -np.einsum("np,np->n", gradients, steps)
        for i in np.flatnonzero(promised > tolerance):
            row = block.start + i
            start = value - weights[row] * left_out.losses[i]
            minimum = _descend(
                objective.without(row), parameters, start, gradients[i], left_out.solver(int(i)), tolerance
            )
            outputs[row] = network.predict(minimum, inputs[row : row + 1])[0]
    return rows.standardizer.inverse_transform_targets(outputs)


class _Objective:
    """The summed objective of all samples or of all but one, by the compiled kernels."""

    def __init__(self, network: Network, rows: Part, penalty: L2Penalty) -> None:
        n = rows.X.shape[0]
        self.weights = np.ones(n) if rows.weights is None else rows.weights.astype(np.float64)
        self._total, self._n_parameters = rows.total_weight, network.n_parameters
        self._used = self.weights.copy()
        self._examples = make_examples(rows.inputs(), rows.targets, np.dtype(np.float64), weights=self._used)
        self._objective = make_objective(network, penalty)
        self._work = make_workspace(network, min(256, n), np.float64)

    def at(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Return value and gradient."""
        data_loss, penalty = evaluate(self._objective, parameters, self._examples, self._total, True, self._work)
        return self._total * (data_loss + penalty), self._total * gradient_of(self._work, self._n_parameters)

    def without(self, row: int) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
        """Return a function for value and gradient without a sample; it is valid until the next call."""
        np.copyto(self._examples.weights, self.weights)
        self._examples.weights[row] = 0.0
        return self.at


@dataclass(frozen=True)
class _LeftOut:
    """What Newton steps without each sample of a block need.

    Attributes
    ----------
    logits, losses, gradients, jacobian : ndarray
        For each sample its logits (n, k), loss (n,), gradient of its weighted loss (n, p) and Jacobian of its logits
        (n, k, p).
    inverse : ndarray of shape (p, p)
        A⁻¹.
    spans : ndarray of shape (n, k, p)
        ``A⁻¹ C_i`` with ``C_i C_iᵀ = w_i H_i``, as rows.
    enlarged : ndarray of shape (n, k, k)
        ``(I - C_iᵀ A⁻¹ C_i)⁻¹``.
    """

    logits: np.ndarray
    losses: np.ndarray
    gradients: np.ndarray
    jacobian: np.ndarray
    inverse: np.ndarray
    spans: np.ndarray
    enlarged: np.ndarray

    @classmethod
    def of(
        cls,
        network: Network,
        parameters: np.ndarray,
        inputs: np.ndarray,
        targets: np.ndarray,
        weights: np.ndarray,
        inverse: np.ndarray,
    ) -> _LeftOut:
        """Compute it for a block of samples."""
        loss, parameter = LOSSES[network.loss], network.loss_parameter
        W, b = network.weights(parameters), network.biases(parameters)
        z, a = equations.forward(W, b, inputs.T, network.activation, network.loss)
        jacobian = logit_jacobian(network, parameters, inputs)
        residual = weights * loss.residual(np, a[-1], targets.T, parameter)
        roots = np.sqrt(weights) * loss.curvature_root(np, a[-1], targets.T, parameter)
        curved = np.einsum("jkn,njp->nkp", roots, jacobian)
        spans = curved @ inverse
        leverages, directions = np.linalg.eigh(spans @ curved.transpose(0, 2, 1))
        enlarged = (directions / (1 - np.minimum(leverages, LARGEST_LEVERAGE))[:, np.newaxis]) @ directions.transpose(
            0, 2, 1
        )
        gradients = np.einsum("kn,nkp->np", residual, jacobian)
        losses = loss.value(np, z[-1], targets.T, parameter)
        return cls(z[-1].T, losses, gradients, jacobian, inverse, spans, enlarged)

    def newton_steps(self, gradients: np.ndarray) -> np.ndarray:
        """Return ``-(A - w_i H_i)⁻¹ g_i`` for each sample, (n, p)."""
        inner = np.einsum("nkj,njp,np->nk", self.enlarged, self.spans, gradients, optimize=True)
        steps: np.ndarray = -(gradients @ self.inverse + np.einsum("nkp,nk->np", self.spans, inner))
        return steps

    def solver(self, i: int) -> Solve:
        """Return the function ``v -> (A - w_i H_i)⁻¹ v``."""
        spans, enlarged = self.spans[i], self.enlarged[i]
        return lambda v: self.inverse @ v + spans.T @ (enlarged @ (spans @ v))


def _descend(
    function: Callable[[np.ndarray], tuple[float, np.ndarray]],
    start: np.ndarray,
    value: float,
    gradient: np.ndarray,
    solve: Solve,
    tolerance: float,
) -> np.ndarray:
    """Minimise by L-BFGS with the given inverse Hessian as its first approximation."""
    point = start
    pairs: list[tuple[np.ndarray, np.ndarray]] = []
    for _ in range(MAX_STEPS):
        step = -_quasi_newton(gradient, pairs, solve)
        if -(gradient @ step) <= tolerance:
            break
        for _ in range(MAX_HALVINGS):
            new_value, new_gradient = function(point + step)
            if new_value < value:
                break
            step = 0.4 * step
        else:
            break
        change = new_gradient - gradient
        if step @ change > 0:
            pairs.append((step, change))
        point, value, gradient = point + step, new_value, new_gradient.copy()
    return point


def _quasi_newton(gradient: np.ndarray, pairs: list[tuple[np.ndarray, np.ndarray]], solve: Solve) -> np.ndarray:
    """Return the inverse Hessian of L-BFGS times the gradient (Nocedal and Wright, 2006, algorithm 7.4)."""
    result = gradient
    factors = []
    for step, change in reversed(pairs):
        factor = (step @ result) / (step @ change)
        result = result - factor * change
        factors.append(factor)
    result = solve(result)
    for (step, change), factor in zip(pairs, reversed(factors), strict=True):
        result = result + step * (factor - (change @ result) / (step @ change))
    return result


def _floored_inverse(matrix: np.ndarray, floor: float) -> np.ndarray:
    """Return the inverse of a symmetric matrix whose eigenvalues are raised to a floor."""
    # NumPy's divide and conquer does not always converge where eigenvalues repeat, as those of equal units do
    values, vectors = eigh(matrix, driver="evr", check_finite=False)
    lowest = max(floor, 1e-10 * float(np.abs(values).max()))
    inverse: np.ndarray = vectors / np.maximum(values, lowest) @ vectors.T
    return inverse
