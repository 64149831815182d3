"""Callbacks of scikit-learn (`sklearn.callback`), which are experimental there: all that depends on them is here.

An estimator is a tree of tasks for them: a fit has a subtask for each iteration or epoch, or, where λ is selected, one
for each candidate with a subtask for each fit at one λ. Before scikit-learn 1.9 there are none, and no `set_callbacks`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ridgenet.core._lbfgs import LBFGS
from ridgenet.core._lbfgs_search import RUNNING, LBFGSSearch
from ridgenet.path._watch import PathProgress

if TYPE_CHECKING:

    class CallbackSupportMixin:
        """Class with `set_callbacks`."""

        def set_callbacks(self, *callbacks: Any) -> Any:
            """Set callbacks of scikit-learn, such as `ProgressBar`."""

else:
    try:
        from sklearn.callback import CallbackSupportMixin
    except ImportError:

        class CallbackSupportMixin:
            """Class without `set_callbacks`."""


Attributes = Mapping[str, Any]


class FitTasks:
    """The tasks of one fit; does nothing without callbacks.

    Parameters
    ----------
    estimator : estimator
        The estimator, in `fit`, whose `_fit_context` ends the callbacks also after errors.
    n_subtasks : int
        Largest number of subtasks.
    X, y, sample_weight : array-like
        Training data as passed to `fit`; callbacks receive them.
    """

    def __init__(self, estimator: Any, n_subtasks: int, X: Any, y: Any, sample_weight: Any) -> None:
        self._estimator = estimator
        self._given = {"X": X, "y": y, "metadata": None if sample_weight is None else {"sample_weight": sample_weight}}
        self._fit = None
        if getattr(estimator, "_skl_callbacks", None):
            self._fit = estimator._init_callback_context(max_subtasks=n_subtasks)
            self._call("begin", self._fit)

    def end(self) -> None:
        """End the fit: the estimator predicts."""
        if self._fit is not None:
            self._call("end", self._fit, {})

    def steps(self, name: str, attributes: Callable[[np.ndarray], Attributes]) -> Steps | None:
        """Return what is told of each iteration; None without callbacks.

        Parameters
        ----------
        name : str
            Name of an iteration.
        attributes : callable
            Returns the attributes with which the estimator predicts, from the parameters of the network.
        """
        return None if self._fit is None else Steps(self, name, attributes)

    def _begin(self, name: str, parent: Any, n_subtasks: int | None = 0) -> Any:
        task = parent.subcontext(task_name=name, max_subtasks=n_subtasks)
        self._call("begin", task)
        return task

    def _call(self, what: str, task: Any, attributes: Any = None) -> bool:
        hook = getattr(task, f"call_on_fit_task_{what}")
        return bool(hook(estimator=self._estimator, reconstruction_attributes=attributes, **self._given))


class Steps:
    """Is told when each iteration or epoch begins and ends; see `FitTasks.steps`.

    Attributes
    ----------
    stopped : bool
        Whether a callback has asked to stop training.
    """

    def __init__(self, tasks: FitTasks, name: str, attributes: Callable[[np.ndarray], Attributes]) -> None:
        self._tasks, self._name, self._attributes = tasks, name, attributes
        self._open: Any = None
        self.stopped = False

    def begin(self) -> None:
        """Begin an iteration."""
        self._open = self._tasks._begin(self._name, self._tasks._fit)

    def end(self, parameters: np.ndarray) -> None:
        """End the iteration that was begun."""
        task, self._open = self._open, None
        self.stopped |= self._tasks._call("end", task, lambda: self._attributes(parameters))

    def close(self) -> None:
        """End an iteration that was begun and has not come to its end."""
        if self._open is not None:
            self._tasks._call("end", self._open)
            self._open = None


def minimize_in_steps(search: LBFGSSearch, progress: Callable[[int], bool], steps: Steps) -> None:
    """Run L-BFGS as `run_to_the_end` does, and tell of each iteration."""
    n_ended = search.n_iter
    steps.begin()

    def evaluated(n_iter: int) -> bool:
        nonlocal n_ended
        stop = progress(n_iter)
        if n_iter > n_ended:
            n_ended = n_iter
            steps.end(search.point)
            stop |= steps.stopped
            if search.status == RUNNING and not stop:
                steps.begin()
        return stop

    if not isinstance(search, LBFGS):
        search.run_to_the_end(evaluated)
        return
    while search.status == RUNNING:
        # at most one evaluation
        search.run(1)
        if evaluated(search.n_iter):
            break


class PathTasks:
    """The candidates of one fit, and their fits at single λ, as tasks; does nothing without callbacks.

    Parameters
    ----------
    tasks : FitTasks
        The tasks of the fit.
    """

    def __init__(self, tasks: FitTasks) -> None:
        self._tasks = tasks
        self._task: Any = None
        self._in_candidate = False
        self._n_fits, self._n_total, self._n_left = 0, 0, 0
        self.callbacks = [] if tasks._fit is None else [self._report]

    def begin(self, *, all_at_once: bool) -> None:
        """Begin a candidate, whose fits are known with the first report if they are computed all at once."""
        if self._tasks._fit is None:
            return
        self._in_candidate, self._n_left = True, sys.maxsize
        self._task = None if all_at_once else self._begin_task(None)

    def end(self, attributes: Callable[[], Attributes]) -> bool:
        """End the candidate, with which the estimator predicts; return whether a callback stops trying others."""
        if not self._in_candidate:
            return False
        self._in_candidate = False
        return self._tasks._call("end", self._task, attributes)

    def _report(self, progress: PathProgress) -> bool:
        """Begin and end a task for each fit since the last report; return whether a callback stops the path."""
        n_new = progress.n_fits - self._n_fits
        if self._in_candidate and self._task is None:
            self._n_left = progress.n_total - self._n_total
            self._task = self._begin_task(self._n_left)
        self._n_fits, self._n_total = progress.n_fits, progress.n_total
        if not self._in_candidate:
            return False
        # there are more if the path is continued at weaker λ
        n_new = min(n_new, self._n_left)
        self._n_left -= n_new
        fits = [self._tasks._begin("fit-of-path", self._task) for _ in range(n_new)]
        # a list, so that every task ends
        answers = [self._tasks._call("end", fit) for fit in fits]
        return any(answers)

    def _begin_task(self, n_fits: int | None) -> Any:
        return self._tasks._begin("candidate", self._tasks._fit, n_fits)
