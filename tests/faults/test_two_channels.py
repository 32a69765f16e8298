"""A week on two channels, one without retry keys: accepted and lost, refused, blocked, crashed."""

import contextlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import orjson
import pytest

from handlers.replies import Reply
from models.queries import notices, preferences
from models.rules.retrying import may_have_arrived
from models.tables import Attempt, ChatAccount, Delivery, Notice
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, Silence
from scheduler import jobs
from scheduler.channel import Sent
from scheduler.dispatch import Dispatcher
from tests.support import cast
from tests.support.cast import taipei
from tests.support.crashing import Killed
from tests.support.faulty_channel import (
    LOST,
    REFUSED,
    SERVER_ERROR,
    SHUT_OUT,
    TIMEOUT,
    TOO_FAST,
    FaultyChannel,
    KeylessChannel,
    Push,
)
from tests.support.scene import ENGLISH, text_of
from tests.support.ticking import Bell, ringing

BEFORE = taipei(2024, 10, 9, 7)
AFTER = taipei(2024, 10, 15, 9)
PUPILS = ("小美", "阿明", "小華")
NOTE = "You may have had this message a moment ago."
FAULTS: tuple[Sent | None, ...] = (LOST, LOST, TIMEOUT, SERVER_ERROR, TOO_FAST, REFUSED, SHUT_OUT)
GAPS = (timedelta(minutes=2), timedelta(minutes=50), timedelta(hours=5), timedelta(hours=11))
EXPLAINED = {
    *(Silence.SUPERSEDED, Silence.BLOCKED, Silence.REFUSED, Silence.UNKNOWN),
    *(Silence.DEADLINE_PASSED, Silence.EXPIRED),
}


@dataclass
class MortalKeyless(KeylessChannel):
    """Takes a message and is gone with its process, now and then."""

    dice: random.Random = random.Random()  # noqa: RUF009 - replaced by each seed's own

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:
        """Accept and die, or do as the other channels do."""
        if self.dice.random() < 0.1:
            self._accept(address, body, retry_key)
            raise Killed
        return await super().send(school_code, address, body, retry_key)


@dataclass
class WordyChannel(FaultyChannel):
    """A channel with retry keys of which the whole texts can be looked at."""

    def draw(self, reply: Reply) -> bytes:
        """Draw a reply as its whole text."""
        return orjson.dumps([text_of(reply)])


def faults(dice: random.Random) -> Iterator[Sent | None]:
    """Yield what goes wrong with each call, nothing as often as something."""
    while True:
        yield dice.choice((None, None, None, None, dice.choice(FAULTS)))


async def tick(bell: Bell, worker: Dispatcher) -> None:
    """Do a round of all jobs; the process may die in it."""
    with contextlib.suppress(BaseExceptionGroup):
        await jobs.tick(bell.store, worker, bell.now)
    await worker.stop()


async def live_through(bell: Bell, channel: MortalKeyless, dice: random.Random) -> list[str]:
    """Let a week go by; return a text by which each ordinary note can be told from all others."""
    marks = []
    while bell.now < AFTER:
        bell.now += dice.choice(GAPS)
        name = dice.choice(PUPILS)
        marks.append(ENGLISH.moment(bell.now))
        async with bell.store.writing() as session:
            await notices.tell(
                session,
                school_id=bell.cast.school.id,
                person_id=bell.cast.people[name].id,
                kind=NoticeKind.JOINING_PAUSED,
                occasion=f"note/{bell.now}",
                now=bell.now,
                facts={"until": bell.now.isoformat()},
            )
            await preferences.prefer(session, bell.cast.people[name], channel.name)
        for _ in range(2):
            channels = {"line": bell.channel, channel.name: channel}
            await tick(bell, Dispatcher(bell.store, channels, lambda _: ENGLISH, lambda: bell.now))
            bell.now += timedelta(minutes=2)
    return marks


@pytest.mark.parametrize("seed", range(5))
async def test_copies_are_never_more_than_outcomes_nobody_knows(sqlite_url: str, seed: int) -> None:
    """A note comes at most once on both channels together; what is required ends told or explained.

    Each copy tells that it may be one; the first never does.
    """
    dice = random.Random(seed)
    async with ringing(sqlite_url, BEFORE) as bell:
        channel = MortalKeyless(lambda: bell.now, faults(dice), dice=dice)
        bell.channel.faults = faults(dice)
        bell.channel = WordyChannel(lambda: bell.now)
        async with bell.store.writing() as session:
            for number, name in enumerate(PUPILS):
                await cast.statement(session, bell.cast, of=name, titles=())
                session.add(
                    ChatAccount(
                        school_id=bell.cast.school.id,
                        channel=channel.name,
                        address=str(number),
                        person_id=bell.cast.people[name].id,
                        state_at=BEFORE,
                        linked_at=BEFORE,
                    )
                )
        marks = await live_through(bell, channel, dice)

        said = [push.summary for push in (*bell.channel.pushes, *channel.pushes)]
        assert [mark for mark in marks if sum(mark in text for text in said) > 1] == []
        assert bell.channel.broken_rules == []
        await _check_copies(bell, channel.pushes)
        required = [row for row in await bell.rows(Notice) if row.required]
        assert {row.state for row in required} <= {NoticeState.TOLD, NoticeState.SKIPPED}
        assert {row.silence for row in required if row.silence} <= EXPLAINED


async def _check_copies(bell: Bell, pushes: list[Push]) -> None:
    """Hold what arrived without a key against what the ledger knows of the calls."""
    doubts: Counter[int] = Counter()
    for attempt in await bell.rows(Attempt):
        accepted = attempt.outcome == "accepted"
        doubts[attempt.delivery_id] += not accepted and may_have_arrived(
            attempt.outcome, attempt.status
        )
    arrived = defaultdict(list)
    for push in pushes:
        arrived[push.retry_key].append(push.summary)
    for delivery in await bell.rows(Delivery, channel="telegram"):
        copies = arrived[delivery.retry_key]
        accepted = delivery.state is DeliveryState.ACCEPTED
        assert len(copies) <= doubts[delivery.id] + accepted
        assert bool(copies) or not accepted
        assert all(NOTE in text for text in copies[1:])
