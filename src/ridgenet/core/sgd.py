"""Mini-batch gradient descent: every epoch in a new order, the last batch kept however small."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

from ridgenet._compile import entry_point, kernel
from ridgenet.core.arrays import float_type, for_kernels
from ridgenet.core.objective import batch_gradient, evaluate, load_batch, make_objective, make_workspace
from ridgenet.core.solution import History, Solution
from ridgenet.errors import DivergenceError
from ridgenet.network import Network
from ridgenet.settings import PenaltyScaling

# Beyond this no network of ours is useful, and float32 is still far from overflow.
LARGEST_SQUARED_NORM = 1e20
SECONDS_BETWEEN_RETURNS = 0.05


@kernel
def shuffle(order, places, state):
    """Shuffle `order` in place (Fisher and Yates), with the random numbers of SplitMix64.

    Steele, Lea and Flood, OOPSLA 2014: number k is a function of the state plus k times a constant,
    so that all of them are drawn side by side before the first swap. The high half of each picks the
    place; a place is then drawn too often or too rarely by n / 2^32 at most.
    """
    n = order.shape[0]
    seed = state[0]
    for k in range(n):
        bits = seed + np.uint64(k) * np.uint64(0x9E3779B97F4A7C15)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        bits = bits ^ (bits >> np.uint64(31))
        places[k] = ((bits >> np.uint64(32)) * np.uint64(k + 1)) >> np.uint64(32)
    state[0] = seed + np.uint64(n) * np.uint64(0x9E3779B97F4A7C15)
    for k in range(n - 1, 0, -1):
        kept = order[k]
        order[k] = order[places[k]]
        order[places[k]] = kept


@entry_point
def run_updates(
    objective, parameters, X, Y, order, places, state, shuffled, batch_size, step, per_batch, start, n_updates, work
):
    """theta <- theta - step grad J(batch), for `n_updates` batches from `start` on; return the next start"""
    n_examples = order.shape[0]
    step = parameters.dtype.type(step)
    for _ in range(n_updates):
        if start == 0 and shuffled:
            shuffle(order, places, state)
        n = min(batch_size, n_examples - start)
        load_batch(X, Y, order, start, n, work)
        batch_gradient(objective, parameters, n, n if per_batch else n_examples, work)
        for i in range(parameters.shape[0]):
            parameters[i] -= step * work.gradient[i]
        start = start + n if start + n < n_examples else 0
    return start


class SGD:
    """Mini-batch gradient descent on one objective, run in pieces of any length.

    Parameters
    ----------
    network : Network
        What is trained.
    parameters : ndarray of shape (n_parameters,)
        Where to start; their type, float64 or float32, is the type of all arithmetic.
    X : ndarray of shape (n_samples, n_features)
        Inputs.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets: 0 or 1, one-hot rows, or numbers.
    alpha : float or sequence of float
        Strength λ of the L2 penalty; one for all layers, or one for each.
    batch_size : int
        Examples in a batch; all of them if there are fewer.
    learning_rate : float
        The step: what the gradient is multiplied by in an update.
    penalty_scaling : {"batch", "dataset"}
        Whether λ is divided by the examples of the batch or by all of them.
    shuffle_seed : int or None
        Seed of the order of the examples; with None they keep their order.
    """

    def __init__(
        self,
        network: Network,
        parameters: np.ndarray,
        X: np.ndarray,
        Y: np.ndarray,
        *,
        alpha: float | Sequence[float],
        batch_size: int,
        learning_rate: float,
        penalty_scaling: PenaltyScaling,
        shuffle_seed: int | None,
    ) -> None:
        dtype = float_type(parameters.dtype)
        self.network = network
        self.parameters = for_kernels(parameters, dtype).copy()
        self.learning_rate = float(learning_rate)
        self.n_updates = 0
        self.seconds = 0.0
        self._X, self._Y = for_kernels(X, dtype), for_kernels(Y, dtype)
        n_samples = len(self._X)
        self._batch_size = min(int(batch_size), n_samples)
        self._per_batch = penalty_scaling == "batch"
        self._order = np.arange(n_samples, dtype=np.uintp)
        self._places = np.empty_like(self._order)
        self._shuffled = shuffle_seed is not None
        self._state = np.array([shuffle_seed or 0], np.uint64)
        self._start = 0
        self._objective = make_objective(network, alpha)
        self._work = make_workspace(network, self._batch_size, dtype)

    @property
    def updates_per_epoch(self) -> int:
        """Number of batches in an epoch, the last, smaller one included."""
        return -(-len(self._X) // self._batch_size)

    def compile(self) -> None:
        """Compile the kernels, or load them from disk, so that the time of a run is its own."""
        self.run(0)
        self.costs()
        self.seconds = 0.0

    def run(self, n_updates: int) -> float:
        """Make `n_updates` updates and return the seconds they took."""
        began = perf_counter()
        self._start = run_updates(
            self._objective,
            self.parameters,
            self._X,
            self._Y,
            self._order,
            self._places,
            self._state,
            self._shuffled,
            self._batch_size,
            self.learning_rate,
            self._per_batch,
            self._start,
            int(n_updates),
            self._work,
        )
        elapsed = perf_counter() - began
        self.n_updates += n_updates
        self.seconds += elapsed
        return elapsed

    @property
    def alpha(self) -> float:
        """Strength of the penalty; the largest, if layers differ."""
        return float(self._objective.alphas.max())

    def has_diverged(self) -> bool:
        """Tell whether a parameter is NaN or beyond every reasonable range."""
        with np.errstate(over="ignore", invalid="ignore"):
            return not float(self.parameters @ self.parameters) < LARGEST_SQUARED_NORM

    def costs(self) -> tuple[float, float]:
        """Return data cost and L2 cost over all examples."""
        n_samples = self._batch_size if self._per_batch else len(self._X)
        costs: tuple[float, float] = evaluate(
            self._objective, self.parameters, self._X, self._Y, self._order, n_samples, False, self._work
        )
        return costs


def minimize_sgd(
    sgd: SGD, n_epochs: int, *, n_records: int = 300, progress: Callable[[int], None] | None = None
) -> Solution:
    """Train for `n_epochs`, keeping the costs on the way.

    Parameters
    ----------
    sgd : SGD
        The solver, fresh.
    n_epochs : int
        Passes over the data.
    n_records : int, default=300
        About how many epochs to keep the costs of, denser at the beginning.
    progress : callable, optional
        Called several times a second with the number of epochs done.

    Returns
    -------
    Solution
        After Ctrl-C what was reached by then, marked as interrupted.

    Raises
    ------
    DivergenceError
        If the parameters grow without bound.
    """
    records: list[tuple[float, float, float, float]] = []
    piece = 1
    interrupted = False
    sgd.compile()
    try:
        for epoch in _epochs_to_record(n_epochs, n_records):
            while (left := epoch * sgd.updates_per_epoch - sgd.n_updates) > 0:
                elapsed = sgd.run(min(piece, left))
                if sgd.has_diverged():
                    raise DivergenceError(sgd.alpha, -(-sgd.n_updates // sgd.updates_per_epoch), sgd.learning_rate)
                piece = max(1, piece // 2) if elapsed > SECONDS_BETWEEN_RETURNS else 2 * piece
                if progress is not None:
                    progress(sgd.n_updates // sgd.updates_per_epoch)
            records.append(_record(sgd))
    except KeyboardInterrupt:
        if sgd.n_updates == 0:
            raise
        interrupted = True
        records.append(_record(sgd))
    return Solution(sgd.parameters, History(*np.array(records).T), sgd.n_updates, sgd.seconds, interrupted)


def _epochs_to_record(n_epochs: int, n_records: int) -> list[int]:
    """Return the start, the end, and epochs between, half of them equally spaced and half by their logarithm."""
    even = np.linspace(0, n_epochs, n_records // 2)
    early = np.geomspace(1, max(n_epochs, 1), n_records // 2)
    epochs: list[int] = np.unique(np.concatenate([even, early, [n_epochs]]).astype(int)).tolist()
    return epochs


def _record(sgd: SGD) -> tuple[float, float, float, float]:
    weights = sgd.network.weights(sgd.parameters)
    squared_norm = sum(float(np.sum(np.square(W, dtype=np.float64))) for W in weights)
    return sgd.n_updates / sgd.updates_per_epoch, *sgd.costs(), squared_norm
