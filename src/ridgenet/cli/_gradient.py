"""`ridgenet check-gradient`: whether the gradient that training uses is right."""

from __future__ import annotations

from typing import Annotated

import typer

from ridgenet.cli._options import Activation, Hidden, completed, layers_of
from ridgenet.formulas import LOSSES


def check_gradient_command(
    hidden: Hidden = "8",
    features: Annotated[int, typer.Option(help="Inputs.")] = 2,
    outputs: Annotated[int, typer.Option(help="Outputs.")] = 1,
    activation: Activation = "tanh",
    loss: Annotated[
        str,
        typer.Option(
            help=f"Loss, which brings its output unit: {', '.join(LOSSES)}.", autocompletion=completed(*LOSSES)
        ),
    ] = "log_loss",
    alpha: Annotated[float, typer.Option(help="Strength λ of the penalty.")] = 0.01,
    samples: Annotated[int, typer.Option(help="Random examples.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of data and parameters.")] = 0,
) -> None:
    """Hold the gradient that training uses against central differences; exit code 1 if they differ."""
    from ridgenet._gradient_check import check_gradient
    from ridgenet.cli._show_comparison import print_gradient_check

    check = check_gradient(
        layers_of(hidden),
        n_features=features,
        n_outputs=outputs,
        activation=activation,
        loss=loss,
        alpha=alpha,
        n_samples=samples,
        random_state=seed,
    )
    print_gradient_check(check)
    if not check.passed:
        raise typer.Exit(1)
