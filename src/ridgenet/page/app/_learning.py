"""Compute the paths of the page, one at a time, and cache a bounded number of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from ridgenet._errors import InputError
from ridgenet._preprocessing import standardized_in_place
from ridgenet._table_settings import TableSettings
from ridgenet.formats._reading import read_table
from ridgenet.page.app._problem import Problem
from ridgenet.page.app._tables import Tables
from ridgenet.page.interactive._scene import Sample, Scene, View, scene_of
from ridgenet.page.interactive._stops import Drawing, drawing_of
from ridgenet.path._part import Part
from ridgenet.path._watch import PathProgress
from ridgenet.table import _evaluation as testing
from ridgenet.table._pipeline import names_of_inputs, network_inputs
from ridgenet.table._plane import plane_of_model
from ridgenet.table._result import TableModel
from ridgenet.table._training import train

RESOLUTION = 61
POINTS_DRAWN, UNSEEN_DRAWN = 400, 150
# the slider ends at this multiple of λ_max, where all weights are zero
BEYOND = 2.0
MOST_ITERATIONS_UNPENALISED = 2000
MOST_KEPT = 12
SECONDS_BETWEEN_LOOKS = 0.1
# three tenths of the rows are held out, and each of the five folds of the rest needs every class
FEWEST_ROWS, FEWEST_OF_A_CLASS = 10, 8
MOST_CLASSES = 10

Watch = Callable[[str, PathProgress | None], object]


class Cancelled(Exception):  # noqa: N818  (it is no error)
    """The computation was cancelled."""


@dataclass(frozen=True)
class Learned:
    """The path of a problem.

    Attributes
    ----------
    problem : Problem
        The data and the network.
    model : TableModel
        The model, with its path and its test scores.
    scene : Scene
        What is drawn for each λ; the network at λ = 0 comes last.
    texts : dict
        JSON for the browser, by language.
    """

    problem: Problem
    model: TableModel
    scene: Scene
    texts: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def drawing(self) -> Drawing:
        """The inputs and units that are drawn."""
        return drawing_of(self.scene)

    @cached_property
    def fitted(self) -> Part:
        """The training data of live training."""
        network, rows = clone(self.model.network), self.model.rows
        inputs = self.scene.view.training.X.copy()
        standardized_in_place(inputs)
        data = network._in_memory(inputs.astype(np.float32), rows.y, rows.weights)
        part: Part = data.rows(centering=network._centering, standardize=network.standardize).part()
        return part

    def at(self, alpha: float) -> TableModel:
        """Return the model with the network at another λ of the path, with its own test scores."""
        network = self.model.network.with_alpha(alpha)
        if network.alpha_ == self.model.network.alpha_:
            return self.model
        pipeline = Pipeline([*self.model.pipeline.steps[:-1], ("network", network)])
        test = self.model.test
        assert test is not None
        estimate = testing.of_model(pipeline, test.rows, test.classes, test.how, self.model.settings.random_state)
        return replace(self.model, pipeline=pipeline, test=estimate)


class PathCache:
    """Cache of computed paths, shared by all tabs.

    Parameters
    ----------
    tables : Tables
        The tables of the page.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._learned: OrderedDict[Problem, Learned] = OrderedDict()
        self._lock = threading.Lock()
        # one path uses all cores, so a second one would only slow it down
        self._turn = threading.Lock()
        self._closed = threading.Event()

    @property
    def is_closed(self) -> bool:
        """Whether the page has been closed."""
        return self._closed.is_set()

    def close(self) -> None:
        """Cancel the computation in progress and remove all uploads."""
        self._closed.set()
        self.tables.close()

    def known(self, problem: Problem) -> Learned | None:
        """Return the cached path of a problem, or None."""
        with self._lock:
            learned = self._learned.get(problem.essential())
            if learned is not None:
                self._learned.move_to_end(problem.essential())
            return learned

    def learned(self, problem: Problem, watch: Watch | None = None) -> Learned:
        """Compute the path of a problem, or return it from the cache.

        Parameters
        ----------
        problem : Problem
            The data and the network.
        watch : callable, optional
            Called with the stage and a `PathProgress`, or None while waiting for another computation; cancels if
            it returns true.

        Raises
        ------
        Cancelled
            If the computation was cancelled.
        InputError
            If the data cannot be learned from.
        """

        def given_up(stage: str, progress: PathProgress | None) -> bool:
            return (watch is not None and bool(watch(stage, progress))) or self._closed.is_set()

        problem = problem.essential()
        with self._my_turn(given_up):
            learned = self.known(problem)
            if learned is None:
                try:
                    learned = learn(problem, self.tables, given_up)
                except KeyboardInterrupt:
                    raise Cancelled from None
                with self._lock:
                    self._learned[problem] = learned
                    while len(self._learned) > MOST_KEPT:
                        self._learned.popitem(last=False)
        return learned

    @contextmanager
    def _my_turn(self, given_up: Callable[[str, PathProgress | None], bool]) -> Iterator[None]:
        while not self._turn.acquire(timeout=SECONDS_BETWEEN_LOOKS):
            if given_up("waiting", None):
                raise Cancelled
        try:
            yield
        finally:
            self._turn.release()


def learn(problem: Problem, tables: Tables, watch: Watch) -> Learned:
    """Compute the path of a problem, and the network without a penalty.

    Raises
    ------
    InputError
        If the data cannot be learned from.
    KeyboardInterrupt
        If `watch` returned true.
    """
    # no averaging over restarts: the network that is drawn is the one that predicts
    parameters: dict[str, Any] = {
        "hidden_layer_sizes": list(problem.hidden_layer_sizes),
        "activation": problem.activation,
        "average": False,
        # the slider goes on to λ that are too weak
        "path": "full",
        "alpha_max_ratio": BEYOND,
    }
    with tables.settings_of(problem, parameters) as (settings, name):
        try:
            model = train(settings, watch)
        except InputError as error:
            raise explained(settings, error) from None
        test = settings.test
        if problem.is_drawn:
            # the files are temporary
            test = f"{problem.data}-test.csv"
            assert model.test is not None
            how = f"{len(model.test.y):,} further points, drawn alike"
            model = replace(model, test=replace(model.test, how=how))
        settings = replace(settings, data=name if problem.data != "file" else settings.data, test=test)
        model = replace(model, settings=settings, file=name)
    return Learned(problem, model, _scene_of(model, watch))


def _scene_of(model: TableModel, watch: Watch) -> Scene:
    network, rows = model.network, model.rows
    inputs = network_inputs(model.pipeline, rows.X)
    unpenalised = clone(network).set_params(
        alphas=[0.0],
        max_iter=MOST_ITERATIONS_UNPENALISED,
        callbacks=lambda progress: watch("no penalty", progress),
    )
    standard = inputs.copy()
    mean, scale = standardized_in_place(standard)
    without = unpenalised.path_on_all(standard.astype(np.float32), rows.y, rows.weights)
    if without.interrupted:
        raise KeyboardInterrupt
    without = replace(without, standardizer=without.standardizer.after(mean, scale))
    seed, test = model.settings.random_state, model.test
    assert test is not None
    unseen = network_inputs(model.pipeline, test.rows.X)
    view = View(
        plane_of_model(model, inputs, RESOLUTION),
        getattr(network, "classes_", None),
        Sample.of(inputs, rows.y, POINTS_DRAWN, seed),
        Sample.of(unseen, test.rows.y, UNSEEN_DRAWN, seed),
    )
    return scene_of(network, view, tuple(names_of_inputs(model.pipeline)), without)


def explained(settings: TableSettings, error: InputError) -> InputError:
    """Return an error in terms of the table, if the table is too small, or else the error itself.

    Parameters
    ----------
    settings : TableSettings
        Settings of the failed training; its columns exist.
    error : InputError
        The error that was raised.
    """
    try:
        table = read_table(settings.data, settings.reading)
    except InputError:
        return error
    frame, name = table.frame, table.source.name
    target = frame[settings.target].dropna()
    if target.nunique() < 2:
        return error
    if len(target) < FEWEST_ROWS:
        return InputError(
            f"{name}: has {len(target)} {'rows' if len(target) != 1 else 'row'} with a {settings.target!r}; "
            f"the page needs {FEWEST_ROWS} or more, of which it holds three tenths out"
        )
    inputs = frame.loc[target.index].drop(columns=[settings.target, *settings.drop])
    if (inputs.nunique() < 2).all():
        return InputError(
            f"{name}: no column but {settings.target!r} has more than one value; there is nothing to predict it from"
        )
    largest = int(target.value_counts().iloc[0])
    if target.nunique() <= MOST_CLASSES and largest < FEWEST_OF_A_CLASS:
        return InputError(
            f"{name}: the most frequent value of {settings.target!r} stands in {largest} rows only; "
            f"to predict classes, the page needs one in {FEWEST_OF_A_CLASS} or more"
        )
    return error
