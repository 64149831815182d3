"""The grid of λ, which starts at λ_max: the value at and above which zero weights are a local minimum.

With one hidden layer, W = 0 is stationary at every λ. Near it the network is, up to higher orders,
linear with the matrix ``A = s W_2 W_1``, where s is the derivative of the activation at the hidden biases, and
to first order the summed data loss changes by ``-<R, A>``, R = Yᵀ X with Y centred at the null fit.
The smallest penalty for a given A is ``λ/2 (‖W_1‖² + ‖W_2‖²) = λ/s ‖A‖_*``, the nuclear norm (Srebro,
Rennie and Jaakkola, NIPS 2004, lemma 1). As ``<R, A> <= ‖R‖₂ ‖A‖_*``, with equality for the leading
singular vectors of R, zero is a local minimum exactly when ``λ >= s ‖R‖₂``.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.core._penalties import GRID_NEEDS, require_penalty
from ridgenet.formulas import ACTIVATIONS
from ridgenet.path._problem import Problem

# without hidden layers no finite λ makes the weights zero; the grid starts at this multiple of the gradient norm
LINEAR_FACTOR = 100.0
N_BISECTIONS = 12
# a path ends at this multiple of the largest λ of its grid, wherever the best λ is
SMALLEST_RATIO = 1e-10
# searches converge slowly at λ_max itself
JUST_ABOVE = 1.05
# settings of the searches that show whether the weights become zero
COLLAPSE = LBFGSSettings(500, 1500, 1e-6, 1e-9)


def strongest(problem: Problem) -> float:
    """Return the first λ of the grid: λ_max, or a larger λ at which training from a random start gives zero weights.

    With one hidden layer, zero is a local minimum at λ_max, but there may be a lower one: if no input is
    correlated with the targets, as for concentric circles, λ_max is close to zero although a network can fit
    the data well.
    """
    require_penalty(problem.penalty, GRID_NEEDS, "a grid of λ (alphas=None)")
    largest = alpha_max(problem)
    if problem.network.n_layers != 2 or problem.penalty.leaves_some_free():
        return largest
    search = _Collapse(problem)
    return largest if search.happens_at(JUST_ABOVE * largest) else search.bisect(largest, JUST_ABOVE * largest)


def alpha_max(problem: Problem) -> float:
    """Return λ_max, at and above which zero weights are a local minimum.

    One hidden layer: in closed form. Several: by bisection, the smallest λ at which training from a random
    start gives zero weights. None: `LINEAR_FACTOR` times the norm of the gradient at zero, where the weights are
    small but never exactly zero.

    Returns
    -------
    float
        Positive; 1 if inputs and targets are uncorrelated.
    """
    largest = null_gradient_norm(problem)
    if not largest > 0:
        return 1.0
    n_layers = problem.network.n_layers
    if n_layers == 1:
        return LINEAR_FACTOR * largest
    if n_layers == 2:
        return ACTIVATIONS[problem.network.activation].largest_derivative * largest
    if problem.penalty.leaves_some_free():
        return largest
    # with several hidden layers zero is a local minimum at every λ > 0, so there is no closed form
    return _Collapse(problem).bisect(largest / 1024, largest)


def null_gradient_norm(problem: Problem) -> float:
    """Return the penalty's norm of ``Xᵀ D (Y - ȳ)`` with sample weights D; 0 if it is within rounding error."""
    return problem.penalty.alpha_max(problem.null_gradient(), 1.0)


def alpha_grid(largest: float, n_alphas: int, alpha_min_ratio: float, alpha_max_ratio: float = 1.0) -> np.ndarray:
    """Return a decreasing logarithmic grid between two multiples of `largest`.

    Raises
    ------
    InputError
        If an end of the grid is not positive and finite.
    """
    begin, end = largest * alpha_max_ratio, largest * alpha_min_ratio
    if not (np.isfinite(begin) and end > 0):
        name, ratio = (
            ("alpha_min_ratio", alpha_min_ratio) if np.isfinite(begin) else ("alpha_max_ratio", alpha_max_ratio)
        )
        raise InputError(
            f"{name}={ratio:g} times λ_max = {largest:.3g} is not positive and finite; choose a value nearer 1"
        )
    return np.geomspace(begin, end, n_alphas)


class Grid:
    """A logarithmic grid of λ by index, which goes on below its smallest λ, with the same spacing unless that is tiny.

    Parameters
    ----------
    alphas : ndarray of shape (n_alphas,)
        The grid, in decreasing order; at least two values.

    Attributes
    ----------
    last : int
        Index of the smallest λ that may be tried, `SMALLEST_RATIO` times the largest.
    """

    def __init__(self, alphas: np.ndarray) -> None:
        self._alphas = alphas
        span = float(np.log(alphas[0]) - np.log(alphas[-1]))
        self._spacing = span / (len(alphas) - 1)
        self._spacing_below = max(self._spacing, float(np.log(100)) / len(alphas))
        self.last = len(alphas) - 1 + max(0, int((-np.log(SMALLEST_RATIO) - span) / self._spacing_below))
        # λ that underflow are no grid
        while self.last > len(alphas) - 1 and not self[self.last] > 0:
            self.last -= 1

    def __len__(self) -> int:
        return len(self._alphas)

    def __getitem__(self, index: int) -> float:
        n = len(self._alphas)
        if index < n:
            return float(self._alphas[index])
        return float(self._alphas[-1] * np.exp(-self._spacing_below * (index - n + 1)))

    def at(self, indices: Iterable[int]) -> np.ndarray:
        """Return the λ at some indices, in decreasing order."""
        return np.array([self[index] for index in sorted(indices)])

    def steps(self, ratio: float) -> int:
        """Return the number of steps, at least one, that is nearest to a ratio of λ above 1; at most the whole grid."""
        n_steps = np.log(ratio) / max(self._spacing, np.finfo(float).tiny)
        return int(np.clip(np.round(n_steps), 1, len(self._alphas) - 1))


class _Collapse:
    """Find the smallest λ at which training from one random start gives zero weights."""

    def __init__(self, problem: Problem) -> None:
        self._network = problem.network
        self._start = problem.random_start(np.random.default_rng(0))
        self._search = problem.search(COLLAPSE)

    def happens_at(self, alpha: float) -> bool:
        """Train with one λ, and return whether the weights are then practically zero."""
        self._search.restart(alpha, self._start)
        self._search.run_to_the_end()
        return _squared_norm(self._network, self._search.point) <= 1e-4 * _squared_norm(self._network, self._start)

    def bisect(self, low: float, high: float) -> float:
        """Return the smallest such λ, given a value `low` below it."""
        limit = 1e9 * high
        while not self.happens_at(high) and high < limit:
            low, high = high, 4 * high
        for _ in range(N_BISECTIONS):
            middle = float(np.sqrt(low * high))
            low, high = (low, middle) if self.happens_at(middle) else (middle, high)
        return high


def _squared_norm(network: Network, parameters: np.ndarray) -> float:
    return float(sum((W.astype(np.float64) ** 2).sum() for W in network.weights(parameters)))
