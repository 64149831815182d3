"""Exit quietly on a closed pipe, as in ``ridgenet predict … | head``."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable

# exit code that a shell reports for SIGPIPE
CLOSED = 141
FAILED = 1


def exit_quietly_if_closed(run: Callable[[], object]) -> None:
    """Run a function that raises `SystemExit`, with exit code 141 if the reader of standard output closed it."""
    # duplicated now, since typer and rich replace the file on errors
    output = _copy_of_output()
    try:
        run()
    except SystemExit as ended:
        # typer and rich exit with 1 then, like a failed check
        if output is not None and ended.code == FAILED and _is_closed(output):
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


def _is_closed(output: int) -> bool:
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(output, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _end() -> None:
    # otherwise Python would report that it cannot flush the output
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(CLOSED)
