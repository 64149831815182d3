"""Compute chains on the workers of a Dask cluster, in chunks of about a second.

The data are the result of a task: they are sent to the scheduler once, copied from worker to worker and, unlike
scattered data, recomputed if their worker dies.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from ridgenet import __version__
from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet.path._chain import Chain
from ridgenet.path._fit import Task, report_finished, run_task
from ridgenet.path._fits import Outcome
from ridgenet.path._rows import Rows
from ridgenet.path._search import Plan
from ridgenet.path._watch import SharedWatch

CHUNK_SECONDS = 1.0
SECONDS_TO_CONNECT = 10
# keeps threads of the cluster from waiting for the client
CHUNKS_PER_THREAD = 2

_CLIENT: ContextVar[Any] = ContextVar("client", default=None)


@contextmanager
def cluster_at(address: str) -> Iterator[Any]:
    """Context manager that fits paths on a Dask cluster.

    Parameters
    ----------
    address : str
        Address of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Yields
    ------
    distributed.Client
        A connected client.

    Raises
    ------
    InputError
        If the scheduler cannot be reached, has no workers, or a worker has a different version of ridgenet.
    """
    require_extra("dask", "a cluster", "distributed")
    from distributed import Client

    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"no scheduler answers at {address} ({error})") from None
    with client:
        versions = client.run(_installed_version)
        if not versions:
            raise InputError(f"the scheduler at {address} has no workers; start some with: dask worker {address}")
        for worker, version in versions.items():
            if version != __version__:
                has = f"has ridgenet {version}" if version else "does not have ridgenet"
                raise InputError(
                    f"the worker {worker} {has}, but the client has {__version__}; install the same version everywhere"
                )
        # joblib.parallel_config would also send the preprocessing of each column to the cluster
        token = _CLIENT.set(client)
        try:
            yield client
        finally:
            _CLIENT.reset(token)


def client_of(backend: Any) -> Any:
    """Return the client of `cluster_at`, or of joblib's Dask backend unless this code runs on one of its workers."""
    if _CLIENT.get() is not None:
        return _CLIENT.get()
    if not hasattr(backend, "client"):
        return None
    from distributed import get_worker

    try:
        get_worker()
    except ValueError:
        return backend.client
    # a task that waits for other tasks occupies a thread that they may need
    return None


class Cluster:
    """Backend that computes chains on the workers of a Dask cluster.

    Parameters
    ----------
    client : distributed.Client
        Client of the cluster.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def follow(
        self,
        tasks: Sequence[Task],
        chains: Sequence[Chain],  # noqa: ARG002
        plan: Plan,
        watch: SharedWatch,
    ) -> Iterator[tuple[int, Outcome]]:
        """Compute chains; see `Backend.follow`."""
        yield from report_finished(self._finished(tasks, plan), tasks, plan, watch)

    def _finished(self, tasks: Sequence[Task], plan: Plan) -> Iterator[tuple[int, Outcome]]:
        import distributed

        client = self._client
        # the same for all tasks; as the result of a task, it is sent once
        rows = client.submit(_identity, tasks[0].problem.rows, pure=False)
        remaining = deque(enumerate(tasks))
        n_threads = max(sum(client.nthreads().values()), 1)
        running: Any = distributed.as_completed(loop=client.loop, with_results=True)
        futures = set()
        seconds, n_done = 0.0, 0

        def submit() -> None:
            size = int(CHUNK_SECONDS * n_done / seconds) if seconds > 0 else 1
            size = max(1, min(size, -(-len(remaining) // (CHUNKS_PER_THREAD * n_threads))))
            chunk = [(index, _with_rows(task, None)) for index, task in (remaining.popleft() for _ in range(size))]
            future = client.submit(_follow_chunk, rows, chunk, plan, pure=False)
            futures.add(future)
            running.add(future)

        try:
            while remaining and len(futures) < CHUNKS_PER_THREAD * n_threads:
                submit()
            for future, (elapsed, outcomes) in running:
                futures.discard(future)
                seconds, n_done = seconds + elapsed, n_done + len(outcomes)
                if remaining:
                    submit()
                yield from outcomes
        finally:
            client.cancel(list(futures))


def _follow_chunk(rows: Rows, tasks: list[tuple[int, Task]], plan: Plan) -> tuple[float, list[tuple[int, Outcome]]]:
    """Compute some chains on a worker, where the rows and their folds stay cached."""
    began = time.perf_counter()
    outcomes = [(index, run_task(_with_rows(task, rows), plan)) for index, task in tasks]
    return time.perf_counter() - began, outcomes


def _with_rows(task: Task, rows: Any) -> Task:
    """Return a copy of a task with other rows."""
    return replace(task, problem=replace(task.problem, rows=rows))


def _installed_version() -> str | None:
    try:
        import ridgenet
    except ImportError:
        return None
    return ridgenet.__version__


def _identity(value: Any) -> Any:
    return value
