"""A child process that tries cases, so that one which ends the process ends no more than that."""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import resource
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from fuzz.faults import Fault, last_of_ours, unexpected

Case = Any
Check = Callable[[Case], None]

# forks from a process that has imported everything and loaded the kernels, so that another child takes milliseconds
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["fuzz.preload"])
# protects the machine; how much one case may take is judged by its peak
ADDRESS_SPACE = 6 << 30
MEGABYTE = 1 << 20


class Worker:
    """A child process, replaced when a case has ended it.

    Parameters
    ----------
    check : callable
        Raises `Fault` for a case that shows one. It is called in the child, with the case as its only argument.
    seconds : float
        After this time a case counts as hanging; far more than any needs, for the machine may be busy.
    megabytes : int
        How much more memory than before the case it may need at its peak.
    """

    def __init__(self, check: Check, seconds: float, megabytes: int) -> None:
        self._check, self._seconds, self._megabytes = check, seconds, megabytes
        self._process: Any = None
        self._connection: Any = None
        self._dump = Path(tempfile.mkstemp(prefix="ridgenet-fuzz-dump-")[1])

    def try_case(self, case: Case) -> Fault | None:
        """Return the fault that a case shows, if any."""
        if self._process is None:
            self._start()
        self._connection.send(case)
        try:
            if not self._connection.poll(self._seconds):
                self._stop()
                return Fault(f"hangs in {last_of_ours(self._dump.read_text())}", f"no end after {self._seconds:g} s")
            answer = self._connection.recv()
        except (EOFError, ConnectionError):
            self._process.join()
            # the long list of modules at its end is of no use
            dump, code = self._dump.read_text().partition("Extension modules:")[0], self._process.exitcode
            self._process = None
            name = signal.Signals(-code).name if code < 0 else f"exit {code}"
            return Fault(f"the process dies of {name} in {last_of_ours(dump)}", dump[-4000:])
        if isinstance(answer, Fault | None):
            return answer
        self._stop()
        raise RuntimeError(f"the check itself failed:\n{answer}")

    def close(self) -> None:
        """End the child."""
        self._stop()
        self._dump.unlink(missing_ok=True)

    def _start(self) -> None:
        self._connection, theirs = PROCESSES.Pipe()
        arguments = (theirs, self._check, self._dump, self._seconds, self._megabytes)
        self._process = PROCESSES.Process(target=_serve, args=arguments)
        self._process.start()
        theirs.close()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def call(function: Callable[[], object]) -> None:
    """Call a function in a child process of its own, which must not fail."""
    process = PROCESSES.Process(target=function)
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{function.__name__} ended with exit code {process.exitcode}")


def _serve(connection: Connection, check: Check, dump: Path, seconds: float, megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with dump.open("w") as file:
        # what the C library says of memory that it finds damaged
        os.dup2(file.fileno(), 2)
        faulthandler.enable(file)
        while True:
            try:
                case = connection.recv()
            except EOFError:
                return
            file.seek(0)
            file.truncate()
            faulthandler.dump_traceback_later(0.9 * seconds, file=file)
            before = _reset_peak()
            answer: Any = None
            try:
                check(case)
            except Fault as fault:
                answer = fault
            except Exception as error:
                # what ridgenet raises where the check does not expect it is a fault, too
                fault = unexpected(error)
                answer = str(fault) if fault.kind.endswith("from outside") else fault
            faulthandler.cancel_dump_traceback_later()
            taken = (_peak() - before) / MEGABYTE
            if answer is None and taken > megabytes:
                answer = Fault("takes too much memory", f"{taken:,.0f} MB more at its peak; {megabytes} are allowed")
                gc.collect()
            connection.send(answer)


def _reset_peak() -> int:
    """Forget the peak of memory so far, and return what is in use; on Linux only."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> int:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
