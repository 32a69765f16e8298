"""The webhook's way in: what brings the secret is stored once, then answered; all else is not."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from bot.inbox import LARGEST_BODY, Door
from bot.telegram.inbox import Inbox
from models.store import Store
from models.tables import InboundEvent, School

SECRET = b"the_secret-of-the-webhook"
HEADER = b"x-telegram-bot-api-secret-token"
NOW = datetime(2026, 1, 5, 1, 2, 3, tzinfo=UTC)
UPDATE = {"update_id": 7, "message": {"date": 1_767_571_200, "text": "hi"}}
Json = dict[str, Any]


class Porch:
    """An inbox over a database with one school, and the requests that come to it."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self.store = store
        self.inbox = inbox

    async def posts(
        self,
        body: bytes = orjson.dumps(UPDATE),
        *,
        secrets: Sequence[bytes] = (SECRET,),
        school: str = "TT",
        method: str = "POST",
    ) -> int:
        """Post a body to the school and return the status."""
        headers = [(HEADER, secret) for secret in secrets]
        path = f"/telegram/{school}"
        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        sent: list[Json] = []

        async def receive() -> Json:
            return {"type": "http.request", "body": body}

        async def send(message: Json) -> None:
            sent.append(message)

        await self.inbox(scope, receive, send)
        return int(sent[0]["status"])

    async def stored(self) -> Sequence[sa.Row[Any]]:
        """Return what is stored, in order."""
        table = sa.inspect(InboundEvent).local_table
        async with self.store.reading() as session:
            return (await session.execute(sa.select(table).order_by(table.c.id))).all()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Porch]:
    """Open an inbox over a database."""
    store = Store(url)
    async with store.writing() as session:
        school = School(code="TT", name="測試高中", rulebook="")
        session.add(school)
        await session.flush()
        door = Door(school.id, SECRET)

    async def schools(code: str) -> Door | None:
        return door if code == "TT" else None

    inbox = Inbox(store, schools, lambda: NOW, lambda: None)
    yield Porch(store, inbox)
    await inbox.aclose()
    await store.close()


@pytest.fixture
async def door(database_url: str) -> AsyncIterator[Porch]:
    """Give an inbox over each kind of database."""
    async with opened(database_url) as door:
        yield door


async def test_an_update_is_stored_before_the_answer_and_only_once(door: Porch) -> None:
    """Telegram repeats what it believes was lost; the id tells."""
    assert [await door.posts(), await door.posts()] == [200, 200]

    (row,) = await door.stored()
    assert (row.channel, row.event_key, row.state) == ("telegram", "7", "received")
    assert orjson.loads(row.raw) == UPDATE


@pytest.mark.parametrize(
    "secrets",
    [
        (),
        (b"",),
        (b"another",),
        (SECRET + b"x",),
        (SECRET[:-1],),
        (SECRET, SECRET),
        ("密語".encode(),),
        (b"\xff\xfe",),
        (b"x" * 100_000,),
    ],
)
async def test_without_the_secret_nothing_is_stored(
    sqlite_url: str, secrets: Sequence[bytes]
) -> None:
    """Missing, wrong, twice, in no alphabet: 401, and never an error of ours."""
    async with opened(sqlite_url) as door:
        assert await door.posts(secrets=secrets) == 401
        assert await door.stored() == []


async def test_what_is_no_update_is_refused_and_never_with_410(sqlite_url: str) -> None:
    """410 would close the webhook for good."""
    async with opened(sqlite_url) as door:
        assert await door.posts(b"no json") == 400
        assert await door.posts(b"[]") == 400
        assert await door.posts(b"x" * (LARGEST_BODY + 1)) == 413
        assert await door.posts(school="XX") == 401
        assert await door.posts(method="GET") == 405
        assert await door.stored() == []


async def test_an_update_without_an_id_is_one_of_a_kind_all_the_same(sqlite_url: str) -> None:
    """A digest of it stands in."""
    async with opened(sqlite_url) as door:
        for body in (b'{"a":1}', b'{"a":1}', b'{"update_id":"x"}', b"{}"):
            assert await door.posts(body) == 200
        assert len(await door.stored()) == 3


async def test_what_cannot_be_stored_is_not_promised(sqlite_url: str) -> None:
    """Telegram keeps it and brings it again."""
    async with opened(sqlite_url) as door:
        async with door.store.writing() as session:
            await session.execute(sa.text("DROP TABLE inbound_event"))
        assert await door.posts() == 503
