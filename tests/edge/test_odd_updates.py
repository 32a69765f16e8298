"""Telegram's updates that are odd in every way: stored, worked on once, and nothing breaks.

`BELL_ODD=100000` sends more of them.
"""

import asyncio
import random
from typing import Any

from bot.telegram.parse import hear
from models.tables import InboundEvent
from models.vocabulary import EventState
from tests.edge.test_odd_events import ODD, SCHOOL, VALUES, odd
from tests.support.asking import snapshot
from tests.support.doorstep import Doorstep, at_the_door, written
from tests.support.stage import MONDAY
from tests.support.telegramphones import SECRET

SHARE = 0.1
"""How many of them go through the store; each waits there for the disk."""
HEARD = 0.4
"""How many are only read."""
AT_ONCE = 50
"""Webhooks that come at the same time."""
HEADER = b"x-telegram-bot-api-secret-token"
GROUP = -1_001_234_567_890
FIRST = 5_000_000_000
DEEP = [b"[" * 10_000, b'{"update_id":' * 10_000, b'{"update_id":1,"message":' + b"[" * 10_000]


def sound(dice: random.Random, number: int, people: list[int]) -> dict[str, Any]:
    """Give an update as Telegram sends it, of a kind that is known."""
    person: dict[str, Any] = {"id": dice.choice(people), "is_bot": False, "first_name": "某"}
    chat = {"id": person["id"], "type": "private", "first_name": "某"}
    if dice.random() < 0.2:
        chat = {"id": GROUP, "type": "supergroup", "title": "201"}
    message = {"message_id": number, "date": 1_726_452_000 + number, "chat": chat, "from": person}
    text = dice.choice(
        ("首頁", "謝謝", "7KQ2M-XW9RA", "/start", "/start 7KQ2MXW9RA", "/help@x", "/")
    )
    said = {**message, "text": text, "entities": [{"type": "bold", "offset": 0, "length": 1}]}
    status = dice.choice(("member", "kicked", "left", "creator"))
    kind: dict[str, Any] = dice.choice(
        [
            {"message": said},
            {"message": {**message, "sticker": {"file_id": "1", "emoji": "👍"}}},
            {"message": {**message, "photo": [{"file_id": "1"}]}},
            {"message": {**said, "reply_to_message": {**message, "from": {"is_bot": True}}}},
            {"edited_message": said},
            {"channel_post": said},
            {"message": {**message, "new_chat_members": [person]}},
            {"message": {**message, "migrate_to_chat_id": GROUP - 1}},
            {
                "callback_query": {
                    "id": str(number),
                    "from": person,
                    "chat_instance": "1",
                    "message": dice.choice((message, {**message, "date": 0}, None)),
                    "data": dice.choice(("help", "status:0", "noup:1:1", "cert:1:1", "\ud83d")),
                }
            },
            {
                "my_chat_member": {
                    "chat": chat,
                    "from": person,
                    "date": 1_726_452_000 + number,
                    "old_chat_member": {"status": "member"},
                    "new_chat_member": {"status": status},
                }
            },
            {"telepathy": {"thought": dice.choice(VALUES)}},
        ]
    )
    return {"update_id": number, **kind}


async def deliver(door: Doorstep, updates: list[Any]) -> None:
    """Deliver all of them, many at the same time; none is answered with an error of ours."""
    for first in range(0, len(updates), AT_ONCE):
        some = updates[first : first + AT_ONCE]
        statuses = await asyncio.gather(*map(door.updates, some))
        expected = [200 if isinstance(update, dict) else 400 for update in some]
        assert statuses == expected


def odd_updates(dice: random.Random, share: float) -> list[Any]:
    """Give updates that are spoilt in one or many places."""
    people, how_many = [FIRST + number for number in range(40)], int(ODD * share)
    return [odd(sound(dice, number, people), dice) for number in range(1, how_many + 1)]


def test_odd_updates_are_read_whatever_they_hold() -> None:
    """Two thousand: each is something somebody meant, or nothing that is answered."""
    heard = [
        hear(written(update), MONDAY)
        for update in odd_updates(random.Random(7), HEARD)
        if isinstance(update, dict)
    ]

    assert all(one.place or one.action is None for one in heard if one.reply_token)
    assert all(one.happened_at <= MONDAY for one in heard)
    assert len({type(one.action) for one in heard}) > 5


async def test_odd_updates_are_stored_worked_on_once_and_break_nothing(sqlite_url: str) -> None:
    """Repeated and out of order: none fails, none stays undone, no work changes."""
    dice = random.Random(9)
    updates = odd_updates(dice, SHARE)
    repeated = dice.sample(updates, len(updates) // 20)
    dice.shuffle(updates)
    async with at_the_door(sqlite_url, MONDAY) as door:
        before = await snapshot(door.installation.store)

        await deliver(door, updates)
        await door.conversation.drain()
        await deliver(door, repeated)
        await door.conversation.drain()

        after = await snapshot(door.installation.store)
        async with door.installation.store.reading() as session:
            rows = (await session.execute(InboundEvent.__table__.select())).all()  # type: ignore[attr-defined]
        objects = [update for update in updates if isinstance(update, dict)]
        assert len(objects) * 0.9 < len(rows) <= len(objects)
        assert {(row.state, row.problem) for row in rows} <= {
            (EventState.DONE, ""),
            (EventState.KEPT, ""),
        }
        assert {row.raw for row in rows} == {b""}
        assert len(door.telegram.answered) > len(rows) / 4
        assert [name for name in SCHOOL if after[name] != before[name]] == []


async def test_a_deep_body_is_nonsense_and_no_error_of_ours(sqlite_url: str) -> None:
    """Ten thousand brackets: 400, and nothing is stored."""
    async with at_the_door(sqlite_url, MONDAY) as door:
        before = await snapshot(door.installation.store)
        secret = [(HEADER, SECRET.encode())]
        for body in DEEP:
            assert await door.asks(f"/telegram/{door.cast.school.code}", body, secret) == 400
        assert await snapshot(door.installation.store) == before


async def test_the_secret_of_another_school_or_of_another_app_opens_nothing(
    sqlite_url: str,
) -> None:
    """Each door has its own."""
    async with at_the_door(sqlite_url, MONDAY) as door:
        before = await snapshot(door.installation.store)
        for school in (door.cast.school.code, "absent"):
            for given in (b"a channel secret of the tests", b"a_webhook_secret_of_another"):
                header = [(HEADER, given)]

                assert await door.asks(f"/telegram/{school}", b'{"update_id":1}', header) == 401
        assert await snapshot(door.installation.store) == before
