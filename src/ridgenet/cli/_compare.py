"""`ridgenet compare`: what the penalty does, before and after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ridgenet._compare_settings import CompareSettings
from ridgenet._datasets import DRAWN, NAMES, Dataset, load
from ridgenet._errors import InputError
from ridgenet._network import INITIALISATIONS
from ridgenet.cli._options import Activation, Hidden, Out, completed, layers_of, numbers_of
from ridgenet.io._interrupts import INTERRUPTED

DEFAULT = CompareSettings()
DEFAULT_ALPHAS = ",".join(f"{alpha:g}" for alpha in DEFAULT.alphas)
DEFAULT_HIDDEN = ",".join(map(str, DEFAULT.hidden_layer_sizes))
USUAL_NOISE = ", ".join(f"{name} {noise:g}" for name, (_, noise) in DRAWN.items())


def compare_command(
    data: Annotated[
        str,
        typer.Argument(
            help=f"{', '.join(NAMES)}; or a CSV file, with --target.",
            show_default=True,
            autocompletion=completed(*NAMES),
        ),
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
    init: Annotated[
        str,
        typer.Option(
            help=f"How the start is drawn: {', '.join(INITIALISATIONS)}.", autocompletion=completed(*INITIALISATIONS)
        ),
    ] = DEFAULT.init,
    batch_size: Annotated[int, typer.Option(help="Examples in a batch.")] = DEFAULT.batch_size,
    step: Annotated[
        float, typer.Option(help="What the gradient is multiplied by (learning_rate_init).")
    ] = DEFAULT.learning_rate_init,
    epochs: Annotated[int, typer.Option(help="Passes over the training data.")] = DEFAULT.n_epochs,
    penalty_scaling: Annotated[
        str,
        typer.Option(
            help="What λ is divided by: the examples of the batch (batch: the tutorial's and scikit-learn's way), "
            "or all of them (dataset).",
            autocompletion=completed("batch", "dataset"),
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
    out: Out = Path("ridgenet-results"),
) -> None:
    """Train one network from one start under several strengths of the penalty, and show what it does.

    With no options this is the experiment of the tutorial that ridgenet grew from.

    Writes boundary.png, objective.png, weights.png and result.json.
    """
    settings = CompareSettings(
        alphas=numbers_of(alphas),
        hidden_layer_sizes=layers_of(hidden),
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
    from ridgenet._compare import run_comparison
    from ridgenet.cli._printing import printed_warnings
    from ridgenet.cli._show_comparison import comparison_progress, print_comparison, print_experiment
    from ridgenet.io._results_folder import NAMES_OF_COMPARISON, require_place

    require_place(out, NAMES_OF_COMPARISON)
    print_experiment(dataset, settings)
    with printed_warnings(), comparison_progress(settings) as progress:
        result = run_comparison(dataset, settings, progress)
    print_comparison(result, result.save(out))
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
    from ridgenet.formats._dataset import read_dataset

    return read_dataset(data, target, drop)
