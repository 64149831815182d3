"""Mini-batch training on a stream: a first pass for means, scales and classes, then shuffled epochs.

The order of the rows and all random numbers depend only on the seed, the epoch and the index of the buffer. A run
resumed from a checkpoint therefore ends with the same network as an uninterrupted one.
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
from ridgenet.backends import _checkpoint as checkpoints
from ridgenet.backends._checkpoint import StreamState
from ridgenet.backends._stream import Buffer, Stream
from ridgenet.core._examples import make_examples, mean_and_variance
from ridgenet.core._penalties import L2Penalty, alpha_of_part
from ridgenet.core._sgd import SGD, SGDSettings
from ridgenet.core._update_rules import Rule, make_rule
from ridgenet.formulas import LOSSES

# size of the inputs of one buffer; up to three buffers are in memory at a time
BUFFER_BYTES = 2**24
MIN_BUFFER_ROWS = 1_000
SECONDS_BETWEEN_CHECKPOINTS = 30.0
MAX_CLASSES = 1_000


@dataclass(frozen=True)
class StreamSummary:
    """Result of the first pass over a stream.

    Attributes
    ----------
    n_rows : int
        Number of rows.
    total_weight : float
        Sum of their weights.
    standardizer : Standardizer
        Mean and scale of the inputs, and of the targets in regression.
    classes : ndarray or None
        All class labels; None in regression.
    """

    n_rows: int
    total_weight: float
    standardizer: Standardizer
    classes: np.ndarray | None


@dataclass(frozen=True)
class StreamProgress:
    """Progress of training on a stream, as passed to callbacks.

    Attributes
    ----------
    n_passes, n_passes_total : int
        Number of passes over the data done, and in total; the first pass only summarises the data.
    n_rows, n_rows_total : int
        Number of rows read in the current pass, and in total.
    """

    n_passes: int
    n_passes_total: int
    n_rows: int
    n_rows_total: int


Callback = Callable[[StreamProgress], object]


def rows_of_a_buffer(n_columns: int) -> int:
    """Return the number of rows of a buffer."""
    return max(BUFFER_BYTES // (4 * n_columns), MIN_BUFFER_ROWS)


def first_pass(
    stream: Stream, *, numeric: bool, centering: str | None, standardize: bool, report: Callable[[int], object]
) -> StreamSummary:
    """Read the data once, for moments and classes.

    Parameters
    ----------
    stream : Stream
        The data.
    numeric : bool
        Whether targets are numbers rather than classes.
    centering : {"mean"} or None
        How targets are standardised; None leaves them unchanged.
    standardize : bool
        Whether to standardise the inputs, and the targets according to `centering`.
    report : callable
        Called with the number of rows read so far.

    Raises
    ------
    InputError
        If a value is invalid, or there are no rows or only one class.
    """
    weights, moments, target_moments = [], [], []
    classes: np.ndarray | None = None
    total = 0
    # half the rows: in this pass the inputs are float64 rather than float32
    for buffer in _prefetch(stream.buffers(max(rows_of_a_buffer(len(stream.columns)) // 2, 1))):
        total += len(buffer.X)
        weight = float(len(buffer.X) if buffer.weights is None else buffer.weights.sum())
        if numeric:
            target_moments.append(mean_and_variance(_as_numbers(buffer.y, stream.target), buffer.weights))
        else:
            labels = np.unique(buffer.y)
            classes = labels if classes is None else np.union1d(classes, labels)
            if len(classes) > MAX_CLASSES:
                raise InputError(
                    f"the target {stream.target!r} has more than {MAX_CLASSES} classes; if it is a number, use a "
                    "regressor"
                )
        if weight > 0:
            weights.append(weight)
            moments.append(_moments(buffer, stream))
        report(total)
    if total == 0:
        raise InputError("there are no rows")
    if not weights:
        raise InputError(f"all weights in column {stream.weight!r} are zero")
    if classes is not None and len(classes) < 2:
        raise InputError(f"the target {stream.target!r} has only one class: {classes[0]}")
    n_outputs = 1 if classes is None else TargetEncoder(classes).n_outputs
    standardizer = Standardizer.identity(len(stream.columns), n_outputs)
    if standardize:
        mean, scale = pooled_mean_and_scale(weights, moments, total)
        standardizer = replace(standardizer, mean=mean, scale=scale)
        if numeric and centering is not None:
            mean, scale = pooled_mean_and_scale(weights, target_moments, total)
            standardizer = replace(standardizer, target_mean=mean, target_scale=scale)
    return StreamSummary(total, float(sum(weights)), standardizer, classes)


def _moments(buffer: Buffer, stream: Stream) -> tuple[np.ndarray, np.ndarray]:
    mean, variance = mean_and_variance(buffer.X, buffer.weights)
    if not np.isfinite(variance).all():
        name = stream.columns[int(np.argmin(np.isfinite(variance)))]
        raise InputError(f"column {name!r} holds numbers too large to standardise; change its unit")
    for column in np.flatnonzero(variance < np.finfo(np.float64).tiny):
        if np.ptp(buffer.X[:, column]) > 0:
            name = stream.columns[int(column)]
            raise InputError(f"column {name!r}: the numbers differ by too little to standardise; change its unit")
    return mean, variance


class StreamTraining:
    """Mini-batch training of a network on a stream.

    Parameters
    ----------
    stream : Stream
        The data.
    network : Network
        Shape of the network.
    summary : StreamSummary
        Result of the first pass.
    penalty : L2Penalty
        The penalty.
    settings : SGDSettings
        Batch size, learning rate and update rule.
    seed : int
        Seed of the order of the rows.
    start : ndarray
        Initial parameters.
    """

    def __init__(
        self,
        stream: Stream,
        network: Network,
        summary: StreamSummary,
        penalty: L2Penalty,
        settings: SGDSettings,
        seed: int,
        start: np.ndarray,
    ) -> None:
        self.stream, self.network, self.summary = stream, network, summary
        self.penalty, self.settings, self.seed = penalty, settings, seed
        rule = _new_rule(settings, network)
        self.state = StreamState(start.astype(np.float32), rule.first, rule.second, rule.powers)
        self.n_rows = rows_of_a_buffer(len(stream.columns))

    def run(
        self,
        n_epochs: int,
        report: Callable[[int, int], object],
        checkpoint: Callable[[StreamState, bool], object],
    ) -> bool:
        """Train until `n_epochs` epochs are done; return false if stopped by `report`.

        Parameters
        ----------
        n_epochs : int
            Total number of epochs, including those of a resumed run.
        report : callable
            Called with the number of epochs done and of rows read in the current one; a true return value stops
            training.
        checkpoint : callable
            Called after every buffer with the state and whether an epoch has ended.

        Raises
        ------
        DivergenceError
            If the parameters grow without bound.
        """
        state, summary = self.state, self.summary
        mean_and_scale = summary.standardizer.mean, summary.standardizer.scale
        while state.epoch < n_epochs:
            order = np.random.default_rng([self.seed, state.epoch])
            buffers = self.stream.buffers(self.n_rows, order, state.buffer, mean_and_scale)
            with _closing(_prefetch(buffers)) as prefetched:
                for buffer in prefetched:
                    self._train_on(buffer)
                    state.buffer += 1
                    checkpoint(state, False)
                    if report(state.epoch, min(state.buffer * self.n_rows, summary.n_rows)):
                        return False
            state.data_losses.append(float(state.sums[0] / state.sums[1]))
            state.l2_penalties.append(self.l2_penalty())
            state.epoch, state.buffer = state.epoch + 1, 0
            state.sums[:] = 0
            checkpoint(state, True)
        return True

    def l2_penalty(self) -> float:
        """Return the current L2 penalty."""
        return self.penalty.value(self.network, self.state.parameters, self.summary.total_weight)

    def _train_on(self, buffer: Buffer) -> None:
        state, summary = self.state, self.summary
        examples = make_examples(buffer.X, self._targets(buffer.y), np.float32, weights=buffer.weights)
        if not examples.total_weight > 0:
            return
        shuffle, dropout = np.random.SeedSequence([self.seed, state.epoch, state.buffer]).generate_state(2)
        settings = replace(self.settings, n_epochs=1, shuffle_seed=int(shuffle), dropout_seed=int(dropout))
        # λ is divided by the weight of all rows, but the kernels divide by that of the buffer
        alpha = np.asarray(self.penalty.alpha, np.float64)
        penalty = self.penalty.at(alpha_of_part(alpha, examples.total_weight, summary.total_weight))
        rule = _new_rule(settings, self.network)._replace(first=state.first, second=state.second, powers=state.powers)
        sgd = SGD(self.network, state.parameters, examples, penalty, settings, rule=rule)
        sgd.run(sgd.updates_per_epoch)
        if sgd.has_diverged():
            raise DivergenceError(float(alpha.max()), state.epoch + 1, settings.learning_rate_init)
        state.parameters = sgd.parameters
        state.sums += float(sgd.data_losses[-1]) * examples.total_weight, examples.total_weight

    def _targets(self, y: np.ndarray) -> np.ndarray:
        summary = self.summary
        if summary.classes is None:
            Y = _as_numbers(y, self.stream.target)
            lowest = LOSSES[self.network.loss].lowest_target
            if (lowest > Y).any():
                raise InputError(f"{self.stream.target!r} must be {lowest:g} or more for loss={self.network.loss!r}")
            return summary.standardizer.transform_targets(Y)
        return TargetEncoder(summary.classes).transform(y, np.float32)


class Checkpointer:
    """Write checkpoints at regular intervals and after each epoch.

    Parameters
    ----------
    path : Path or None
        File to write; None writes nothing.
    run : dict
        Settings that identify the run.
    seconds : float
        Minimum time between two checkpoints within an epoch.
    """

    def __init__(self, path: Path | None, run: dict[str, Any], seconds: float) -> None:
        self._path, self._run, self._seconds = path, run, seconds
        self._last = time.monotonic()

    def __call__(self, state: StreamState, epoch_ended: bool) -> None:
        """Write a checkpoint if it is due."""
        if self._path is not None and (epoch_ended or time.monotonic() - self._last >= self._seconds):
            checkpoints.save(self._path, state, self._run)
            self._last = time.monotonic()


def _new_rule(settings: SGDSettings, network: Network) -> Rule:
    constants = {name: getattr(settings, name) for name in ("momentum", "beta_1", "beta_2", "epsilon", "weight_decay")}
    return make_rule(settings.rule, network.n_parameters, np.float32, **constants)


def _as_numbers(y: np.ndarray, target: str) -> np.ndarray:
    if y.dtype.kind not in "fiub":
        raise InputError(f"the target {target!r} holds {y.dtype}, not numbers; use a classifier instead")
    return TargetEncoder(None).transform(y)


def _prefetch(buffers: Iterator[Buffer]) -> Iterator[Buffer]:
    """Read one buffer ahead in a thread, so that reading and training overlap."""
    ready: queue.Queue[Buffer | BaseException | None] = queue.Queue(maxsize=1)
    closed = threading.Event()

    def put(item: Buffer | BaseException | None) -> bool:
        while not closed.is_set():
            try:
                ready.put(item, timeout=0.1)
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
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        closed.set()
        thread.join()


@contextmanager
def _closing(buffers: Any) -> Iterator[Any]:
    try:
        yield buffers
    finally:
        buffers.close()
