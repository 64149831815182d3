"""Mini-batch training: every epoch in a new order; the last batch may be smaller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from ridgenet._defaults import PenaltyScaling
from ridgenet._errors import DivergenceError
from ridgenet._network import Network
from ridgenet.core._arrays import float_type, for_kernels
from ridgenet.core._dense import blas_for
from ridgenet.core._examples import Examples
from ridgenet.core._objective import evaluate, make_objective, make_workspace
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._shared_updates import Halves, is_worth_sharing
from ridgenet.core._solution import History, Solution
from ridgenet.core._update_rules import LEARNING_RATES, Rule, Schedule, make_rule
from ridgenet.core._updates import EPOCH, N_COUNTS, SQUARED_NORM, STOPPED, UPDATES, Batches, Progress, run_updates

# beyond this no network is useful, and float32 is still far from overflow
LARGEST_SQUARED_NORM = 1e20
SECONDS_BETWEEN_RETURNS = 0.05


@dataclass(frozen=True)
class SGDSettings:
    """Settings of mini-batch training.

    Parameters
    ----------
    batch_size : int
        Samples in a batch; at most all samples.
    learning_rate_init : float
        Learning rate, by which the gradient is multiplied in an update.
    n_epochs : int
        Maximum number of passes over the data.
    rule : {"gradient", "momentum", "nesterov", "adam"}
        The update rule.
    learning_rate : {"constant", "invscaling", "adaptive", "cosine"}
        How the learning rate changes from epoch to epoch.
    power_t : float
        Exponent of ``"invscaling"``.
    momentum, beta_1, beta_2, epsilon : float
        Constants of the update rules.
    weight_decay : float
        Decoupled weight decay (AdamW): each update subtracts learning rate times this times the weight.
    dropout : float
        Probability of dropping a hidden unit.
    penalty_scaling : {"batch", "dataset"}
        Whether λ is divided by the number of samples in the batch or of all samples.
    shuffle_seed : int or None
        Seed of the order of the samples; None keeps their order.
    dropout_seed : int
        Seed of dropout.
    tol, n_iter_no_change : float, int
        Training stops after more than `n_iter_no_change` consecutive epochs that lower the best objective by less
        than `tol`; with ``n_iter_no_change=0`` it never does.
    with_objectives : bool
        Whether to record the objective of each epoch, which early stopping needs.
    """

    batch_size: int
    learning_rate_init: float
    n_epochs: int
    rule: str = "gradient"
    learning_rate: str = "constant"
    power_t: float = 0.5
    momentum: float = 0.9
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    dropout: float = 0.0
    penalty_scaling: PenaltyScaling = "dataset"
    shuffle_seed: int | None = 0
    dropout_seed: int = 0
    tol: float = 0.0
    n_iter_no_change: int = 0
    with_objectives: bool = False


class SGD:
    """Mini-batch training of one network, in pieces of any length.

    Parameters
    ----------
    network : Network
        The network.
    parameters : ndarray of shape (n_parameters,)
        Initial parameters; their type, float64 or float32, is that of all arithmetic.
    examples : Examples
        Training samples, of the same type.
    penalty : L2Penalty
        The penalty, with λ.
    settings : SGDSettings
        All other settings.
    rule : Rule, optional
        The update rule of an earlier run, to continue with its state; a new one, if None.
    """

    def __init__(
        self,
        network: Network,
        parameters: np.ndarray,
        examples: Examples,
        penalty: L2Penalty,
        settings: SGDSettings,
        rule: Rule | None = None,
    ) -> None:
        dtype = float_type(parameters.dtype)
        self.network = network
        self.parameters = for_kernels(parameters, dtype).copy()
        self.settings = settings
        self.seconds = 0.0
        self._examples = examples
        self._objective = make_objective(network, penalty)
        self.rule = rule or make_rule(
            settings.rule,
            network.n_parameters,
            dtype,
            momentum=settings.momentum,
            beta_1=settings.beta_1,
            beta_2=settings.beta_2,
            epsilon=settings.epsilon,
            weight_decay=settings.weight_decay,
        )
        self._schedule = Schedule(
            LEARNING_RATES[settings.learning_rate].code,
            float(settings.learning_rate_init),
            float(settings.power_t),
            int(settings.n_epochs),
            float(settings.tol),
            int(settings.n_iter_no_change),
        )
        order = np.arange(examples.n_examples, dtype=np.uint64)
        self._batches = Batches(
            min(int(settings.batch_size), examples.n_examples),
            order,
            np.empty_like(order),
            settings.shuffle_seed is not None,
            np.array([settings.shuffle_seed or 0], np.uint64),
            float(settings.dropout),
            np.array([settings.dropout_seed], np.uint64),
            settings.penalty_scaling == "batch",
            bool(settings.with_objectives),
        )
        kept = int(settings.n_epochs) if settings.with_objectives else 0
        self._progress = Progress(
            np.zeros(N_COUNTS, np.int64),
            np.array([settings.learning_rate_init, 0.0, np.inf, 0.0], np.float64),
            np.empty(kept),
            np.empty(kept),
        )
        self._work = make_workspace(network, self._batches.size, dtype, dropout=settings.dropout > 0)
        shared = is_worth_sharing(network, self._batches.size)
        self._halves = Halves(network, self._batches, dtype) if shared else None

    @property
    def updates_per_epoch(self) -> int:
        """Number of batches in an epoch, including the last, smaller one."""
        return -(-self._examples.n_examples // self._batches.size)

    @property
    def n_updates(self) -> int:
        """Number of updates."""
        return int(self._progress.counts[UPDATES])

    @property
    def n_epochs(self) -> int:
        """Number of finished epochs."""
        return int(self._progress.counts[EPOCH])

    @property
    def stopped(self) -> bool:
        """Whether the objective has stopped decreasing, so that further runs do nothing."""
        return bool(self._progress.counts[STOPPED])

    @property
    def data_losses(self) -> np.ndarray:
        """Mean of the batch losses of each finished epoch, during training; if `with_objectives`."""
        return self._progress.data_losses[: self.n_epochs]

    @property
    def l2_penalties(self) -> np.ndarray:
        """L2 penalty at the end of each finished epoch; if `with_objectives`."""
        return self._progress.l2_penalties[: self.n_epochs]

    @property
    def alpha(self) -> float:
        """Regularisation strength λ; the largest, if layers differ."""
        return float(self._objective.alphas[: self.network.n_layers].max())

    def prepare(self) -> None:
        """Load the kernels, or compile them just in time, so that this is not part of the time of a run."""
        self.run(0)
        self.objectives()
        self.seconds = 0.0

    def run(self, n_updates: int) -> float:
        """Make `n_updates` updates, or fewer if training stops, and return the seconds they took."""
        began = perf_counter()
        training = (
            self._objective,
            self.parameters,
            self._examples,
            self.rule,
            self._schedule,
            self._batches,
            self._progress,
            int(n_updates),
        )
        with blas_for(self.network.layer_sizes, self._batches.size):
            if self._halves is None:
                run_updates(*training, self._work)
            else:
                self._halves.run(*training)
        elapsed = perf_counter() - began
        self.seconds += elapsed
        return elapsed

    def has_diverged(self) -> bool:
        """Return whether a parameter is NaN or out of every reasonable range."""
        return not self._progress.numbers[SQUARED_NORM] < LARGEST_SQUARED_NORM

    def objectives(self) -> tuple[float, float]:
        """Return data loss and L2 penalty over all samples."""
        counted = self._batches.size if self._batches.per_batch else self._examples.n_examples
        costs: tuple[float, float] = evaluate(
            self._objective, self.parameters, self._examples, counted * self._examples.mean_weight, False, self._work
        )
        return costs

    def run_until(self, epoch: int, progress: Callable[[int], object] | None = None) -> None:
        """Run to the end of an epoch, in pieces short enough for Ctrl-C and a progress bar.

        Stop early if `progress`, called with the number of epochs done, returns true.

        Raises
        ------
        DivergenceError
            If the parameters grow without bound.
        """
        piece = 1
        while not self.stopped and (left := epoch * self.updates_per_epoch - self.n_updates) > 0:
            elapsed = self.run(min(piece, left))
            if self.has_diverged():
                raise DivergenceError(
                    self.alpha, -(-self.n_updates // self.updates_per_epoch), self.settings.learning_rate_init
                )
            piece = max(1, piece // 2) if elapsed > SECONDS_BETWEEN_RETURNS else 2 * piece
            if progress is not None and progress(self.n_epochs):
                break


def minimize_sgd(sgd: SGD, *, n_records: int = 300, progress: Callable[[int], object] | None = None) -> Solution:
    """Train for all epochs, recording the objective over all samples during training.

    Parameters
    ----------
    sgd : SGD
        A new solver.
    n_records : int, default=300
        Approximate number of epochs at which to record the objective, denser at the beginning.
    progress : callable, optional
        Called several times a second with the number of epochs done.

    Returns
    -------
    Solution
        After Ctrl-C, that reached so far, marked as interrupted.

    Raises
    ------
    DivergenceError
        If the parameters grow without bound.
    """
    records: list[tuple[float, float, float, float]] = []
    interrupted = False
    sgd.prepare()
    try:
        for epoch in _epochs_to_record(sgd.settings.n_epochs, n_records):
            sgd.run_until(epoch, progress)
            records.append(_record(sgd))
    except KeyboardInterrupt:
        if sgd.n_updates == 0:
            raise
        interrupted = True
        records.append(_record(sgd))
    return Solution(sgd.parameters, History(*np.array(records).T), sgd.n_updates, sgd.seconds, interrupted)


def _epochs_to_record(n_epochs: int, n_records: int) -> list[int]:
    """Return the start, the end, and epochs between, half of them spaced linearly and half logarithmically."""
    even = np.linspace(0, n_epochs, n_records // 2)
    early = np.geomspace(1, max(n_epochs, 1), n_records // 2)
    epochs: list[int] = np.unique(np.concatenate([even, early, [n_epochs]]).astype(int)).tolist()
    return epochs


def _record(sgd: SGD) -> tuple[float, float, float, float]:
    weights = sgd.network.weights(sgd.parameters)
    squared_norm = sum(float(np.sum(np.square(W, dtype=np.float64))) for W in weights)
    return sgd.n_updates / sgd.updates_per_epoch, *sgd.objectives(), squared_norm
