"""Functions run on partitions where they lie: by a cluster's client if there is one, else by Dask on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PersistedPartitions:
    """What stands for partitions that are kept where they were computed.

    Attributes
    ----------
    partitions : sequence
        Futures of a client, or what Dask has persisted on this machine.
    client : distributed.Client or None
        Whose futures they are.
    workers : sequence of str
        With a client: which worker works on each, in balance. Left to itself, the scheduler follows the data, and
        where two of three partitions came to lie on one worker the other would wait at every step.
    """

    partitions: Sequence[Any]
    client: Any = None
    workers: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.partitions)


def persisted(delayed: Sequence[Any]) -> PersistedPartitions:
    """Compute delayed partitions, and keep them."""
    client = _client()
    if client is None:
        import dask

        return PersistedPartitions(list(dask.persist(*delayed)))
    from distributed import wait

    futures = client.compute(list(delayed))
    wait(futures)
    holders = client.who_has(futures)
    return PersistedPartitions(
        futures, client, in_balance([holders.get(future.key, ()) for future in futures], client.nthreads())
    )


def persisted_from_each(
    function: Callable[..., Any],
    partitions: PersistedPartitions,
    *arguments: Any,
    each: Sequence[tuple[Any, ...]] | None = None,
) -> PersistedPartitions:
    """Run a function on each partition, with further arguments for `each`, and keep what it returns there."""
    own = [()] * len(partitions) if each is None else each
    if partitions.client is not None:
        return PersistedPartitions(
            _submitted(function, partitions, arguments, own), partitions.client, partitions.workers
        )
    import dask

    task = dask.delayed(function, pure=False)
    tasks = [task(part, *arguments, *more) for part, more in zip(partitions.partitions, own, strict=True)]
    return PersistedPartitions(list(dask.persist(*tasks)))


def on_each(function: Callable[..., Any], partitions: PersistedPartitions, *arguments: Any) -> list[Any]:
    """Run a function on each partition; return its results here.

    By futures, where there is a cluster: building and merging graphs at every step takes longer than many a step.
    """
    own: Sequence[tuple[Any, ...]] = [()] * len(partitions)
    if partitions.client is not None:
        results: list[Any] = partitions.client.gather(_submitted(function, partitions, arguments, own))
        return results
    import dask

    task = dask.delayed(function, pure=False)
    return list(dask.compute(*[task(part, *arguments) for part in partitions.partitions]))


def in_balance(holders: Sequence[Sequence[str]], n_threads: Mapping[str, int]) -> list[str]:
    """Return a worker for each partition: one that holds it, unless that has its share already.

    Examples
    --------
    >>> in_balance([["a"], ["a"], ["a"], ["b"]], {"a": 1, "b": 1})
    ['a', 'a', 'b', 'b']
    """
    shares = {worker: -(-len(holders) * n // sum(n_threads.values())) for worker, n in n_threads.items()}
    given = dict.fromkeys(n_threads, 0)

    def load(worker: str) -> float:
        return given[worker] / n_threads[worker]

    chosen = []
    for those in holders:
        near = [worker for worker in those if worker in given and given[worker] < shares[worker]]
        worker = min(near or given, key=load)
        given[worker] += 1
        chosen.append(worker)
    return chosen


def _submitted(
    function: Callable[..., Any],
    partitions: PersistedPartitions,
    arguments: tuple[Any, ...],
    own: Sequence[tuple[Any, ...]],
) -> list[Any]:
    return [
        partitions.client.submit(
            # if the worker has died, any other
            function, part, *arguments, *more, pure=False, workers=[worker], allow_other_workers=True
        )
        for part, worker, more in zip(partitions.partitions, partitions.workers, own, strict=True)
    ]  # fmt: skip


def _client() -> Any:
    try:
        from distributed import get_client

        return get_client()
    except (ImportError, ValueError):
        return None
