"""The languages of the page: English, which is the text of the source, and Chinese, from a gettext catalogue.

Catalogues are kept as text (.po) and compiled in memory when they are first needed, so that no compiled copy can be out
of date.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages import Catalog

Gettext = Callable[[str], str]

LANGUAGES = {"en": "English", "zh": "中文"}
# the language of the message ids, which has no catalogue
SOURCE = "en"
ENGLISH = NullTranslations()
CATALOGUES = Path(__file__).parent / "locale"


def N_(message: str) -> str:
    """Mark a message for the catalogue that is translated elsewhere."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """Return what translates messages into a language.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.
    """
    if language == SOURCE:
        return ENGLISH
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, _catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def messages(language: str) -> dict[str, str]:
    """Return all messages without a plural, for the scripts of the page; what is not there is said in English."""
    if language == SOURCE:
        return {}
    found = ((message.id, message.string) for message in _catalogue(language) if not message.pluralizable)
    return {str(text): str(translation) for text, translation in found if text}


@cache
def _catalogue(language: str) -> Catalog:
    from babel.messages.pofile import read_po

    with (CATALOGUES / language / "LC_MESSAGES" / "ridgenet.po").open("rb") as file:
        return read_po(file)
