"""Run a command, and print errors in one line."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ridgenet._errors import RidgeNetError
from ridgenet._wording import one_line, said_by
from ridgenet.cli import exit_with_error
from ridgenet.cli._broken_pipe import exit_quietly_if_closed
from ridgenet.cli._commands import app


def run() -> None:
    """Run the command given by the arguments."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # characters outside the encoding of the terminal are not an error
            stream.reconfigure(errors="backslashreplace")
    # pictures are written to files, so matplotlib need not look for a window system
    os.environ["MPLBACKEND"] = "agg"
    # matplotlib logs that it uses another folder if its own is not writable
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        with _warnings_as_lines():
            exit_quietly_if_closed(app)
    except RidgeNetError as error:
        exit_with_error(str(error))
    except MemoryError:
        exit_with_error("not enough memory")
    # such as a full disk, or missing permissions
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        exit_with_error(f"{where}{error.strerror or said_by(error)}")


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Print warnings as one line, without the source code."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        print(f"note: {one_line(str(message))}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield
