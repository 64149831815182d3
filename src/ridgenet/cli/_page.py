"""`ridgenet page`: write the playground, a page that needs no server."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from ridgenet.cli._options import Quiet


def page_command(
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")] = Path("page.html"),
    browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write the playground: one HTML file that trains networks by itself, on built-in data or your own.

    It works from disk and from any web server, and sends nothing anywhere.
    """
    # imported here, so that --help does not wait for it
    from ridgenet.cli._printing import say
    from ridgenet.io._whole_file import write_whole
    from ridgenet.page.playground._page import playground

    content = playground().encode()
    write_whole(out, lambda file: file.write(content))
    if not quiet:
        say(f"written: {out} ({len(content) / 1e6:.2f} MB)")
    if browser:
        webbrowser.open(out.resolve().as_uri())
