"""Ctrl-C on the command line: one line that says what was written, and exit code 130, within a second.

Python's default is not enough: an interrupt during an import or within a kernel is handled late, as another error, or
not at all. Here it raises an exception as usual, and a thread ends the program if this has not happened in time. In
other programs, where `installed` is not used, this module does nothing.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from ridgenet.io import _atomic as atomic

INTERRUPTED = 130
# maximum seconds between Ctrl-C and the end
PATIENCE = 0.7
SHOW_CURSOR = "\x1b[?25h"


class _InterruptedError(KeyboardInterrupt):
    """Ctrl-C; not KeyboardInterrupt itself, for which Python ends with a signal instead of the exit code."""


class _Interrupts:
    """State of the handling of Ctrl-C in this process."""

    def __init__(self) -> None:
        self.is_installed = False
        # number of interrupts received, and of those handled
        self.n_received, self.n_handled = 0, 0
        self.held, self.waiting = 0, False
        self.written: list[str] = []
        self.printed = threading.Lock()

    @property
    def is_pending(self) -> bool:
        return self.n_received > self.n_handled

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        is_first = not self.is_pending
        self.n_received += 1
        if self.held:
            self.waiting = True
        # a second interrupt must not disturb the handling of the first; the watching thread is the fallback
        elif is_first:
            raise _InterruptedError

    def say(self, text: str) -> None:
        """Print a line, but only one for each interrupt."""
        if self.printed.acquire(blocking=False):
            with suppress(OSError, ValueError):
                os.write(2, f"{text}\n".encode())

    def summary(self) -> str:
        return f"interrupted; written: {', '.join(self.written)}" if self.written else "interrupted; nothing written"

    def watch(self, pipe: int) -> None:
        """Wait for interrupts, and end the program if they are not handled in time."""
        n_watched = 0
        while signals := os.read(pipe, 4096):
            if signal.SIGINT not in signals:
                continue
            until = time.monotonic() + PATIENCE
            # it may have been handled before this thread runs
            while self._is_open(n_watched) and (time.monotonic() < until or self.held):
                time.sleep(0.02)
            if self._is_open(n_watched):
                self.end_at_once()
            n_watched = self.n_received

    def _is_open(self, n_watched: int) -> bool:
        """Return whether an interrupt has not reached Python yet, or has not been handled."""
        return self.n_received == n_watched or self.is_pending

    def end_at_once(self) -> None:
        atomic.remove_all()
        # progress bars hide the cursor
        cursor = SHOW_CURSOR if sys.stderr is not None and sys.stderr.isatty() else ""
        self.say(cursor + self.summary())
        os._exit(INTERRUPTED)


_interrupts = _Interrupts()


@contextmanager
def installed() -> Iterator[None]:
    """Handle Ctrl-C in this way, unless another handler is set."""
    global _interrupts
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        # another handler is set, for example by a shell that starts a program in the background
        yield
        return
    _interrupts = state = _Interrupts()
    state.is_installed = True
    # an interrupt during the setup waits for its end
    state.held = 1
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, state.on_signal)
    threading.Thread(target=state.watch, args=(reading,), daemon=True, name="ridgenet-interrupts").start()
    hook = sys.unraisablehook
    sys.unraisablehook = _quiet_when_interrupted(hook)
    try:
        state.held = 0
        if state.waiting:
            raise _InterruptedError
        yield
        if state.is_pending:
            raise _InterruptedError
    # interrupted imports fail with other errors
    except BaseException:
        if not state.is_pending:
            raise
        state.say(state.summary())
        # run exit handlers only: shutting down the interpreter can take seconds
        atexit._run_exitfuncs()
        state.end_at_once()
    finally:
        # after an interrupt, the thread keeps watching until the end
        if not state.is_pending:
            state.is_installed = False
            sys.unraisablehook = hook
            signal.signal(signal.SIGINT, usual)
            signal.set_wakeup_fd(before)
            os.close(writing)


def taken(line: str | None = None) -> None:
    """Mark an interrupt as handled, and print a line; the next one ends the program."""
    state = _interrupts
    if state.is_installed and state.is_pending:
        if line is not None:
            state.say(line)
        state.printed = threading.Lock()
        state.n_handled = state.n_received


def raise_if_pending() -> None:
    """Raise `KeyboardInterrupt` if a pending interrupt was turned into a warning, as estimators do."""
    if _interrupts.is_installed and _interrupts.is_pending:
        raise _InterruptedError


@contextmanager
def held(written: object = None) -> Iterator[None]:
    """Delay Ctrl-C and SIGTERM until the end of the block; record what it writes."""
    state = _interrupts
    state.held += 1
    try:
        with atomic.sigterm_delayed():
            yield
        if written is not None and state.is_installed and str(written) not in state.written:
            state.written.append(str(written))
    finally:
        state.held -= 1
    if state.waiting and not state.held:
        state.waiting = False
        raise _InterruptedError


def _quiet_when_interrupted(hook: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def quiet(unraisable: Any) -> None:
        if not _interrupts.is_pending:
            hook(unraisable)

    return quiet
