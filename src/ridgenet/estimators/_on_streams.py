"""Fitting on data larger than memory."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils import check_random_state

from ridgenet._fitted import FittedNetwork
from ridgenet._network import Network
from ridgenet.backends import _checkpoint as checkpoints
from ridgenet.backends._stream import Stream
from ridgenet.backends._stream_training import Checkpointer, Known, StreamProgress, StreamTraining, first_pass
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._sgd import SGDSettings
from ridgenet.estimators._inputs import require_moments
from ridgenet.estimators._network_estimator import NetworkEstimator
from ridgenet.estimators._parameters import as_callbacks
from ridgenet.estimators._training import Trained

WITHOUT_MEANING = ("early_stopping", "warm_start")

# called with passes done, rows of the pass that is on, and rows of a pass; returns whether to stop
Tell = Callable[[int, int, int], bool]


class LearnsFromStreams(NetworkEstimator):
    """Estimators that can learn from data larger than memory."""

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
        """Return where to start."""

    @abstractmethod
    def _penalty(self, network: Network) -> L2Penalty:
        """Return the penalty."""

    @abstractmethod
    def _sgd_settings(self, solver: str, n_epochs: int) -> SGDSettings:
        """Return the settings of mini-batches."""

    @abstractmethod
    def _note(self, trained: Trained, solver: str, n_samples: int) -> None:
        """Set the fitted attributes."""

    @_fit_context(prefer_skip_nested_validation=True)
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
        """Train the network on data larger than memory, by mini-batches, in single precision.

        A first pass finds means, standard deviations and classes; each epoch then reads the row groups (or the
        files) in an order of its own, and shuffles the rows of a buffer of some 16 MB.

        Parameters
        ----------
        data : str, Path, sequence of these, or pyarrow.dataset.Dataset
            A file or a folder of Parquet, CSV or Feather files, several files, or an address that fsspec knows.
        target : str
            Column to predict.
        columns : sequence of str, optional
            Columns of numbers to predict it from; all others, if None.
        sample_weight : str, optional
            Column with the weight of each row.
        n_epochs : int, default=5
            Passes over the data after the first; takes the place of `max_iter`.
        checkpoint : str or Path, optional
            File to keep the progress in. If it is there, training goes on from it, to the same network as one
            that was not interrupted.
        seconds_between_checkpoints : float, default=30.0
            Least time between two; each epoch ends with one.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        ValueError
            If data or a parameter cannot be used.
        DivergenceError
            If the weights grow without bound.
        KeyboardInterrupt
            After Ctrl-C, or if a callback returned true; what the checkpoint holds is kept.

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
        self._require_streamable(n_epochs)
        stream = Stream(data, target, columns, sample_weight)
        tell = self._teller(n_epochs)
        numeric = self._numeric_targets
        known = first_pass(
            stream,
            numeric=numeric,
            centering=self._centering if numeric else None,
            standardize=self.standardize,
            told=lambda n_rows: tell(0, n_rows, n_rows),
        )
        self._forget_fit()
        self._note_classes(known.classes)
        solver = "sgd" if self.solver == "sgd" else "adam"
        training, seed = self._stream_training(stream, known, solver)
        run = self._run(stream, known.n_rows, seed)
        path = None if checkpoint is None else Path(checkpoint)
        if path is not None:
            training.progress = checkpoints.load(path, run) or training.progress
        checkpointer = Checkpointer(path, run, seconds_between_checkpoints)
        if not training.run(n_epochs, lambda epoch, n_rows: tell(epoch + 1, n_rows, known.n_rows), checkpointer):
            raise KeyboardInterrupt("a callback asked to stop")
        progress = training.progress
        # trained on numbers standardised in float64: whoever predicts may have them as far from zero
        self._fitted = FittedNetwork(training.network, progress.parameters.astype(np.float64), known.standardizer)
        self._note_columns(len(stream.columns), stream.columns)
        message = f"stopped after {progress.epoch} epochs"
        curves = np.array(progress.data_losses), np.array(progress.l2_penalties)
        self._note(Trained(progress.parameters, progress.epoch, False, message, *curves), solver, known.n_rows)
        return self

    def _require_streamable(self, n_epochs: int) -> None:
        """Refuse parameters that have no meaning on a stream."""
        if self.solver == "lbfgs":
            raise ValueError("a stream is learned from by mini-batches: use solver='adam', 'sgd' or 'auto'")
        if self.learning_rate != "constant":
            raise ValueError(f"on a stream, learning_rate must be 'constant'; got {self.learning_rate!r}")
        if self._numeric_targets:
            require_moments(self._loss, "on a stream")
        for name in WITHOUT_MEANING:
            if getattr(self, name):
                raise ValueError(f"{name} has no meaning on a stream")
        if isinstance(getattr(self, "class_weight", None), dict | str):
            raise ValueError("on a stream, weights of classes are given as weights of rows: name their column")
        if not n_epochs >= 1:
            raise ValueError(f"n_epochs must be 1 or more; got {n_epochs}")

    def _teller(self, n_epochs: int) -> Tell:
        callbacks = as_callbacks(self.callbacks)

        def tell(n_passes: int, n_rows: int, n_total: int) -> bool:
            progress = StreamProgress(n_passes, n_epochs + 1, n_rows, n_total)
            # each of them is told
            answers = [bool(callback(progress)) for callback in callbacks]
            return any(answers)

        return tell

    def _stream_training(self, stream: Stream, known: Known, solver: str) -> tuple[StreamTraining, int]:
        """Return the training, at its beginning, and the seed of the order of the rows."""
        network = self._network(len(stream.columns), len(known.standardizer.target_mean))
        self._random = check_random_state(self.random_state)
        start = self._start(network, np.dtype(np.float32))
        settings = replace(
            self._sgd_settings(solver, 1), n_iter_no_change=0, with_objectives=True, penalty_scaling="dataset"
        )
        seed = int(self._random.randint(2**31))
        return StreamTraining(stream, network, known, self._penalty(network), settings, seed, start), seed

    def _run(self, stream: Stream, n_rows: int, seed: int) -> dict[str, Any]:
        """Return what a checkpoint has to be of: another number of epochs goes on from it."""
        parameters = {
            name: value if isinstance(value, str | int | float | bool | None) else repr(value)
            for name, value in self.get_params().items()
            if name not in ("callbacks", "verbose", "max_iter", "random_state")
        }
        return {
            "n_rows": n_rows,
            "columns": list(stream.columns),
            "target": stream.target,
            "weight": stream.weight,
            "seed": seed,
            "estimator": type(self).__name__,
            **parameters,
        }
