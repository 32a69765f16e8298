"""Who calls, before anybody knows who it is: a request with its words, its cookie and its form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.clock import Clock
from bot.console.pages import Pages
from bot.console.passwords import Passwords
from bot.wiring import Installation
from handlers.words import Words
from models.rules.signing_in import digest_of

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Desk:
    """What every call needs: the installation, the pages, and the clock that sessions go by.

    That one shows the real time even where a demonstration has moved the installation's.
    """

    installation: Installation
    pages: Pages
    clock: Clock
    passwords: Passwords

    def digest(self, secret: str) -> str:
        """Return what is kept of a token, a code or a name."""
        return digest_of(secret, self.installation.vault.console_key)


@dataclass(slots=True)
class Caller:
    """One request of somebody, signed in or not; `sent` is what their form said."""

    desk: Desk
    request: Request
    words: Words
    sent: FormData

    @property
    def posted(self) -> bool:
        """Say whether a form came in."""
        return self.request.method == "POST"

    @property
    def cookie(self) -> dict[str, Any]:
        """Return what the signed cookie holds; what is put in goes back with the answer."""
        return self.request.session

    @property
    def right_now(self) -> datetime:
        """Return the time by which sessions, links and pauses go."""
        return self.desk.clock.now()

    @property
    def address(self) -> str:
        """Return where the call came from, as the proxy in front says it."""
        return self.request.client.host if self.request.client else ""

    def path(self, tail: str) -> str:
        """Return the address of a page of the console."""
        return f"{self.request.scope.get('root_path', '')}{tail}"

    def go(self, tail: str, *, asking: str = "") -> Response:
        """Send the browser to another page of the console."""
        query = f"?next={quote(asking)}" if asking else ""
        return RedirectResponse(self.path(tail) + query, SEE_OTHER)

    def say(self, msgid: str, /, **values: object) -> None:
        """Keep a sentence that the next page shows once."""
        self.cookie["said"] = [*self.cookie.get("said", []), self.words.say(msgid, **values)]

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Draw a page for somebody who is not signed in."""
        return self.desk.pages.drawn(self, template, status, **values)


def absent(caller: Caller) -> Response:
    """Say that there is nothing here, or nothing for this person: the two look the same."""
    return caller.page("absent.html", 404)
