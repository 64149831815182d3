"""Chains on the workers of a Dask cluster: in chunks of about a second, and nothing is lost with a worker.

The data are the result of a task of their own: sent to the scheduler once, handed from worker to worker, and,
unlike data that are scattered, there again after their only holder has died. So are the rows of each fold.
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
from ridgenet.path._fit import Outcome, Task, counted, run_task
from ridgenet.path._rows import Rows
from ridgenet.path._search import Plan
from ridgenet.path._watch import SharedWatch

SECONDS_OF_A_CHUNK = 1.0
SECONDS_TO_CONNECT = 10
# for each thread of the cluster, so that none waits for the client
CHUNKS_WAITING = 2

_CLIENT: ContextVar[Any] = ContextVar("client", default=None)


@contextmanager
def cluster_at(address: str) -> Iterator[Any]:
    """Have paths followed by a cluster as long as the context lasts.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``tcp://10.0.0.1:8786``.

    Yields
    ------
    distributed.Client
        Connected.

    Raises
    ------
    InputError
        If nobody answers there, there is no worker, or workers have no ridgenet of this version.
    """
    require_extra("dask", "a cluster", "distributed")
    from distributed import Client

    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"no scheduler answers at {address} ({error})") from None
    with client:
        versions = client.run(_version_here)
        if not versions:
            raise InputError(f"the scheduler at {address} has no workers: start some, with dask worker {address}")
        for worker, version in versions.items():
            if version != __version__:
                has = f"has ridgenet {version}" if version else "has no ridgenet"
                raise InputError(f"the worker {worker} {has}; here it is {__version__}: install the same everywhere")
        # not by joblib.parallel_config: preprocessing, column by column, would go to the cluster, too
        token = _CLIENT.set(client)
        try:
            yield client
        finally:
            _CLIENT.reset(token)


def client_of(backend: Any) -> Any:
    """Return the client of `cluster_at`, or of joblib's backend if that is Dask and this is not one of its workers."""
    if _CLIENT.get() is not None:
        return _CLIENT.get()
    if not hasattr(backend, "client"):
        return None
    from distributed import get_worker

    try:
        get_worker()
    except ValueError:
        return backend.client
    # a task that waits for others holds a thread that they may need
    return None


class Cluster:
    """Follow chains on the workers of a cluster, a chunk of about a second at a time.

    Parameters
    ----------
    client : distributed.Client
        Of the cluster.
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
        """Follow chains, as `Backend` says."""
        yield from counted(self._finished(tasks, plan), tasks, plan, watch)

    def _finished(self, tasks: Sequence[Task], plan: Plan) -> Iterator[tuple[int, Outcome]]:
        import distributed

        client = self._client
        sent = _Sent(client)
        left = deque(enumerate(tasks))
        n_threads = max(sum(client.nthreads().values()), 1)
        running: Any = distributed.as_completed(loop=client.loop, with_results=True)
        futures = set()
        seconds, n_done = 0.0, 0

        def submit() -> None:
            size = int(SECONDS_OF_A_CHUNK * n_done / seconds) if seconds > 0 else 1
            size = max(1, min(size, -(-len(left) // (CHUNKS_WAITING * n_threads))))
            chunk = [left.popleft() for _ in range(size)]
            future = client.submit(_follow_chunk, *sent.chunk(chunk), plan, pure=False)
            futures.add(future)
            running.add(future)

        try:
            while left and len(futures) < CHUNKS_WAITING * n_threads:
                submit()
            for future, (took, outcomes) in running:
                futures.discard(future)
                seconds, n_done = seconds + took, n_done + len(outcomes)
                if left:
                    submit()
                yield from outcomes
        finally:
            client.cancel(list(futures))


def _follow_chunk(
    rows: list[Rows], outlines: list[tuple[int, Task]], plan: Plan
) -> tuple[float, list[tuple[int, Outcome]]]:
    """Follow some chains; on a worker, which keeps the rows and the folds it has made of them."""
    began = time.perf_counter()
    outcomes = []
    for those, (index, task) in zip(rows, outlines, strict=True):
        outcomes.append((index, run_task(_on(task, those), plan)))
    return time.perf_counter() - began, outcomes


def _on(task: Task, rows: Any) -> Task:
    """Return a task on other rows."""
    return replace(task, problem=replace(task.problem, rows=rows))


class _Sent:
    """What the cluster has been given: rows once, whatever is done with them."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._futures: dict[int, Any] = {}

    def chunk(self, chunk: Sequence[tuple[int, Task]]) -> tuple[list[Any], list[Any]]:
        """Return the rows of some tasks, and the tasks without them."""
        rows = [self._once(task.problem.rows) for _, task in chunk]
        return rows, [(index, _on(task, None)) for index, task in chunk]

    def _once(self, value: Any) -> Any:
        if id(value) not in self._futures:
            self._futures[id(value)] = self._client.submit(_itself, value, pure=False)
        return self._futures[id(value)]


def _version_here() -> str | None:
    try:
        import ridgenet
    except ImportError:
        return None
    return ridgenet.__version__


def _itself(value: Any) -> Any:
    return value
