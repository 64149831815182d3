"""Many chains at once, over threads or the workers of joblib's backends: watched, stoppable, and in any order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from joblib.parallel import get_active_backend

from ridgenet.fitted import FittedNetwork
from ridgenet.path.problem import Problem
from ridgenet.path.search import Chain, NoWatch, Plan, follow, n_searches, new_chain

# a search returns to Python this often, so no thread takes longer to notice that it is to stop
LONGEST_PIECE = 0.5


@dataclass(frozen=True)
class PathProgress:
    """How far a path is, as callbacks see it.

    Attributes
    ----------
    n_fits, n_total : int
        Searches done, and how many there are in all.
    seconds : float
        Time since the first began.
    """

    n_fits: int
    n_total: int
    seconds: float

    @property
    def seconds_left(self) -> float:
        """Time the rest will take, if it goes on like this; searches at weak λ, which come first, take longest."""
        return self.seconds * (self.n_total - self.n_fits) / max(self.n_fits, 1)

    def __str__(self) -> str:
        return f"{self.n_fits:,} of {self.n_total:,} fits, {self.seconds:.1f} s, about {self.seconds_left:.1f} s left"


Callback = Callable[[PathProgress], object]


@dataclass(frozen=True)
class Task:
    """One chain, and the examples it is judged by.

    Attributes
    ----------
    problem : Problem
        What is fitted.
    alphas : ndarray of shape (n_alphas,)
        Strengths λ, from strong to weak.
    seed : tuple of int
        Where the random numbers of the chain begin.
    held_out : ndarray or CSR matrix or None
        Inputs that each network of the chain predicts.
    """

    problem: Problem
    alphas: np.ndarray
    seed: tuple[int, ...]
    held_out: Any = None


@dataclass(frozen=True)
class Outcome:
    """A chain, and what its networks predict for the examples held out, (n_alphas, n_held_out, n_outputs)."""

    chain: Chain
    outputs: np.ndarray | None


def run_tasks(
    tasks: Sequence[Task], plan: Plan, n_jobs: int | None, callbacks: Sequence[Callback] = ()
) -> tuple[list[Outcome], bool]:
    """Follow all chains.

    The result does not depend on `n_jobs`, nor on which worker does what.

    Parameters
    ----------
    tasks : sequence of Task
        What to do, the longest first.
    plan : Plan
        How.
    n_jobs : int or None
        As in joblib: threads, unless `joblib.parallel_config` names another backend.
    callbacks : sequence of callables
        Called with a `PathProgress` a few times a second, from any thread; when one returns true, the rest is left.

    Returns
    -------
    outcomes : list of Outcome
        In the order of the tasks.
    interrupted : bool
        Whether Ctrl-C or a callback ended it early; what was not found is NaN.
    """
    parallel = Parallel(n_jobs=n_jobs, prefer="threads", batch_size=1, return_as="generator_unordered")
    shared = bool(getattr(get_active_backend(prefer="threads")[0], "supports_sharedmem", False))
    total = sum(n_searches(task.problem, len(task.alphas), plan) for task in tasks)
    watch = _SharedWatch(total, callbacks)
    outcomes = [Outcome(new_chain(task.problem, len(task.alphas)), None) for task in tasks]
    calls = (
        delayed(_run)(place, task, plan, outcomes[place].chain if shared else None, watch if shared else None)
        for place, task in enumerate(tasks)
    )
    try:
        for place, outcome in parallel(calls):
            outcomes[place] = outcome
            if not shared:
                watch.fitted(n_searches(tasks[place].problem, len(tasks[place].alphas), plan))
    except KeyboardInterrupt:
        watch.stop()
        watch.wait_for_threads()
    return outcomes, watch.stopped()


def _run(place: int, task: Task, plan: Plan, chain: Chain | None, watch: _SharedWatch | None) -> tuple[int, Outcome]:
    """Follow one chain; in another process it is made there, and nobody watches."""
    problem = task.problem
    chain = chain or new_chain(problem, len(task.alphas))
    if watch is None:
        follow(problem, task.alphas, task.seed, plan, chain)
    else:
        with watch.thread():
            follow(problem, task.alphas, task.seed, plan, chain, watch)
    outputs = None
    if task.held_out is not None and chain.found.all():
        first = FittedNetwork(problem.network, chain.parameters[0], problem.units)
        outputs = first.outputs_of_all(chain.parameters, task.held_out)
    return place, Outcome(chain, outputs)


class _SharedWatch(NoWatch):
    """Counts the searches of all threads, tells the callbacks, and passes on the wish to stop."""

    def __init__(self, n_total: int, callbacks: Sequence[Callback]) -> None:
        self._n_total, self._callbacks = n_total, callbacks
        self._n_fits, self._n_threads = 0, 0
        self._began = time.perf_counter()
        self._last = 0.0
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def stopped(self) -> bool:
        """Tell whether to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask all threads to stop."""
        self._stop.set()

    def fitted(self, n_fits: int) -> None:
        """Count, and tell the callbacks at most five times a second."""
        with self._lock:
            self._n_fits += n_fits
            now = time.perf_counter()
            due = self._callbacks and (now - self._last > 0.2 or self._n_fits == self._n_total)
            if not due:
                return
            self._last = now
            progress = PathProgress(self._n_fits, self._n_total, now - self._began)
            if any(bool(callback(progress)) for callback in self._callbacks):
                self._stop.set()

    def thread(self) -> _SharedWatch:
        """Return a context that counts the threads at work."""
        return self

    def __enter__(self) -> None:
        with self._lock:
            self._n_threads += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._n_threads -= 1

    def wait_for_threads(self) -> None:
        """Wait until no thread writes to its chain any more."""
        until = time.perf_counter() + LONGEST_PIECE
        while self._n_threads > 0 and time.perf_counter() < until:
            time.sleep(0.005)
