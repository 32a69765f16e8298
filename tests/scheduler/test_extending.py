"""One pupil's own deadline in the ledger: told once, and kept apart from everybody's."""

from datetime import datetime, timedelta

from models.queries import pupils
from models.queries.windows import TermWindow
from models.tables import ExtensionGrant, Notice, Window
from models.vocabulary import (
    Choice,
    ExtendedTo,
    NoticeKind,
    NoticeState,
    OutcomeState,
    Silence,
    Stage,
)
from scheduler.extending import Grant, Whom, extend_for, extend_to, take_back
from scheduler.moving import Order, move_deadline
from tests.support import cast
from tests.support.cast import taipei
from tests.support.ticking import Bell, ringing

OWN_END = taipei(2025, 2, 11)


async def test_nothing_changes_for_anybody_else(sqlite_url: str) -> None:
    """Classmates keep their occasions; the pupil's general ones are silent, own ones are told."""
    async with ringing(sqlite_url, taipei(2025, 1, 31, 9)) as bell:
        await extend(bell, "小美", "upload", OWN_END)
        await bell.run(taipei(2025, 2, 12), every=timedelta(hours=6))

        own, others = await said(bell, "小美"), await said(bell, "阿明")
        assert own["D-0"] == Silence.EXTENDED
        assert others["D-0"] == NoticeState.TOLD
        assert own["own D-0"] == NoticeState.TOLD
        assert not [name for name in others if name.startswith("own")]
        told = [row.kind for row in await rows_of(bell, "小美") if row.state is NoticeState.TOLD]
        assert told.count(NoticeKind.DEADLINE_EXTENDED) == 1


async def test_an_end_on_the_same_day_at_another_hour_is_an_occasion_of_its_own(
    database_url: str,
) -> None:
    """Everybody's last day and the pupil's may be one day: the pupil is told all the same."""
    async with ringing(database_url, taipei(2025, 1, 31, 9)) as bell:
        await bell.scene.change(bell.cast.windows["upload"], closes_at=taipei(2025, 2, 3, 17))
        await extend(bell, "小美", "upload", taipei(2025, 2, 4))

        await bell.run(taipei(2025, 2, 3, 12), every=timedelta(hours=6))

        own = await said(bell, "小美")
        assert own["D-0"] == Silence.EXTENDED
        assert own["own D-0"] == NoticeState.TOLD


async def test_a_waiting_receipt_is_deemed_confirmed_only_after_ones_own_end(
    sqlite_url: str,
) -> None:
    """Silence has its effect when the pupil's own time is over, not before."""
    async with ringing(sqlite_url, taipei(2024, 10, 14, 7)) as bell:
        for name in ("小美", "阿明"):
            await bell.add(cast.statement, of=name)
        await extend(bell, "小美", "receipt", taipei(2024, 10, 18))

        await bell.run(taipei(2024, 10, 16, 12), every=timedelta(hours=6))
        deemed = [
            row.person_id
            for row in await bell.rows(Notice, kind=NoticeKind.RECEIPT_DEEMED_CONFIRMED)
            if row.state is NoticeState.TOLD
        ]
        assert deemed == [bell.cast.people["阿明"].id]

        await bell.run(taipei(2024, 10, 18, 12), every=timedelta(hours=6))
        assert (await said(bell, "小美"))["own closed"] == NoticeState.TOLD


async def test_everybodys_deadline_moves_without_taking_time_from_the_pupil(
    database_url: str,
) -> None:
    """A new general end before the own one leaves the pupil's alone; a later one holds for all."""
    async with ringing(database_url, taipei(2025, 1, 31, 9)) as bell:
        work = await bell.add(cast.outcome, by="小美", state=OutcomeState.UPLOADED)
        await extend(bell, "小美", "upload", OWN_END)
        await move(bell, taipei(2025, 2, 6))
        await bell.tick(taipei(2025, 1, 31, 10))

        moved = await bell.rows(Notice, kind=NoticeKind.DEADLINE_MOVED)
        silences = {row.person_id: row.silence for row in moved}
        assert silences[bell.cast.people["小美"].id] is Silence.EXTENDED
        assert silences[bell.cast.people["阿明"].id] is None
        assert await end_of(bell, "小美") == OWN_END

        await move(bell, taipei(2025, 2, 20))
        assert await end_of(bell, "小美") == taipei(2025, 2, 20)
        assert work.id is not None


async def test_a_class_hears_and_a_grant_that_is_taken_back_is_told_as_well(
    database_url: str,
) -> None:
    """Who has something left is told the new date, and then that the old one holds again."""
    async with ringing(database_url, taipei(2025, 1, 20, 9)) as bell:
        room = Whom(ExtendedTo.CLASS, bell.cast.classes["201"].id)
        upload = TermWindow(bell.cast.windows["upload"], bell.cast.terms["113-1"])
        async with bell.store.writing() as session:
            ming, nothing = bell.cast.people["阿明"], Choice.NOTHING
            await pupils.decide(session, ming, Stage.UPLOAD, "113-1", choice=nothing, now=bell.now)
            grant = Grant(OWN_END, "停電", reference="工作小組")
            given = await extend_to(session, room, upload, grant, bell.now)
        assert await end_of(bell, "小美") == OWN_END
        await bell.run(taipei(2025, 1, 21, 12), every=timedelta(hours=6))
        async with bell.store.writing() as session:
            row = await session.get_one(ExtensionGrant, given.id)
            n = await take_back(
                session, row, upload, reason="", now=bell.now, by_id=None, user_id=None
            )
        await bell.run(taipei(2025, 1, 22, 12), every=timedelta(hours=6))

        told = [(row.kind, row.state) for row in await rows_of(bell, "小美")]
        assert n == 2
        assert (NoticeKind.DEADLINE_EXTENDED, NoticeState.TOLD) in told
        assert (NoticeKind.DEADLINE_MOVED, NoticeState.TOLD) in told
        assert await end_of(bell, "小美") == upload.closes_at
        assert [row.silence for row in await rows_of(bell, "阿明")] == [Silence.DECIDED]
        assert await rows_of(bell, "小華") == []


async def extend(bell: Bell, name: str, window: str, until: datetime) -> None:
    """Give a pupil of the cast more time."""
    async with bell.store.writing() as session:
        person = bell.cast.people[name]
        own = await pupils.windows_of(session, person)
        found = next(one for one in own if one.id == bell.cast.windows[window].id)
        await extend_for(session, person, found, Grant(until, "公假"), bell.now)


async def move(bell: Bell, until: datetime) -> None:
    """Move everybody's upload deadline."""
    async with bell.store.writing() as session:
        window = await session.get_one(Window, bell.cast.windows["upload"].id)
        await move_deadline(session, window, until, now=bell.now, order=Order("停電"))


async def end_of(bell: Bell, name: str) -> datetime:
    """Return when uploads end for a pupil."""
    async with bell.store.reading() as session:
        own = await pupils.windows_of(session, bell.cast.people[name])
        return next(one for one in own if one.id == bell.cast.windows["upload"].id).closes_at


async def rows_of(bell: Bell, name: str) -> list[Notice]:
    """Return a pupil's notices, oldest first."""
    return await bell.rows(Notice, person_id=bell.cast.people[name].id)


async def said(bell: Bell, name: str) -> dict[str, Silence | NoticeState]:
    """Return what became of a pupil's occasions by their last part, "own" before own ones."""
    return {
        ("own " if row.occasion.startswith("own/") else "") + row.occasion.rsplit("/", 1)[1]: (
            row.silence or row.state
        )
        for row in await rows_of(bell, name)
    }
