"""Run a command, and say in one line why it could not be done."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ridgenet._errors import RidgeNetError
from ridgenet._wording import one_line, said_by
from ridgenet.cli import refuse
from ridgenet.cli._broken_pipe import quiet_where_closed
from ridgenet.cli._commands import app


def run() -> None:
    """Run the command that was asked for."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # what a terminal's encoding does not know is no reason to end
            stream.reconfigure(errors="backslashreplace")
    # it makes itself a folder where its own cannot be written to, and has much to say of that
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        with _warnings_as_lines():
            quiet_where_closed(app)
    except RidgeNetError as error:
        refuse(str(error))
    except MemoryError:
        refuse("there is not enough memory for this")
    # a full disk, say, or a folder that nobody may write to
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        refuse(f"{where}{error.strerror or said_by(error)}")


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Print a warning as one line, without the line of code that it comes from."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        print(f"note: {one_line(str(message))}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield
