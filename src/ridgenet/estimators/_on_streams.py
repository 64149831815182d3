"""Fitting on data larger than memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils import check_random_state

from ridgenet._fitted import FittedNetwork
from ridgenet.backends import _checkpoint as checkpoints
from ridgenet.backends._stream import Stream
from ridgenet.backends._stream_training import Checkpointer, StreamProgress, StreamTraining, look_at, rows_of_a_buffer
from ridgenet.estimators._inputs import require_moments
from ridgenet.estimators._parameters import as_callbacks
from ridgenet.estimators._training import Trained
from ridgenet.formulas import LOSSES

RESTED = ("early_stopping", "warm_start")


class LearnsFromStreams:
    """What estimators can do with data larger than memory."""

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
        fit_on_stream(
            self,
            data,
            target,
            columns=columns,
            sample_weight=sample_weight,
            n_epochs=n_epochs,
            checkpoint=checkpoint,
            seconds_between_checkpoints=seconds_between_checkpoints,
        )
        return self


def fit_on_stream(
    estimator: Any,
    data: Any,
    target: str,
    *,
    columns: Sequence[str] | None,
    sample_weight: str | None,
    n_epochs: int,
    checkpoint: str | Path | None,
    seconds_between_checkpoints: float,
) -> None:
    """Train an estimator on a stream, in place; `LearnsFromStreams.fit_stream` says more."""
    if estimator.solver == "lbfgs":
        raise ValueError("a stream is learned from by mini-batches: use solver='adam', 'sgd' or 'auto'")
    if estimator.learning_rate != "constant":
        raise ValueError(f"on a stream, learning_rate must be 'constant'; got {estimator.learning_rate!r}")
    if estimator._numeric_targets:
        require_moments(estimator.loss, "on a stream")
    for name in RESTED:
        if getattr(estimator, name):
            raise ValueError(f"{name} has no meaning on a stream")
    if isinstance(getattr(estimator, "class_weight", None), dict | str):
        raise ValueError("on a stream, weights of classes are given as weights of rows: name their column")
    if not n_epochs >= 1:
        raise ValueError(f"n_epochs must be 1 or more; got {n_epochs}")
    stream = Stream(data, target, columns, sample_weight)
    callbacks = as_callbacks(estimator.callbacks)

    def tell(n_passes: int, n_rows: int, n_total: int) -> bool:
        progress = StreamProgress(n_passes, n_epochs + 1, n_rows, n_total)
        # each of them is told
        answers = [bool(callback(progress)) for callback in callbacks]
        return any(answers)

    n_buffer = rows_of_a_buffer(len(stream.columns))
    numeric = estimator._numeric_targets
    known = look_at(
        stream,
        numeric=numeric,
        standardize=estimator.standardize,
        n_rows=n_buffer,
        told=lambda n_rows: tell(0, n_rows, n_rows),
    )
    if not numeric:
        estimator.classes_, estimator._multilabel = known.classes, False
    elif LOSSES[estimator._loss].centering is None:
        standardizer = known.standardizer
        as_it_is = {
            "target_mean": np.zeros_like(standardizer.target_mean),
            "target_scale": np.ones_like(standardizer.target_scale),
        }
        known = replace(known, standardizer=replace(standardizer, **as_it_is))
    network = estimator._network(len(stream.columns), len(known.standardizer.target_mean))
    estimator._random = check_random_state(estimator.random_state)
    start = estimator._start(network, np.dtype(np.float32))
    solver = "sgd" if estimator.solver == "sgd" else "adam"
    settings = replace(
        estimator._sgd_settings(solver, 1), n_iter_no_change=0, with_objectives=True, penalty_scaling="dataset"
    )
    seed = int(estimator._random.randint(2**31))
    training = StreamTraining(stream, network, known, estimator._penalty(network), settings, seed, start)
    run = _run_of(estimator, stream, known.n_rows, seed)
    path = None if checkpoint is None else Path(checkpoint)
    if path is not None:
        training.progress = checkpoints.load(path, run) or training.progress
    checkpointer = Checkpointer(path, run, seconds_between_checkpoints)
    ended = training.run(n_epochs, lambda epoch, n_rows: tell(epoch + 1, n_rows, known.n_rows), checkpointer)
    if not ended:
        raise KeyboardInterrupt("a callback asked to stop")
    progress = training.progress
    # trained on numbers standardised in float64: whoever predicts may have them as far from zero
    estimator._fitted = FittedNetwork(network, progress.parameters.astype(np.float64), known.standardizer)
    estimator.n_features_in_ = len(stream.columns)
    estimator.feature_names_in_ = np.array(stream.columns, dtype=object)
    trained = Trained(
        progress.parameters,
        progress.epoch,
        False,
        f"stopped after {progress.epoch} epochs",
        np.array(progress.data_losses),
        np.array(progress.l2_penalties),
    )
    estimator._note(trained, solver, known.n_rows)


def _run_of(estimator: Any, stream: Stream, n_rows: int, seed: int) -> dict[str, Any]:
    """Return what a checkpoint has to be of: another number of epochs goes on from it."""
    parameters = {
        name: value if isinstance(value, str | int | float | bool | None) else repr(value)
        for name, value in estimator.get_params().items()
        if name not in ("callbacks", "verbose", "max_iter", "random_state")
    }
    return {
        "n_rows": n_rows,
        "columns": list(stream.columns),
        "target": stream.target,
        "weight": stream.weight,
        "seed": seed,
        "estimator": type(estimator).__name__,
        **parameters,
    }
