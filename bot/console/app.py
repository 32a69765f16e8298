"""The console as an application: every door behind its checks, in one place.

Who calls is found anew for every call, from the token in the cookie, in the transaction in which
they act. A form from elsewhere is refused before anything is looked up.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.clock import Clock
from bot.console import bodies, subjects
from bot.console.bodies import OneEach, TooMuch, TwoAtOnce
from bot.console.caller import Caller, Desk, absent
from bot.console.doors import GET, POST, Door, Doors
from bot.console.files import Static
from bot.console.forms import Bare
from bot.console.headers import Guarded
from bot.console.pages import Pages
from bot.console.passwords import Passwords
from bot.console.visit import Visit
from bot.i18n import words
from bot.wiring import Installation
from handlers import refusals
from models.errors import DomainError
from models.queries import held_occasions, holds, schools
from models.queries.console import sessions
from models.queries.console.sessions import Signed
from models.rules.access import held
from models.rules.signing_in import LONGEST

_FROM_HERE = ("same-origin", "none", "")
"""What `Sec-Fetch-Site` says of a form that the console drew itself."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Console:
    """The console of one installation."""

    def __init__(
        self,
        installation: Installation,
        clock: Clock,
        passwords: Passwords | None = None,
        more: Sequence[Doors] = (),
    ) -> None:
        """Open it on an installation; sessions go by `clock`. `more` are doors of others."""
        self._desk = Desk(installation, Pages(), clock, passwords or Passwords())
        self._more = more
        self._over_tls = installation.settings.web_url.startswith("https://")
        self._one_each = OneEach()

    def application(self) -> Starlette:
        """Return the application; which door a call is for is Starlette's to find."""
        key = self._desk.installation.vault.console_key.hex()
        cookie = Middleware(
            SessionMiddleware,
            secret_key=key,
            session_cookie="__Host-bell" if self._over_tls else "bell",
            max_age=int(LONGEST.total_seconds()),
            https_only=self._over_tls,
        )
        guarded = Middleware(Guarded, over_tls=self._over_tls)
        return Starlette(
            routes=[Mount("/static", Static(), name="static"), *self._routes()],
            middleware=[guarded, cookie],
            exception_handlers={404: self._absent, 405: self._absent, 500: self._broken},
        )

    def _routes(self) -> Iterable[BaseRoute]:
        for door in (*subjects.open_doors(), *(door for each in self._more for door in each.open)):
            yield Route(door.path, self._to_anybody(door), methods=[door.method])
        for kept in subjects.kept_doors():
            yield Route(kept.path, self._to_some(kept), methods=[kept.method])

    def _to_anybody(self, door: Door[Caller]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            caller = self._calling(request)
            try:
                await _read(caller)
            except TooMuch:
                return _too_much(caller, bodies.MOST_BYTES)
            return _forged(caller) or await door.view(caller)

        return endpoint

    def _to_some(self, door: Door[Visit]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            caller = self._calling(request)
            try:
                if door.files:
                    return await self._with_files(door, caller)
                await _read(caller)
                return _forged(caller) or await self._visited(door, caller)
            except TooMuch:
                return _too_much(caller, door.files or bodies.MOST_BYTES)
            except TwoAtOnce:
                return _another_on_its_way(caller)
            except DomainError as error:
                sentence = refusals.sentence(error, caller.words)
                return caller.page("refused.html", 409, sentence=sentence)

        return endpoint

    async def _with_files(self, door: Door[Visit], caller: Caller) -> Response:
        """Read the files of somebody who may bring them; of others nothing is read."""
        digest = self._desk.digest(caller.cookie.get("session", ""))
        async with self._desk.installation.store.reading() as session:
            signed = await sessions.found(session, digest, caller.right_now)
            if signed is None or not signed.confirmed:
                return _unread(_to_sign_in(caller, signed))
            if await _visit(door, caller, session, signed) is None:
                return _unread(absent(caller))
        with self._one_each.turn(signed.user.id):
            caller.sent = await bodies.files(caller.request, door.files)
            try:
                return _forged(caller) or await self._visited(door, caller)
            finally:
                await caller.sent.close()

    async def _visited(self, door: Door[Visit], caller: Caller) -> Response:
        store = self._desk.installation.store
        token = caller.cookie.get("session", "")
        digest = self._desk.digest(token)
        opened = store.reading() if door.method == GET else store.writing()
        async with opened as session:
            signed = await sessions.found(session, digest, caller.right_now) if token else None
            if signed is None or not signed.confirmed:
                return _to_sign_in(caller, signed)
            visit = await _visit(door, caller, session, signed)
            answer = await door.view(visit) if visit else absent(caller)
        if signed.is_worth_noting(caller.right_now):
            async with store.writing() as session:
                await sessions.note_click(session, digest, caller.right_now)
        return answer

    def _calling(self, request: Request) -> Caller:
        return Caller(self._desk, request, words(), FormData())

    async def _absent(self, request: Request, _error: Exception) -> Response:
        return absent(self._calling(request))

    async def _broken(self, request: Request, _error: Exception) -> Response:
        """Say that it is our fault; the server logs the error by its kind."""
        return self._calling(request).page("broken.html", 500)


async def _read(caller: Caller) -> None:
    """Read the form that a call brings."""
    if caller.request.method == POST:
        caller.sent = await bodies.form(caller.request)


async def _visit(door: Door[Visit], caller: Caller, session: Any, signed: Signed) -> Visit | None:
    school = None
    if door.of_school:
        school = await schools.by_code(session, caller.request.path_params["school"])
        if school is None:
            return None
    grants = held(signed.grants, door.roles, school.id if school else None)
    if door.of_school and not grants:
        return None
    if not door.of_school and not any(each.role in door.roles for each in signed.grants):
        return None
    now = caller.desk.installation.clock.now()
    return Visit(
        caller.desk,
        caller.request,
        caller.words,
        caller.sent,
        session=session,
        signed=signed,
        held=grants,
        at=school,
        hold=await holds.standing(session, school.id) if school else None,
        held_back=len(await held_occasions.all_of(session, school.id, now)) if school else 0,
    )


def _to_sign_in(caller: Caller, signed: Signed | None) -> Response:
    """Lead to where the missing part of signing in is done, and back to the page afterwards."""
    if signed is not None:
        return caller.go("/second-factor" if signed.user.totp else "/second-factor/new")
    if caller.posted:
        caller.say("You were signed out, and nothing was changed. Sign in and do it once more.")
        return caller.go("/sign-in")
    return caller.go("/sign-in", asking=caller.request.scope["path"].removeprefix(caller.path("")))


def _too_much(caller: Caller, most: int) -> Response:
    """Say how large a form with its files may be."""
    sentence = caller.words.say(
        "This is larger than what is taken here, {n} MB at the most.",
        n=most // (1024 * 1024),
    )
    return _unread(caller.page("refused.html", bodies.TOO_LARGE, sentence=sentence))


def _another_on_its_way(caller: Caller) -> Response:
    sentence = caller.words.say(
        "Another file of yours is on its way: wait until it has arrived, then send this one."
    )
    return _unread(caller.page("refused.html", 409, sentence=sentence))


def _unread(answer: Response) -> Response:
    """End the connection after an answer, since what was sent on it is not read."""
    answer.headers["connection"] = "close"
    return answer


def _forged(caller: Caller) -> Response | None:
    """Refuse a form that no page of the console has drawn for this browser."""
    if not caller.posted:
        return None
    elsewhere = caller.request.headers.get("sec-fetch-site", "") not in _FROM_HERE
    if elsewhere or not Bare(caller).validate():
        return caller.page("expired.html", 403)
    return None
