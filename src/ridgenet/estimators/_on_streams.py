"""Train on files larger than memory: `fit_stream`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.utils import check_random_state

from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet.backends import _checkpoint as checkpoints
from ridgenet.backends._stream import Stream
from ridgenet.backends._stream_training import Checkpointer, StreamProgress, StreamSummary, StreamTraining, first_pass
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._sgd import SGDSettings
from ridgenet.estimators._fit_context import in_fit_context
from ridgenet.estimators._inputs import require_moments
from ridgenet.estimators._network_estimator import NetworkEstimator
from ridgenet.estimators._parameters import as_callbacks
from ridgenet.estimators._training import TrainingResult

NOT_SUPPORTED = ("early_stopping", "warm_start")

# called with the number of passes done, rows read in the current pass, and rows in a pass; returns whether to stop
Report = Callable[[int, int, int], bool]


class StreamEstimator(NetworkEstimator):
    """Base class of estimators that can train on files larger than memory."""

    solver: str
    learning_rate: str
    random_state: Any
    callbacks: Any

    _random: np.random.RandomState

    @abstractmethod
    def _network(self, n_features: int, n_outputs: int) -> Network:
        """Return the shape of the network."""

    @abstractmethod
    def _start(self, network: Network, dtype: np.dtype) -> np.ndarray:
        """Return the initial parameters."""

    @abstractmethod
    def _penalty(self, network: Network) -> L2Penalty:
        """Return the penalty."""

    @abstractmethod
    def _sgd_settings(self, solver: str, n_epochs: int) -> SGDSettings:
        """Return the settings of mini-batch training."""

    @abstractmethod
    def _set_results(self, result: TrainingResult, solver: str, n_samples: int) -> None:
        """Set the fitted attributes."""

    def fit_stream(
        self,
        data: Any,
        target: str,
        *,
        columns: Sequence[str] | None = None,
        sample_weight: str | None = None,
        n_epochs: int = 5,
        checkpoint: str | Path | None = None,
        seconds_between_checkpoints: float = 30.0,
    ) -> Self:
        """Train the network on files larger than memory, with mini-batches in single precision.

        A first pass computes means, standard deviations and classes. Each epoch then reads the row groups (or files)
        in random order and shuffles the rows within buffers of about 16 MB.

        Parameters
        ----------
        data : str, Path, sequence of these, or pyarrow.dataset.Dataset
            A Parquet, CSV, Feather or JSON Lines file, a folder or a list of such files, or a URL supported by fsspec.
        target : str
            Column to predict.
        columns : sequence of str, default=None
            Numeric input columns; None uses all other columns.
        sample_weight : str, default=None
            Column of sample weights.
        n_epochs : int, default=5
            Number of epochs after the first pass; replaces `max_iter`.
        checkpoint : str or Path, default=None
            File for checkpoints. If it exists, training resumes from it and ends with the same network as an
            uninterrupted run.
        seconds_between_checkpoints : float, default=30.0
            Minimum time between checkpoints; there is always one at the end of an epoch.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        ValueError
            If the data or a parameter is invalid.
        DivergenceError
            If the weights grow without bound.
        KeyboardInterrupt
            After Ctrl-C, or if a callback returned true; the last checkpoint is kept.

        Examples
        --------
        >>> import tempfile
        >>> import pandas as pd
        >>> from sklearn.datasets import make_moons
        >>> from ridgenet import RidgeNetClassifier
        >>> X, y = make_moons(2000, noise=0.3, random_state=0)
        >>> frame = pd.DataFrame(X, columns=["a", "b"])
        >>> net = RidgeNetClassifier(learning_rate_init=0.01, random_state=0)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     frame.assign(moon=y).to_parquet(f"{folder}/moons.parquet")
        ...     net = net.fit_stream(folder, "moon", n_epochs=60)
        >>> net.score(frame, y) > 0.88
        True
        """
        stream = Stream(data, target, columns, sample_weight)
        self._fit_on(stream, n_epochs, checkpoint, seconds_between_checkpoints)
        self._set_features(len(stream.columns), stream.columns)
        return self

    @in_fit_context
    def _fit_on(
        self,
        stream: Stream,
        n_epochs: int,
        checkpoint: str | Path | None = None,
        seconds_between_checkpoints: float = 30.0,
    ) -> None:
        """Train on a stream, whose columns have no names for predictions."""
        self._require_streamable(n_epochs)
        report = self._reporter(n_epochs)
        numeric = self._numeric_targets
        summary = first_pass(
            stream,
            numeric=numeric,
            centering=self._centering if numeric else None,
            standardize=self.standardize,
            report=lambda n_rows: report(0, n_rows, n_rows),
        )
        self._forget_fit()
        self._set_classes(summary.classes)
        solver = "sgd" if self.solver == "sgd" else "adam"
        training, seed = self._stream_training(stream, summary, solver)
        run = self._run(stream, summary, seed)
        path = None if checkpoint is None else Path(checkpoint)
        if path is not None:
            training.state = checkpoints.load(path, run) or training.state
        checkpointer = Checkpointer(path, run, seconds_between_checkpoints)
        if not training.run(n_epochs, lambda epoch, n_rows: report(epoch + 1, n_rows, summary.n_rows), checkpointer):
            raise KeyboardInterrupt("stopped by a callback")
        state = training.state
        # inputs were standardised in float64; predictions need this too if the data are far from zero
        self._fitted = FittedNetwork(training.network, state.parameters.astype(np.float64), summary.standardizer)
        self._set_features(len(stream.columns), None)
        message = f"stopped after {state.epoch} epochs"
        curves = np.array(state.data_losses), np.array(state.l2_penalties)
        result = TrainingResult(state.parameters, state.epoch, False, message, *curves)
        self._set_results(result, solver, summary.n_rows)

    def _require_streamable(self, n_epochs: int) -> None:
        """Check that the parameters are supported on a stream."""
        if self.solver == "lbfgs":
            raise ValueError("a stream is trained on in mini-batches; use solver='adam', 'sgd' or 'auto'")
        if self.learning_rate != "constant":
            raise ValueError(f"on a stream, learning_rate must be 'constant'; got {self.learning_rate!r}")
        if self._numeric_targets:
            require_moments(self._loss, "on a stream")
        for name in NOT_SUPPORTED:
            if getattr(self, name):
                raise ValueError(f"{name} is not supported on a stream")
        if isinstance(getattr(self, "class_weight", None), dict | str):
            raise ValueError(
                "class_weight is not supported on a stream; pass the name of a column of weights as sample_weight"
            )
        if not n_epochs >= 1:
            raise ValueError(f"n_epochs must be 1 or more; got {n_epochs}")

    def _reporter(self, n_epochs: int) -> Report:
        callbacks = as_callbacks(self.callbacks)

        def report(n_passes: int, n_rows: int, n_total: int) -> bool:
            progress = StreamProgress(n_passes, n_epochs + 1, n_rows, n_total)
            # a list, so that every callback is called
            answers = [bool(callback(progress)) for callback in callbacks]
            return any(answers)

        return report

    def _stream_training(self, stream: Stream, summary: StreamSummary, solver: str) -> tuple[StreamTraining, int]:
        """Return the initial training state, and the seed of the order of the rows."""
        network = self._network(len(stream.columns), len(summary.standardizer.target_mean))
        self._random = check_random_state(self.random_state)
        start = self._start(network, np.dtype(np.float32))
        settings = replace(
            self._sgd_settings(solver, 1), n_iter_no_change=0, with_objectives=True, penalty_scaling="dataset"
        )
        seed = int(self._random.randint(2**31))
        return StreamTraining(stream, network, summary, self._penalty(network), settings, seed, start), seed

    def _run(self, stream: Stream, summary: StreamSummary, seed: int) -> dict[str, Any]:
        """Return the settings that identify a run in its checkpoint; the number of epochs may differ."""
        parameters = {
            name: value if isinstance(value, str | int | float | bool | None) else repr(value)
            for name, value in self.get_params().items()
            if name not in ("callbacks", "verbose", "max_iter", "random_state")
        }
        return {
            "n_rows": summary.n_rows,
            "data": _digest_of(summary),
            "columns": list(stream.columns),
            "target": stream.target,
            "weight": stream.weight,
            "seed": seed,
            "estimator": type(self).__name__,
            **parameters,
        }


def _digest_of(summary: StreamSummary) -> str:
    """Return a checksum of the moments of all columns, to the digits that do not depend on the processor."""
    standardizer = summary.standardizer
    moments = (standardizer.mean, standardizer.scale, standardizer.target_mean, standardizer.target_scale)
    text = " ".join(f"{value:.4g}" for values in moments for value in values)
    return sha256(f"{text} {summary.total_weight:.6g} {summary.classes}".encode()).hexdigest()[:16]
