"""Train on a table that may be larger than memory, for `ridgenet fit --stream`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ridgenet._errors import InputError
from ridgenet._table_settings import NOTE_OF_DEFAULT, TableSettings
from ridgenet.backends._stream import Stream
from ridgenet.backends._stream_training import StreamProgress
from ridgenet.io._atomic import temporary
from ridgenet.io._results_folder import MODEL, NAMES_OF_STREAMED, results_in
from ridgenet.model_files._files import model_content
from ridgenet.table._columns import uses_of
from ridgenet.table._data_warnings import data_warnings
from ridgenet.table._error_messages import in_plain_words
from ridgenet.table._pipeline import parameters_used
from ridgenet.table._records import plain
from ridgenet.table._rerun import path_to_working_folder
from ridgenet.table.streaming._encoding import EncodedRows, Encoding
from ridgenet.table.streaming._files import sources_of
from ridgenet.table.streaming._sample import Sample, drawn_from

# settings that do not apply to streams
UNUSED = ("groups", "time", "exposure", "cost")
ENCODED = "rows.parquet"


def _nothing(*_: object) -> None:
    pass


@dataclass(frozen=True)
class Watch:
    """What is called while a stream is read and trained on.

    Attributes
    ----------
    reading : callable
        Called with the stage, the fraction of the data read, and the number of rows.
    training : callable
        Called with a `StreamProgress` after each buffer.
    """

    reading: Callable[[str, float, int], object] = _nothing
    training: Callable[[StreamProgress], object] = _nothing


def train_on_stream(
    settings: TableSettings, n_epochs: int, checkpoint: Path | None, folder: Path, watch: Watch | None = None
) -> tuple[dict[str, Any], list[Path]]:
    """Train a network at a given λ on a table that may be larger than memory, and save it.

    The columns are learned from rows drawn at random. All rows are then encoded into a file beside the results, which
    each epoch reads, and which is removed at the end.

    Parameters
    ----------
    settings : TableSettings
        The settings; `data` may be a folder or a URL.
    n_epochs : int
        Number of epochs.
    checkpoint : Path or None
        The file that stores the progress.
    folder : Path
        Folder for the results, model.skops and result.json.
    watch : Watch, optional
        What is called meanwhile.

    Returns
    -------
    record : dict
        The content of result.json.
    paths : list of Path
        The files written.

    Raises
    ------
    InputError
        If the data or a setting cannot be used.
    """
    began, watch = time.perf_counter(), watch or Watch()
    for name in UNUSED:
        if getattr(settings, name) is not None:
            raise InputError(f"{name} does not apply to a stream; omit it")
    if settings.test not in ("auto", "none"):
        raise InputError("a model trained on a stream is not tested; hold out a file, and use ridgenet predict on it")
    with results_in(folder, NAMES_OF_STREAMED) as results:
        sources = sources_of(settings.data, settings.sheet)
        sample = drawn_from(
            sources,
            settings.data,
            settings.reading,
            settings.categorical,
            settings.random_state,
            lambda *read: watch.reading("drawing rows", *read),
        )
        with sample.places.in_errors():
            encoding = Encoding(sample, settings)
        estimator = encoding.pipeline[-1]
        estimator.set_params(callbacks=[lambda progress: watch.training(progress) and None])
        try:
            # before all rows are encoded
            estimator._validate_params()
            estimator._require_streamable(n_epochs)
        except ValueError as error:
            raise InputError(in_plain_words(str(error))) from error
        with temporary(results.scratch(ENCODED)) as path:
            rows = encoding.write(path, sources, lambda *read: watch.reading("encoding the columns", *read))
            for source in sources:
                source.discard()
            try:
                estimator._fit_on(Stream(path, rows.target, rows.inputs, rows.weight), n_epochs, checkpoint)
            except ValueError as error:
                raise InputError(in_plain_words(str(error))) from error
        # callbacks are code, which cannot be saved with the model
        estimator.set_params(callbacks=None)
        settings = replace(settings, n_epochs=n_epochs, parameters=parameters_used(estimator, settings.parameters))
        record = _record(estimator, settings, sample, encoding, rows, time.perf_counter() - began)
        results.add(MODEL, model_content(encoding.pipeline, folder / MODEL, record))
        results.finish({"run_from": path_to_working_folder(folder), **record})
    return record, results.paths


def _notes(settings: TableSettings, sample: Sample, encoding: Encoding, rows: EncodedRows) -> list[str]:
    target = encoding.target
    notes = [f"{target.name!r} is used for {target.task}, {target.reason}"]
    if settings.alpha_from == "default":
        notes.append(NOTE_OF_DEFAULT)
    if rows.n_without:
        notes.append(f"{rows.n_without:,} of {sample.n_rows:,} rows have no {target.name!r} and were left out")
    if not sample.is_whole:
        notes.append(f"the columns are described by, and learned from, {len(sample.indices):,} rows drawn at random")
    notes += [
        f"column {name!r}: {n:,} rows have a category that none of these rows has; it is ignored"
        for name, n in rows.n_unseen.items()
        if n
    ]
    warned = data_warnings(sample.table, encoding.roles, target.name, settings.categorical, encoding.encoder)
    return [*notes, *map(sample.places.in_message, warned)]


def _record(
    estimator: Any, settings: TableSettings, sample: Sample, encoding: Encoding, rows: EncodedRows, seconds: float
) -> dict[str, Any]:
    network, fitted = estimator.network_, estimator._fitted
    norms = [float(np.linalg.norm(W)) for W in network.weights(fitted.parameters.astype(np.float64))]
    target, columns = encoding.target, uses_of(sample.table, encoding.roles, encoding.encoder)
    if not sample.is_whole:
        columns = tuple(
            replace(column, use=column.use.replace("in every row", "in all rows drawn")) for column in columns
        )
    record = {
        "settings": settings.to_dict(),
        "data": {
            "file": settings.data,
            "sha256": None,
            "n_rows": sample.n_rows,
            "n_rows_trained_on": sample.n_rows - rows.n_without,
            "columns": [asdict(column) for column in columns],
        },
        "task": target.task,
        "target": target.name,
        "classes": estimator.classes_ if target.is_classes else None,
        "counts": None,
        "columns": {column.name: column.kind for column in columns if column.name in encoding.encoder.encodings_},
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
        "notes": _notes(settings, sample, encoding, rows),
        "seconds": round(seconds, 3),
    }
    plain_record: dict[str, Any] = plain(record)
    return plain_record
