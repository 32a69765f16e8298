"""How python-telegram-bot reaches Telegram: over aiohttp, as the product's other calls do.

The library's own transport costs several times the CPU of a whole send, and logs the address of
every call, which holds the token. This one says besides whether a call that broke had left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.loose import Unreadable, part, read

UNLIMITED = 0
"""Turns bound the calls: one that waited for a connection would have its time run down."""
_CONNECTING = 4.0


def connections() -> aiohttp.BaseConnector:
    """Return what keeps the connections to Telegram: as many as there are calls of all bots."""
    return aiohttp.TCPConnector(limit=UNLIMITED)


class NeverLeft(NetworkError):
    """No connection came about: nothing of the call was sent."""


class ServerFault(NetworkError):
    """Telegram, or a gateway before it, broke down over a call that it may have carried out."""

    def __init__(self, status: int) -> None:
        super().__init__(f"server fault {status}")
        self.status = status


class LeaveAlone(TelegramError):
    """Telegram wants no call of this bot for so many seconds; this one was not carried out."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the wire asks of a RequestData."""

    parameters: Mapping[str, Any]


class Wire(BaseRequest):
    """Carries calls as JSON; make it inside the running loop and shut it down."""

    def __init__(self, limit: float, proxy: str | None, shared: aiohttp.BaseConnector) -> None:
        """End a call after `limit` seconds unless the call brings a limit of its own.

        The connections are `shared` by all bots; who opened them closes them.
        """
        self._limit = limit
        self._proxy = proxy
        self._session = aiohttp.ClientSession(
            connector=shared,
            connector_owner=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    @property
    def read_timeout(self) -> float:
        """Return the seconds after which a call ends."""
        return self._limit

    async def initialize(self) -> None:
        """Do nothing: the session is there from the beginning."""

    async def shutdown(self) -> None:
        """Make no more calls."""
        await self._session.close()

    async def say(self, url: str, message: Mapping[str, Any], within: float) -> None:
        """Post a message that is drawn already; raises TelegramError.

        The library would make objects of the message and of the answer, which nobody looks at.
        """
        drawn = cast("RequestData", Drawn(message))  # theirs is made of objects that are not public
        await self.post(url, drawn, read_timeout=within)

    async def do_request(  # noqa: D102, PLR0917 - BaseRequest says it
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        limit = read_timeout if isinstance(read_timeout, int | float) else self._limit
        try:
            status, payload = await self._ask(url, method, request_data, limit)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NeverLeft("no connection") from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError):
            raise NetworkError("connection lost") from None
        if status >= 500:
            raise ServerFault(status)
        if status == 429:
            raise LeaveAlone(_asked_for(payload))
        return status, payload

    async def _ask(
        self, url: str, method: str, request_data: RequestData | None, limit: float
    ) -> tuple[int, bytes]:
        body = orjson.dumps(request_data.parameters) if request_data else None
        async with self._session.request(
            method,
            url,
            data=body,
            headers={"Content-Type": "application/json"},
            proxy=self._proxy,
            timeout=aiohttp.ClientTimeout(total=limit, sock_connect=_CONNECTING),
            allow_redirects=False,
        ) as answer:
            return answer.status, await answer.read()


def _asked_for(payload: bytes) -> float:
    """Return the seconds that an answer asks for; a gateway before Telegram may say none."""
    try:
        parameters = part(read(payload), "parameters")
    except Unreadable:
        return 1.0
    seconds = parameters.get("retry_after")
    return float(seconds) if type(seconds) is int and seconds > 0 else 1.0
