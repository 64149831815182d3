"""Many chains at once, over threads or the workers of joblib's backends: watched, stoppable, and in any order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from joblib import Parallel, delayed, parallel_config
from joblib.parallel import get_active_backend

from ridgenet.backends._batched_networks import device_of, is_cpu
from ridgenet.backends._dask_chains import client_of, run_on_cluster
from ridgenet.backends._gpu import follow_on_device
from ridgenet.backends._tasks import Outcome, Task, empty_chain, run_task
from ridgenet.path._search import NoWatch, Plan, n_searches

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


def run_tasks(
    tasks: Sequence[Task], plan: Plan, n_jobs: int | None, callbacks: Sequence[Callback] = (), device: str = "cpu"
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
        As in joblib: threads, unless `joblib.parallel_config` names another backend; the workers of Dask's
        cluster, all of which are used.
    callbacks : sequence of callables
        Called with a `PathProgress` a few times a second, from any thread; when one returns true, the rest is left.
    device : str, default="cpu"
        Where networks are evaluated: "cpu" is the compiled core, "cuda" a GPU.

    Returns
    -------
    outcomes : list of Outcome
        In the order of the tasks.
    interrupted : bool
        Whether Ctrl-C or a callback ended it early; what was not found is NaN.
    """
    total = sum(n_searches(task.problem, len(task.alphas), plan) for task in tasks)
    watch = SharedWatch(total, callbacks)
    outcomes = [Outcome(empty_chain(task), None) for task in tasks]
    backend = get_active_backend(prefer="threads")[0]
    finished: Iterator[tuple[int, Outcome]]
    client = client_of(backend)
    if not is_cpu(device):
        finished = follow_on_device(tasks, [outcome.chain for outcome in outcomes], plan, device_of(device), watch)
    elif client is not None:
        finished = _counted(run_on_cluster(client, tasks, plan), tasks, plan, watch)
    elif getattr(backend, "supports_sharedmem", False):
        finished = _in_threads(tasks, plan, n_jobs, outcomes, watch)
    elif hasattr(backend, "client"):
        with parallel_config(backend="threading", n_jobs=1):
            finished = _in_threads(tasks, plan, 1, outcomes, watch)
    else:
        finished = _counted(_in_processes(tasks, plan, n_jobs), tasks, plan, watch)
    try:
        for place, outcome in finished:
            outcomes[place] = outcome
    except KeyboardInterrupt:
        watch.stop()
        watch.wait_for_threads()
    return outcomes, watch.stopped()


def _in_threads(
    tasks: Sequence[Task], plan: Plan, n_jobs: int | None, outcomes: Sequence[Outcome], watch: SharedWatch
) -> Iterator[tuple[int, Outcome]]:
    """Follow chains in threads, which fill those of `outcomes` while they go on."""

    def run(place: int) -> tuple[int, Outcome]:
        with watch.thread():
            return place, run_task(tasks[place], plan, outcomes[place].chain, watch)

    parallel = Parallel(n_jobs=n_jobs, prefer="threads", batch_size=1, return_as="generator_unordered")
    finished: Iterator[tuple[int, Outcome]] = parallel(delayed(run)(place) for place in range(len(tasks)))
    return finished


def _in_processes(tasks: Sequence[Task], plan: Plan, n_jobs: int | None) -> Iterator[tuple[int, Outcome]]:
    """Follow chains in processes, a chain at a time, where nobody watches."""
    parallel = Parallel(n_jobs=n_jobs, batch_size=1, return_as="generator_unordered")
    finished: Iterator[tuple[int, Outcome]] = parallel(
        delayed(_with_place)(place, task, plan) for place, task in enumerate(tasks)
    )
    return finished


def _with_place(place: int, task: Task, plan: Plan) -> tuple[int, Outcome]:
    return place, run_task(task, plan)


def _counted(
    finished: Iterator[tuple[int, Outcome]], tasks: Sequence[Task], plan: Plan, watch: SharedWatch
) -> Iterator[tuple[int, Outcome]]:
    """Count chains that others have followed, and leave the rest when asked to stop."""
    for place, outcome in finished:
        yield place, outcome
        watch.fitted(n_searches(tasks[place].problem, len(tasks[place].alphas), plan))
        if watch.stopped():
            break


class SharedWatch(NoWatch):
    """Counts the searches of all threads, tells the callbacks, and passes on the wish to stop."""

    def __init__(self, n_total: int, callbacks: Sequence[Callback]) -> None:
        self._n_total, self._callbacks = n_total, callbacks
        self._n_fits, self._n_threads = 0, 0
        self._began = time.perf_counter()
        self._last = 0.0
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def stopped(self) -> bool:
        """Tell whether to stop; callbacks, which may wish so, hear of a search that takes long, too."""
        if self._callbacks and time.perf_counter() - self._last > LONGEST_PIECE:
            with self._lock:
                self._tell()
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
            self._tell()

    def _tell(self) -> None:
        self._last = time.perf_counter()
        progress = PathProgress(self._n_fits, self._n_total, self._last - self._began)
        if any(bool(callback(progress)) for callback in self._callbacks):
            self._stop.set()

    def thread(self) -> SharedWatch:
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
