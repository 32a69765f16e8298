"""Loads the catalogues of locales/ once and hands out the words of a locale."""

import functools
from pathlib import Path

from babel.support import NullTranslations, Translations

from handlers.words import Words

DEFAULT_LOCALE = "zh_Hant_TW"
LOCALES = ("zh_Hant_TW", "en")
CATALOGUES = Path(__file__).parent.parent / "locales"


@functools.cache
def words(locale: str = DEFAULT_LOCALE) -> Words:
    """Return the words of a locale; an unknown locale gets the default's."""
    chosen = locale if locale in LOCALES else DEFAULT_LOCALE
    found: NullTranslations = Translations.load(CATALOGUES, [chosen])
    return Words(chosen, found.gettext, found.ngettext)
