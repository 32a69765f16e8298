"""The webhook's way in: what is signed is stored, then answered; all else leaves no trace."""

import asyncio
import base64
import hmac
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from bot.inbox import LARGEST_BODY, Door
from bot.line.inbox import Inbox
from models.store import Store
from models.tables import InboundEvent, School

SECRET = b"8c570fa6dd201bb328f1c1eac23a96d8"
NOW = datetime(2026, 1, 5, 1, 2, 3, tzinfo=UTC)
Json = dict[str, Any]


class Porch:
    """An inbox over a database with one school, and the requests that come to it."""

    def __init__(self, store: Store, inbox: Inbox, school_id: int) -> None:
        self.store = store
        self.inbox = inbox
        self.school_id = school_id

    async def posts(self, body: bytes, *, signed: bool = True, **more: Any) -> int:
        """Post a body to the school and return the status."""
        headers = more.pop("headers", None)
        if headers is None:
            headers = [(b"x-line-signature", signature(body))] if signed else []
        return await self.asks([body], headers, **more)

    async def asks(
        self, pieces: list[bytes], headers: list[tuple[bytes, bytes]], *, school: str = "TT"
    ) -> int:
        """Send a request in pieces and return the status."""
        scope = {"type": "http", "method": "POST", "path": f"/line/{school}", "headers": headers}
        messages = [
            {"type": "http.request", "body": piece, "more_body": place < len(pieces) - 1}
            for place, piece in enumerate(pieces)
        ]
        sent: list[Json] = []

        async def receive() -> Json:
            if messages:
                return messages.pop(0)
            return await never()

        async def send(message: Json) -> None:
            sent.append(message)

        await self.inbox(scope, receive, send)
        self.unread = len(messages)
        return int(sent[0]["status"])

    async def stored(self) -> Sequence[sa.Row[Any]]:
        """Return what is stored, in order."""
        table = sa.inspect(InboundEvent).local_table
        async with self.store.reading() as session:
            return (await session.execute(sa.select(table).order_by(table.c.id))).all()


@asynccontextmanager
async def opened(url: str, wake: Any = lambda: None) -> AsyncIterator[Porch]:
    """Open an inbox over a database."""
    store = Store(url)
    async with store.writing() as session:
        school = School(code="TT", name="測試高中", rulebook="")
        session.add(school)
        await session.flush()
        school_id = school.id or 0
    door = Door(school_id, SECRET)

    async def schools(code: str) -> Door | None:
        return door if code == "TT" else None

    inbox = Inbox(store, schools, lambda: NOW, wake)
    yield Porch(store, inbox, school_id)
    await inbox.aclose()
    await store.close()


@pytest.fixture
async def door(database_url: str) -> AsyncIterator[Porch]:
    """Give an inbox over each kind of database."""
    async with opened(database_url) as door:
        yield door


@pytest.fixture
async def sqlite_door(sqlite_url: str) -> AsyncIterator[Porch]:
    """Give an inbox where the database makes no difference."""
    async with opened(sqlite_url) as door:
        yield door


async def never() -> Json:
    """Wait for a piece of a body that does not come."""
    await asyncio.get_running_loop().create_future()
    return {}


def signature(body: bytes) -> bytes:
    """Sign as LINE does."""
    return base64.b64encode(hmac.digest(SECRET, body, "sha256"))


def webhook(*ids: str) -> bytes:
    """Give a webhook with events of these ids."""
    events = [
        {"type": "message", "webhookEventId": each, "timestamp": 1_767_571_200_123} for each in ids
    ]
    return orjson.dumps({"destination": "U", "events": events})


async def test_the_signature_of_lines_documents_is_accepted(sqlite_door: Porch) -> None:
    """The documents' own example, an empty connection check, is answered 200."""
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    headers = [(b"x-line-signature", b"GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=")]

    assert await sqlite_door.posts(body, headers=headers) == 200
    assert await sqlite_door.stored() == []


async def test_events_are_stored_before_the_answer_and_once(door: Porch) -> None:
    """Several people's events, a duplicate beside it, and a later redelivery make one row each."""
    assert await door.posts(webhook("a", "b", "a")) == 200
    assert await door.posts(webhook("b", "c")) == 200

    stored = await door.stored()

    assert [event.event_key for event in stored] == ["a", "b", "c"]
    assert stored[0].happened_at == datetime(2026, 1, 5, 0, 0, 0, 123000, tzinfo=UTC)
    assert stored[0].received_at == NOW
    assert stored[0].state == "received"
    assert orjson.loads(stored[0].raw)["webhookEventId"] == "a"


async def test_webhooks_at_the_same_moment_share_commits_and_lose_nothing(door: Porch) -> None:
    """A hundred at once, each event in two of them, are a hundred rows."""
    bodies = [webhook(f"e{each}", f"e{(each + 1) % 100}") for each in range(100)]

    assert set(await asyncio.gather(*map(door.posts, bodies))) == {200}
    assert len(await door.stored()) == 100


async def test_who_acts_on_events_is_woken_after_the_commit(sqlite_url: str) -> None:
    """A burst wakes at least once, and a webhook without events not at all."""
    woken: list[int] = []
    async with opened(sqlite_url, lambda: woken.append(1)) as door:
        await door.posts(webhook())

        assert woken == []

        await door.posts(webhook("a"))

        assert woken == [1]


async def test_a_database_that_fails_is_no_promise(sqlite_url: str) -> None:
    """Where nothing was committed nothing is answered 200, so that LINE delivers it again."""
    async with opened(sqlite_url) as door:
        async with door.store.writing() as session:
            await session.execute(sa.text("ALTER TABLE inbound_event RENAME TO away"))

        assert await door.posts(webhook("a")) == 503

        async with door.store.writing() as session:
            await session.execute(sa.text("ALTER TABLE away RENAME TO inbound_event"))

        assert await door.posts(webhook("a")) == 200
        assert len(await door.stored()) == 1


async def test_events_without_an_id_are_told_apart_by_their_content(door: Porch) -> None:
    """No id, an id that is none, and kinds that do not exist yet are stored all the same."""
    events = [
        {"type": "hologram"},
        {"type": "hologram"},
        {"webhookEventId": ""},
        {"webhookEventId": "x" * 65},
        {"webhookEventId": "\x00"},
        {"timestamp": 10**30},
        {"timestamp": "soon"},
        7,
    ]

    assert await door.posts(json.dumps({"events": events}).encode()) == 200
    assert await door.posts(b'{"events":[{"name":"\\ud83d"},{"n":%d}]}' % 10**30) == 200

    stored = await door.stored()

    assert {len(event.event_key) for event in stored} == {64}
    assert stored[-1].happened_at == NOW


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b'{"destination":"U"}',
        b'{"events":{}}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"events":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"events":[],"events":7}',
        b"\xff\xfe\x00",
        b'"\\ud800"',
    ],
)
async def test_signed_nonsense_is_refused_and_leaves_no_trace(
    sqlite_door: Porch, body: bytes
) -> None:
    """Depth without end, duplicate names, half characters: 400, never an error of ours."""
    assert await sqlite_door.posts(body) == 400
    assert await sqlite_door.stored() == []


async def test_bad_requests_are_refused_alike_and_leave_no_trace(sqlite_door: Porch) -> None:
    """Five thousand forged requests: 401 for each, the same for a school that does not exist."""
    dice = random.Random(3)
    body = webhook("a")
    for _ in range(5000):
        status = await sqlite_door.posts(
            mutated(body, dice), headers=forged(body, dice), school=dice.choice(["TT", "??", ""])
        )

        assert status == 401
    assert await sqlite_door.stored() == []


def mutated(body: bytes, dice: random.Random) -> bytes:
    """Change a body so that its signature no longer fits."""
    place = dice.randrange(len(body))
    return dice.choice(
        [dice.randbytes(dice.randrange(1, 80)), body[:place], body + b" ", body[:place] + b"\xff"]
    )


def forged(body: bytes, dice: random.Random) -> list[tuple[bytes, bytes]]:
    """Give signature headers that are wrong, missing, doubled, cut, or no text at all."""
    right = signature(body)
    values = dice.choice(
        [
            [],
            [right],
            [right, right],
            [right[:-1]],
            [b"\xff" + right],
            ["簽章".encode()],
            [b""],
            [right + b"="],
            [right.swapcase()],
            [dice.randbytes(44)],
        ]
    )
    length = dice.choice([[], [(b"content-length", b"99")], [(b"content-length", b"-1")]])
    return [*length, *((b"x-line-signature", value) for value in values)]


async def test_a_right_signature_opens_only_its_own_school(sqlite_door: Porch) -> None:
    """Absent and forbidden look the same."""
    assert await sqlite_door.posts(webhook("a"), school="other") == 401
    assert await sqlite_door.stored() == []


async def test_a_large_body_is_refused_before_it_is_read(sqlite_door: Porch) -> None:
    """By its announced length at once; without one, as soon as it is too long."""
    piece = b" " * (LARGEST_BODY // 4)
    announced = [(b"content-length", b"%d" % (LARGEST_BODY + 1))]

    assert await sqlite_door.asks([piece] * 40, announced) == 413
    assert sqlite_door.unread == 40
    assert await sqlite_door.asks([piece] * 40, []) == 413
    assert sqlite_door.unread == 35


async def test_a_body_of_exactly_one_mebibyte_is_read(sqlite_door: Porch) -> None:
    """The limit itself is allowed."""
    body = webhook("a").ljust(LARGEST_BODY)

    assert await sqlite_door.posts(body) == 200
    assert await sqlite_door.posts(body + b" ") == 413
