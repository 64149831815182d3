"""`ridgenet app`: the interactive page."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ridgenet._errors import InputError
from ridgenet._extras import require_extra
from ridgenet.cli._options import Decimal, Delimiter, Encoding, Na, Thousands
from ridgenet.formats._registry import TITLES, in_words
from ridgenet.io._interrupts import uninstall

LOOPBACK = "127.0.0.1"


def app_command(
    data: Annotated[Path | None, typer.Argument(help=f"A table: {in_words(TITLES)}. (default: generated data)")] = None,
    target: Annotated[
        str | None, typer.Option("--target", "-t", help="The column to predict. (default: the last)")
    ] = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    thousands: Thousands = None,
    na: Na = None,
    host: Annotated[
        str, typer.Option(help="Address to listen at; other computers can reach any address but the default.")
    ] = LOOPBACK,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 chooses a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Open a page on which to change λ and watch the network; Ctrl-C stops it."""
    if data is None and target is not None:
        raise InputError("--target needs a table: give its file")
    if data is not None and data.is_fifo():
        raise InputError(f"{data}: this is a pipe, and the page reads its table more than once: give a file")
    if data is not None and not data.is_file():
        raise InputError(f"{data}: {'this is a folder' if data.is_dir() else 'there is no such file'}")
    require_extra("app", "the page", "babel", "dash")
    from ridgenet.formats._reading import Reading, words_of
    from ridgenet.page.app._server import Server, is_loopback, open_browser
    from ridgenet.page.app._tables import TableFile

    file = None
    if data is not None:
        is_said = any(option is not None for option in (delimiter, encoding, decimal, thousands, na))
        reading = Reading(delimiter, encoding, decimal or ".", words_of(na), thousands=thousands) if is_said else None
        file = TableFile.looked_at(data, data.name, target, reading)
    server = Server(file, host, port)
    if not is_loopback(host):
        print(
            f"ridgenet: warning: {host} can be reached from other computers, and the page has no password",
            file=sys.stderr,
        )

    def ready() -> None:
        print(f"The page is at {server.address} (Ctrl-C stops it)", flush=True)
        if browser:
            open_browser(server.address)

    # clean up after other signals than Ctrl-C too
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    # Ctrl-C stops the server, which has nothing to write
    uninstall()
    try:
        server.run(ready)
    except KeyboardInterrupt:
        print()


def _end(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)
