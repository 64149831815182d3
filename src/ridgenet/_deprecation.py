"""Warn of names that a later version removes; docs/reference/promises.md has the policy."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")
C = TypeVar("C", bound=Callable[..., Any])
# the default of a parameter that is no longer to be given, as in scikit-learn
NOT_GIVEN = "deprecated"


@dataclass(frozen=True)
class Deprecation:
    """A name that goes away.

    Attributes
    ----------
    removed_in : str
        Version without the name, such as ``"0.4"``: two minor versions after the first that warns.
    instead : str
        What to use instead.
    """

    removed_in: str
    instead: str


# all deprecated names, as users write them; a test fails when the version is reached that one is removed in
DEPRECATIONS: dict[str, Deprecation] = {}


def warn(name: str, stacklevel: int = 2) -> None:
    """Warn that a name in `DEPRECATIONS` is deprecated, at the caller of the function `stacklevel` - 1 levels up."""
    found = DEPRECATIONS[name]
    message = f"{name} is deprecated, and removed in ridgenet {found.removed_in}; use {found.instead}"
    warnings.warn(message, FutureWarning, stacklevel=stacklevel + 1)


def current_value(name: str, old: Any, new: T) -> T:
    """Return the value of a renamed parameter, and warn if it was given by its old name.

    The old name stays in the signature with the default ``"deprecated"``, so that scikit-learn's `get_params`,
    `set_params` and `clone` know it; estimators call this in ``fit``.
    """
    if isinstance(old, str) and old == NOT_GIVEN:
        return new
    warn(name, stacklevel=3)
    given: T = old
    return given


def renamed_attribute(name: str, new: str) -> property:
    """Return a property that warns, and returns the attribute `new`."""

    def get(self: Any) -> Any:
        warn(name)
        return getattr(self, new)

    return property(get, doc=f"Deprecated; use `{new}`.")


def deprecated(name: str) -> Callable[[C], C]:
    """Return a decorator of a function or class that warns when it is called."""

    def decorate(target: C) -> C:
        function: Any = target.__init__ if isinstance(target, type) else target  # type: ignore[misc]

        @wraps(function)
        def warning(*args: Any, **kwargs: Any) -> Any:
            warn(name)
            return function(*args, **kwargs)

        if not isinstance(target, type):
            return warning  # type: ignore[return-value]
        target.__init__ = warning  # type: ignore[misc]
        return target

    return decorate
