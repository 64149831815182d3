"""How a command ends whose output nobody wants to read to its end, as in ``ridgenet predict … | head``."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable

# what a shell says of a program that SIGPIPE has ended
CLOSED = 141
FAILED = 1


def quiet_where_closed(run: Callable[[], object]) -> None:
    """Run what ends by `SystemExit`, with a code of its own if standard output was closed by whoever read it."""
    # noted now, for those who notice first put another file in its place
    output = _copy_of_output()
    try:
        run()
    except SystemExit as ended:
        # both typer and rich end with 1 then, as a check does that failed
        if output is not None and ended.code == FAILED and _nobody_reads(output):
            _end()
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            _end()
        raise
    finally:
        if output is not None:
            os.close(output)


def _copy_of_output() -> int | None:
    try:
        return os.dup(sys.stdout.fileno())
    except (OSError, ValueError):
        return None


def _nobody_reads(output: int) -> bool:
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(output, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _end() -> None:
    # or Python would complain of what it cannot write any more
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(CLOSED)
