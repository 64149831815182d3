"""Output of `ridgenet compare` and `ridgenet check-gradient`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import MofNCompleteColumn, TextColumn

from ridgenet._compare import ReportProgress
from ridgenet._compare_settings import CompareSettings
from ridgenet._comparison import COLUMNS, Comparison
from ridgenet._datasets import Dataset
from ridgenet._gradient_check import GradientCheck, GradientRow
from ridgenet.cli._printing import print_table, progress_bar, say

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
    """Show a progress bar for each λ on standard error; nothing in a pipe."""
    bar = progress_bar(MofNCompleteColumn(), TextColumn("epochs"))
    tasks = {alpha: bar.add_task(f"λ = {alpha:g}", total=settings.n_epochs, start=False) for alpha in settings.alphas}

    def report(alpha: float, epochs_done: int) -> None:
        if not bar.tasks[tasks[alpha]].started:
            bar.start_task(tasks[alpha])
        bar.update(tasks[alpha], completed=epochs_done)

    with bar:
        yield report


def print_experiment(dataset: Dataset, settings: CompareSettings) -> None:
    """Print the settings of the experiment."""
    tested = (
        f"{settings.test_size:.0%} held out for testing"
        if dataset.X_test is None
        else f"{len(dataset.X_test):,} test samples"
    )
    if dataset.standardize:
        tested += ", columns standardised"
    hidden = "-".join(map(str, settings.hidden_layer_sizes)) or "none"
    divisor = (
        "the size of the batch, as in the tutorial and in scikit-learn (alternative: --penalty-scaling dataset)"
        if settings.penalty_scaling == "batch"
        else "the number of training samples"
    )
    for line in (
        f"{dataset.name}: {len(dataset.X)} samples, {dataset.X.shape[1]} columns, {tested}",
        f"hidden units {hidden} ({settings.activation}), init {settings.init}, batches of {settings.batch_size}, "
        f"learning rate {settings.learning_rate_init:g}, {settings.n_epochs:,} epochs, seed {settings.random_state}",
        f"λ (alpha) is divided by {divisor}",
    ):
        say(line, "dim")


def print_comparison(comparison: Comparison, paths: list[Path]) -> None:
    """Print the table, and the paths of the results."""
    print_table(
        "Effect of the penalty", {name: [text(fit) for fit in comparison.fits] for name, text in COLUMNS.items()}
    )
    say(f"results: {', '.join(path.name for path in paths)} in {paths[0].parent}")


def print_gradient_check(check: GradientCheck) -> None:
    """Print the table by layer, and whether the check passed."""
    sizes = "-".join(map(str, check.network.layer_sizes))
    title = (
        f"Gradient of a {sizes} network, {check.network.activation}, {check.network.output} output, λ = {check.alpha:g}"
    )
    print_table(title, {name: [text(row) for row in check.rows] for name, text in GRADIENT_COLUMNS.items()})
    worst = max(row.relative_error for row in check.rows)
    if check.passed:
        say(f"The gradient is correct: largest relative error {worst:.1e}, below {check.tolerance:g}.", "green")
    else:
        say(f"The gradient is WRONG: largest relative error {worst:.1e}, above {check.tolerance:g}.", "bold red")
