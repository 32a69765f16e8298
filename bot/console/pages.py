"""Draws the console's pages: Jinja2 templates in the reader's language, nothing left unescaped."""

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from bot.console import files, menus
from bot.console.forms import Bare, described

if TYPE_CHECKING:
    from bot.console.caller import Caller

LANGUAGES = {"zh_Hant_TW": "zh-Hant-TW", "en": "en"}
"""What a page calls its language; it decides which shapes Chinese signs take."""


class Pages:
    """The templates of the console."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("bot.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["described"] = described

    def drawn(self, caller: "Caller", template: str, status: int, **values: Any) -> Response:
        """Return a page; what was kept to be said is said on it, once."""
        words = caller.words
        html = self._environment.get_template(template).render(
            {
                "visit": None,
                "menu": menus.of(values.get("visit"), words),
                "words": words,
                "say": words.say,
                "count": words.count,
                "path": caller.path,
                "file": lambda name: caller.path(files.address(name)),
                "token": Bare(caller).guard(),
                "here": caller.request.url.path,
                "language": LANGUAGES[words.locale],
                "said": caller.cookie.pop("said", []) if "said" in caller.cookie else [],
                **values,
            }
        )
        return HTMLResponse(html, status)
