"""`ridgenet app`: compute the path of a table, and open its report."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from ridgenet.cli._options import Decimal, Delimiter, Drop, Encoding, Na, Quiet, Sheet, Thousands
from ridgenet.cli._training import (
    ActivationOption,
    Baselines,
    Categorical,
    Config,
    Data,
    HiddenCandidates,
    Jobs,
    Seed,
    Set,
    Target,
    Task,
    Test,
    Weight,
    WithData,
    settings_of,
)
from ridgenet.io._interrupts import INTERRUPTED


def app_command(
    data: Data = None,
    target: Target = None,
    task: Task = None,
    drop: Drop = None,
    categorical: Categorical = None,
    weight: Weight = None,
    hidden: HiddenCandidates = None,
    activation: ActivationOption = None,
    parameters: Set = None,
    test: Test = None,
    baselines: Baselines = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    thousands: Thousands = None,
    na: Na = None,
    sheet: Sheet = None,
    jobs: Jobs = None,
    seed: Seed = None,
    config: Config = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")] = Path("report.html"),
    with_data: WithData = False,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    quiet: Quiet = False,
) -> None:
    """Compute the path of a table, write its report as one HTML file, and open it.

    Only --target is required. ridgenet path takes further options, and writes the model, too.
    """
    settings = settings_of(locals(), chooses=True)
    # imported here, so that --help does not wait for it
    from ridgenet.cli._printing import printed_warnings
    from ridgenet.cli._show_training import note_of_missing_data, print_model, training_progress
    from ridgenet.io._whole_file import require_writable, write_whole
    from ridgenet.page.report._content import content_of_model
    from ridgenet.page.report._saving import render
    from ridgenet.table._training import train

    require_writable(out.parent, [out.name])
    with printed_warnings(), training_progress(quiet) as (watch, announce):
        model = train(settings, watch, announce)
        announce("report", None)
        report = render(content_of_model(model, with_data=with_data)).encode()
    write_whole(out, lambda file: file.write(report))
    if not quiet:
        print_model(model, [out])
    if with_data:
        note_of_missing_data(model)
    if browser:
        webbrowser.open(out.resolve().as_uri())
    if model.test_was_interrupted:
        raise typer.Exit(INTERRUPTED)
