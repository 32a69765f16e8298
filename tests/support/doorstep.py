"""The product's web side asked directly, without sockets, with apps that take every answer.

Thousands of requests a second reach the real routes, the real inbox and the real conversation.
"""

import base64
import hmac
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from starlette.applications import Starlette

from bot.app import routes
from bot.conversation import Conversation
from bot.line.channel import LineChannel
from bot.settings import load
from bot.telegram.channel import TelegramChannel
from bot.wiring import Installation, installed
from models.tables import ChannelCredential
from scheduler.channel import Outcome, Sent
from tests.support.cast import Cast, settle
from tests.support.kept import served_store
from tests.support.linephones import SECRET, TOKEN
from tests.support.places import LINE, TELEGRAM
from tests.support.stage import KEY, HandClock
from tests.support.telegramphones import SECRET as TELEGRAM_SECRET
from tests.support.telegramphones import TOKEN as TELEGRAM_TOKEN

Headers = Iterable[tuple[bytes, bytes]]


class PatientLine(LineChannel):
    """LINE's channel as it hears and draws, with an other side that takes whatever is answered."""

    answered: list[bytes]

    async def reply(self, school_code: str, token: str, body: bytes) -> Sent:  # noqa: ARG002
        """Take an answer."""
        self.answered.append(body)
        return Sent(Outcome.ACCEPTED, 200)

    async def acknowledge(self, school_code: str, heard_token: str) -> None:
        """Need no word that a tap has come."""

    async def dress(
        self,
        school_code: str,  # noqa: ARG002
        address: str,  # noqa: ARG002
        menu: str,  # noqa: ARG002
        locale: str,  # noqa: ARG002
    ) -> bool:
        """Give the chat its menu."""
        return True


class PatientTelegram(TelegramChannel):
    """Telegram's channel as it hears and draws, with an other side that takes all of it."""

    answered: list[bytes]

    async def reply(self, school_code: str, token: str, body: bytes) -> Sent:  # noqa: ARG002
        """Take an answer."""
        self.answered.append(body)
        return Sent(Outcome.ACCEPTED, 200)

    async def acknowledge(self, school_code: str, heard_token: str) -> None:
        """Let the button stop spinning."""

    async def dress(
        self,
        school_code: str,  # noqa: ARG002
        address: str,  # noqa: ARG002
        menu: str,  # noqa: ARG002
        locale: str,  # noqa: ARG002
    ) -> bool:
        """Give the chat its commands."""
        return True


@dataclass(slots=True)
class Doorstep:
    """An installation with one school, and the requests that come to it."""

    app: Starlette
    installation: Installation
    conversation: Conversation
    line: PatientLine
    telegram: PatientTelegram
    clock: HandClock
    cast: Cast

    async def asks(
        self, path: str, body: bytes = b"", headers: Headers = (), *, method: str = "POST"
    ) -> int:
        """Send one request and return the status of its answer."""
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": list(headers),
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        return int(sent[0]["status"])

    async def delivers(self, *events: Any) -> int:
        """Send a webhook with these events as LINE would, signed; return the status."""
        return await self.posts(written({"destination": "U", "events": events}))

    async def posts(self, body: bytes) -> int:
        """Send a signed body to the school; return the status."""
        return await self.asks(self.path, body, [(b"x-line-signature", signature(body))])

    async def updates(self, update: Any) -> int:
        """Send an update as Telegram would, with its secret; return the status."""
        secret = [(b"x-telegram-bot-api-secret-token", TELEGRAM_SECRET.encode())]
        return await self.asks(f"/telegram/{self.cast.school.code}", written(update), secret)

    @property
    def path(self) -> str:
        """The address of the school's webhook."""
        return f"/line/{self.cast.school.code}"


@asynccontextmanager
async def at_the_door(database_url: str, at: datetime) -> AsyncIterator[Doorstep]:
    """Open the small school's installation; nobody works on what comes in until told to."""
    clock = HandClock(at)
    settings = load(database_url=database_url, secret_key=KEY)
    store = served_store(settings.database_url, threads=False)
    async with installed(settings, clock, store=store) as installation:
        cast = await settle(installation.store)
        vault = installation.vault
        async with installation.store.writing() as session:
            session.add_all(
                ChannelCredential(
                    school_id=cast.school.id,
                    channel=name,
                    secret=vault.seal(secret),
                    token=vault.seal(token),
                )
                for name, secret, token in (
                    (LINE, SECRET, TOKEN),
                    (TELEGRAM, TELEGRAM_SECRET, TELEGRAM_TOKEN),
                )
            )
        await installation.credentials.refresh(even_if_fresh=True)
        line = PatientLine(installation.credentials.line)
        telegram = PatientTelegram(installation.credentials.telegram)
        line.answered, telegram.answered = [], []
        yield Doorstep(
            Starlette(routes=routes(installation)),
            installation,
            Conversation(installation.store, clock, [line, telegram], vault.pepper),
            line,
            telegram,
            clock,
            cast,
        )
        await line.aclose()
        await telegram.aclose()


def signature(body: bytes, secret: str = SECRET) -> bytes:
    """Sign as LINE does."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256"))


def written(webhook: Any) -> bytes:
    """Write a webhook as JSON, half characters included."""
    try:
        return orjson.dumps(webhook)
    except TypeError:
        return json.dumps(webhook).encode()
