"""Where a path begins: λ_max, above which the penalty leaves nothing of the network, and the grid below it.

With one hidden layer, W = 0 is stationary at every λ. Near it the network is, up to higher orders,
linear with the matrix ``A = s W_2 W_1``, s being the slope of the activation at the hidden biases, and
to first order the summed data cost changes by ``-<R, A>``, R = Yᵀ X with Y centred at the null fit.
The least penalty that reaches A is ``λ/2 (‖W_1‖² + ‖W_2‖²) = λ/s ‖A‖_*``, the nuclear norm (Srebro,
Rennie and Jaakkola, NIPS 2004, lemma 1). As ``<R, A> <= ‖R‖₂ ‖A‖_*``, with equality for the leading
singular vectors of R, zero is a local minimum exactly when ``λ >= s ‖R‖₂``.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import svdvals

from ridgenet.core.lbfgs import LBFGS, LBFGSSettings
from ridgenet.network import Network
from ridgenet.path.problem import Problem

# steepest slope of each activation, whatever the bias
STEEPEST = {"identity": 1.0, "tanh": 1.0, "relu": 1.0, "logistic": 0.25, "softplus": 1.0, "silu": 1.0998393}
# without hidden layers no finite λ leaves nothing: the grid begins at this times what one layer's would
LINEAR = 100.0
N_BISECTIONS = 12


def alpha_max(problem: Problem) -> float:
    """Return the strength from which on the penalty leaves only the biases.

    One hidden layer: the closed form. More: by bisection, whether training from a random start
    collapses. None: `LINEAR` times the closed form, where little is left of ridge regression.

    Returns
    -------
    float
        Positive; 1 where inputs tell nothing of the targets.
    """
    largest = null_gradient_norm(problem)
    if not largest > 0:
        return 1.0
    n_layers = problem.network.n_layers
    if n_layers == 1:
        return LINEAR * largest
    if n_layers == 2:
        return STEEPEST[problem.network.activation] * largest
    return _collapse_by_bisection(problem, largest)


def null_gradient_norm(problem: Problem) -> float:
    """Return ``‖Xᵀ D (Y - ȳ)‖₂``, D being the weights of the examples."""
    Y, weights = problem.targets, problem.weights
    residual = Y - np.average(Y, axis=0, weights=weights)
    if weights is not None:
        residual = residual * weights[:, np.newaxis]
    # columns are centred, which changes nothing but rounding: the residuals of each output add up to zero
    product = (problem.X.T @ residual) - np.outer(problem.units.mean, residual.sum(axis=0))
    return float(svdvals(product / problem.units.scale[:, np.newaxis]).max())


def alpha_grid(largest: float, n_alphas: int, alpha_max_ratio: float, alpha_min_ratio: float) -> np.ndarray:
    """Return strengths between two multiples of `largest`, from strong to weak, evenly spaced on a logarithmic axis."""
    return np.geomspace(largest * alpha_max_ratio, largest * alpha_min_ratio, n_alphas)


def extended(alphas: np.ndarray, ratio: float) -> np.ndarray:
    """Return the grid continued, with its own spacing, to `ratio` times its weakest strength."""
    spacing = np.log(alphas[0] / alphas[-1]) / (len(alphas) - 1)
    n_more = int(np.ceil(-np.log(ratio) / spacing))
    return np.append(alphas, alphas[-1] * np.exp(-spacing * np.arange(1, n_more + 1)))


def _collapse_by_bisection(problem: Problem, largest: float) -> float:
    """Return the least λ found at which training from a random start ends with no weights left.

    Zero is a local minimum at every λ > 0 if there are two or more hidden layers, so that no first
    derivative tells where useful networks begin.
    """
    network, dtype = problem.network, problem.dtype
    start = network.initial_parameters(problem.init, np.random.default_rng(0), dtype)
    search = LBFGS(network, start, problem.examples(), largest, LBFGSSettings(500, 1500, 1e-6, 1e-9))

    def collapses(alpha: float) -> bool:
        search.restart(alpha, start)
        search.run_to_the_end()
        left = _squared_norm(network, search.point)
        return left <= 1e-4 * _squared_norm(network, start)

    low, high = largest / 1024, largest
    while not collapses(high) and high < 1e6 * largest:
        low, high = high, 4 * high
    for _ in range(N_BISECTIONS):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if collapses(middle) else (middle, high)
    return high


def _squared_norm(network: Network, parameters: np.ndarray) -> float:
    return float(sum((W.astype(np.float64) ** 2).sum() for W in network.weights(parameters)))
