"""When people are told: their own hours, the staff's, a division's, and no more than so often."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.queries import notices, preferences
from models.tables import Delivery, Notice, School, SchoolClass
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, QuietChoice, Silence
from tests.support import cast
from tests.support.cast import taipei
from tests.support.faulty_channel import SERVER_ERROR, TOO_FAST
from tests.support.ticking import Bell, ringing

EVENING = taipei(2024, 10, 9, 19, 59)


async def test_what_is_tried_again_keeps_to_its_person_s_own_hours(database_url: str) -> None:
    """What may have arrived waits with its key, and is taken once; others get it at once."""
    async with ringing(database_url, EVENING, planned_until=taipei(2024, 10, 9, 7)) as bell:
        for name in ("小美", "阿明", "小華"):
            await bell.add(cast.statement, of=name)
        async with bell.store.writing() as session:
            for name in ("小美", "阿明"):
                await preferences.keep_quiet(session, bell.cast.people[name], QuietChoice.EVENING)
        bell.channel.faults = iter([SERVER_ERROR] * 3)
        await bell.tick(EVENING)
        keys = [row.retry_key for row in await bell.rows(Delivery)]

        await bell.run(taipei(2024, 10, 9, 20, 50), every=timedelta(minutes=10))
        assert (bell.told("小美"), bell.told("阿明")) == ([], [])
        assert len(bell.told("小華")) == 1

        await bell.tick(taipei(2024, 10, 10, 7, 59))
        assert (bell.told("小美"), bell.told("阿明")) == ([], [])
        await bell.tick(taipei(2024, 10, 10, 8))
        assert len(bell.told("小美")) == len(bell.told("阿明")) == 1
        assert {push.retry_key for push in bell.channel.pushes} == set(keys)


async def test_the_staff_are_left_alone_after_school_and_on_a_weekend(database_url: str) -> None:
    """A Friday evening's notice waits for the Monday; what is over by then does not."""
    friday = taipei(2025, 2, 14, 18)
    async with ringing(database_url, friday) as bell:
        for name in ("註冊組", "小美"):
            await tell(bell, name, NoticeKind.JOINING_PAUSED, "paused")
        await tell(
            *(bell, "林老師", NoticeKind.JOINING_PAUSED, "last"),
            required=True,
            deadline_at=taipei(2025, 2, 17),
        )

        await bell.tick(friday)
        assert (len(bell.told("林老師")), len(bell.told("小美"))) == (1, 1)
        await bell.tick(taipei(2025, 2, 16, 12))
        assert bell.told("註冊組") == []
        (waiting,) = await bell.rows(Notice, state=NoticeState.WAITING)
        assert waiting.due_at == taipei(2025, 2, 17, 7, 30)

        await bell.tick(waiting.due_at)
        assert len(bell.told("註冊組")) == 1


async def test_what_is_left_over_from_a_school_day_waits_for_the_next(sqlite_url: str) -> None:
    """A worked Saturday (2025-02-08) is one; a message that was queued in time does not slip out.

    Where the weekend is longer than a key lasts, what may have arrived is tried again by day.
    """
    friday = taipei(2025, 2, 7, 17, 29)
    async with ringing(sqlite_url, friday) as bell:
        await tell(bell, "註冊組", NoticeKind.JOINING_PAUSED, "paused")
        bell.channel.faults = iter([SERVER_ERROR])
        await bell.tick(friday)
        await bell.run(taipei(2025, 2, 8, 7, 25), every=timedelta(hours=2))
        assert bell.told("註冊組") == []
        await bell.tick(taipei(2025, 2, 8, 7, 30))
        assert len(bell.told("註冊組")) == 1

        friday = taipei(2025, 2, 14, 17, 28)
        await tell(bell, "註冊組", NoticeKind.JOINING_PAUSED, "again", at=friday)
        bell.channel.faults = iter([SERVER_ERROR])
        await bell.tick(friday)
        await tell(bell, "林老師", NoticeKind.JOINING_PAUSED, "again", at=friday)
        bell.channel.faults = iter([TOO_FAST, TOO_FAST])
        await bell.tick(friday + timedelta(minutes=1))
        await bell.run(taipei(2025, 2, 16, 12), every=timedelta(hours=2))
        assert (len(bell.told("註冊組")), len(bell.told("林老師"))) == (2, 0)
        await bell.tick(taipei(2025, 2, 17, 7, 30))
        assert len(bell.told("林老師")) == 1


async def test_a_full_day_puts_off_what_can_wait_and_lets_one_urgent_message_pass(
    database_url: str,
) -> None:
    """The next day with room says it with its own; what even the extra one misses has a reason."""
    opened = taipei(2024, 10, 9, 7, 30)
    async with ringing(database_url, taipei(2024, 10, 9, 7)) as bell:
        await changed(bell, "per_day = 5", "per_day = 1")
        await bell.add(cast.statement, of="小美")
        await bell.tick(opened)
        await tell(bell, "小美", NoticeKind.PUPIL_NUDGED, "nudge", at=taipei(2024, 10, 9, 10))
        await bell.tick(taipei(2024, 10, 9, 10))
        await bell.tick(taipei(2024, 10, 10, 7, 30))
        assert len(bell.told("小美")) == 1
        await bell.tick(taipei(2024, 10, 11, 7, 30))
        assert len(bell.told("小美")) == 2

        for hour in (7, 9, 10):
            at = taipei(2024, 10, 14, hour, 30)
            if hour > 7:
                await tell(
                    *(bell, "小美", NoticeKind.RECEIPT_DUE, f"call/{hour}"),
                    at=at,
                    required=True,
                    deadline_at=taipei(2024, 10, 15),
                )
            await bell.tick(at)
        assert len(bell.told("小美")) == 4
        await bell.tick(taipei(2024, 10, 14, 12))
        (unsaid,) = await bell.rows(Notice, silence=Silence.CAPPED)
        assert unsaid.occasion == "call/10"
        assert await bell.unfinished() == 0
        assert {row.state for row in await bell.rows(Delivery)} == {DeliveryState.ACCEPTED}


async def test_a_division_hears_of_its_windows_at_its_own_hours(database_url: str) -> None:
    """小華's class is of the continuing division: reminded at noon, in peace until nine."""
    async with ringing(database_url, taipei(2024, 10, 9, 7)) as bell:
        async with bell.store.writing() as session:
            await session.execute(
                sa.update(SchoolClass)
                .where(col(SchoolClass.name).in_(("102", "202")))
                .values(division="continuing")
            )
        for name in ("小美", "小華"):
            await bell.add(cast.statement, of=name)
        await tell(bell, "小華", NoticeKind.PUPIL_NUDGED, "nudge", at=taipei(2024, 10, 9, 7, 10))

        await bell.tick(taipei(2024, 10, 9, 7, 30))
        assert (len(bell.told("小美")), len(bell.told("小華"))) == (1, 0)
        await bell.tick(taipei(2024, 10, 9, 9))
        assert (len(bell.told("小美")), len(bell.told("小華"))) == (1, 1)
        await bell.tick(taipei(2024, 10, 9, 12, 10))
        assert (len(bell.told("小美")), len(bell.told("小華"))) == (1, 2)
        occasions = {o for o, _, _ in await bell.notices_of("小美")}
        assert occasions < {o for o, _, _ in await bell.notices_of("小華")}


async def tell(  # what a case varies
    bell: Bell,
    name: str,
    kind: NoticeKind,
    occasion: str,
    *,
    at: datetime | None = None,
    **more: Any,
) -> None:
    """Write a notice to a person that is due at once."""
    window_id = bell.cast.windows["receipt"].id if kind is not NoticeKind.JOINING_PAUSED else None
    async with bell.store.writing() as session:
        await notices.tell(
            session,
            school_id=bell.cast.school.id,
            person_id=bell.cast.people[name].id,
            kind=kind,
            occasion=occasion,
            now=at or bell.now,
            window_id=window_id,
            facts={"until": bell.now.isoformat()},
            **more,
        )


async def changed(bell: Bell, old: str, new: str) -> None:
    """Let the school's rulebook say something else."""
    (school,) = await bell.rows(School)
    assert old in school.rulebook
    await bell.scene.change(school, rulebook=school.rulebook.replace(old, new))
