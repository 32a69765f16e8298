"""Reaches people on LINE: pushes and answers, profiles, menus, and what the month has cost.

A push carries the delivery's retry key, so that repeating it is safe for a day; an answer by reply
token is free, works once and is never repeated. LINE never says that something was delivered.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

import aiohttp
import orjson
import structlog
from linebot.v3.messaging import ApiException, AsyncMessagingApi, AsyncMessagingApiBlob

from bot.bodies import joined
from bot.heard import Heard
from bot.i18n import words
from bot.line import parse
from bot.line.client import Client, Host
from bot.line.render import MOST_MESSAGES, render
from bot.line.wardrobe import Wardrobe
from handlers.replies import Reply
from scheduler.budgeting import Quota
from scheduler.channel import Outcome, Sent

log = structlog.get_logger()

PUSHES_PER_SECOND = 1980.0
"""LINE allows 2,000 a second to a channel; calls do not arrive as evenly as they leave."""
LONGEST_CALL = 10.5
_QUOTA_LIMIT = 4.0
"""Seconds within which a month is read: it is asked for again soon, and others wait."""
_PUSH = "/v2/bot/message/push"
_REPLY = "/v2/bot/message/reply"


@dataclass(frozen=True, slots=True)
class LineCredentials:
    """How a school's bot signs in to LINE. Neither value is ever printed or logged."""

    secret: str
    token: str

    def __repr__(self) -> str:
        return "LineCredentials(…)"


@dataclass(frozen=True, slots=True)
class Profile:
    """What LINE says of a person: their own name for themselves, and perhaps their language."""

    name: str
    language: str


@dataclass(slots=True)
class _Line:
    """What one school has open: a client for calls, one for images, and its menus."""

    client: Client
    blob: Client
    wardrobe: Wardrobe


class LineChannel:
    """Every school's LINE, one client each; make it inside the running loop and close it."""

    name = "line"
    label = "LINE"
    counted: bool = True
    answers_count: bool = False  # LINE limits each endpoint by itself
    per_second: float | None = PUSHES_PER_SECOND
    at_once: int = 200
    retry_key_lasts: timedelta | None = timedelta(hours=23)  # LINE keeps a key for 24

    def __init__(
        self,
        credentials: Callable[[str], LineCredentials],
        *,
        api_url: str = "https://api.line.me",
        data_api_url: str = "https://api-data.line.me",
        limit: float = LONGEST_CALL,
    ) -> None:
        """Ask `credentials` before every call: they may change. `limit` is in seconds a call."""
        self._credentials = credentials
        self._api_url = api_url
        self._data_api_url = data_api_url
        self._limit = limit
        self._hosts: dict[str, Host] = {}
        self._lines: dict[str, _Line] = {}

    def invitation(self, known_as: str, code: str) -> str:
        """Return the address that opens the chat with the code typed in; "" without an ID."""
        account = quote(known_as, safe="")
        return f"https://line.me/R/oaMessage/{account}/?{quote(code)}" if known_as else ""

    def hear(self, raw: bytes, received_at: datetime) -> Heard:
        """Return what a stored event says; never raises."""
        return parse.hear(raw, received_at)

    def draw(self, reply: Reply) -> bytes:
        """Return the messages of a reply as JSON within LINE's limits."""
        return orjson.dumps(render(reply))

    def joined(self, first: bytes, second: bytes) -> bytes:
        """Return two drawn answers as one; what does not fit is left out of the first."""
        return joined(first, second, most=MOST_MESSAGES)

    def weigh(self, body: bytes) -> int:  # noqa: ARG002
        """Return one: LINE takes up to five messages in one call."""
        return 1

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:
        """Push a drawn body once; every failure is a Sent, and none takes longer than the limit."""
        try:
            line = self._line(school_code)
        except KeyError:  # the school has left LINE, and not all of its accounts have
            return Sent(Outcome.PERMANENT, reason="credentials")
        return await line.client.post(
            _PUSH, _addressed(b"to", address, body), {"X-Line-Retry-Key": retry_key}
        )

    async def reply(self, school_code: str, token: str, body: bytes) -> Sent:
        """Answer free of charge; a token works once, so whatever fails is not tried again."""
        return await self._line(school_code).client.post(
            _REPLY, _addressed(b"replyToken", token, body)
        )

    async def acknowledge(self, school_code: str, heard_token: str) -> None:
        """Do nothing: LINE's buttons do not wait for anybody."""

    async def profile(self, school_code: str, address: str) -> Profile | None:
        """Return a person's profile; None where LINE gives none: unknown, or they blocked us."""
        try:
            found = await self.api(school_code).get_profile(address, _request_timeout=self._limit)
        except ApiException as error:
            if error.status == 404:
                return None
            raise
        return Profile(name=found.display_name, language=found.language or "")

    async def quota(self, school_code: str) -> Quota | None:
        """Return the month's limit and what is used of it, as far as LINE knows; None if silent."""
        try:
            api = self.api(school_code)
            async with asyncio.timeout(min(self._limit, _QUOTA_LIMIT)):
                limit = await api.get_message_quota()
                used = await api.get_message_quota_consumption()
        except (ApiException, aiohttp.ClientError, OSError, KeyError, ValueError) as error:
            log.warning("quota_not_read", school=school_code, kind=type(error).__name__)
            return None
        return Quota(limit=limit.value, used=used.total_usage)

    async def dress(self, school_code: str, address: str, menu: str, locale: str) -> bool:
        """Give a chat a duty's menu, or a guest's, in a language; return whether it has it now."""
        try:
            menu_id = await self.menu_id(school_code, menu, locale)
            await self.link_menu(school_code, address, menu_id)
        except (ApiException, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("menu_not_linked", school=school_code, kind=type(error).__name__)
            return False
        return True

    async def menu_id(self, school_code: str, menu: str, locale: str) -> str:
        """Return LINE's id of a menu in a language; raises ApiException where LINE refuses."""
        wardrobe = self._line(school_code).wardrobe
        api, blob = self.api(school_code), self.blob_api(school_code)
        return await wardrobe.id_of(api, blob, menu, words(locale))

    async def link_menu(self, school_code: str, address: str, menu_id: str) -> None:
        """Show this menu to one person, at once; raises ApiException where LINE refuses."""
        await self.api(school_code).link_rich_menu_id_to_user(
            address, menu_id, _request_timeout=self._limit
        )

    def api(self, school_code: str) -> AsyncMessagingApi:
        """Return the SDK's methods for calls that are rare."""
        return AsyncMessagingApi(self._line(school_code).client.sdk)

    def blob_api(self, school_code: str) -> AsyncMessagingApiBlob:
        """Return the SDK's methods for images and content, which live on a host of their own."""
        return AsyncMessagingApiBlob(self._line(school_code).blob.sdk)

    async def aclose(self) -> None:
        """Close every connection."""
        self._lines.clear()
        hosts, self._hosts = self._hosts, {}
        for host in hosts.values():
            await host.aclose()

    def _host(self, address: str) -> Host:
        if address not in self._hosts:
            self._hosts[address] = Host(address, self._limit)
        return self._hosts[address]

    def _line(self, school_code: str) -> _Line:
        token = self._credentials(school_code).token
        line = self._lines.get(school_code)
        if line is None:
            line = self._lines[school_code] = _Line(
                client=Client(self._host(self._api_url), token),
                blob=Client(self._host(self._data_api_url), token),
                wardrobe=Wardrobe(),
            )
        line.client.use(token)
        line.blob.use(token)
        return line


def _addressed(name: bytes, whom: str, messages: bytes) -> bytes:
    """Return the body of a call around messages that are JSON already."""
    return b'{"%s":%s,"messages":%s}' % (name, orjson.dumps(whom), messages)
