"""Output of training on a table, predicting and inspecting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import TaskID, TextColumn

from ridgenet._table_settings import ALPHA_FROM
from ridgenet._wording import listed, readable, units_in_words
from ridgenet.cli._printing import print_table, progress_bar, say

if TYPE_CHECKING:
    from ridgenet.backends._stream_training import StreamProgress
    from ridgenet.path._watch import PathProgress
    from ridgenet.table._result import TableModel
    from ridgenet.table._stages import Announce
    from ridgenet.table.streaming._training import Watch

# rows of the table of λ, on each side of the chosen λ
AROUND = 4


@contextmanager
def training_progress(
    quiet: bool,
) -> Iterator[tuple[Callable[[str, PathProgress], object], Announce]]:
    """Show a progress bar for each path and each other stage, or its name; yield what is called for both."""
    bar = progress_bar(TextColumn("{task.fields[fits]}"), quiet=quiet)
    tasks: dict[str, TaskID] = {}
    others: list[TaskID] = []

    def end_others() -> None:
        while others:
            bar.remove_task(others.pop())

    def watch(stage: str, progress: PathProgress) -> None:
        end_others()
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=progress.n_total, fits="")
        fits = f"{progress.n_fits:,.0f} of {progress.n_total:,.0f} fits"
        bar.update(tasks[stage], completed=progress.n_fits, total=progress.n_total, fits=fits)

    def announce(stage: str, fraction: float | None) -> None:
        end_others()
        if fraction is None:
            others.append(bar.add_task(stage, total=None, fits=""))
            return
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=1.0, fits="")
        bar.update(tasks[stage], completed=fraction)

    with bar:
        yield watch, announce
        end_others()


@contextmanager
def prediction_progress(quiet: bool) -> Iterator[Callable[[float, int], object]]:
    """Show how much of the file has been read."""
    bar = progress_bar(TextColumn("{task.percentage:.0f}%, {task.fields[rows]:,} rows"), quiet=quiet)
    task = bar.add_task("predicting", total=1.0, rows=0)
    with bar:
        yield lambda fraction, rows: bar.update(task, completed=fraction, rows=rows)


def print_model(model: TableModel, paths: list[Path]) -> None:
    """Print the data, the chosen λ, the performance on unseen rows, and the paths of the results."""
    _print_data(model)
    _print_choice(model)
    _print_test(model)
    if model.why_worthless is not None:
        say(model.why_worthless, "bold yellow")
    say(f"results: {', '.join(path.name for path in paths)} in {paths[0].parent}")


def note_of_missing_data(model: TableModel) -> None:
    """Print why the report does not hold the data, if it does not."""
    from ridgenet.page.report._rows import why_not_again

    why = why_not_again(model.network, len(model.rows))
    if why is not None:
        say(f"note: the report does not hold the data, and cannot train again: {why}", "yellow", error=True)


def print_about(about: Mapping[str, Any]) -> None:
    """Print the information in a model file."""
    made = ", ".join(f"{package} {number}" for package, number in about["made_with"].items())
    say(f"{about['model']}, saved on {about['created'][:10]} with {made}")
    if "data" not in about:
        for name in about.keys() - {"format", "created", "model", "made_with"}:
            say(f"{name}: {about[name]}")
        return
    data, network = about["data"], about["network"]
    say(f"predicts {about['target']!r} ({about['task']}{_classes(about)})")
    checksum = f" (SHA-256 {data['sha256'][:16]}…)" if data["sha256"] else " as a stream"
    say(f"trained on {data['n_rows_trained_on']:,} rows of {data['file']}{checksum}")
    shape = "-".join(map(str, network["layer_sizes"]))
    say(
        f"network {shape}, {network['activation']} activation, {network['output']} output, "
        f"{network['n_parameters']} parameters, {_ending(network)}"
    )
    chosen = about["chosen"]
    how = (
        ALPHA_FROM[about["settings"].get("alpha_from")]
        if chosen is None
        else f"chosen by {chosen['selection']!r} on a path from {readable(chosen['alpha_max'])} down"
    )
    norms = network["layer_norms"]
    by_layer = "" if norms is None else f" (‖W‖ by layer: {', '.join(f'{readable(norm)}' for norm in norms)})"
    say(f"λ (alpha) = {readable(about['alpha'], 4)}, {how}; Σ‖W‖² = {readable(network['squared_norm'], 4)}{by_layer}")
    if about["test"]:
        say(f"tested: {about['test']['how']}, {about['test']['n_rows']:,} rows")
        for score in about["test"]["scores"]:
            error = "" if score["standard_error"] is None else f" ± {readable(score['standard_error'], 2)}"
            null = readable(score["baseline"], 4)
            say(f"  {score['name']} {readable(score['value'], 4)}{error} (baseline: {null})")
        if about.get("why_worthless"):
            say(about["why_worthless"], "bold yellow")
    columns = [column for column in data["columns"] if column["name"] in about["columns"]]
    print_table(
        "Required columns",
        {
            "column": [column["name"] for column in columns],
            "holds": [column["kind"] for column in columns],
            "used as": [column["use"] for column in columns],
            "values in training": [column["values"] for column in columns],
        },
        left=("column", "holds", "used as", "values in training"),
    )
    settings = {**about["settings"], **about["settings"]["parameters"]}
    shown = {k: v for k, v in settings.items() if k != "parameters" and v not in (None, [], {})}
    say("settings: " + ", ".join(f"{name}={value!r}" for name, value in shown.items()))


def _ending(network: Mapping[str, Any]) -> str:
    if network["converged"] is None:
        return f"after {network['n_iter']:,} epochs"
    return f"{'converged' if network['converged'] else 'NOT converged'} after {network['n_iter']:,} iterations"


def print_streamed(record: Mapping[str, Any], paths: Sequence[Path]) -> None:
    """Print the result of training on a stream."""
    network, data = record["network"], record["data"]
    say(f"{data['file']}: {data['n_rows']:,} rows, {len(record['columns'])} input columns")
    for note in record["notes"]:
        say(f"note: {note}")
    shape = "-".join(map(str, network["layer_sizes"]))
    say(
        f"network {shape} at λ (alpha) = {record['alpha']:.4g}, after {network['n_iter']:,} epochs: "
        f"data loss {readable(network['data_loss'], 4)}, L2 penalty {readable(network['l2_penalty'], 4)}, "
        f"Σ‖W‖² {readable(network['squared_norm'], 4)}"
    )
    say(f"{record['seconds']:.1f} s; written: {', '.join(map(str, paths))}")


@contextmanager
def stream_progress(quiet: bool) -> Iterator[Watch]:
    """Show a progress bar for each pass over the data."""
    from ridgenet.table.streaming._training import Watch

    bar = progress_bar(TextColumn("{task.fields[rows]:,} rows"), quiet=quiet)
    tasks: dict[str, TaskID] = {}

    def reading(stage: str, fraction: float, n_rows: int) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=1.0, rows=0)
        bar.update(tasks[stage], completed=fraction, rows=n_rows)

    def training(progress: StreamProgress) -> None:
        n = progress.n_passes
        stage = "means and classes" if n == 0 else f"epoch {n} of {progress.n_passes_total - 1}"
        # the number of rows is known only after the first pass
        reading(stage, 1.0 if n == 0 else progress.n_rows / progress.n_rows_total, progress.n_rows)

    with bar:
        yield Watch(reading, training)


def _classes(about: Mapping[str, Any]) -> str:
    return "" if about["classes"] is None else f": {listed(about['classes'])}"


def _print_data(model: TableModel) -> None:
    say(f"{model.file}: {model.n_rows:,} rows, {len(model.columns)} columns")
    print_table(
        "Columns of the table",
        {
            "column": [column.name or "(no name)" for column in model.columns],
            "holds": [column.kind for column in model.columns],
            "used as": [column.use for column in model.columns],
            "empty": [f"{column.n_missing:,}" for column in model.columns],
            "values": [column.values for column in model.columns],
        },
        left=("column", "holds", "used as", "values"),
    )
    if model.target.is_classes:
        counts = listed(f"{label} ({count:,})" for label, count in model.target.counts.items())
        holds = f"classes {counts}"
    else:
        y = model.target.y
        holds = f"numbers, mean {readable(y.mean(), 4)}, standard deviation {readable(y.std(), 4)}"
    say(f"target {model.target.name!r}: {model.target.task}, {model.target.reason}; {holds}")
    for note in model.notes:
        say(f"note: {note}", "yellow")


def _print_choice(model: TableModel) -> None:
    network, path = model.network, model.path
    if path is None:
        how = ALPHA_FROM[model.settings.alpha_from]
        say(f"λ (alpha) = {readable(model.alpha, 4)}, {how}; Σ‖W‖² = {readable(model.squared_norm, 4)}", "bold")
        return
    if len(network.paths_) > 1:
        from ridgenet.table._result import shares_of_sizes

        shares = shares_of_sizes(network)
        average = "" if shares is None else f"; predictions average {shares}"
        say(f"hidden layers: {units_in_words(network.hidden_layer_sizes_)}, chosen together with λ{average}")
    indices = range(max(0, model.alpha_index - AROUND), min(len(path), model.alpha_index + AROUND + 1))
    columns = {"λ (alpha)": [readable(path.alphas[index], 4) for index in indices]}
    if hasattr(network, "cv_results_"):
        sign, label = network._sign_and_name_of_scores()
        rows = network._results_of(network._selected)
        means = sign * network.cv_results_["mean_test_score"][rows]
        errors = network.cv_results_["standard_error"][rows]
        columns[label] = [f"{means[index]:.4f} ± {errors[index]:.4f}" for index in indices]
    elif path.log_evidence is not None and path.n_effective is not None:
        columns["log evidence"] = [f"{path.log_evidence[index]:.2f}" for index in indices]
        columns["effective weights"] = [f"{path.n_effective[index]:.1f}" for index in indices]
    columns |= {
        "data loss": [f"{path.data_losses[index, 0]:.4f}" for index in indices],
        "L2 penalty": [f"{path.l2_penalties[index, 0]:.4f}" for index in indices],
        "Σ‖W‖²": [readable(path.squared_norms[index], 4) for index in indices],
        "": [_mark(model, index) for index in indices],
    }
    print_table("Around the chosen λ", columns, left=("",))
    ends = f"from {readable(path.alphas[0])} to {readable(path.alphas[-1])}"
    say(f"λ (alpha) = {readable(model.alpha, 4)} of {len(path)} {ends}", "bold")
    if hasattr(network, "alpha_interval_"):
        low, high = map(readable, network.alpha_interval_)
        say(f"the score is not clearly worse for any λ from {low} to {high}")


def _mark(model: TableModel, index: int) -> str:
    network = model.network
    marks = {"chosen": model.alpha}
    if network.selection == "1se":
        marks["best"] = network.alpha_min_
    elif network.selection == "min":
        marks["one standard error"] = network.alpha_1se_
    return ", ".join(name for name, alpha in marks.items() if network.alphas_[index] == alpha)


def _print_test(model: TableModel) -> None:
    if model.test is None:
        say("not tested on unseen rows")
        return
    say(f"test: {model.test.how}, {len(model.test.y):,} rows")
    scores = model.test.scores
    print_table(
        "Performance on unseen rows",
        {
            "score": [score.name for score in scores],
            "this model": [readable(score.value, 4) for score in scores],
            "standard error": ["" if s.standard_error is None else readable(s.standard_error, 2) for s in scores],
            "baseline": [readable(score.baseline, 4) for score in scores],
        },
        left=("score",),
    )
    if model.test.baselines:
        print_table(
            f"Other models on the same rows, by {scores[0].name}",
            {
                "model": ["this model", *(each.name for each in model.test.baselines)],
                "score": [readable(scores[0].value, 4), *(readable(each.value, 4) for each in model.test.baselines)],
                "difference": [
                    "",
                    *(f"{each.difference:+.2g} ± {each.standard_error:.1g}" for each in model.test.baselines),
                ],
            },
            left=("model",),
        )
    if (threshold := model.threshold) is not None:
        say(
            f"costs {model.settings.cost}: predict {model.test.classes[1]!s} from a probability of "  # type: ignore[index]
            f"{readable(threshold.value)} on; a row costs {readable(threshold.cost)}, "
            f"at ½ {readable(threshold.cost_at_half)} (chosen on these rows, so a little too good)"
        )
    if model.verdict is not None:
        say(model.verdict, "yellow" if "not worth" in model.verdict or "hardly" in model.verdict else "")
    if model.why_worthless is not None:
        return
    most = [importance.column for importance in model.test.importances[:5] if importance.value > 0]
    if most:
        say(f"most important columns: {', '.join(most)}")
