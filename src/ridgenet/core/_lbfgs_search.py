"""Limited-memory BFGS as a state machine, which says where to evaluate next, and is told the result.

Nocedal and Wright, Numerical Optimization (2006), algorithm 7.5. Objective and gradient are evaluated elsewhere: by the
compiled loop of `_lbfgs`, or by the workers of a cluster.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ridgenet._errors import InputError
from ridgenet._network import Network
from ridgenet.core._arrays import aligned_empty, float_type, for_kernels
from ridgenet.core._intrinsics import vector
from ridgenet.core._kernels import entry_point, kernel
from ridgenet.core._line_search import (
    MOST_TRIES,
    NUMBERS,
    ROUNDING,
    ROUNDING_SINGLE,
    STEP,
    begin_search,
    decrease,
    is_acceptable,
    is_rounding_alone,
    next_step,
)
from ridgenet.core._struct import DataVector, Float64Vector, Int64Vector
from ridgenet.core._vector_math import is_single
from ridgenet.core._vectors import add_multiple, copy, dot, largest_component

MEMORY = 10

RUNNING, CONVERGED, STALLED, AT_LIMIT, FAILED = range(5)
N_ITER, N_EVALUATIONS, BLOCK, STATUS, TRIES, STORED, N_COUNTS = range(7)
# data loss, L2 penalty and largest component of the gradient at the current point, data loss of the blocks so far
DATA_LOSS, L2_PENALTY, GRADIENT_NORM, PARTIAL_OBJECTIVE, N_NUMBERS = range(5)


class Search(NamedTuple):
    """Settings and state of a search, in kernel layout."""

    max_iter: int
    max_evaluations: int
    tolerance: float  # for the largest component of the gradient
    relative_tolerance: float  # for the relative decrease of the objective in an iteration
    n_samples: float  # what lambda is divided by
    counts: Int64Vector  # by the names above
    numbers: Float64Vector  # by the names above
    line: Float64Vector  # the line search
    vectors: DataVector  # point, gradient and direction at the start of the line; then the stored pairs s, y
    products: Float64Vector  # twice as many as pairs; the second half is scratch memory of the recursion
    data_losses: Float64Vector  # at the start and after each iteration
    l2_penalties: Float64Vector


@kernel
def require_search(search, n_parameters):
    """The state of a search has room for its pairs, its numbers, and the objectives of all iterations."""
    pairs = search.products.shape[0] // 2
    if search.vectors.shape[0] != (3 + 2 * pairs) * n_parameters or pairs < 1:
        raise InputError("search.vectors must hold point, gradient, direction and the stored pairs")
    if search.counts.shape[0] != N_COUNTS or search.numbers.shape[0] != N_NUMBERS or search.line.shape[0] != NUMBERS:
        raise InputError("search.counts, search.numbers and search.line must have the lengths of a search")
    if min(search.data_losses.shape[0], search.l2_penalties.shape[0]) <= search.max_iter:
        raise InputError("search.data_losses and search.l2_penalties must have room for every iteration and the start")


@kernel
def stored(search, k, part, p):
    """Return s (part 0) or y (part 1) of stored pair k, where 0 is the oldest."""
    pairs = search.products.shape[0] // 2
    place = (search.counts[STORED] - min(search.counts[STORED], pairs) + k) % pairs
    return vector(search.vectors, (3 + 2 * place + part) * p, p)


@kernel
def find_direction(search, gradient, direction):
    """direction = -H gradient by the two-loop recursion, with H from the stored pairs"""
    p, pairs = gradient.shape[0], search.products.shape[0] // 2
    n = min(search.counts[STORED], pairs)
    weights = vector(search.products, pairs, pairs)
    for i in range(p):
        direction[i] = -gradient[i]
    for k in range(n - 1, -1, -1):
        s, y = stored(search, k, 0, p), stored(search, k, 1, p)
        weights[k] = dot(s, direction) / dot(s, y)
        add_multiple(-weights[k], y, direction)
    if n > 0:
        s, y = stored(search, n - 1, 0, p), stored(search, n - 1, 1, p)
        scale = gradient.dtype.type(dot(s, y) / dot(y, y))
        for i in range(p):
            direction[i] *= scale
    for k in range(n):
        s, y = stored(search, k, 0, p), stored(search, k, 1, p)
        add_multiple(weights[k] - dot(y, direction) / dot(s, y), s, direction)


@kernel
def begin_line(search, parameters, cost):
    """Choose the direction from the current point, and move the parameters to the first trial."""
    p = parameters.shape[0]
    gradient, direction = vector(search.vectors, p, p), vector(search.vectors, 2 * p, p)
    find_direction(search, gradient, direction)
    slope = dot(direction, gradient)
    if not slope < 0.0:
        search.counts[STORED] = 0
        find_direction(search, gradient, direction)
        slope = dot(direction, gradient)
    step = 1.0 if search.counts[STORED] > 0 else min(1.0, 1.0 / np.sqrt(-slope))
    search.counts[TRIES] = 0
    begin_search(search.line, step, cost, slope)
    move(search, parameters)


@kernel
def move(search, parameters):
    """theta = point + step direction"""
    p = parameters.shape[0]
    copy(vector(search.vectors, 0, p), parameters)
    add_multiple(search.line[STEP], vector(search.vectors, 2 * p, p), parameters)


@kernel
def remember(search, parameters, gradient):
    """Store s = theta - point and y = the change of the gradient, unless the curvature along s is not positive."""
    p, pairs = parameters.shape[0], search.products.shape[0] // 2
    point, old = vector(search.vectors, 0, p), vector(search.vectors, p, p)
    place = search.counts[STORED] % pairs
    s, y = vector(search.vectors, (3 + 2 * place) * p, p), vector(search.vectors, (4 + 2 * place) * p, p)
    for i in range(p):
        s[i] = parameters[i] - point[i]
        y[i] = gradient[i] - old[i]
    if dot(s, y) > 1e-10 * np.sqrt(dot(s, s) * dot(y, y)):
        search.counts[STORED] += 1


@kernel
def accept(search, parameters, gradient, data_loss, l2_penalty, decreased_by):
    """Make the trial the current point, store its objectives, and decide whether to go on."""
    p, counts = parameters.shape[0], search.counts
    cost = data_loss + l2_penalty
    copy(parameters, vector(search.vectors, 0, p))
    copy(gradient, vector(search.vectors, p, p))
    search.numbers[DATA_LOSS], search.numbers[L2_PENALTY] = data_loss, l2_penalty
    search.numbers[GRADIENT_NORM] = largest_component(gradient)
    search.data_losses[counts[N_ITER]], search.l2_penalties[counts[N_ITER]] = data_loss, l2_penalty
    if not np.isfinite(cost) or not np.isfinite(search.numbers[GRADIENT_NORM]):
        counts[STATUS] = FAILED
    elif search.numbers[GRADIENT_NORM] <= search.tolerance or decreased_by <= search.relative_tolerance * abs(cost):
        counts[STATUS] = CONVERGED
    elif counts[N_ITER] >= search.max_iter or counts[N_EVALUATIONS] >= search.max_evaluations:
        counts[STATUS] = AT_LIMIT
    else:
        begin_line(search, parameters, cost)


@kernel
def advance(search, parameters, gradient, data_loss, l2_penalty):
    """Process an evaluation at the trial: accept it, or try another step on the line."""
    p, counts = parameters.shape[0], search.counts
    counts[N_EVALUATIONS] += 1
    if counts[N_EVALUATIONS] == 1:
        accept(search, parameters, gradient, data_loss, l2_penalty, np.inf)
        return
    cost = data_loss + l2_penalty
    slope = dot(vector(search.vectors, 2 * p, p), gradient)
    rounding = ROUNDING_SINGLE if is_single(parameters[0]) else ROUNDING
    if is_acceptable(search.line, cost, slope, rounding):
        remember(search, parameters, gradient)
        counts[N_ITER] += 1
        accept(search, parameters, gradient, data_loss, l2_penalty, decrease(search.line, cost, slope, rounding))
        return
    counts[TRIES] += 1
    if counts[TRIES] < MOST_TRIES:
        next_step(search.line, cost, slope, rounding)
        move(search, parameters)
        return
    copy(vector(search.vectors, 0, p), parameters)
    if counts[STORED] == 0:
        counts[STATUS] = CONVERGED if is_rounding_alone(search.line) else STALLED
    else:
        counts[STORED] = 0
        begin_line(search, parameters, search.numbers[DATA_LOSS] + search.numbers[L2_PENALTY])


@dataclass(frozen=True)
class LBFGSSettings:
    """Settings of the search.

    Parameters
    ----------
    max_iter, max_evaluations : int
        Maximum numbers of iterations and of evaluations of the objective.
    tol : float
        Largest component of the gradient at which the search has converged.
    relative_tol : float
        Relative decrease of the objective in an iteration at which the search has converged; at least the resolution
        of the type of all arithmetic. With 0 the search goes on until gradients are rounding errors.
    memory : int
        Number of stored pairs of steps and gradient changes.
    """

    max_iter: int = 1000
    max_evaluations: int = 15_000
    tol: float = 1e-4
    relative_tol: float = 1e-10
    memory: int = MEMORY

    def decrease_that_counts(self, dtype: np.dtype) -> float:
        """Return the relative decrease of the objective that an iteration needs for the search to go on."""
        resolution = float(np.finfo(dtype).eps)
        # near a minimum the decrease is proportional to the square of the gradient
        return max(self.relative_tol, resolution) if self.relative_tol > 0 else resolution**2


@entry_point
def tell(search: Search, parameters: DataVector, gradient: DataVector, data_loss: float, l2_penalty: float) -> None:
    """Process an evaluation at the trial; the parameters then become the next trial."""
    require_search(search, parameters.shape[0])
    if gradient.shape[0] != parameters.shape[0]:
        raise InputError("gradient must have a number for each parameter")
    advance(search, parameters, gradient, data_loss, l2_penalty)


class LBFGSSearch(ABC):
    """Base of L-BFGS searches, which differ in how the objective is evaluated.

    Parameters
    ----------
    network : Network
        The network.
    parameters : ndarray of shape (n_parameters,)
        Initial parameters; their type, float64 or float32, is that of all arithmetic except for objectives.
    n_samples : float
        What λ is divided by.
    settings : LBFGSSettings
        All other settings.
    """

    def __init__(self, network: Network, parameters: np.ndarray, n_samples: float, settings: LBFGSSettings) -> None:
        dtype = float_type(parameters.dtype)
        self.network = network
        self.parameters = for_kernels(parameters, dtype).copy()
        self.settings = settings
        n_kept = int(settings.max_iter) + 1
        self._search = Search(
            int(settings.max_iter),
            int(settings.max_evaluations),
            float(settings.tol),
            settings.decrease_that_counts(dtype),
            float(n_samples),
            np.zeros(N_COUNTS, np.int64),
            np.zeros(N_NUMBERS),
            np.zeros(NUMBERS),
            aligned_empty((3 + 2 * settings.memory) * network.n_parameters, dtype),
            np.zeros(2 * settings.memory),
            np.empty(n_kept),
            np.empty(n_kept),
        )

    @property
    def n_iter(self) -> int:
        """Number of iterations."""
        return int(self._search.counts[N_ITER])

    @property
    def n_evaluations(self) -> int:
        """Number of evaluations of objective and gradient."""
        return int(self._search.counts[N_EVALUATIONS])

    @property
    def status(self) -> int:
        """Whether the search is running, converged, stalled, at the limit of iterations, or failed."""
        return int(self._search.counts[STATUS])

    @property
    def gradient_norm(self) -> float:
        """Largest component of the gradient at the current point."""
        return float(self._search.numbers[GRADIENT_NORM])

    @property
    def data_losses(self) -> np.ndarray:
        """Mean loss at the start and after each iteration."""
        return self._search.data_losses[: self._n_objectives]

    @property
    def l2_penalties(self) -> np.ndarray:
        """L2 penalty at the start and after each iteration."""
        return self._search.l2_penalties[: self._n_objectives]

    @property
    def _n_objectives(self) -> int:
        return self.n_iter + 1 if self.n_evaluations > 0 else 0

    @property
    def point(self) -> np.ndarray:
        """Best parameters so far, not those on trial."""
        return self._search.vectors[: self.network.n_parameters]

    @abstractmethod
    def restart(self, alpha: float | Sequence[float], parameters: np.ndarray, max_iter: int | None = None) -> None:
        """Begin a new search on the same samples, with another λ and from other parameters.

        `max_iter` must not exceed that of the settings, which is its default.
        """

    @abstractmethod
    def run_to_the_end(self, progress: Callable[[int], object] | None = None) -> None:
        """Run until converged, stalled or at the limit, in pieces short enough for Ctrl-C and a progress bar.

        Stop early if `progress`, called with the number of iterations, returns true.
        """

    def begin(self, parameters: np.ndarray, max_iter: int | None = None) -> None:
        """Begin a new search from other parameters; `max_iter` must not exceed that of the settings, its default."""
        self.parameters[:] = parameters
        self._search.counts[:] = 0
        self._search = self._search._replace(max_iter=int(self.settings.max_iter if max_iter is None else max_iter))

    def tell(self, data_loss: float, l2_penalty: float, gradient: np.ndarray) -> None:
        """Process objective and gradient at `parameters`, which then become the next point to evaluate."""
        tell(
            self._search,
            self.parameters,
            for_kernels(gradient, self.parameters.dtype),
            float(data_loss),
            float(l2_penalty),
        )
