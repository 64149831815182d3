"""Functions run on partitions where they lie: by a cluster's client if there is one, else by Dask on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def kept(delayed: Sequence[Any]) -> list[Any]:
    """Compute delayed partitions and keep them where they were computed; return what stands for them."""
    client = _client()
    if client is not None:
        futures: list[Any] = client.compute(list(delayed))
        return futures
    import dask

    return list(dask.persist(*delayed))


def kept_from_each(
    function: Callable[..., Any],
    partitions: Sequence[Any],
    *arguments: Any,
    each: Sequence[tuple[Any, ...]] | None = None,
) -> list[Any]:
    """Run a function on each partition, with further arguments for `each`, and keep what it returns there."""
    own = [()] * len(partitions) if each is None else each
    if _are_futures(partitions):
        client = partitions[0].client
        return [
            client.submit(function, part, *arguments, *more, pure=False)
            for part, more in zip(partitions, own, strict=True)
        ]
    import dask

    task = dask.delayed(function, pure=False)
    return list(dask.persist(*[task(part, *arguments, *more) for part, more in zip(partitions, own, strict=True)]))


def on_each(function: Callable[..., Any], partitions: Sequence[Any], *arguments: Any) -> list[Any]:
    """Run a function on each partition; return its results here.

    By futures, where there is a cluster: building and merging graphs at every step takes longer than many a step.
    """
    if _are_futures(partitions):
        client = partitions[0].client
        results: list[Any] = client.gather(
            [client.submit(function, part, *arguments, pure=False) for part in partitions]
        )
        return results
    import dask

    task = dask.delayed(function, pure=False)
    return list(dask.compute(*[task(part, *arguments) for part in partitions]))


def _are_futures(partitions: Sequence[Any]) -> bool:
    # what is delayed has an attribute of any name
    return bool(partitions) and type(partitions[0]).__name__ == "Future"


def _client() -> Any:
    try:
        from distributed import get_client

        return get_client()
    except (ImportError, ValueError):
        return None
