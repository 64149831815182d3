"""`ridgenet compare`: train with and without the penalty."""

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
    target: Annotated[str | None, typer.Option(help="CSV file: the column of classes.")] = None,
    drop: Annotated[list[str] | None, typer.Option(help="CSV file: a column to leave out; may be repeated.")] = None,
    samples: Annotated[
        int | None, typer.Option(help="Generated data: number of training samples. (default: 200)")
    ] = None,
    noise: Annotated[float | None, typer.Option(help=f"Generated data: noise. (default: {USUAL_NOISE})")] = None,
    alphas: Annotated[
        str, typer.Option(help="Regularisation strengths λ (alpha), separated by commas.")
    ] = DEFAULT_ALPHAS,
    hidden: Hidden = DEFAULT_HIDDEN,
    activation: Activation = DEFAULT.activation,
    init: Annotated[
        str,
        typer.Option(
            help=f"Initialisation of the weights: {', '.join(INITIALISATIONS)}.",
            autocompletion=completed(*INITIALISATIONS),
        ),
    ] = DEFAULT.init,
    batch_size: Annotated[int, typer.Option(help="Samples in a batch.")] = DEFAULT.batch_size,
    step: Annotated[float, typer.Option(help="Learning rate (learning_rate_init).")] = DEFAULT.learning_rate_init,
    epochs: Annotated[int, typer.Option(help="Passes over the training data.")] = DEFAULT.n_epochs,
    penalty_scaling: Annotated[
        str,
        typer.Option(
            help="What λ is divided by: the samples in a batch (batch, as in the tutorial and scikit-learn), "
            "or all samples (dataset).",
            autocompletion=completed("batch", "dataset"),
        ),
    ] = DEFAULT.penalty_scaling,
    test_size: Annotated[
        float, typer.Option(help="Real data: fraction held out for the test error.")
    ] = DEFAULT.test_size,
    standardize: Annotated[
        bool | None,
        typer.Option(
            "--standardize/--no-standardize",
            help="Standardise the columns. (default: for real data only)",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="Seed of data, initial weights and batches (random_state).")
    ] = DEFAULT.random_state,
    out: Out = Path("ridgenet-results"),
) -> None:
    """Train one network with several λ from the same initial weights, and show the effect of the penalty.

    Without options this is the experiment of the tutorial that ridgenet grew from.

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
    # imported here, so that --help does not wait for it
    from ridgenet._compare import run_comparison
    from ridgenet.cli._printing import printed_warnings
    from ridgenet.cli._show_comparison import comparison_progress, print_comparison, print_experiment
    from ridgenet.io._results_folder import NAMES_OF_COMPARISON, require_results_folder

    require_results_folder(out, NAMES_OF_COMPARISON)
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
            raise InputError(f"--target and --drop are for files; {data} is a built-in data set")
        return load(data, n_samples=samples, noise=noise, random_state=seed)
    if not Path(data).suffix and not Path(data).exists():
        raise InputError(f"unknown data set {data!r}; use one of {', '.join(NAMES)}, or a CSV file")
    if samples is not None or noise is not None:
        raise InputError("--samples and --noise are for generated data, not for a file")
    from ridgenet.formats._dataset import read_dataset

    return read_dataset(data, target, drop)
