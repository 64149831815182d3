"""`ridgenet doctor`: report what is installed, and try it."""

from __future__ import annotations

import typer

from ridgenet.cli._options import AsJson


def doctor_command(as_json: AsJson = False) -> None:
    """Show what is installed, try it, and say what is broken; exit code 1 if something is.

    The text is for a bug report: it names neither you nor your folders.
    """
    from ridgenet.doctor._report import diagnose

    raise typer.Exit(diagnose(as_json=as_json))
