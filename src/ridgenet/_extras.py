"""Checks for optional packages, with the command that installs them."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from ridgenet._errors import MissingExtraError


def require_extra(extra: str, purpose: str, *packages: str) -> None:
    """Check that packages of an extra are installed, without importing them.

    Parameters
    ----------
    extra : str
        Name of the extra in pyproject.toml.
    purpose : str
        What they are needed for; the beginning of the message.
    *packages : str
        Names under which they are imported.

    Raises
    ------
    MissingExtraError
        With the missing packages, and the command that installs them.

    Examples
    --------
    >>> require_extra("plot", "a picture", "a_package_that_is_not_there")
    Traceback (most recent call last):
    ...
    ridgenet._errors.MissingExtraError: a picture needs a_package_that_is_not_there: pip install 'ridgenet[plot]'
    """
    missing = [package for package in packages if package not in sys.modules and find_spec(package) is None]
    if missing:
        raise MissingExtraError(f"{purpose} needs {', '.join(missing)}: pip install 'ridgenet[{extra}]'")
