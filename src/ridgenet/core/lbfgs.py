"""Limited-memory BFGS on all examples at once: deterministic, and the fastest way to a minimum of small networks.

Nocedal and Wright, Numerical Optimization (2006), algorithm 7.5. The search runs as a state machine
that can be left after every block of examples and taken up again, for Ctrl-C and the progress bar.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

import numpy as np

from ridgenet._compile import entry_point, kernel
from ridgenet.core.arrays import aligned_empty, float_type, for_kernels
from ridgenet.core.dense import blas_for
from ridgenet.core.examples import Examples
from ridgenet.core.line_search import (
    MOST_TRIES,
    NUMBERS,
    ROUNDING,
    ROUNDING_SINGLE,
    STEP,
    begin_search,
    is_acceptable,
    next_step,
)
from ridgenet.core.objective import (
    add_batch,
    load_part,
    make_objective,
    make_workspace,
    penalty_cost,
    penalty_gradient,
)
from ridgenet.core.vector_math import is_single
from ridgenet.core.vectors import add_multiple, copy, dot, largest_component
from ridgenet.core.views import matrix, vector
from ridgenet.network import Network

MEMORY = 10
# examples go through the network in blocks of about this many bytes, so that they stay in the cache
BLOCK_BYTES = 2**18
# up to this size inputs are kept transposed, block by block, instead of being loaded at every evaluation
PACKED_BYTES = 2**28
SECONDS_BETWEEN_RETURNS = 0.05
# multiplications of the first piece, some milliseconds
FIRST_PIECE = 10_000_000

RUNNING, CONVERGED, STALLED, AT_LIMIT, FAILED = range(5)
N_ITER, N_EVALUATIONS, BLOCK, STATUS, TRIES, STORED = range(6)
DATA_COST, L2_COST, GRADIENT_NORM = range(3)


class Search(NamedTuple):
    """Settings and state of a search, in the form kernels take it."""

    max_iter: int
    max_evaluations: int
    tolerance: float  # of the largest component of the gradient
    relative_tolerance: float  # of the decrease of the cost in an iteration
    n_samples: float  # what lambda is divided by
    counts: np.ndarray  # int64, by the names above
    numbers: np.ndarray  # float64: cost of the trial, and the largest component of the gradient
    line: np.ndarray  # float64: the line search
    vectors: np.ndarray  # point, gradient and direction at the start of the line; then pairs s, y of the memory
    products: np.ndarray  # float64: 1 / (s y) of each pair, then room for the recursion
    data_costs: np.ndarray  # float64, of the start and of each iteration
    l2_costs: np.ndarray


@kernel
def stored(search, k, part, p):
    """Return s (part 0) or y (part 1) of a pair, k = 0 being the oldest of those remembered."""
    pairs = search.products.shape[0] // 2
    place = (search.counts[STORED] - min(search.counts[STORED], pairs) + k) % pairs
    return vector(search.vectors, (3 + 2 * place + part) * p, p)


@kernel
def find_direction(search, gradient, direction):
    """direction = -H gradient by the two-loop recursion, H from the pairs remembered"""
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
    """Choose the direction from the point reached, and move the parameters to the first trial."""
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
    """Keep s = theta - point and y = the change of the gradient, unless the curvature along s is not positive."""
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
def accept(search, parameters, gradient, data_cost, l2_cost):
    """Make the trial the point reached, keep its costs, and see whether to go on."""
    p, counts = parameters.shape[0], search.counts
    before = search.numbers[DATA_COST] + search.numbers[L2_COST]
    cost = data_cost + l2_cost
    copy(parameters, vector(search.vectors, 0, p))
    copy(gradient, vector(search.vectors, p, p))
    search.numbers[DATA_COST], search.numbers[L2_COST] = data_cost, l2_cost
    search.numbers[GRADIENT_NORM] = largest_component(gradient)
    search.data_costs[counts[N_ITER]], search.l2_costs[counts[N_ITER]] = data_cost, l2_cost
    decreased = before - cost > search.relative_tolerance * max(abs(before), abs(cost))
    decreased = decreased or counts[N_ITER] == 0 or search.relative_tolerance == 0.0
    if not np.isfinite(cost) or not np.isfinite(search.numbers[GRADIENT_NORM]):
        counts[STATUS] = FAILED
    elif search.numbers[GRADIENT_NORM] <= search.tolerance or not decreased:
        counts[STATUS] = CONVERGED
    elif counts[N_ITER] >= search.max_iter or counts[N_EVALUATIONS] >= search.max_evaluations:
        counts[STATUS] = AT_LIMIT
    else:
        begin_line(search, parameters, cost)


@kernel
def advance(search, parameters, gradient, data_cost, l2_cost):
    """Take in an evaluation at the trial: accept it, or try elsewhere on the line."""
    p, counts = parameters.shape[0], search.counts
    counts[N_EVALUATIONS] += 1
    if counts[N_EVALUATIONS] == 1:
        accept(search, parameters, gradient, data_cost, l2_cost)
        return
    cost = data_cost + l2_cost
    slope = dot(vector(search.vectors, 2 * p, p), gradient)
    rounding = ROUNDING_SINGLE if is_single(parameters[0]) else ROUNDING
    if is_acceptable(search.line, cost, slope, rounding):
        remember(search, parameters, gradient)
        counts[N_ITER] += 1
        accept(search, parameters, gradient, data_cost, l2_cost)
        return
    counts[TRIES] += 1
    if counts[TRIES] < MOST_TRIES:
        next_step(search.line, cost, slope)
        move(search, parameters)
        return
    copy(vector(search.vectors, 0, p), parameters)
    if counts[STORED] == 0:
        counts[STATUS] = STALLED
    else:
        counts[STORED] = 0
        begin_line(search, parameters, search.numbers[DATA_COST] + search.numbers[L2_COST])


@entry_point
def pack(examples, size, packed, work):
    """Load all examples, block by block, into one piece of memory."""
    n_examples, d, k = examples.Y.shape[0], examples.mean.shape[0], examples.Y.shape[1]
    for start in range(0, n_examples, size):
        n = min(size, n_examples - start)
        load_part(examples, start, n, work)
        at = start * (d + k + 1)
        copy(vector(work.memory, work.x, d * n), vector(packed, at, d * n))
        copy(vector(work.memory, work.y, k * n), vector(packed, at + d * n, k * n))
        copy(vector(work.memory, work.shares, n), vector(packed, at + (d + k) * n, n))


@entry_point
def run_lbfgs(objective, parameters, examples, packed, search, n_blocks, work):
    """Go through `n_blocks` blocks of examples, or fewer if the search ends before."""
    counts = search.counts
    n_examples, d, k = examples.Y.shape[0], examples.mean.shape[0], examples.Y.shape[1]
    gradient = vector(work.memory, work.gradient, parameters.shape[0])
    data_cost = search.numbers[3]
    no_state = vector(work.rows, 0, 1)
    for _ in range(n_blocks):
        if counts[STATUS] != RUNNING:
            break
        start = counts[BLOCK] * work.capacity
        n = min(work.capacity, n_examples - start)
        if start == 0:
            data_cost = 0.0
            penalty_gradient(objective, parameters, search.n_samples, gradient)
        if packed.shape[0] == 0:
            x, y, shares = load_part(examples, start, n, work)
        else:
            at = start * (d + k + 1)
            x, y = matrix(packed, at, d, n), matrix(packed, at + d * n, k, n)
            shares = vector(packed, at + (d + k) * n, n)
        data_cost += add_batch(objective, parameters, x, y, shares, 0.0, no_state, True, True, work)
        counts[BLOCK] += 1
        if start + n == n_examples:
            counts[BLOCK] = 0
            l2_cost = penalty_cost(objective, parameters, search.n_samples)
            advance(search, parameters, gradient, data_cost, l2_cost)
    search.numbers[3] = data_cost


@dataclass(frozen=True)
class LBFGSSettings:
    """Settings of the search.

    Parameters
    ----------
    max_iter, max_evaluations : int
        Iterations, and evaluations of the cost, at most.
    tol : float
        Converged is where no component of the gradient is larger,
    relative_tol : float
        or an iteration lowered the cost by no more than this share of it; 0 leaves that out.
    memory : int
        Pairs of steps and gradient changes that are remembered.
    """

    max_iter: int = 1000
    max_evaluations: int = 15_000
    tol: float = 1e-4
    relative_tol: float = 1e-10
    memory: int = MEMORY


class LBFGS:
    """A search for a minimum of one objective, run in pieces of any length.

    Parameters
    ----------
    network : Network
        What is trained.
    parameters : ndarray of shape (n_parameters,)
        Where to start; their type, float64 or float32, is the type of all arithmetic but that of costs.
    examples : Examples
        What it learns from, of the same type.
    alpha : float or sequence of float
        Strength λ of the L2 penalty; one for all layers, or one for each.
    settings : LBFGSSettings
        All else.
    """

    def __init__(
        self,
        network: Network,
        parameters: np.ndarray,
        examples: Examples,
        alpha: float | Sequence[float],
        settings: LBFGSSettings,
    ) -> None:
        dtype = float_type(parameters.dtype)
        self.network = network
        self.parameters = for_kernels(parameters, dtype).copy()
        self.settings = settings
        self.seconds = 0.0
        self._examples = examples
        self._objective = make_objective(network, alpha)
        width = examples.n_features + 4 * sum(network.layer_sizes[1:])
        capacity = max(64, BLOCK_BYTES // (width * dtype.itemsize) // 16 * 16)
        self._work = make_workspace(network, min(capacity, examples.n_examples), dtype)
        self._packed = self._pack(dtype)
        p, n_kept = network.n_parameters, int(settings.max_iter) + 1
        self._search = Search(
            int(settings.max_iter),
            int(settings.max_evaluations),
            float(settings.tol),
            float(settings.relative_tol),
            examples.total_weight,
            np.zeros(6, np.int64),
            np.zeros(4),
            np.zeros(NUMBERS),
            aligned_empty((3 + 2 * settings.memory) * p, dtype),
            np.zeros(2 * settings.memory),
            np.empty(n_kept),
            np.empty(n_kept),
        )

    @property
    def n_iter(self) -> int:
        """Number of iterations made."""
        return int(self._search.counts[N_ITER])

    @property
    def n_evaluations(self) -> int:
        """Number of evaluations of cost and gradient."""
        return int(self._search.counts[N_EVALUATIONS])

    @property
    def status(self) -> int:
        """Whether it is running, converged, stalled or at the limit of iterations."""
        return int(self._search.counts[STATUS])

    @property
    def gradient_norm(self) -> float:
        """Largest component of the gradient at the point reached."""
        return float(self._search.numbers[GRADIENT_NORM])

    @property
    def data_costs(self) -> np.ndarray:
        """Mean loss at the start and after each iteration."""
        return self._search.data_costs[: self._n_costs]

    @property
    def l2_costs(self) -> np.ndarray:
        """L2 cost at the start and after each iteration."""
        return self._search.l2_costs[: self._n_costs]

    @property
    def _n_costs(self) -> int:
        return self.n_iter + 1 if self.n_evaluations > 0 else 0

    @property
    def point(self) -> np.ndarray:
        """Best parameters so far, a trial left out."""
        return self._search.vectors[: self.network.n_parameters]

    def restart(self, alpha: float | Sequence[float], parameters: np.ndarray, max_iter: int | None = None) -> None:
        """Begin a new search on the same examples, with another strength and from other parameters.

        `max_iter` is at most that of the settings, which it is if None.
        """
        self._objective.alphas[:] = alpha
        self.parameters[:] = parameters
        self._search.counts[:] = 0
        self._search = self._search._replace(max_iter=int(self.settings.max_iter if max_iter is None else max_iter))

    def run(self, n_blocks: int) -> float:
        """Go through `n_blocks` blocks of examples and return the seconds they took."""
        began = perf_counter()
        with blas_for(self.network.layer_sizes, self._work.capacity):
            run_lbfgs(
                self._objective, self.parameters, self._examples, self._packed, self._search, int(n_blocks), self._work
            )
        elapsed = perf_counter() - began
        self.seconds += elapsed
        return elapsed

    def run_to_the_end(self, progress: Callable[[int], object] | None = None) -> None:
        """Run until converged, stalled or at the limit, in pieces short enough for Ctrl-C and a progress bar.

        Ends early when `progress`, called with the number of iterations, returns true.
        """
        piece = max(1, FIRST_PIECE // (self.network.n_parameters * self._work.capacity))
        while self.status == RUNNING:
            elapsed = self.run(piece)
            piece = max(1, piece // 2) if elapsed > SECONDS_BETWEEN_RETURNS else 2 * piece
            if progress is not None and progress(self.n_iter):
                break

    def _pack(self, dtype: np.dtype) -> np.ndarray:
        examples = self._examples
        numbers = examples.n_examples * (examples.n_features + examples.Y.shape[1] + 1)
        if len(examples.row_starts) or numbers * dtype.itemsize > PACKED_BYTES:
            return np.empty(0, dtype)
        packed = aligned_empty(numbers, dtype)
        pack(examples, self._work.capacity, packed, self._work)
        return packed
