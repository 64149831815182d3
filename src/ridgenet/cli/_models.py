"""`ridgenet predict`, `inspect` and `export`: commands for model files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ridgenet._errors import InputError
from ridgenet.cli._options import AsJson, Decimal, Delimiter, Encoding, Na, Quiet, Sheet, Thousands, completed
from ridgenet.formats._reading import Reading, words_of
from ridgenet.formats._writing import ENDINGS

Model = Annotated[Path, typer.Argument(help="A model file, such as model.skops.")]


def predict_command(
    model: Model,
    data: Annotated[str, typer.Argument(help="A table with the model's columns; - is standard input.")],
    out: Annotated[
        str,
        typer.Option("--out", "-o", help=f"Output file: {ENDINGS}; - is standard output."),
    ] = "-",
    unseen: Annotated[
        str,
        typer.Option(
            help="Categories not seen in training: refuse them, or encode them as none of the known ones (ignore).",
            autocompletion=completed("refuse", "ignore"),
        ),
    ] = "refuse",
    coverage: Annotated[
        float | None,
        typer.Option(
            help="Add the bounds of prediction intervals that contain the target with this probability, such as 0.9; "
            "for classes, whether each is in the prediction set."
        ),
    ] = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    thousands: Thousands = None,
    na: Na = None,
    sheet: Sheet = None,
    escape_formulas: Annotated[
        bool,
        typer.Option(
            "--escape-formulas", help="CSV: put ' before text that a spreadsheet program would run as a formula."
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Write a table with predictions added; it may be larger than memory."""
    from ridgenet.cli._printing import printed_warnings, say
    from ridgenet.cli._show_training import prediction_progress
    from ridgenet.table._prediction import predict_file

    reading = Reading(delimiter, encoding, decimal or ".", words_of(na), sheet, thousands)
    with printed_warnings(), prediction_progress(quiet) as watch:
        n_rows = predict_file(
            model,
            data,
            out,
            unseen=unseen,
            reading=reading,
            escape_formulas=escape_formulas,
            coverage=coverage,
            watch=watch,
        )
    if out != "-" and not quiet:
        say(f"{n_rows:,} rows predicted: {out}")


def inspect_command(model: Model, as_json: AsJson = False) -> None:
    """Show what a model file contains, without loading the model."""
    from ridgenet.cli._printing import print_json, say
    from ridgenet.model_files._files import about_model, why_not_loadable

    about, trouble = about_model(model), why_not_loadable(model)
    if trouble is not None:
        say(f"warning: this model cannot be used: {trouble}", "bold yellow", error=True)
    if as_json:
        print_json(about)
        return
    from ridgenet.cli._show_training import print_about

    try:
        print_about(about)
    # the information may come from anyone
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{model}: what it says about the model is incomplete, so it was not saved by ridgenet"
        ) from error


def export_command(
    model: Model,
    out: Annotated[Path, typer.Argument(help="The ONNX file to write.")],
    quiet: Quiet = False,
) -> None:
    """Export a model with its preprocessing as one ONNX graph, after comparing its predictions."""
    from ridgenet.cli._printing import say
    from ridgenet.table.onnx import export_model

    difference = export_model(model, out)
    if not quiet:
        say(f"{out}: its predictions differ from those of the model by at most {difference:.1e}")
