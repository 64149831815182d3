"""What the commands print: colour and progress on a terminal, plain text in a pipe."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ridgenet.comparison import ReportProgress
from ridgenet.datasets import Dataset
from ridgenet.gradient_check import GradientCheck, GradientRow
from ridgenet.results import COLUMNS, Comparison
from ridgenet.settings import CompareSettings

GRADIENT_COLUMNS: dict[str, Callable[[GradientRow], str]] = {
    "layer": lambda row: str(row.layer),
    "part": lambda row: row.part,
    "parameters": lambda row: str(row.n_parameters),
    "at a kink": lambda row: str(row.n_at_kink),
    "largest gradient": lambda row: f"{row.largest_gradient:.3e}",
    "largest difference": lambda row: f"{row.largest_difference:.1e}",
    "relative error": lambda row: f"{row.relative_error:.1e}",
}


@contextmanager
def comparison_progress(settings: CompareSettings) -> Iterator[ReportProgress]:
    """Show a bar for each λ on standard error while it trains; nothing in a pipe."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("epochs"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not Console(stderr=True).is_terminal,
    )
    waiting = "compiling for this processor, the first time only"
    tasks = {
        alpha: bar.add_task(waiting if i == 0 else f"λ = {alpha:g}", total=settings.n_epochs, start=False)
        for i, alpha in enumerate(settings.alphas)
    }

    def report(alpha: float, epochs_done: int) -> None:
        if not bar.tasks[tasks[alpha]].started:
            bar.start_task(tasks[alpha])
        bar.update(tasks[alpha], completed=epochs_done, description=f"λ = {alpha:g}")

    with bar:
        yield report


@contextmanager
def printed_warnings() -> Iterator[None]:
    """Print warnings as notes on standard error, once the work is done."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        yield
    console = Console(stderr=True, highlight=False)
    for warning in caught:
        console.print(f"note: {warning.message}", style="yellow", soft_wrap=True)


def print_experiment(dataset: Dataset, settings: CompareSettings) -> None:
    """Say what is about to be trained."""
    tested = (
        f"{settings.test_size:.0%} held out for testing"
        if dataset.X_test is None
        else f"tested on {len(dataset.X_test):,} others"
    )
    if dataset.standardize:
        tested += ", columns standardised"
    hidden = "-".join(map(str, settings.hidden_layer_sizes)) or "none"
    divisor = (
        "the size of the batch, as in the tutorial and in scikit-learn (the other way: --penalty-scaling dataset)"
        if settings.penalty_scaling == "batch"
        else "the number of training examples"
    )
    console = Console(highlight=False)
    for line in (
        f"{dataset.name}: {len(dataset.X)} examples, {dataset.X.shape[1]} columns, {tested}",
        f"hidden units {hidden} ({settings.activation}), start {settings.init}, batches of {settings.batch_size}, "
        f"step {settings.learning_rate_init:g}, {settings.n_epochs:,} epochs, seed {settings.random_state}",
        f"λ (alpha) is divided by {divisor}",
    ):
        console.print(line, style="dim", soft_wrap=True)


def print_comparison(comparison: Comparison, paths: list[Path]) -> None:
    """Print the table, and where the results are."""
    _print_table(
        "What the penalty does", {name: [text(fit) for fit in comparison.fits] for name, text in COLUMNS.items()}
    )
    console = Console(highlight=False)
    console.print(f"results: {', '.join(path.name for path in paths)} in {paths[0].parent}", soft_wrap=True)


def print_gradient_check(check: GradientCheck) -> None:
    """Print the table by layer, and the verdict."""
    sizes = "-".join(map(str, check.network.layer_sizes))
    title = (
        f"Gradient of a {sizes} network, {check.network.activation}, {check.network.output} output, λ = {check.alpha:g}"
    )
    _print_table(title, {name: [text(row) for row in check.rows] for name, text in GRADIENT_COLUMNS.items()})
    console = Console(highlight=False)
    worst = max(row.relative_error for row in check.rows)
    if check.passed:
        console.print(
            f"The gradient is right: worst relative error {worst:.1e}, below {check.tolerance:g}.", style="green"
        )
    else:
        console.print(
            f"The gradient is WRONG: relative error {worst:.1e}, above {check.tolerance:g}.", style="bold red"
        )


def _print_table(title: str, columns: dict[str, list[str]]) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        widths = [max(map(len, [name, *cells])) for name, cells in columns.items()]
        for row in zip(*([name, *cells] for name, cells in columns.items()), strict=True):
            print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
        return
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, justify="right")
    for row in zip(*columns.values(), strict=True):
        table.add_row(*row)
    console.print(table)
