"""How this package's pages are drawn: its templates, escaped, with nothing left undefined."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

LANGUAGES = {"zh_Hant_TW": "zh-Hant-TW", "en": "en"}
"""What a page's `lang` says, by our locale."""


@cache
def environment() -> Environment:
    """Return the templates of this package, read once."""
    return Environment(
        loader=PackageLoader("bot.calendars"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
