"""Report the progress of a path to callbacks, and stop it early."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

# searches return to Python at least this often (seconds), so a stop takes effect within this time
MAX_SECONDS_TO_STOP = 0.5


@dataclass(frozen=True)
class PathProgress:
    """Progress of a path, as passed to callbacks.

    Attributes
    ----------
    n_fits, n_total : int
        Number of fits done, and in total.
    seconds : float
        Time since the start.
    """

    n_fits: int
    n_total: int
    seconds: float

    @property
    def seconds_left(self) -> float:
        """Estimated remaining time; an overestimate at first, since fits at small λ come first and take longest."""
        return self.seconds * (self.n_total - self.n_fits) / max(self.n_fits, 1)

    def __str__(self) -> str:
        return f"{self.n_fits:,} of {self.n_total:,} fits, {self.seconds:.1f} s, about {self.seconds_left:.1f} s left"


Callback = Callable[[PathProgress], object]


class Watch(Protocol):
    """Receive the progress of chains, and tell whether to stop."""

    def stopped(self) -> bool:
        """Return whether to stop."""

    def fitted(self, n_fits: int) -> None:
        """Count finished searches."""


class NoWatch:
    """A watch that reports nothing and never stops."""

    def stopped(self) -> bool:
        """Return false."""
        return False

    def fitted(self, n_fits: int) -> None:
        """Do nothing."""


class SharedWatch(NoWatch):
    """Count the searches of all threads, call the callbacks, and stop all threads if one returns true."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        self._n_total, self._callbacks = 0, callbacks
        self._n_fits, self._n_threads = 0, 0
        self._began = time.perf_counter()
        self._last = 0.0
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def stopped(self) -> bool:
        """Return whether to stop; also calls the callbacks, so that they can stop a long search."""
        if self._callbacks and time.perf_counter() - self._last > MAX_SECONDS_TO_STOP:
            with self._lock:
                self._call()
        return self._stop.is_set()

    def expect(self, n_fits: int) -> None:
        """Add to the total number of searches; called before each group of chains."""
        self._n_total += n_fits

    def stop(self) -> None:
        """Stop all threads."""
        self._stop.set()

    def fitted(self, n_fits: int) -> None:
        """Count finished searches, and call the callbacks at most five times a second."""
        with self._lock:
            self._n_fits += n_fits
            now = time.perf_counter()
            due = self._callbacks and (now - self._last > 0.2 or self._n_fits == self._n_total)
            if not due:
                return
            self._call()

    def _call(self) -> None:
        self._last = time.perf_counter()
        progress = PathProgress(self._n_fits, self._n_total, self._last - self._began)
        if any(bool(callback(progress)) for callback in self._callbacks):
            self._stop.set()

    def thread(self) -> SharedWatch:
        """Return a context manager that counts the running threads."""
        return self

    def __enter__(self) -> None:
        with self._lock:
            self._n_threads += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._n_threads -= 1

    def wait_for_threads(self) -> None:
        """Wait until no thread writes to its chain any longer."""
        until = time.perf_counter() + MAX_SECONDS_TO_STOP
        while self._n_threads > 0 and time.perf_counter() < until:
            time.sleep(0.005)
