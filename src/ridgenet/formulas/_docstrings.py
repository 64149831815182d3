"""The names in the tables, for docstrings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ridgenet.formulas._activations import ACTIVATIONS
from ridgenet.formulas._losses import LOSSES, REGRESSION_LOSSES

Documented = TypeVar("Documented", bound=Callable[..., Any])

NAMES: dict[str, tuple[str, ...]] = {
    "{activations}": tuple(ACTIVATIONS),
    "{losses}": tuple(LOSSES),
    "{regression_losses}": REGRESSION_LOSSES,
}


def with_names(documented: Documented) -> Documented:
    """Replace ``{activations}``, ``{losses}`` and ``{regression_losses}`` in a docstring by the names in the tables.

    A field in braces of its own, ``{{losses}}``, becomes numpydoc's set of choices.
    """
    if documented.__doc__:
        for field, names in NAMES.items():
            listed = ", ".join(f'"{name}"' for name in names)
            text = documented.__doc__.replace(f"{{{field}}}", f"{{{listed}}}")
            documented.__doc__ = text.replace(field, listed)
    return documented
