"""Old data of the platform: reminders that rest on it are held back, told of, and released."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from models.rules.freshness import is_stale
from models.tables import Notice, School, Setting
from models.vocabulary import NoticeKind, NoticeState, Silence
from scheduler.freshness import release
from tests.support import cast
from tests.support.cast import taipei
from tests.support.ticking import Bell, ringing

WITHIN_A_WEEK = "\n[imports]\nfresh_days = 7\n"
MORNING = taipei(2024, 9, 13, 7, 30)
"""A reminder of the selection that ends on 9/20 falls due: seven days before."""


@pytest.mark.parametrize(
    ("age", "limit", "stale"),
    [
        (timedelta(days=7), 7, False),
        (timedelta(days=7, minutes=1), 7, True),
        (timedelta(days=400), None, False),
        (None, 7, False),
        (timedelta(minutes=-5), 1, False),
    ],
)
def test_data_is_stale_by_the_schools_own_limit(
    age: timedelta | None, limit: int | None, stale: bool
) -> None:
    """Without a limit, or without any import, nothing is."""
    assert is_stale(None if age is None else MORNING - age, limit, MORNING) is stale


async def _true_at(bell: Bell, at: datetime) -> None:
    """Let the works of the platform be those of a moment; the school wants them of a week."""
    async with bell.store.writing() as session:
        school = await session.get_one(School, bell.cast.school.id)
        if WITHIN_A_WEEK not in school.rulebook:
            school.rulebook += WITHIN_A_WEEK
        key = "imported/works"
        await session.execute(sa.delete(Setting).where(col(Setting.key) == key))
        session.add(Setting(school_id=school.id, key=key, value=at.isoformat()))


async def test_old_data_accuses_nobody_until_it_is_fresh_again(database_url: str) -> None:
    """The office hears of it once; whoever decided meanwhile is not reminded after the import."""
    async with ringing(database_url, MORNING - timedelta(hours=1)) as bell:
        for name in ("小美", "阿明"):
            await bell.add(cast.performance, by=name)
        await _true_at(bell, MORNING - timedelta(days=8))
        await bell.tick(MORNING + timedelta(minutes=20))

        assert bell.told("小美") == []
        withheld = await bell.rows(Notice, silence=Silence.STALE_DATA)
        assert [row.kind for row in withheld] == [NoticeKind.SELECTION_DUE] * 2
        (told,) = bell.told("註冊組")
        assert told.startswith("⏰ Selection of 112: 2 reminders held back")

        await bell.tick(taipei(2024, 9, 18, 7, 50))
        assert len(bell.told("註冊組")) == 1
        await _true_at(bell, bell.now)
        async with bell.store.writing() as session:
            school = await session.get_one(School, bell.cast.school.id)
            assert await release(session, school, bell.now) == 2
            assert await release(session, school, bell.now) == 0
        await bell.tick()

        assert len(bell.told("小美")) == len(bell.told("阿明")) == 1


async def test_the_last_day_is_told_whatever_the_data(sqlite_url: str) -> None:
    """What is required rests on nothing that could be too old; nothing earlier comes after it."""
    async with ringing(sqlite_url, taipei(2024, 9, 19, 23)) as bell:
        await bell.add(cast.performance, by="小美")
        await _true_at(bell, taipei(2024, 9, 1))
        await bell.tick(taipei(2024, 9, 20, 8))
        assert len(bell.told("小美")) == 1

        await _true_at(bell, bell.now)
        async with bell.store.writing() as session:
            school = await session.get_one(School, bell.cast.school.id)
            assert await release(session, school, bell.now) == 0
        states = {row.state for row in await bell.rows(Notice, kind=NoticeKind.SELECTION_DUE)}
        assert NoticeState.WAITING not in states


async def test_what_becomes_old_overnight_is_held_back_too(sqlite_url: str) -> None:
    """A reminder that somebody put off rests on the same data; the office hears of it once."""
    async with ringing(sqlite_url, MORNING) as bell:
        await bell.add(cast.performance, by="小美")
        window = bell.cast.windows["selection"]
        async with bell.store.writing() as session:
            session.add(
                Notice(
                    school_id=bell.cast.school.id,
                    person_id=bell.cast.people["小美"].id,
                    kind=NoticeKind.SELECTION_DUE,
                    occasion="snoozed/1",
                    window_id=window.id,
                    due_at=MORNING,
                    deadline_at=window.closes_at,
                    created_at=MORNING,
                )
            )
        await _true_at(bell, MORNING - timedelta(days=30))
        await bell.tick(MORNING + timedelta(minutes=1))

        (row,) = await bell.rows(Notice, occasion="snoozed/1")
        assert row.silence is Silence.STALE_DATA
        (told,) = bell.told("註冊組")
        assert told.startswith("⏰ Selection of 112: 1 reminder held back")
