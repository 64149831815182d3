"""All commands."""

from __future__ import annotations

from typing import Annotated

import typer

from ridgenet import __version__
from ridgenet.cli._app import app_command
from ridgenet.cli._compare import compare_command
from ridgenet.cli._doctor import doctor_command
from ridgenet.cli._gradient import check_gradient_command
from ridgenet.cli._models import export_command, inspect_command, predict_command
from ridgenet.cli._page import page_command
from ridgenet.cli._training import fit_command, path_command

app = typer.Typer(
    help="Small neural networks with an L2 penalty.",
    epilog="Exit codes: 0 success; 1 the check failed; 2 invalid input; 130 interrupted; "
    "141 the reader closed the output; 143 terminated.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"ridgenet {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


app.command("compare")(compare_command)
app.command("app")(app_command)
app.command("path")(path_command)
app.command("fit")(fit_command)
app.command("predict")(predict_command)
app.command("inspect")(inspect_command)
app.command("export")(export_command)
app.command("page")(page_command)
app.command("check-gradient")(check_gradient_command)
app.command("doctor")(doctor_command)
