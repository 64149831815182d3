"""Train on a table, and test the model."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from ridgenet._errors import InputError
from ridgenet._table_settings import NOTE_OF_DEFAULT, TableSettings
from ridgenet.formats._kinds import KINDS
from ridgenet.formats._reading import Table, read_table
from ridgenet.io import _interrupts as interrupts
from ridgenet.table import _evaluation as testing
from ridgenet.table import _pipeline as pipelines
from ridgenet.table._baselines import BASELINES
from ridgenet.table._columns import Roles, require_varied, roles_of, uses_of
from ridgenet.table._data_warnings import data_warnings, missing_as, why_not_numbers
from ridgenet.table._result import TableModel
from ridgenet.table._rows import Rows
from ridgenet.table._stages import Announce, Stage, unannounced
from ridgenet.table._target import Target, target_of
from ridgenet.table._threshold import advice_for_rare

Watch = Callable[[str, Any], object]


def train(settings: TableSettings, watch: Watch | None = None, announce: Announce | None = None) -> TableModel:
    """Read a table, train a network on it and test it.

    Parameters
    ----------
    settings : TableSettings
        The settings.
    watch : callable, optional
        Called a few times per second with the stage and a `PathProgress`; a true return value stops the run, as Ctrl-C
        does.
    announce : callable, optional
        Called with the name of each other stage, and the fraction of it done, or None if that is unknown.

    Returns
    -------
    TableModel
        The model, trained on all rows, or on those not held out.

    Raises
    ------
    InputError
        If the table or a setting cannot be used.
    KeyboardInterrupt
        If Ctrl-C is pressed before the model is trained; later, it only ends the test.
    """
    began = time.perf_counter()
    announce = announce or unannounced
    announce("reading the table", None)
    table = read_table(settings.data, settings.reading, settings.categorical)
    roles = roles_of(table, settings)
    # counts would be classes
    task = "regression" if settings.exposure and settings.task == "auto" else settings.task
    target = _target_in(table, settings, task)
    if task != settings.task:
        target = replace(target, reason="since it has an exposure")
    if settings.exposure and target.is_classes:
        raise InputError("an exposure is for counts, but the target is used for classification")
    rows = Rows.of(table, roles, target, settings)
    classes = np.unique(target.y) if target.is_classes else None
    if settings.cost is not None and (classes is None or len(classes) != 2):
        raise InputError(f"cost is for two classes, but the target {target.name!r} has {_what_else(classes)}")

    def fit_one(train: Rows, stage: str) -> pipelines.Trained:
        require_varied(train.X, len(rows), table.source.name)
        announce(f"{stage}: preparing the columns", None)
        pipeline = pipelines.new_pipeline(settings, target.task, classes, len(rows))
        network = pipeline[-1]
        if watch is not None and settings.alpha is None:
            network.set_params(callbacks=lambda progress: watch(stage, progress))
        in_order = settings.time is not None
        trained = pipelines.fit(pipeline, train.X, train.y, train.weights, train.groups, in_order=in_order)
        # a single network does not raise when interrupted, but has not converged
        interrupts.raise_if_pending()
        # callbacks are code, which cannot be saved with the model
        network.set_params(callbacks=None)
        return trained

    kind, sha256 = _kind_of_test(settings, len(rows)), table.source.sha256()
    settings_of_test = replace(settings, test=kind)
    pipeline, training_rows, test = _fit_and_test(fit_one, rows, classes, settings_of_test, roles, announce)
    used = pipelines.parameters_used(pipeline[-1], {**pipelines.usual_parameters(len(rows)), **settings.parameters})
    warned = data_warnings(table, roles, target.name, settings.categorical, pipeline["columns"])
    return TableModel(
        settings=replace(settings, test=kind, parameters=used, data_sha256=sha256),
        file=table.source.name,
        sha256=sha256,
        n_rows=len(table.frame),
        columns=uses_of(table, roles, pipeline["columns"]),
        target=target,
        rows=training_rows,
        pipeline=pipeline,
        test=test,
        notes=(*_notes(table, target, settings, sha256), *_notes_of_interruption(kind, test), *warned),
        seconds=time.perf_counter() - began,
    )


def _fit_and_test(
    fit_one: testing.FitOne,
    rows: Rows,
    classes: np.ndarray | None,
    settings: TableSettings,
    roles: Roles,
    announce: Announce,
) -> tuple[Pipeline, Rows, testing.TestEstimate | None]:
    name = "the path" if settings.alpha is None else "the network"
    seed, in_order = settings.random_state, settings.time is not None
    if settings.test == "none":
        return fit_one(rows, name).pipeline, rows, None
    if settings.test == "nested":
        # before training, so that errors do not come after minutes of it
        parts = testing.parts_of(rows, classes, seed)
        pipeline = fit_one(rows, name).pipeline
        what = "choice of λ and training" if settings.alpha is None else "training"
        stage = Stage(announce, "test on unseen rows", testing.N_PARTS)
        test = testing.by_parts(fit_one, rows, parts, classes, what, seed, stage, baselines=settings.baselines)
        return pipeline, rows, test
    if settings.test_share is not None:
        kept, held_out = testing.split(rows, classes, settings.test_share, seed)
        others, how = rows.at(held_out), f"{'the last rows in time' if in_order else 'rows drawn at random'}, held out"
        training_rows = rows.at(kept)
    else:
        others, how, training_rows = _rows_of_file(settings, roles, rows), f"the rows of {settings.test}", rows
    trained = fit_one(training_rows, name)
    others_too = ", also of other models" if settings.baselines else ""
    try:
        stage = Stage(announce, f"test on unseen rows{others_too}", 1 + len(BASELINES) * settings.baselines)
        test = testing.of_trained(
            trained, training_rows, others, classes, how, seed, stage, baselines=settings.baselines
        )
    except KeyboardInterrupt:
        interrupts.taken(testing.INTERRUPTED)
        return trained.pipeline, training_rows, None
    return trained.pipeline, training_rows, test


def _what_else(classes: np.ndarray | None) -> str:
    return "numbers" if classes is None else f"{len(classes)} classes"


def _target_in(table: Table, settings: TableSettings, task: str) -> Target:
    name = settings.target
    return target_of(table.frame[name], table.kinds[name], task, table.source.name, settings.reading)


def _kind_of_test(settings: TableSettings, n_rows: int) -> str:
    if settings.test != "auto":
        return settings.test
    return "nested" if n_rows <= testing.LARGEST_FOR_NESTED else str(testing.USUAL_SHARE)


def _rows_of_file(settings: TableSettings, roles: Roles, rows: Rows) -> Rows:
    """Return the rows of another file with the same columns."""
    table = read_table(settings.test, settings.reading, roles.text)
    others = filter(None, (settings.sample_weight, settings.exposure))
    missing = [name for name in (*roles.inputs, settings.target, *others) if name not in table.kinds]
    if missing:
        raise InputError(f"{settings.test}: has no column {', '.join(map(repr, missing))}")
    for name in roles.inputs:
        if KINDS[roles.kinds[name]].is_numeric and table.kinds[name] == "text":
            values, why = KINDS[roles.kinds[name]].values, why_not_numbers(table, name)
            raise InputError(f"{settings.test}: column {name!r} holds {values} in {settings.data}, but text here{why}")
    task = "classification" if rows.y.dtype.kind not in "f" else "regression"
    target = _target_in(table, settings, task)
    unknown = np.setdiff1d(target.y, rows.y)
    if task == "classification" and len(unknown):
        raise InputError(f"{settings.test}: the target has a class that is not in {settings.data}: {unknown[0]!s}")
    return Rows.of(table, roles, target, replace(settings, groups=None, time=None))


def _notes_of_interruption(kind: str, test: testing.TestEstimate | None) -> tuple[str, ...]:
    if kind != "none" and test is None:
        return ("interrupted by Ctrl-C before the end of the test; the model is complete, but was not tested",)
    if test is not None and test.n_missing:
        done = f"{testing.N_PARTS - test.n_missing} of {testing.N_PARTS} parts"
        return (f"the test was interrupted by Ctrl-C after {done}; the model is complete",)
    return ()


def _notes(table: Table, target: Target, settings: TableSettings, sha256: str) -> tuple[str, ...]:
    notes = []
    if settings.data_sha256 not in (None, sha256):
        notes.append("these are not the data of the run that the settings come from (their SHA-256 differs)")
    if settings.alpha_from == "default":
        notes.append(NOTE_OF_DEFAULT)
    n_without = int((~target.present).sum())
    if n_without:
        words = missing_as(table, target.name)
        notes.append(f"{n_without:,} of {len(table.frame):,} rows have no {target.name!r}{words} and were left out")
    if target.is_classes:
        smallest = min(target.counts, key=lambda label: target.counts[label])
        n = target.counts[smallest]
        has_weights = settings.parameters.get("class_weight") is not None
        if advice := advice_for_rare(target.counts, has_costs=settings.cost is not None, has_weights=has_weights):
            notes.append(advice)
        if n < testing.N_PARTS:
            notes.append(f"class {smallest!r} has only {n} row{'s' * (n > 1)}, so its scores are unreliable")
    differs = pipelines.usual_parameters(int(target.present.sum())) if settings.alpha is None else {}
    differs = {name: value for name, value in differs.items() if name not in settings.parameters}
    if differs:
        notes.append(
            f"for so many rows the path has other defaults ({', '.join(f'{k}={v}' for k, v in differs.items())}); set "
            "these parameters to change them"
        )
    if settings.task == "auto" and not settings.exposure and table.kinds[target.name] == "number":
        notes.append(
            f"{target.name!r} is used for {target.task}, {target.reason}; "
            f"use --task {'regression' if target.is_classes else 'classification'} to change this"
        )
    return tuple(notes)
