"""Mini-batch training on a stream: one pass to know the data, then epochs, each in an order of its own.

Every buffer, and so every random number of an epoch, follows from the seed, the epoch and the buffer's number
alone: a run that was killed goes on from its last checkpoint to the same network as one that was not.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ridgenet._errors import DivergenceError, InputError
from ridgenet._network import Network
from ridgenet._preprocessing import Standardizer, TargetEncoder, pooled_mean_and_scale
from ridgenet.backends import _checkpoint as checkpoint
from ridgenet.backends._checkpoint import Progress
from ridgenet.backends._stream import Buffer, Stream
from ridgenet.core._examples import make_examples, mean_and_variance
from ridgenet.core._penalties import L2Penalty, alpha_of_part
from ridgenet.core._sgd import SGD, SGDSettings
from ridgenet.core._update_rules import Rule, make_rule
from ridgenet.formulas import LOSSES

# of inputs in one buffer; three are held at a time
BYTES_OF_A_BUFFER = 2**24
FEWEST_ROWS_OF_A_BUFFER = 1_000
SECONDS_BETWEEN_CHECKPOINTS = 30.0
MOST_CLASSES = 1_000


@dataclass(frozen=True)
class Known:
    """What the first pass finds out.

    Attributes
    ----------
    n_rows : int
        Number of rows.
    total_weight : float
        Sum of their weights.
    standardizer : Standardizer
        Means and standard deviations of inputs, and of targets that are numbers.
    classes : ndarray or None
        All labels.
    """

    n_rows: int
    total_weight: float
    standardizer: Standardizer
    classes: np.ndarray | None


@dataclass(frozen=True)
class StreamProgress:
    """How far a training is, as callbacks see it: passes over the data with the first, which only looks; rows."""

    n_passes: int
    n_passes_total: int
    n_rows: int
    n_rows_total: int


Callback = Callable[[StreamProgress], object]


def rows_of_a_buffer(n_columns: int) -> int:
    """Return how many rows a buffer holds."""
    return max(BYTES_OF_A_BUFFER // (4 * n_columns), FEWEST_ROWS_OF_A_BUFFER)


def first_pass(
    stream: Stream, *, numeric: bool, centering: str | None, standardize: bool, told: Callable[[int], object]
) -> Known:
    """Pass over the data once, for moments and classes.

    Parameters
    ----------
    stream : Stream
        The rows.
    numeric : bool
        Whether targets are numbers; else they are classes.
    centering : {"mean"} or None
        How targets are centred and scaled.
    standardize : bool
        Whether inputs, and targets as `centering` says, are standardised.
    told : callable
        Called with the number of rows read.

    Raises
    ------
    InputError
        If a value cannot be used, there are no rows, or one class only.
    """
    weights, moments, target_moments = [], [], []
    classes: np.ndarray | None = None
    total = 0
    # their numbers are in float64 here, later in float32
    for buffer in _ahead(stream.buffers(max(rows_of_a_buffer(len(stream.columns)) // 2, 1))):
        total += len(buffer.X)
        weight = float(len(buffer.X) if buffer.weights is None else buffer.weights.sum())
        if numeric:
            target_moments.append(mean_and_variance(_as_numbers(buffer.y, stream.target), buffer.weights))
        else:
            found = np.unique(buffer.y)
            classes = found if classes is None else np.union1d(classes, found)
            if len(classes) > MOST_CLASSES:
                raise InputError(f"the target {stream.target!r} has more than {MOST_CLASSES} classes: is it a number?")
        if weight > 0:
            weights.append(weight)
            moments.append(_moments(buffer, stream))
        told(total)
    if total == 0:
        raise InputError("there are no rows")
    if not weights:
        raise InputError(f"all weights in column {stream.weight!r} are zero")
    if classes is not None and len(classes) < 2:
        raise InputError(f"the target {stream.target!r} has one class only: {classes[0]}")
    n_outputs = 1 if classes is None else TargetEncoder(classes).n_outputs
    standardizer = Standardizer.identity(len(stream.columns), n_outputs)
    if standardize:
        mean, scale = pooled_mean_and_scale(weights, moments, total)
        standardizer = replace(standardizer, mean=mean, scale=scale)
        if numeric and centering is not None:
            mean, scale = pooled_mean_and_scale(weights, target_moments, total)
            standardizer = replace(standardizer, target_mean=mean, target_scale=scale)
    return Known(total, float(sum(weights)), standardizer, classes)


def _moments(buffer: Buffer, stream: Stream) -> tuple[np.ndarray, np.ndarray]:
    mean, variance = mean_and_variance(buffer.X, buffer.weights)
    if not np.isfinite(variance).all():
        name = stream.columns[int(np.argmin(np.isfinite(variance)))]
        raise InputError(f"column {name!r} holds numbers too large to standardise; give it another unit")
    for column in np.flatnonzero(variance < np.finfo(np.float64).tiny):
        if np.ptp(buffer.X[:, column]) > 0:
            name = stream.columns[int(column)]
            raise InputError(f"column {name!r}: the numbers differ by too little to standardise; give it another unit")
    return mean, variance


class StreamTraining:
    """Training of a network on a stream.

    Parameters
    ----------
    stream : Stream
        The rows.
    network : Network
        What is trained.
    known : Known
        What the first pass found out.
    penalty : L2Penalty
        The penalty.
    settings : SGDSettings
        Batch size, step and rule.
    seed : int
        Of the order of rows.
    start : ndarray
        Parameters to begin with.
    """

    def __init__(
        self,
        stream: Stream,
        network: Network,
        known: Known,
        penalty: L2Penalty,
        settings: SGDSettings,
        seed: int,
        start: np.ndarray,
    ) -> None:
        self.stream, self.network, self.known = stream, network, known
        self.penalty, self.settings, self.seed = penalty, settings, seed
        rule = _new_rule(settings, network)
        self.progress = Progress(start.astype(np.float32), rule.first, rule.second, rule.powers)
        self.n_rows = rows_of_a_buffer(len(stream.columns))

    def run(self, n_epochs: int, told: Callable[[int, int], object], keep: Callable[[Progress, bool], object]) -> bool:
        """Train until so many epochs are done; return false if `told` asked to stop.

        Parameters
        ----------
        n_epochs : int
            Epochs in all, those done before included.
        told : callable
            Called with the epochs done and the rows of the one that is on; when it returns true, training stops.
        keep : callable
            Called after every buffer with the progress, and whether an epoch has ended.

        Raises
        ------
        DivergenceError
            If the parameters grow without bound.
        """
        progress = self.progress
        while progress.epoch < n_epochs:
            order = np.random.default_rng([self.seed, progress.epoch])
            standard = self.known.standardizer.mean, self.known.standardizer.scale
            buffers = self.stream.buffers(self.n_rows, order, progress.buffer, standard)
            with _closing(_ahead(buffers)) as ahead:
                for buffer in ahead:
                    self._learn(buffer)
                    progress.buffer += 1
                    keep(progress, False)
                    if told(progress.epoch, min(progress.buffer * self.n_rows, self.known.n_rows)):
                        return False
            progress.data_losses.append(float(progress.sums[0] / progress.sums[1]))
            progress.l2_penalties.append(self.l2_penalty())
            progress.epoch, progress.buffer = progress.epoch + 1, 0
            progress.sums[:] = 0
            keep(progress, True)
        return True

    def l2_penalty(self) -> float:
        """Return what the weights cost now."""
        return self.penalty.value(self.network, self.progress.parameters, self.known.total_weight)

    def _learn(self, buffer: Buffer) -> None:
        progress, known = self.progress, self.known
        examples = make_examples(buffer.X, self._targets(buffer.y), np.float32, weights=buffer.weights)
        if not examples.total_weight > 0:
            return
        shuffle, dropout = np.random.SeedSequence([self.seed, progress.epoch, progress.buffer]).generate_state(2)
        settings = replace(self.settings, n_epochs=1, shuffle_seed=int(shuffle), dropout_seed=int(dropout))
        # λ is divided by all rows, the kernels divide it by those of the buffer
        alpha = np.asarray(self.penalty.alpha, np.float64)
        penalty = self.penalty.at(alpha_of_part(alpha, examples.total_weight, known.total_weight))
        rule = _new_rule(settings, self.network)._replace(
            first=progress.first, second=progress.second, powers=progress.powers
        )
        sgd = SGD(self.network, progress.parameters, examples, penalty, settings, rule=rule)
        sgd.run(sgd.updates_per_epoch)
        if sgd.has_diverged():
            raise DivergenceError(float(alpha.max()), progress.epoch + 1, settings.learning_rate_init)
        progress.parameters = sgd.parameters
        progress.sums += float(sgd.data_losses[-1]) * examples.total_weight, examples.total_weight

    def _targets(self, y: np.ndarray) -> np.ndarray:
        known = self.known
        if known.classes is None:
            Y = _as_numbers(y, self.stream.target)
            lowest = LOSSES[self.network.loss].lowest_target
            if (lowest > Y).any():
                raise InputError(f"{self.stream.target!r} must be {lowest:g} or more for loss={self.network.loss!r}")
            return known.standardizer.transform_targets(Y)
        return TargetEncoder(known.classes).transform(y, np.float32)


class Checkpointer:
    """Writes checkpoints now and then.

    Parameters
    ----------
    path : Path or None
        Where to; None keeps nothing.
    run : dict
        What tells this run from others.
    seconds : float
        Least time between two.
    """

    def __init__(self, path: Path | None, run: dict[str, Any], seconds: float) -> None:
        self._path, self._run, self._seconds = path, run, seconds
        self._last = time.monotonic()

    def __call__(self, progress: Progress, epoch_ended: bool) -> None:
        """Write one, if it is time."""
        if self._path is not None and (epoch_ended or time.monotonic() - self._last >= self._seconds):
            checkpoint.save(self._path, progress, self._run)
            self._last = time.monotonic()


def _new_rule(settings: SGDSettings, network: Network) -> Rule:
    constants = {name: getattr(settings, name) for name in ("momentum", "beta_1", "beta_2", "epsilon", "weight_decay")}
    return make_rule(settings.rule, network.n_parameters, np.float32, **constants)


def _as_numbers(y: np.ndarray, target: str) -> np.ndarray:
    if y.dtype.kind not in "fiub":
        raise InputError(f"the target {target!r} holds {y.dtype}, not numbers: classify it instead")
    return TargetEncoder(None).transform(y)


def _ahead(buffers: Iterator[Buffer]) -> Iterator[Buffer]:
    """Read one buffer ahead, in a thread: reading and learning take turns otherwise."""
    waiting: queue.Queue[Buffer | BaseException | None] = queue.Queue(maxsize=1)
    left = threading.Event()

    def put(item: Buffer | BaseException | None) -> bool:
        while not left.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def read() -> None:
        try:
            for buffer in buffers:
                if not put(buffer):
                    return
            put(None)
        except BaseException as error:
            put(error)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        left.set()
        thread.join()


@contextmanager
def _closing(buffers: Any) -> Iterator[Any]:
    try:
        yield buffers
    finally:
        buffers.close()
