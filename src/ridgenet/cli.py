"""The commands: parse, call, print."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ridgenet import __version__
from ridgenet.datasets import DRAWN, NAMES, Dataset, load
from ridgenet.equations import ACTIVATIONS, OUTPUTS
from ridgenet.errors import InputError, RidgenetError
from ridgenet.network import INITIALISATIONS
from ridgenet.settings import CompareSettings

INTERRUPTED = 130
DEFAULT = CompareSettings()
DEFAULT_ALPHAS = ",".join(f"{alpha:g}" for alpha in DEFAULT.alphas)
DEFAULT_HIDDEN = ",".join(map(str, DEFAULT.hidden_layer_sizes))
USUAL_NOISE = ", ".join(f"{name} {noise:g}" for name, (_, noise) in DRAWN.items())

app = typer.Typer(
    help="Small neural networks with an L2 penalty, done properly.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; what ridgenet refuses becomes one line and exit code 2."""
    try:
        app()
    except RidgenetError as error:
        print(f"ridgenet: error: {error}", file=sys.stderr)
        sys.exit(2)


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


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--alphas takes numbers separated by commas, such as 0,0.01; got {text!r}") from None


def _layers(text: str) -> tuple[int, ...]:
    if text.strip().lower() == "none":
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--hidden takes sizes such as 8 or 16,8, or none; got {text!r}") from None


Hidden = Annotated[str, typer.Option("--hidden", help="Units of the hidden layers: 8, or 16,8, or none.")]
Activation = Annotated[str, typer.Option(help=f"Activation of the hidden layers: {', '.join(ACTIVATIONS)}.")]


@app.command("compare")
def compare_command(
    data: Annotated[
        str, typer.Argument(help=f"{', '.join(NAMES)}; or a CSV file, with --target.", show_default=True)
    ] = "moons",
    target: Annotated[str | None, typer.Option(help="CSV: the column of classes.")] = None,
    drop: Annotated[list[str] | None, typer.Option(help="CSV: a column to leave out; may be repeated.")] = None,
    samples: Annotated[int | None, typer.Option(help="Drawn data: training examples; 200 if not given.")] = None,
    noise: Annotated[float | None, typer.Option(help=f"Drawn data: noise; if not given, {USUAL_NOISE}.")] = None,
    alphas: Annotated[
        str, typer.Option(help="Strengths λ of the penalty (alpha), separated by commas.")
    ] = DEFAULT_ALPHAS,
    hidden: Hidden = DEFAULT_HIDDEN,
    activation: Activation = DEFAULT.activation,
    init: Annotated[str, typer.Option(help=f"How the start is drawn: {', '.join(INITIALISATIONS)}.")] = DEFAULT.init,
    batch_size: Annotated[int, typer.Option(help="Examples in a batch.")] = DEFAULT.batch_size,
    step: Annotated[
        float, typer.Option(help="What the gradient is multiplied by (learning_rate_init).")
    ] = DEFAULT.learning_rate_init,
    epochs: Annotated[int, typer.Option(help="Passes over the training data.")] = DEFAULT.n_epochs,
    penalty_scaling: Annotated[
        str,
        typer.Option(
            help="What λ is divided by: the examples of the batch (batch: the tutorial's and scikit-learn's way), "
            "or all of them (dataset)."
        ),
    ] = DEFAULT.penalty_scaling,
    test_size: Annotated[
        float, typer.Option(help="Real data: the part held out for the test error.")
    ] = DEFAULT.test_size,
    standardize: Annotated[
        bool | None,
        typer.Option(
            "--standardize/--no-standardize",
            help="Bring columns to mean 0 and standard deviation 1; if not given, real data only.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of draws, start and order (random_state).")] = DEFAULT.random_state,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")] = Path("ridgenet-results"),
) -> None:
    """Train one network from one start under several strengths of the penalty, and show what it does.

    With no options this is the experiment of the tutorial that ridgenet grew from.

    Writes boundary.png, cost.png, weights.png and result.json.
    """
    settings = CompareSettings(
        alphas=_numbers(alphas),
        hidden_layer_sizes=_layers(hidden),
        activation=activation,
        init=init,
        batch_size=batch_size,
        learning_rate_init=step,
        n_epochs=epochs,
        penalty_scaling=penalty_scaling,  # type: ignore[arg-type]
        test_size=test_size,
        random_state=seed,
    )
    dataset = _dataset(data, target, drop or [], samples, noise, seed)
    if standardize is not None:
        dataset = replace(dataset, standardize=standardize)
    # imported here, so that --help does not wait for the compiler
    from ridgenet import terminal
    from ridgenet.comparison import run_comparison
    from ridgenet.result_files import require_writable

    require_writable(out)
    terminal.print_experiment(dataset, settings)
    try:
        with terminal.printed_warnings(), terminal.comparison_progress(settings) as progress:
            result = run_comparison(dataset, settings, progress)
    except KeyboardInterrupt:
        print("interrupted before the first epoch was done; nothing written", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    terminal.print_comparison(result, result.save(out))
    if result.interrupted:
        raise typer.Exit(INTERRUPTED)


def _dataset(
    data: str, target: str | None, drop: list[str], samples: int | None, noise: float | None, seed: int
) -> Dataset:
    if data in NAMES:
        if target is not None or drop:
            raise InputError(f"--target and --drop are for CSV files; {data} is built in")
        return load(data, n_samples=samples, noise=noise, random_state=seed)
    if not Path(data).suffix and not Path(data).exists():
        raise InputError(f"no data set is called {data!r}; there are {', '.join(NAMES)}, or give a CSV file")
    if samples is not None or noise is not None:
        raise InputError("--samples and --noise are for drawn data, not for a file")
    from ridgenet.tables.dataset import read_dataset

    return read_dataset(data, target, drop)


@app.command("check-gradient")
def check_gradient_command(
    hidden: Hidden = "8",
    features: Annotated[int, typer.Option(help="Inputs.")] = 2,
    outputs: Annotated[int, typer.Option(help="Outputs.")] = 1,
    activation: Activation = "tanh",
    output: Annotated[str, typer.Option(help=f"Output unit, with its loss: {', '.join(OUTPUTS)}.")] = "logistic",
    alpha: Annotated[float, typer.Option(help="Strength λ of the penalty.")] = 0.01,
    samples: Annotated[int, typer.Option(help="Random examples.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of data and parameters.")] = 0,
) -> None:
    """Hold the gradient that training uses against central differences; exit code 1 if they differ."""
    from ridgenet import terminal
    from ridgenet.gradient_check import check_gradient

    check = check_gradient(
        _layers(hidden),
        n_features=features,
        n_outputs=outputs,
        activation=activation,
        output=output,
        alpha=alpha,
        n_samples=samples,
        random_state=seed,
    )
    terminal.print_gradient_check(check)
    if not check.passed:
        raise typer.Exit(1)
