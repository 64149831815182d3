"""The table of file formats, with a record for each module in `registered`.

Reading, writing, streams, help texts and messages use this table, so adding a module adds a format.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

from ridgenet.formats import registered
from ridgenet.formats._format import Format


def _registered() -> list[Format]:
    modules = (import_module(f"{registered.__name__}.{module.name}") for module in iter_modules(registered.__path__))
    return sorted(
        (module.FORMAT for module in modules), key=lambda format: (format.recognises is not None, format.name)
    )


# delimited text first, then the others by name
FORMATS: tuple[Format, ...] = tuple(_registered())
TEXT = FORMATS[0]
BY_SUFFIX = {suffix: format for format in FORMATS for suffix in format.suffixes}
TITLES = tuple(format.title for format in FORMATS)


def format_of(start: bytes) -> Format:
    """Return the format of a file from its first bytes, decompressed."""
    return next((format for format in FORMATS if format.recognises is not None and format.recognises(start)), TEXT)


def in_words(items: Sequence[str], last: str = "or") -> str:
    """Join names to an enumeration.

    Examples
    --------
    >>> in_words(["CSV", "Feather", "Parquet"])
    'CSV, Feather or Parquet'
    """
    return f" {last} ".join(filter(None, [", ".join(items[:-1]), items[-1]]))
