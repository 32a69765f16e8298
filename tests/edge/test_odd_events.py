"""Signed events that are odd in every way: each is stored, worked on once, and breaks nothing.

`BELL_ODD=100000` sends more of them.
"""

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlmodel import col, select

from handlers import router
from models.queries import accounts
from models.tables import InboundEvent
from models.vocabulary import EventState
from tests.support.asking import snapshot
from tests.support.cast import PUPILS
from tests.support.doorstep import Doorstep, at_the_door
from tests.support.logbook import logged_at_debug
from tests.support.stage import MONDAY

ODD = int(os.environ.get("BELL_ODD", "5000"))
SHARE = {"sqlite": 0.9, "postgresql": 0.1}
"""What each engine gets of them; one costs PostgreSQL twice as long."""
WEBHOOK = 50
"""Events to a webhook."""
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 2**70, 1e308, "", "進度", "勾選", "\x00", "\ud83d", "\u202e\u200b",
    "x" * 5_000, "U" + "f" * 200, [], {}, [[]], {"type": "text"}, {"type": 7}, "home", "cert:1:1",
    "sel:1:outcome:1", "fin:zz:9", "item:" + "z" * 60, "rcpt:-1:0", "pick:1:outcome:" + "z" * 12,
    "lang:🎒", "lang:\x00", "many:1:\x00", "::::",
)  # fmt: skip
SCHOOL = ("school", "person", "role", "placement", "course", "enrolment", "timetable_window")
ADDRESSES = 40
"""Chats that speak: most belong to nobody."""


def sound(dice: random.Random, number: int, addresses: list[str]) -> dict[str, Any]:
    """Give an event as LINE sends it, of a kind that is known."""
    source: dict[str, Any] = {"type": "user", "userId": dice.choice(addresses)}
    if dice.random() < 0.2:
        source |= {"type": "group", "groupId": "C1"}
    said = {"type": "text", "id": str(number), "text": dice.choice(("首頁", "謝謝", "7KQ2M-XW9RA"))}
    kind: dict[str, Any] = dice.choice(
        [
            {"type": "message", "message": said},
            {"type": "message", "message": {"type": "sticker", "id": "1"}},
            {"type": "message", "message": {"type": "image", "id": "1"}},
            {
                "type": "postback",
                "postback": {"data": dice.choice(("help", "status:0", "noup:1:1"))},
            },
            {"type": "unsend", "unsend": {"messageId": "9"}},
            {"type": "follow", "follow": {"isUnblocked": True}},
            {"type": "unfollow"},
            {"type": "join"},
            {"type": "memberJoined", "joined": {"members": [source]}},
            {"type": "telepathy", "thought": {"text": "進度"}},
        ]
    )
    return {
        **kind,
        "mode": dice.choice(("active", "active", "standby")),
        "timestamp": 1_726_452_000_000 + number,
        "webhookEventId": f"01H{number:023}",
        "source": source,
        "replyToken": f"token{number}",
    }


def odd(value: Any, dice: random.Random) -> Any:
    """Replace, drop or add parts of a value at random."""
    if dice.random() < 0.12:
        return dice.choice(VALUES)
    if isinstance(value, dict):
        kept = {key: odd(each, dice) for key, each in value.items() if dice.random() > 0.07}
        return {**kept, "new": dice.choice(VALUES)} if dice.random() < 0.2 else kept
    if isinstance(value, list):
        return [odd(each, dice) for each in value]
    return value


def odd_events(dice: random.Random, addresses: list[str], count: int) -> Iterator[Any]:
    """Give events that are spoilt in one or many places."""
    for number in range(count):
        yield odd(sound(dice, number, addresses), dice)


async def deliver(door: Doorstep, dice: random.Random, addresses: list[str], count: int) -> int:
    """Deliver all of them, some webhooks at a time; return how many are objects and so events."""
    events = list(odd_events(dice, addresses, count))
    for first in range(0, len(events), WEBHOOK):
        assert await door.delivers(*events[first : first + WEBHOOK]) == 200
    return len([event for event in events if isinstance(event, dict)])


async def test_odd_events_are_stored_worked_on_once_and_break_nothing(database_url: str) -> None:
    """Five thousand of them: none fails, none stays undone, the people's works stay as they are."""
    dice = random.Random(9)
    async with at_the_door(database_url, MONDAY) as door:
        addresses = [f"U{number:032x}" for number in range(0xA000, 0xA000 + ADDRESSES)]
        addresses += [door.cast.address(name) for name in PUPILS]
        before = await snapshot(door.installation.store)

        events = await deliver(
            door, dice, addresses, int(ODD * SHARE[database_url.partition("+")[0]])
        )
        await door.conversation.drain()

        after = await snapshot(door.installation.store)
        async with door.installation.store.reading() as session:
            rows = (await session.execute(InboundEvent.__table__.select())).all()  # type: ignore[attr-defined]
        assert len(rows) > events * 0.9  # some lost their ids and are the same event twice
        assert {(row.state, row.problem) for row in rows} <= {
            (EventState.DONE, ""),
            (EventState.KEPT, ""),
        }
        assert {row.raw for row in rows} == {b""}
        assert door.line.answered
        assert [name for name in SCHOOL if after[name] != before[name]] == []


@pytest.mark.parametrize("refusal", [DataError, IntegrityError])
async def test_an_event_that_cannot_even_be_apologised_for_is_given_up(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, refusal: type[DBAPIError]
) -> None:
    """What the database never takes is laid aside with its place, and the others are answered."""

    async def refuse(*_given: Any, **_more: Any) -> None:
        raise refusal("", {}, ValueError())

    async with at_the_door(sqlite_url, MONDAY) as door:
        monkeypatch.setattr(accounts, "meet", refuse)
        dice = random.Random(1)
        assert await door.delivers(sound(dice, 1, ["Ubad"])) == 200
        await door.conversation.drain()
        monkeypatch.undo()
        assert await door.delivers({**sound(dice, 2, ["Ugood"]), "type": "follow"}) == 200
        await door.conversation.drain()

        async with door.installation.store.reading() as session:
            first, second = (
                await session.execute(select(InboundEvent).order_by(col(InboundEvent.id)))
            ).scalars()
        assert (first.state, first.raw) == (EventState.FAILED, b"")
        assert first.problem
        assert second.state == EventState.DONE


async def test_who_was_beaten_to_a_row_looks_once_more(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at once are no mistake of anybody's: the tap acts, and nothing is apologised for."""
    answer, beaten = router.answer, [IntegrityError("", {}, ValueError())]

    async def answer_unless_beaten(action: Any, context: Any) -> Any:
        if beaten:
            raise beaten.pop()
        return await answer(action, context)

    async with at_the_door(sqlite_url, MONDAY) as door:
        monkeypatch.setattr(router, "answer", answer_unless_beaten)
        assert await door.delivers(sound(random.Random(1), 1, ["Uguest"])) == 200
        await door.conversation.drain()

        async with door.installation.store.reading() as session:
            (event,) = (await session.execute(select(InboundEvent))).scalars()
        assert (event.state, event.problem, beaten) == (EventState.DONE, "", [])


async def test_what_has_left_is_written_down_before_a_long_round_ends(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else another process would take a sent answer for one that a crash left, and say it again."""
    done: list[int] = []

    async with at_the_door(sqlite_url, MONDAY) as door:
        reply = door.line.reply

        async def reply_and_look(school_code: str, token: str, body: bytes) -> Any:
            async with door.installation.store.reading() as session:
                settled = select(InboundEvent.id).where(col(InboundEvent.state) == EventState.DONE)
                done.append(len((await session.execute(settled)).all()))
            return await reply(school_code, token, body)

        monkeypatch.setattr(door.line, "reply", reply_and_look)
        events = [
            {
                "type": "follow",
                "replyToken": f"token {n}",
                "webhookEventId": str(n),
                "source": {"type": "user", "userId": f"U{n}"},
            }
            for n in range(60)
        ]
        assert await door.delivers(*events) == 200
        await door.conversation.drain()

    assert len(done) == 60
    assert all(now >= before - 32 for before, now in enumerate(done))


async def test_a_bug_of_ours_is_apologised_for_and_stops_nobody_else(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person hears that nothing has changed; the log and the event name the place only."""

    async def break_down(*_given: Any) -> None:
        raise KeyError("小美")

    async with at_the_door(sqlite_url, MONDAY) as door:
        follow = {"type": "follow", "replyToken": "token", "webhookEventId": "1"}
        source = {"type": "user", "userId": door.cast.address("小美")}
        monkeypatch.setattr(router, "answer", break_down)
        assert await door.delivers({**follow, "source": source}) == 200
        with logged_at_debug() as log:
            await door.conversation.drain()

        async with door.installation.store.reading() as session:
            (event,) = (await session.execute(select(InboundEvent))).scalars()
        assert event.state == EventState.DONE
        assert "KeyError" in event.problem
        assert "event_failed" in log.getvalue()
        assert "小美" not in log.getvalue() + event.problem
        assert len(door.line.answered) == 1
