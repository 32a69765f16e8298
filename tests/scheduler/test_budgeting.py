"""A month's counted messages: read, foretold, rationed; and what happens when they run out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from models.queries import budgets, notices, pauses, preferences
from models.queries.budgets import Month
from models.tables import ChannelCredential, ChatAccount, Delivery, Notice, QuotaReading
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, QuietChoice, Silence
from scheduler.budgeting import Quota, read_months
from scheduler.channel import Sent
from scheduler.dispatch import Dispatcher
from tests.support import cast, crowd
from tests.support.cast import taipei
from tests.support.faulty_channel import QUOTA_SPENT, FaultyChannel, KeylessChannel
from tests.support.scene import ENGLISH
from tests.support.ticking import Bell, ringing

OCTOBER = taipei(2024, 10, 1, 9)
MORNING = taipei(2024, 9, 25, 8)
HOUR = timedelta(hours=1)


@dataclass
class Charging(FaultyChannel):
    """A channel that charges for what it accepts, up to a limit; `others` is what others sent."""

    limit: int | None = 200
    others: int = 0
    is_silent: bool = False
    taken: int = 0
    asked: int = 0

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:
        """Accept a message while the month has any."""
        if self.limit is not None and self.taken + self.others >= self.limit:
            self.calls += 1
            return QUOTA_SPENT
        self.taken += 1
        return await super().send(school_code, address, body, retry_key)

    async def quota(self, _school_code: str) -> Quota | None:
        """Say how far the month is used."""
        self.asked += 1
        return None if self.is_silent else Quota(self.limit, len(self.pushes) + self.others)


@dataclass
class ChargedSchool:
    """A school on a channel that charges."""

    bell: Bell
    channel: Charging

    async def read(self, at: datetime | None = None) -> Month | None:
        """Let the months be read, and return what is known of this one."""
        self.bell.now = at or self.bell.now
        await read_months(self.bell.store, {"line": self.channel}, self.bell.now)
        async with self.bell.store.reading() as session:
            found = await budgets.months(session, self.bell.cast.school.id, self.bell.now)
            session.expunge_all()
        return found[0] if found else None

    async def remind(self, *names: str, required: bool = False) -> None:
        """Let a reminder be due for each of these people."""
        for name in names:
            async with self.bell.store.writing() as session:
                await notices.tell(
                    session,
                    school_id=self.bell.cast.school.id,
                    person_id=self.bell.cast.people[name].id,
                    kind=NoticeKind.UPLOAD_DUE,
                    occasion=f"upload/{self.bell.now}",
                    now=self.bell.now,
                    window_id=self.bell.cast.windows["upload"].id,
                    deadline_at=self.bell.cast.windows["upload"].closes_at,
                    required=required,
                )

    async def fates(self, *names: str) -> list[str]:
        """Return of each person's reminder whether it was told, or why not."""
        fates = []
        for name in names:
            person_id = self.bell.cast.people[name].id
            (row,) = await self.bell.rows(Notice, person_id=person_id, kind=NoticeKind.UPLOAD_DUE)
            fates.append(str(row.silence or row.state))
        return fates

    async def office(self, kind: NoticeKind) -> list[Notice]:
        """Return what the registrar is told of a kind."""
        return await self.bell.rows(Notice, kind=kind)


@asynccontextmanager
async def month(
    url: str, now: datetime, *, limit: int | None = 200
) -> AsyncIterator[ChargedSchool]:
    """Open the small school on a channel that charges."""
    async with ringing(url, now) as bell:
        channel = Charging(lambda: bell.now, limit=limit)
        bell.channel = channel
        bell.dispatcher = bell.worker()
        async with bell.store.writing() as session:
            session.add(
                ChannelCredential(
                    school_id=bell.cast.school.id, channel="line", secret=b"s", token=b"t"
                )
            )
        yield ChargedSchool(bell, channel)


async def test_a_month_is_read_every_hour_beside_our_own_count(database_url: str) -> None:
    """A channel that does not answer is asked again soon; a new month begins with the old limit."""
    async with month(database_url, MORNING) as school:
        await school.remind("小美")
        await school.bell.tick()
        first = await school.read()
        assert first is not None
        assert (first.meter.limit, first.meter.used, first.counted) == (200, 1, 1)

        await school.read(MORNING + HOUR / 2)
        assert school.channel.asked == 1
        school.channel.is_silent = True
        await school.read(MORNING + HOUR)
        await school.read(MORNING + HOUR + timedelta(minutes=6))
        assert school.channel.asked == 3

        october = await school.read(OCTOBER)
        assert october is not None
        assert (october.is_read, october.meter.limit, october.meter.used) == (False, 200, 0)


async def test_what_others_send_is_told_once_until_it_has_doubled(sqlite_url: str) -> None:
    """A broadcast from the account's own page uses the same month."""
    async with month(sqlite_url, MORNING) as school:
        school.channel.others = 40
        seen = await school.read()
        await school.read(MORNING + HOUR)
        assert seen is not None
        assert seen.meter.left == 160
        (told,) = await school.office(NoticeKind.QUOTA_DIFFERS)
        assert told.facts == {"others": 40, "used": 40, "limit": 200}

        school.channel.others = 90
        await school.read(MORNING + 4 * HOUR)
        assert len(await school.office(NoticeKind.QUOTA_DIFFERS)) == 2


async def test_a_cycle_that_does_not_fit_is_told_a_week_ahead(sqlite_url: str) -> None:
    """Also where it lies in the next month; a plan without a limit has nothing to foretell."""
    async with month(sqlite_url, MORNING, limit=3) as school:
        for name in ("小美", "阿明"):
            await school.bell.add(cast.statement, of=name)
        await school.read()
        (short,) = [
            row for row in await school.office(NoticeKind.QUOTA_SHORT) if row.window_id is not None
        ]
        assert short.window_id == school.bell.cast.windows["receipt"].id
        assert (short.facts["limit"], short.facts["used"], short.facts["cut"]) == (3, 0, 7)
        assert datetime.fromisoformat(short.facts["first_at"]) - short.created_at >= 7 * 24 * HOUR

        await school.bell.tick()
        assert any("the month has no message for 7" in text for text in school.bell.told("註冊組"))
        school.channel.limit = None
        assert (await school.read(MORNING + HOUR)).shares == []  # type: ignore[union-attr]


async def test_what_is_optional_leaves_while_what_is_required_is_kept_for(
    database_url: str,
) -> None:
    """The rest waits with the reason, and leaves as soon as the month has room."""
    names = ("小美", "阿明", "小華")
    async with month(database_url, OCTOBER, limit=8) as school:
        await school.bell.add(cast.statement, of="小美")  # needs five messages from 10/9 on
        seen = await school.read()
        assert seen is not None
        assert [need.required for need in seen.needs].count(True) == 5

        await school.remind(*names)
        await school.bell.tick()
        assert sorted(await school.fates(*names)) == ["quota", "told", "told"]
        assert len(school.bell.told("註冊組")) == 1  # the office hears that class digests are cut
        assert len(school.channel.pushes) == 3

        school.channel.limit = 50
        await school.read(OCTOBER + HOUR)
        await school.bell.tick(OCTOBER + HOUR)
        assert await school.fates(*names) == ["told"] * 3


async def test_what_is_required_and_waits_for_its_hour_is_kept_for_as_well(
    sqlite_url: str,
) -> None:
    """A person's own quiet hours do not give their message away."""
    async with month(sqlite_url, OCTOBER, limit=2) as school:
        await school.read()  # of which the office takes one for its class digests
        async with school.bell.store.writing() as session:
            await preferences.keep_quiet(
                session, school.bell.cast.people["小美"], QuietChoice.LATE_EVENING
            )
        await school.bell.tick(taipei(2024, 10, 2, 8))
        await school.remind("小美", required=True)
        await school.bell.tick()
        await school.remind("阿明")
        await school.bell.tick()
        assert await school.fates("小美", "阿明") == ["waiting", "quota"]
        await school.bell.tick(taipei(2024, 10, 2, 9))
        assert await school.fates("小美", "阿明") == ["told", "quota"]


async def test_who_has_a_chat_that_costs_nothing_gives_way_and_is_told_there(
    sqlite_url: str,
) -> None:
    """Also with what is required; who has no other gets the counted messages."""
    async with month(sqlite_url, MORNING, limit=2) as school:  # one is the office's
        bell, free = school.bell, KeylessChannel(lambda: school.bell.now)
        account = ChatAccount(
            school_id=bell.cast.school.id,
            channel=free.name,
            address="4711",
            person_id=bell.cast.people["小美"].id,
            state_at=MORNING,
            linked_at=MORNING,
        )
        async with bell.store.writing() as session:
            session.add(account)
        bell.dispatcher = Dispatcher(
            bell.store,
            {"line": school.channel, free.name: free},
            lambda _locale: ENGLISH,
            lambda: bell.now,
        )
        await school.read()
        await school.remind("小美", "阿明", required=True)
        await bell.tick()
        assert await school.fates("小美", "阿明") == ["told", "told"]
        assert [len(free.pushes), len(bell.told("阿明"))] == [1, 1]


async def test_a_month_that_runs_out_is_told_at_once_and_goes_on_when_it_is_given_more(
    database_url: str,
) -> None:
    """The office is told with the same tick; what was not sent waits, and its reason says why."""
    names = ("小美", "阿明", "小華")
    async with month(database_url, MORNING, limit=200) as school:
        await school.read()
        school.channel.limit = 1  # nobody knows it yet
        await school.remind(*names)
        await school.bell.tick()
        assert len(await school.office(NoticeKind.QUOTA_SPENT)) == 1
        await school.bell.tick()
        assert sorted(await school.fates(*names)) == ["quota", "quota", "told"]
        calls = school.channel.calls

        school.channel.limit = 300
        await school.read(MORNING + timedelta(minutes=1))
        await school.bell.tick(MORNING + timedelta(minutes=2))
        assert await school.fates(*names) == ["told"] * 3
        assert school.channel.calls > calls
        async with school.bell.store.reading() as session:
            stopped = await pauses.stopped_until(session, school.bell.cast.school.id)
        assert stopped is None


@pytest.mark.parametrize(
    ("limit", "pupils"),
    [
        (200, 60),
        pytest.param(3_000, 900, marks=pytest.mark.long),
        pytest.param(6_000, 1_500, marks=pytest.mark.long),
    ],
)
async def test_a_month_that_is_too_small_drops_nothing_in_silence(
    sqlite_url: str, limit: int, pupils: int
) -> None:
    """It is said a week ahead, spent to the last message, and everybody else is on a list."""
    async with month(sqlite_url, OCTOBER, limit=limit) as school:
        await crowd.join(school.bell.store, school.bell.cast, pupils)
        await school.read()
        for day in (8, 9, 11, 13, 14, 15):
            for minute in (31, 45):
                await school.bell.tick(taipei(2024, 10, day, 7, minute))
                await school.read()

        ran_out = [row.created_at for row in await school.office(NoticeKind.QUOTA_SPENT)]
        warned = await school.office(NoticeKind.QUOTA_SHORT)
        assert {row.state for row in warned} == {NoticeState.TOLD}
        foretold = min(row.created_at for row in warned)
        assert len(ran_out) == 1
        assert ran_out[0] - foretold >= timedelta(days=7)
        assert len(school.channel.pushes) == limit
        accepted = await school.bell.rows(Delivery, state=DeliveryState.ACCEPTED)
        assert len(accepted) == limit
        (reading,) = await school.bell.rows(QuotaReading)
        assert (reading.used, reading.counted) == (limit, limit)
        for row in await school.bell.rows(Notice):
            if row.due_at <= school.bell.now:
                assert row.state is NoticeState.TOLD or row.silence is not None
        cut = await school.bell.rows(Notice, silence=Silence.QUOTA)
        assert len(cut) >= pupils * 5 - limit
