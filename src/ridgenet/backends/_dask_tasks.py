"""Run functions on persisted partitions, on a Dask cluster or with the local Dask scheduler."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PersistedPartitions:
    """References to partitions that are kept where they were computed.

    Attributes
    ----------
    partitions : sequence
        Futures of a client, or delayed objects persisted on this machine.
    client : distributed.Client or None
        Client of the futures.
    workers : sequence of str
        With a client, the worker assigned to each partition. The scheduler itself would run tasks where the data are;
        if one worker happened to hold two of three partitions, the other would wait at every step.
    """

    partitions: Sequence[Any]
    client: Any = None
    workers: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.partitions)


def persisted(delayed: Sequence[Any]) -> PersistedPartitions:
    """Compute delayed partitions, and keep them in memory."""
    client = _client()
    if client is None:
        import dask

        return PersistedPartitions(list(dask.persist(*delayed)))
    from distributed import wait

    futures = client.compute(list(delayed))
    wait(futures)
    holders = client.who_has(futures)
    return PersistedPartitions(
        futures, client, assign_workers([holders.get(future.key, ()) for future in futures], client.nthreads())
    )


def persisted_from_each(
    function: Callable[..., Any],
    partitions: PersistedPartitions,
    *arguments: Any,
    each: Sequence[tuple[Any, ...]] | None = None,
) -> PersistedPartitions:
    """Run a function on each partition, with additional arguments from `each`, and keep the results in place."""
    more_arguments = [()] * len(partitions) if each is None else each
    if partitions.client is not None:
        return PersistedPartitions(
            _submitted(function, partitions, arguments, more_arguments), partitions.client, partitions.workers
        )
    import dask

    task = dask.delayed(function, pure=False)
    tasks = [task(part, *arguments, *more) for part, more in zip(partitions.partitions, more_arguments, strict=True)]
    return PersistedPartitions(list(dask.persist(*tasks)))


def on_each(function: Callable[..., Any], partitions: PersistedPartitions, *arguments: Any) -> list[Any]:
    """Run a function on each partition, and return the results.

    On a cluster futures are used, because building and merging a task graph often takes longer than the task.
    """
    no_more: Sequence[tuple[Any, ...]] = [()] * len(partitions)
    if partitions.client is not None:
        results: list[Any] = partitions.client.gather(_submitted(function, partitions, arguments, no_more))
        return results
    import dask

    task = dask.delayed(function, pure=False)
    return list(dask.compute(*[task(part, *arguments) for part in partitions.partitions]))


def assign_workers(holders: Sequence[Sequence[str]], n_threads: Mapping[str, int]) -> list[str]:
    """Assign partitions to workers in proportion to their threads, preferring workers that hold the partition.

    Examples
    --------
    >>> assign_workers([["a"], ["a"], ["a"], ["b"]], {"a": 1, "b": 1})
    ['a', 'a', 'b', 'b']
    """
    limits = {worker: -(-len(holders) * n // sum(n_threads.values())) for worker, n in n_threads.items()}
    counts = dict.fromkeys(n_threads, 0)

    def load(worker: str) -> float:
        return counts[worker] / n_threads[worker]

    assigned = []
    for candidates in holders:
        available = [worker for worker in candidates if worker in counts and counts[worker] < limits[worker]]
        worker = min(available or counts, key=load)
        counts[worker] += 1
        assigned.append(worker)
    return assigned


def _submitted(
    function: Callable[..., Any],
    partitions: PersistedPartitions,
    arguments: tuple[Any, ...],
    more_arguments: Sequence[tuple[Any, ...]],
) -> list[Any]:
    return [
        partitions.client.submit(
            # other workers are allowed in case this one dies
            function, part, *arguments, *more, pure=False, workers=[worker], allow_other_workers=True
        )
        for part, worker, more in zip(partitions.partitions, partitions.workers, more_arguments, strict=True)
    ]  # fmt: skip


def _client() -> Any:
    try:
        from distributed import get_client

        return get_client()
    except (ImportError, ValueError):
        return None
