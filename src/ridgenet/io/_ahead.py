"""Compute the next items of an iterator in a thread while the current one is used."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator
from typing import TypeVar

T = TypeVar("T")
# of waiting items, since each may be large
MOST_WAITING = 1
# how often a thread looks whether the other has stopped, in seconds
PATIENCE = 0.1


def ahead(items: Iterator[T]) -> Generator[T, None, None]:
    """Return the same items; those that follow are computed in a thread meanwhile.

    Parameters
    ----------
    items : iterator
        The items. It is only used in the thread; a generator is closed there at the end, or if this one is closed.

    Raises
    ------
    Exception
        Whatever `items` raises, after the items before.
    """
    waiting: queue.Queue[tuple[str, T | BaseException | None]] = queue.Queue(MOST_WAITING)
    stopped = threading.Event()

    def put(what: str, value: T | BaseException | None = None) -> None:
        while not stopped.is_set():
            try:
                return waiting.put((what, value), timeout=PATIENCE)
            except queue.Full:
                pass
        return None

    def compute() -> None:
        try:
            for item in items:
                put("item", item)
                if stopped.is_set():
                    return
            put("end")
        except BaseException as error:
            put("error", error)
        finally:
            if isinstance(items, Generator):
                # its resources are released in the same thread
                items.close()

    thread = threading.Thread(target=compute, name="ridgenet-ahead", daemon=True)
    thread.start()
    try:
        while True:
            try:
                # without a limit, Ctrl-C would wait on Windows
                what, value = waiting.get(timeout=PATIENCE)
            except queue.Empty:
                continue
            if what == "end":
                return
            if what == "error":
                assert isinstance(value, BaseException)
                raise value
            yield value  # type: ignore[misc]
    finally:
        stopped.set()
        thread.join()
