"""Where a path begins: λ_max, above which the penalty leaves nothing of the network, and the grid below it.

With one hidden layer, W = 0 is stationary at every λ. Near it the network is, up to higher orders,
linear with the matrix ``A = s W_2 W_1``, s being the derivative of the activation at the hidden biases, and
to first order the summed data loss changes by ``-<R, A>``, R = Yᵀ X with Y centred at the null fit.
The least penalty that reaches A is ``λ/2 (‖W_1‖² + ‖W_2‖²) = λ/s ‖A‖_*``, the nuclear norm (Srebro,
Rennie and Jaakkola, NIPS 2004, lemma 1). As ``<R, A> <= ‖R‖₂ ‖A‖_*``, with equality for the leading
singular vectors of R, zero is a local minimum exactly when ``λ >= s ‖R‖₂``.
"""

from __future__ import annotations

import numpy as np

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.core._lbfgs_search import LBFGSSettings
from ridgenet.core._penalties import GRID_NEEDS, require_penalty
from ridgenet.formulas import ACTIVATIONS
from ridgenet.path._problem import Problem

# without hidden layers no finite λ leaves nothing: the grid begins at this times what one layer's would
LINEAR = 100.0
N_BISECTIONS = 12
# close to λ_max itself a search takes long to end
JUST_ABOVE = 1.05


def strongest(problem: Problem) -> float:
    """Return where a grid begins: λ_max, or a stronger λ at which a network trained from a random start collapses.

    With one hidden layer, zero is a local minimum from λ_max on, but there may be another, lower one: where no
    input by itself tells anything of the targets, as for a circle within a circle, λ_max is close to zero while
    a network finds much.
    """
    require_penalty(problem.penalty, GRID_NEEDS, "a grid of λ (alphas=None)")
    largest = alpha_max(problem)
    if problem.network.n_layers != 2 or problem.penalty.leaves_some_free():
        return largest
    search = _Collapse(problem)
    return largest if search.happens_at(JUST_ABOVE * largest) else search.bisect(largest, JUST_ABOVE * largest)


def alpha_max(problem: Problem) -> float:
    """Return the strength from which on the penalty leaves only the biases.

    One hidden layer: the closed form, from which on nothing is left nearby. More: by bisection, whether
    training from a random start collapses. None: `LINEAR` times the closed form, where little is left of
    ridge regression.

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
        return ACTIVATIONS[problem.network.activation].largest_derivative * largest
    if problem.penalty.leaves_some_free():
        return largest
    # zero is a local minimum at every λ > 0: no derivative tells where useful networks begin
    return _Collapse(problem).bisect(largest / 1024, largest)


def null_gradient_norm(problem: Problem) -> float:
    """Return ``‖Xᵀ D (Y - ȳ)‖₂`` as the penalty sees it, D being the weights of the rows; 0 if it is rounding alone."""
    return problem.penalty.alpha_max(problem.null_gradient(), 1.0)


def alpha_grid(largest: float, n_alphas: int, alpha_min_ratio: float, alpha_max_ratio: float = 1.0) -> np.ndarray:
    """Return strengths between two multiples of `largest`, from strong to weak, evenly spaced on a logarithmic axis.

    Raises
    ------
    InputError
        If one of them is no positive finite number.
    """
    begin, end = largest * alpha_max_ratio, largest * alpha_min_ratio
    if not (np.isfinite(begin) and end > 0):
        name, ratio = (
            ("alpha_min_ratio", alpha_min_ratio) if np.isfinite(begin) else ("alpha_max_ratio", alpha_max_ratio)
        )
        raise InputError(
            f"{name}={ratio:g} times λ_max = {largest:.3g} is no positive finite number; choose it nearer 1"
        )
    return np.geomspace(begin, end, n_alphas)


def extended(alphas: np.ndarray, ratio: float) -> np.ndarray:
    """Return the grid continued to `ratio` times its weakest strength.

    With its own spacing, or a wider one where that would take more λ than there are.
    """
    n_alphas = len(alphas)
    spacing = max(np.log(alphas[0]) - np.log(alphas[-1]), -np.log(ratio) * (n_alphas - 1) / n_alphas) / (n_alphas - 1)
    n_more = min(int(np.ceil(-np.log(ratio) / spacing)), n_alphas)
    weaker = alphas[-1] * np.exp(-spacing * np.arange(1, n_more + 1))
    return np.append(alphas, weaker[weaker > 0])


class _Collapse:
    """Whether training from one random start ends with no weights left."""

    def __init__(self, problem: Problem) -> None:
        self._network = problem.network
        self._start = problem.random_start(np.random.default_rng(0))
        self._search = problem.search(LBFGSSettings(500, 1500, 1e-6, 1e-9))

    def happens_at(self, alpha: float) -> bool:
        """Train at one λ."""
        self._search.restart(alpha, self._start)
        self._search.run_to_the_end()
        return _squared_norm(self._network, self._search.point) <= 1e-4 * _squared_norm(self._network, self._start)

    def bisect(self, low: float, high: float) -> float:
        """Return the least λ found at which it happens; `low` is one at which it does not."""
        limit = 1e9 * high
        while not self.happens_at(high) and high < limit:
            low, high = high, 4 * high
        for _ in range(N_BISECTIONS):
            middle = float(np.sqrt(low * high))
            low, high = (low, middle) if self.happens_at(middle) else (middle, high)
        return high


def _squared_norm(network: Network, parameters: np.ndarray) -> float:
    return float(sum((W.astype(np.float64) ** 2).sum() for W in network.weights(parameters)))
