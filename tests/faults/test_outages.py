"""The worker or the line is away for minutes or days: afterwards one message says what is left."""

import asyncio
import itertools
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from models.queries import notices
from models.queries.schools import rulebook_of
from models.rules.calendar import SchoolCalendar
from models.rules.quiet import next_allowed
from models.rules.retrying import KEY_LASTS
from models.tables import Delivery, Notice
from models.vocabulary import DeliveryState, NoticeKind, Silence
from scheduler import jobs
from scheduler.channel import Sent
from tests.support import cast, crowd
from tests.support.cast import taipei
from tests.support.faulty_channel import SERVER_ERROR, TOO_FAST, FaultyChannel
from tests.support.ticking import Bell, ringing

START = taipei(2024, 10, 9, 7)
LAST_DAY = taipei(2024, 10, 14, 20)
PUPILS = ("小美", "阿明", "小華")
NUMBERS = itertools.count()
LONGEST = timedelta(hours=72)
A_MINUTE = timedelta(minutes=1)
SPANS = [A_MINUTE, timedelta(hours=26), LONGEST]
FIVE_MINUTES = timedelta(minutes=5)
A_SECOND = timedelta(seconds=1)
PACE = timedelta(hours=3)
"""From tick to tick while nothing works."""


@pytest.mark.parametrize("span", SPANS, ids=str)
async def test_an_outage_of_the_worker_costs_nobody_more_than_one_message(
    database_url: str, span: timedelta
) -> None:
    """Five minutes after the worker is back all that is due has been accepted, merged into one."""
    async with ringing(database_url, START) as bell:
        await bell.add(cast.statement, of="小美")
        await bell.tick(START)
        back = START + timedelta(hours=1) + span

        await bell.tick(back)
        await bell.run(back + timedelta(minutes=5), every=timedelta(minutes=1))

        assert await bell.unfinished() == 0
        assert len(bell.told("小美")) == 1


def a_span(dice: random.Random) -> timedelta:
    """Return a minute to three days; short ones are likelier."""
    return A_MINUTE + (LONGEST - A_MINUTE) * float(dice.random() ** 3)


def by_day(bell: Bell, at: datetime) -> datetime:
    """Return the instant, or the next morning where it is too late or too early to disturb."""
    rulebook = rulebook_of(bell.cast.school)
    return next_allowed(at, rulebook.reminders.quiet, SchoolCalendar(rulebook.school_days))


async def nudge(bell: Bell, name: str) -> None:
    """Let a teacher nudge a pupil about the upload, while no worker is there."""
    window = bell.cast.windows["upload"]
    async with bell.store.writing() as session:
        await notices.tell(
            session,
            school_id=bell.cast.school.id,
            person_id=bell.cast.people[name].id,
            kind=NoticeKind.PUPIL_NUDGED,
            occasion=f"nudge/{next(NUMBERS)}",
            now=bell.now,
            window_id=window.id,
            deadline_at=window.closes_at,
        )


@pytest.mark.parametrize(
    "start",
    [taipei(2024, 8, 29), taipei(2024, 9, 25), taipei(2024, 11, 1), taipei(2024, 12, 20)],
    ids=lambda at: f"{at:%m-%d}",
)
async def test_after_each_of_fifty_outages_one_message_says_what_is_due(
    sqlite_url: str, start: datetime
) -> None:
    """A minute or three days: in five minutes all is accepted, at most one message a person."""
    dice = random.Random(start.day)
    async with ringing(sqlite_url, start) as bell:
        for name in PUPILS:
            await bell.add(cast.statement, of=name)
        for _ in range(50):
            before = len(bell.channel.pushes)
            back = by_day(bell, bell.now + a_span(dice))
            nudged = dice.choices(PUPILS, k=2)
            for name in nudged:
                await nudge(bell, name)
            await bell.tick(back)
            if await bell.unfinished():
                await bell.tick(back + FIVE_MINUTES)

            said = Counter(push.address for push in bell.channel.pushes[before:])
            assert set(said.values()) == {1}
            assert {bell.cast.address(name) for name in nudged} <= set(said)
            assert await bell.unfinished() == 0
        assert bell.now < bell.cast.windows["upload"].closes_at
        assert bell.channel.broken_rules == []
        assert await bell.rows(Notice, silence=Silence.SUPERSEDED)


@dataclass
class Witness(FaultyChannel):
    """Keeps when and with what body each retry key was used, also by calls that failed."""

    uses: dict[str, list[tuple[datetime, bytes]]] = field(default_factory=dict)

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:
        """Note the use, and go on as usual."""
        self.uses.setdefault(retry_key, []).append((self.clock(), body))
        return await super().send(school_code, address, body, retry_key)

    def lifetimes(self) -> list[timedelta]:
        """Return by key how long after its first use the last one was."""
        return [used[-1][0] - used[0][0] for used in self.uses.values()]


async def next_moment(bell: Bell) -> datetime:
    """Return when it is worth to tick again: soon, or just before and just when a key is spent."""
    spent: list[datetime] = [
        row.first_tried_at + KEY_LASTS
        for row in await bell.rows(Delivery, state=DeliveryState.QUEUED)
        if row.first_tried_at
    ]
    edges = [at + by for at in spent for by in (-A_SECOND, timedelta(0))]
    return min(at for at in (bell.now + PACE, *edges) if at > bell.now)


@pytest.mark.parametrize("fault", [SERVER_ERROR, TOO_FAST], ids=["error", "too fast"])
@pytest.mark.parametrize("span", SPANS[1:], ids=str)
async def test_a_line_that_is_down_for_days_breaks_no_rule_of_the_retry_key(
    sqlite_url: str, span: timedelta, fault: Sent
) -> None:
    """A key is used for 23 hours and not longer; then one message, and the last call in the end."""
    async with ringing(sqlite_url, START) as bell:
        bell.channel = line = Witness(lambda: bell.now, faults=itertools.repeat(fault))
        bell.dispatcher = bell.worker()
        await bell.add(cast.statement, of="小美")
        while bell.now < START + span:
            await bell.tick(min(await next_moment(bell), START + span))
        assert bell.told("小美") == []

        line.faults = iter([])
        for minutes in (0, 4, 5):
            await bell.tick(START + span + timedelta(minutes=minutes))
        assert await bell.unfinished() == 0
        assert len(bell.told("小美")) <= 1
        await bell.tick(LAST_DAY)

        assert bell.told("小美")[-1] == "⏰ Receipt confirmation 112-2 closes today at 23:59"
        assert len(bell.told("小美")) == len(set(bell.told("小美")))
        assert line.broken_rules == []
        assert KEY_LASTS - PACE < max(line.lifetimes()) < KEY_LASTS
        assert all(len({body for _, body in used}) == 1 for used in line.uses.values())
        assert await bell.unfinished() == 0


async def test_four_workers_at_once_send_everything_once(database_url: str) -> None:
    """Workers that plan, bundle and send side by side leave no message out and double none."""
    async with ringing(database_url, taipei(2024, 10, 9, 7)) as bell:
        addresses = await crowd.join(bell.store, bell.cast, 300)
        bell.now = taipei(2024, 10, 9, 7, 30)
        workers = [bell.worker() for _ in range(4)]

        await asyncio.gather(*(jobs.tick(bell.store, each, bell.now) for each in workers))
        await bell.tick()

        accepted = [push.address for push in bell.channel.pushes]
        assert sorted(accepted) == sorted([bell.cast.address("小美"), *addresses])
        assert bell.channel.calls == len(accepted)
        assert len(await bell.rows(Delivery, state=DeliveryState.ACCEPTED)) == len(accepted)


async def test_a_reminder_planned_by_one_build_is_sent_by_another(database_url: str) -> None:
    """The ledger holds words and facts, no code: a new worker sends what an old one planned."""
    async with ringing(database_url, taipei(2024, 10, 9, 7)) as bell:
        await bell.add(cast.statement, of="小美")
        bell.now = taipei(2024, 10, 9, 7, 30)
        await jobs.tick_plan(bell.store, bell.now)

        await jobs.tick(bell.store, bell.worker(), bell.now)

        assert len(bell.told("小美")) == 1
