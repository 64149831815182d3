"""`ridgenet app`: the page."""

from __future__ import annotations

import atexit
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet.cli._options import Decimal, Delimiter, Encoding, Na
from ridgenet.formats._registry import TITLES, in_words
from ridgenet.io._interrupts import uninstall

if TYPE_CHECKING:
    from ridgenet.page.app._server import Server

LOOPBACK = "127.0.0.1"


def app_command(
    data: Annotated[
        Path | None, typer.Argument(help=f"A table to begin with: {in_words(TITLES)}. (default: drawn data)")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", "-t", help="Its column to predict. (default: the last)")
    ] = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    na: Na = None,
    host: Annotated[
        str, typer.Option(help="Address to listen at; any but this computer's own is open to others.")
    ] = LOOPBACK,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 is one that is free.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Open a page on which to move λ and watch the network; Ctrl-C ends it."""
    if data is None and target is not None:
        raise InputError("--target names a column of a table: give its file, too")
    if data is not None and data.is_fifo():
        raise InputError(f"{data}: this is a pipe, and a page reads its table more than once: give a file")
    if data is not None and not data.is_file():
        raise InputError(f"{data}: {'this is a folder' if data.is_dir() else 'there is no such file'}")
    require_extra("app", "the page", "dash")
    from ridgenet.formats._reading import Reading, words_of
    from ridgenet.page.app._server import Server, is_loopback, open_browser
    from ridgenet.page.app._tables import TableFile

    file = None
    if data is not None:
        is_said = any(option is not None for option in (delimiter, encoding, decimal, na))
        reading = Reading(delimiter, encoding, decimal or ".", words_of(na)) if is_said else None
        file = TableFile.looked_at(data, data.name, target, reading)
    server = Server(file, host, port)
    if not is_loopback(host):
        print(
            f"ridgenet: warning: {host} can be reached from other computers, and this page asks nobody for a password",
            file=sys.stderr,
        )

    def ready() -> None:
        print(f"The page is at {server.address} (Ctrl-C ends it)", flush=True)
        if browser:
            open_browser(server.address)

    # whoever ends it otherwise than by Ctrl-C leaves nothing behind either
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    # it ends by it, and has nothing to write
    uninstall()
    try:
        server.run(ready)
    except KeyboardInterrupt:
        print()
    except SystemExit as end:
        _leave_if_warming(server, int(end.code or 0))
        raise
    _leave_if_warming(server, 0)


def _leave_if_warming(server: Server, code: int) -> None:
    """End the process at once while a thread compiles: taking the interpreter down under it would abort."""
    if server.is_warming:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _end(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)
