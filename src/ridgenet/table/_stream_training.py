"""Train on a table that may be larger than memory, for `ridgenet fit --stream`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ridgenet._errors import InputError
from ridgenet._table_settings import NOTE_OF_DEFAULT, TableSettings
from ridgenet.backends._stream import Stream, dataset_of
from ridgenet.backends._stream_training import StreamProgress, rows_of_a_buffer
from ridgenet.estimators._classifier import RidgeNetClassifier
from ridgenet.estimators._regressor import RidgeNetRegressor
from ridgenet.formats._kinds import ColumnKind
from ridgenet.formats._reading import Reading
from ridgenet.formats._sources import Source
from ridgenet.io._results_folder import MODEL, NAMES_OF_STREAMED, results_in
from ridgenet.model_files._files import model_content
from ridgenet.table._error_messages import in_plain_words
from ridgenet.table._pipeline import as_parameter, parameters_used
from ridgenet.table._records import plain
from ridgenet.table._rerun import path_to_working_folder
from ridgenet.table._target import Target, target_of

KINDS: dict[str, ColumnKind] = {"b": "boolean", "i": "number", "u": "number", "f": "number"}
# settings that do not apply to streams, and their defaults
UNUSED = {"categorical": (), "groups": None, "delimiter": None, "encoding": None, "decimal": ".", "na": None}


def train_on_stream(
    settings: TableSettings,
    n_epochs: int,
    checkpoint: Path | None,
    watch: Callable[[StreamProgress], object] | None = None,
) -> tuple[Any, dict[str, Any]]:
    """Train a network at a given λ on a table that may be larger than memory.

    Parameters
    ----------
    settings : TableSettings
        The settings; `data` may be a folder or a URL.
    n_epochs : int
        Number of epochs, after a first pass that computes means and scales.
    checkpoint : Path or None
        The file that stores the progress.
    watch : callable, optional
        Called with a `StreamProgress` after each buffer.

    Returns
    -------
    estimator, record : RidgeNetClassifier or RidgeNetRegressor, dict
        The estimator, and its record for result.json.

    Raises
    ------
    InputError
        If the data or a setting cannot be used.
    """
    began = time.perf_counter()
    for name, usual in UNUSED.items():
        if getattr(settings, name) != usual:
            raise InputError(f"{name} does not apply to a stream, which has only numeric columns; omit it")
    if settings.test not in ("auto", "none"):
        raise InputError("a model trained on a stream is not tested; hold out a file, and use ridgenet predict on it")
    # columns to drop need not be numeric, as all columns of a stream must be
    names = dataset_of(settings.data).schema.names
    inputs = [name for name in names if name not in (settings.target, settings.sample_weight)]
    unknown = [name for name in settings.drop if name not in inputs]
    if unknown:
        raise InputError(f"{settings.data}: has no column {unknown[0]!r} to drop; the columns are {', '.join(inputs)}")
    columns = [name for name in inputs if name not in settings.drop]
    stream = Stream(settings.data, settings.target, columns, settings.sample_weight)
    codes = codes_at_the_beginning(settings.data, [*columns, settings.target])
    if settings.target in codes:
        raise InputError(
            f"{settings.data}: the target {settings.target!r} holds {codes[settings.target]!r}, which a stream of text "
            "would read as a number; store it as text in Parquet"
        )
    target = _target(stream, settings)
    estimator = _estimator(settings, target, watch)
    try:
        estimator.fit_stream(
            settings.data,
            settings.target,
            columns=columns,
            sample_weight=settings.sample_weight,
            n_epochs=n_epochs,
            checkpoint=checkpoint,
        )
    except ValueError as error:
        raise InputError(in_plain_words(str(error))) from error
    estimator.set_params(callbacks=None)
    notes = [
        f"column {name!r}: {code!r} was read as a number; if it is a code, leave it out with --drop {name!r}"
        for name, code in codes.items()
    ]
    return estimator, _record(estimator, settings, target, n_epochs, notes, time.perf_counter() - began)


def save_streamed(estimator: Any, record: dict[str, Any], folder: Path) -> list[Path]:
    """Write model.skops and result.json into a folder."""
    with results_in(folder, NAMES_OF_STREAMED) as results:
        results.add(MODEL, model_content(estimator, folder / MODEL, record))
        results.finish({"run_from": path_to_working_folder(folder), **record})
    return results.paths


def _target(stream: Stream, settings: TableSettings) -> Target:
    """Infer from the first rows whether the target is a class or a number."""
    first = next(stream.buffers(rows_of_a_buffer(len(stream.columns))), None)
    if first is None:
        raise InputError(f"{settings.data}: there are no rows")
    values = pd.Series(first.y, name=settings.target, dtype=object if first.y.dtype.kind == "U" else None)
    if values.nunique() == 1 and settings.task != "auto":
        # other values may follow further down
        return Target(settings.target, settings.task, "as requested", first.y, np.ones(len(first.y), bool))
    return target_of(values, KINDS.get(first.y.dtype.kind, "text"), settings.task, settings.data)


def _estimator(
    settings: TableSettings, target: Target, watch: Callable[[StreamProgress], object] | None
) -> RidgeNetClassifier | RidgeNetRegressor:
    estimator = RidgeNetClassifier() if target.is_classes else RidgeNetRegressor()
    for name in settings.parameters:
        if name not in estimator.get_params() or name in ("alpha", "random_state", "callbacks"):
            raise InputError(f"{type(estimator).__name__} has no parameter {name!r} that can be set")
    estimator.set_params(
        **{name: as_parameter(value) for name, value in settings.parameters.items()},
        alpha=settings.alpha,
        random_state=settings.random_state,
        callbacks=None if watch is None else [lambda progress: watch(progress) and None],
    )
    return estimator


def codes_at_the_beginning(data: str, names: Sequence[str]) -> dict[str, str]:
    """Return the first cell with a leading zero, as in codes, of each column of a text file that has one."""
    path = Path(data)
    if "://" in data or not path.is_file():
        return {}
    source = Source.of(path)
    return source.format.open(source, Reading(delimiter=",")).first_codes(names)


def _record(
    estimator: Any, settings: TableSettings, target: Target, n_epochs: int, notes: list[str], seconds: float
) -> dict[str, Any]:
    network, fitted = estimator.network_, estimator._fitted
    norms = [float(np.linalg.norm(W)) for W in network.weights(fitted.parameters.astype(np.float64))]
    columns = [
        {
            "name": name,
            "kind": "number",
            "use": "number",
            "n_missing": 0,
            "values": f"mean {mean:.4g}, spread {scale:.3g}",
        }
        for name, mean, scale in zip(
            estimator.feature_names_in_, fitted.standardizer.mean, fitted.standardizer.scale, strict=True
        )
    ]
    n_rows = estimator.t_ // estimator.n_iter_
    record = {
        "settings": replace(
            settings, n_epochs=n_epochs, parameters=parameters_used(estimator, settings.parameters)
        ).to_dict(),
        "data": {
            "file": settings.data,
            "sha256": None,
            "n_rows": n_rows,
            "n_rows_trained_on": n_rows,
            "columns": columns,
        },
        "task": target.task,
        "target": target.name,
        "classes": estimator.classes_ if target.is_classes else None,
        "counts": None,
        "columns": {column["name"]: "number" for column in columns},
        "alpha": settings.alpha,
        "chosen": None,
        "network": {
            "layer_sizes": list(network.layer_sizes),
            "activation": network.activation,
            "output": network.output,
            "n_parameters": network.n_parameters,
            "squared_norm": float(np.sum(np.square(norms))),
            "layer_norms": norms,
            "data_loss": float(estimator.data_loss_curve_[-1]),
            "l2_penalty": float(estimator.l2_penalty_curve_[-1]),
            "converged": None,
            "n_iter": estimator.n_iter_,
        },
        "test": None,
        "notes": [
            f"{target.name!r} is used for {target.task}, {target.reason}",
            *([NOTE_OF_DEFAULT] if settings.alpha_from == "default" else []),
            *notes,
        ],
        "seconds": round(seconds, 3),
    }
    plain_record: dict[str, Any] = plain(record)
    return plain_record
