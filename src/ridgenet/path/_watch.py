"""Progress of a path, and the wish to stop: who looks on while chains are followed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

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


class Watch(Protocol):
    """Who looks on while chains are followed."""

    def stopped(self) -> bool:
        """Tell whether to stop."""

    def fitted(self, n_fits: int) -> None:
        """Take note of finished searches."""


class NoWatch:
    """Nobody looks on."""

    def stopped(self) -> bool:
        """Tell that there is no need to stop."""
        return False

    def fitted(self, n_fits: int) -> None:
        """Take no note."""


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
