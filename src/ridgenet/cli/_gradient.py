"""`ridgenet check-gradient`: compare the gradient with central differences."""

from __future__ import annotations

from typing import Annotated

import typer

from ridgenet.cli._options import Activation, Hidden, completed, layers_of
from ridgenet.formulas import LOSSES


def check_gradient_command(
    hidden: Hidden = "8",
    features: Annotated[int, typer.Option(help="Number of inputs.")] = 2,
    outputs: Annotated[int, typer.Option(help="Number of outputs.")] = 1,
    activation: Activation = "tanh",
    loss: Annotated[
        str,
        typer.Option(
            help=f"Loss, which determines the output unit: {', '.join(LOSSES)}.", autocompletion=completed(*LOSSES)
        ),
    ] = "log_loss",
    alpha: Annotated[float, typer.Option(help="Regularisation strength λ.")] = 0.01,
    samples: Annotated[int, typer.Option(help="Number of random samples.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of data and parameters (random_state).")] = 0,
) -> None:
    """Compare the gradient used in training with central differences; exit code 1 if they differ."""
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
