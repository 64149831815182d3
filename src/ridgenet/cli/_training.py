"""`ridgenet path` and `ridgenet fit`: train and test a model on a table."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ridgenet import _defaults as defaults
from ridgenet._errors import InputError
from ridgenet._table_settings import TASKS, TESTS, TableSettings, read_config
from ridgenet.cli._options import (
    AsJson,
    Decimal,
    Delimiter,
    Drop,
    Encoding,
    Na,
    Out,
    Quiet,
    Sheet,
    Thousands,
    completed,
    layers_of,
    numbers_of,
)
from ridgenet.formats._registry import TITLES, in_words
from ridgenet.formulas import ACTIVATIONS
from ridgenet.io._interrupts import INTERRUPTED

Data = Annotated[
    str | None,
    typer.Argument(help=f"{in_words(TITLES)}, also compressed with gzip or zstd; - is standard input."),
]
Target = Annotated[str | None, typer.Option("--target", "-t", help="The column to predict.")]
Task = Annotated[
    str | None, typer.Option(help=f"The task: {', '.join(TASKS)}. (default: auto)", autocompletion=completed(*TASKS))
]
Categorical = Annotated[
    list[str] | None,
    typer.Option(help="A numeric column, or target, that holds categories; may be repeated."),
]
Weight = Annotated[str | None, typer.Option("--weight", help="The column of sample weights (sample_weight).")]
Exposure = Annotated[
    str | None,
    typer.Option(help="The column with what counts refer to, such as days; predictions are for an exposure of 1."),
]
Cost = Annotated[
    str | None,
    typer.Option(
        help="Two classes: costs of a false positive and a false negative, such as 1:5; finds the cheapest threshold."
    ),
]
Time = Annotated[
    str | None,
    typer.Option(help="The column with the order of the rows, such as a date: tests are on rows later than training."),
]
Test = Annotated[
    str | None,
    typer.Option(
        help="How to test on unseen rows: nested, a fraction of the rows such as 0.2, another file, or none. "
        "(default: auto, nested up to 5,000 rows, 0.2 above)",
        autocompletion=completed(*TESTS, "0.2"),
    ),
]
HIDDEN = "Units of the hidden layers: 8, or 16,8, or none"
HiddenCandidates = Annotated[
    list[str] | None,
    typer.Option(
        "--hidden",
        help=f"{HIDDEN}; if repeated, the best is chosen. (default: none, 8, and 32 where it may pay)",
    ),
]
# a list, so that a second size is rejected instead of replacing the first
HiddenSizes = Annotated[list[str] | None, typer.Option("--hidden", help=f"{HIDDEN}. (default: 16)")]
ActivationOption = Annotated[
    str | None,
    typer.Option(
        help=f"Activation of the hidden layers: {', '.join(ACTIVATIONS)}. (default: tanh)",
        autocompletion=completed(*ACTIVATIONS),
    ),
]
ClassWeight = Annotated[
    str | None,
    typer.Option(help="Class weights: balanced, or TOML such as {a=1,b=5}.", autocompletion=completed("balanced")),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="NAME=VALUE", help="Any other parameter of the estimator; may be repeated."),
]
Jobs = Annotated[int | None, typer.Option(help="Number of threads; -1 uses all cores. (default: -1)")]
Seed = Annotated[int | None, typer.Option(help="Seed of all random numbers (random_state). (default: 0)")]
Config = Annotated[
    Path | None,
    typer.Option(help="Settings in a TOML file, or the result.json of an earlier run; options override it."),
]
Baselines = Annotated[
    bool | None,
    typer.Option(
        "--baselines/--no-baselines",
        help="Whether to test a linear model and boosted trees on the same rows, too. (default: yes)",
    ),
]
WithData = Annotated[
    bool,
    typer.Option(
        "--with-data",
        help="Put the training rows into the report, which can then train again; whoever has the file has the rows.",
    ),
]
DEFAULT_OUT = Path("ridgenet-results")
USUAL_EPOCHS = 5
SELECTIONS = ("min", "1se", "loo", "evidence")
SOLVERS = ("auto", "lbfgs", "adam", "sgd")


def _scorers(incomplete: str) -> list[str]:
    # imported here, since it takes a second
    from sklearn.metrics import get_scorer_names

    return completed(*get_scorer_names())(incomplete)


def path_command(
    data: Data = None,
    target: Target = None,
    task: Task = None,
    drop: Drop = None,
    categorical: Categorical = None,
    weight: Weight = None,
    exposure: Exposure = None,
    time: Time = None,
    cost: Cost = None,
    groups: Annotated[str | None, typer.Option(help="The column of groups; rows of a group stay in one fold.")] = None,
    hidden: HiddenCandidates = None,
    activation: ActivationOption = None,
    alphas: Annotated[str | None, typer.Option(help="Regularisation strengths λ (alpha), separated by commas.")] = None,
    n_alphas: Annotated[int | None, typer.Option(help="Number of λ, from λ_max down. (default: 50)")] = None,
    folds: Annotated[int | None, typer.Option(help="Number of folds (cv). (default: 5)")] = None,
    selection: Annotated[
        str | None,
        typer.Option(
            help="How to choose λ: min, 1se, loo, evidence. (default: min)", autocompletion=completed(*SELECTIONS)
        ),
    ] = None,
    scoring: Annotated[
        str | None,
        typer.Option(
            help="Score for cross-validation: a scorer of scikit-learn. (default: the loss)", autocompletion=_scorers
        ),
    ] = None,
    restarts: Annotated[
        int | None, typer.Option(help="Number of random starts at each λ (n_restarts). (default: 5)")
    ] = None,
    class_weight: ClassWeight = None,
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
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, whose workers fit the path.")
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    with_data: WithData = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Train on a table, with λ chosen by cross-validation along the whole path, and test the model.

    Only --target is required. Writes model.skops, path.csv, result.json, report.html, card.md and pictures.
    """
    settings = settings_of(locals(), chooses=True)
    if scheduler is None:
        _train(settings, out, with_data=with_data, as_json=as_json, quiet=quiet)
        return
    from ridgenet.backends._dask_chains import cluster_at

    with cluster_at(scheduler):
        _train(settings, out, with_data=with_data, as_json=as_json, quiet=quiet)


def fit_command(
    data: Data = None,
    target: Target = None,
    alpha: Annotated[float | None, typer.Option(help="Regularisation strength λ (alpha). (default: 1)")] = None,
    task: Task = None,
    drop: Drop = None,
    categorical: Categorical = None,
    weight: Weight = None,
    exposure: Exposure = None,
    time: Time = None,
    cost: Cost = None,
    groups: Annotated[
        str | None, typer.Option(help="The column of groups; rows of a group are tested together.")
    ] = None,
    hidden: HiddenSizes = None,
    activation: ActivationOption = None,
    solver: Annotated[
        str | None,
        typer.Option(help="Solver: lbfgs, adam, sgd or auto. (default: auto)", autocompletion=completed(*SOLVERS)),
    ] = None,
    class_weight: ClassWeight = None,
    parameters: Set = None,
    test: Test = None,
    baselines: Baselines = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    thousands: Thousands = None,
    na: Na = None,
    sheet: Sheet = None,
    seed: Seed = None,
    stream: Annotated[
        bool, typer.Option("--stream", help="Read the data in pieces; they may be larger than memory.")
    ] = False,
    epochs: Annotated[int | None, typer.Option(min=1, help="With --stream: passes over the data. (default: 5)")] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="With --stream: checkpoint file; if it exists, training resumes from it.")
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Train on a table at a given λ, and test the model.

    Writes model.skops, result.json, report.html and card.md.

    With --stream the data can be a file, a folder or a URL, and larger than memory; there is no test.
    """
    settings = settings_of(locals(), chooses=False)
    if stream:
        _train_on_stream(settings, checkpoint, out, as_json=as_json, quiet=quiet)
        return
    if settings.n_epochs is not None or checkpoint is not None:
        raise InputError("--epochs and --checkpoint are for --stream")
    _train(settings, out, as_json=as_json, quiet=quiet)


def _train(settings: TableSettings, out: Path, *, with_data: bool = False, as_json: bool, quiet: bool) -> None:
    # imported here, so that --help does not wait for it
    from ridgenet.cli._printing import print_json, printed_warnings
    from ridgenet.cli._show_training import note_of_missing_data, print_model, training_progress
    from ridgenet.io._results_folder import NAMES_OF_MODEL, require_results_folder
    from ridgenet.page.report._saving import save
    from ridgenet.table._records import record_of
    from ridgenet.table._training import train

    require_results_folder(out, NAMES_OF_MODEL)
    with printed_warnings(), training_progress(quiet or as_json) as (watch, announce):
        model = train(settings, watch, announce)
        paths = save(model, out, announce, with_data=with_data)
    if as_json:
        print_json(record_of(model))
    elif not quiet:
        print_model(model, paths)
    if with_data:
        note_of_missing_data(model)
    if model.test_was_interrupted:
        raise typer.Exit(INTERRUPTED)


def _train_on_stream(
    settings: TableSettings, checkpoint: Path | None, out: Path, *, as_json: bool, quiet: bool
) -> None:
    from ridgenet.cli._printing import print_json, printed_warnings
    from ridgenet.cli._show_training import print_streamed, stream_progress
    from ridgenet.table.streaming._training import train_on_stream

    with printed_warnings(), stream_progress(quiet or as_json) as watch:
        record, paths = train_on_stream(settings, settings.n_epochs or USUAL_EPOCHS, checkpoint, out, watch)
    if as_json:
        print_json(record)
    elif not quiet:
        print_streamed(record, paths)


def settings_of(options: Mapping[str, Any], *, chooses: bool) -> TableSettings:
    """Return settings from options, which take precedence, and from the file of --config."""
    config = options["config"]
    settings = {} if config is None else read_config(config, chooses=chooses)
    parameters = settings.get("parameters", {})
    if not isinstance(parameters, Mapping):
        raise InputError(f"{config}: parameters must be a table of names and values")
    given = {option: value for option, value in options.items() if value not in (None, [])}
    settings |= {setting: given[option] for option, setting in SETTINGS.items() if option in given}
    settings["parameters"] = {
        **parameters,
        **{name: read(given[option]) for option, (name, read) in PARAMETERS.items() if option in given},
        **_assignments(given.get("parameters", ())),
    }
    if chooses:
        if settings.get("alpha") is not None:
            raise InputError("the settings give λ (alpha), which path chooses: use ridgenet fit, or remove it")
        settings |= {"alpha": None, "alpha_from": None}
    elif "alpha" in given:
        settings["alpha_from"] = None
    elif settings.get("alpha") is None:
        settings |= {"alpha": defaults.ALPHA, "alpha_from": "default"}
    if settings.get("data") and not settings.get("target") and not options.get("stream"):
        from ridgenet.formats._dataset import refuse_without_target
        from ridgenet.formats._reading import Reading

        how = (settings.get("delimiter"), settings.get("encoding"), settings.get("decimal") or ".")
        refuse_without_target(settings["data"], Reading(*how, sheet=settings.get("sheet")))
    return TableSettings.of(settings)


def _sizes(hidden: Sequence[str]) -> list[Any]:
    sizes = [list(layers_of(text)) for text in hidden]
    return sizes[0] if len(sizes) == 1 else sizes


def _assignments(texts: Sequence[str]) -> dict[str, Any]:
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise InputError(f"--set takes NAME=VALUE, such as tol=1e-6; got {text!r}")
        found[name.strip()] = _value(value.strip())
    return found


def _value(text: str) -> Any:
    """Parse a TOML value; anything else is text, so that words need no quotation marks."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _as_it_is(value: Any) -> Any:
    return value


# options that set a setting of the run
SAME_NAMES = (
    "data", "target", "alpha", "task", "drop", "categorical", "groups", "test", "baselines",
    "delimiter", "encoding", "decimal", "thousands", "na", "sheet", "time", "exposure", "cost",
)  # fmt: skip
SETTINGS = {name: name for name in SAME_NAMES} | {
    "weight": "sample_weight",
    "seed": "random_state",
    "epochs": "n_epochs",
}
# options that set a parameter of the estimator, and how they are parsed
PARAMETERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "hidden": ("hidden_layer_sizes", _sizes),
    "activation": ("activation", _as_it_is),
    "alphas": ("alphas", lambda text: list(numbers_of(text))),
    "n_alphas": ("n_alphas", _as_it_is),
    "folds": ("cv", _as_it_is),
    "selection": ("selection", _as_it_is),
    "scoring": ("scoring", _as_it_is),
    "restarts": ("n_restarts", _as_it_is),
    "solver": ("solver", _as_it_is),
    "class_weight": ("class_weight", _value),
    "jobs": ("n_jobs", _as_it_is),
}
