"""Options shared by several commands, and how they are parsed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ridgenet._errors import InputError
from ridgenet.formats._kinds import THOUSANDS
from ridgenet.formulas import ACTIVATIONS


def numbers_of(text: str) -> tuple[float, ...]:
    """Parse numbers separated by commas."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--alphas takes numbers separated by commas, such as 0,0.01; got {text!r}") from None


def layers_of(text: str) -> tuple[int, ...]:
    """Parse layer sizes separated by commas."""
    if text.strip().lower() == "none":
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--hidden takes sizes such as 8 or 16,8, or none; got {text!r}") from None


def completed(*values: str) -> Callable[[str], list[str]]:
    """Return a function for shell completion of values; they are not validated here."""
    return lambda incomplete: [value for value in values if value.startswith(incomplete)]


Hidden = Annotated[str, typer.Option("--hidden", help="Units of the hidden layers: 8, or 16,8, or none.")]
Activation = Annotated[
    str,
    typer.Option(
        help=f"Activation of the hidden layers: {', '.join(ACTIVATIONS)}.", autocompletion=completed(*ACTIVATIONS)
    ),
]
Drop = Annotated[list[str] | None, typer.Option(help="A column to leave out; may be repeated.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")]
Delimiter = Annotated[str | None, typer.Option(help="Text files: delimiter. (default: detected)")]
Encoding = Annotated[str | None, typer.Option(help="Text files: encoding. (default: UTF-8)")]
Decimal = Annotated[
    str | None,
    typer.Option(help="Text files: decimal separator, . or , (default: .)", autocompletion=completed(".", ",")),
]
Thousands = Annotated[
    str | None,
    typer.Option(
        help="Text files: thousands separator of numbers such as 1,234.5. (default: none)",
        autocompletion=completed(*THOUSANDS),
    ),
]
Sheet = Annotated[str | None, typer.Option(help="Spreadsheets: the sheet, if there are several.")]
Na = Annotated[
    str | None,
    typer.Option(
        help="Words for missing values, separated by commas, instead of NA, N/A, NaN, null, None, ? and the like; "
        "empty cells are always missing. '' means none."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print only the result, as JSON.")]
