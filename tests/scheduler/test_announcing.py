"""What two people let out leaves by the ledger like every other message, and can be stopped."""

from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlmodel import col

from bot.line import render as line
from bot.telegram import render as telegram
from models.queries import announcements, holds, moves, notices
from models.queries.console import users
from models.queries.holds import Hold
from models.queries.spoken import Announced
from models.rules.access import Grant
from models.rules.announcing import (
    LONGEST_LINK,
    LONGEST_TITLE,
    LONGEST_WORDING,
    Audience,
    Content,
    Hearers,
)
from models.rules.budget import Need
from models.tables import Announcement, ChatAccount, Notice, QuotaReading, School
from models.vocabulary import (
    AccountState,
    AnnouncementState,
    ConsoleRole,
    NoticeKind,
    NoticeState,
    PersonKind,
    Silence,
)
from scheduler.announcing import Proposal, dry_run
from scheduler.channel import Outcome, Sent
from scheduler.messages.school_announced import reply
from tests.support.cast import taipei
from tests.support.scene import ENGLISH
from tests.support.ticking import Bell, ringing

MONDAY = taipei(2024, 10, 14, 12)
EVERYBODY = Audience(frozenset(Hearers))
PUPILS = Audience(frozenset({Hearers.PUPILS}))


async def let_out(bell: Bell, audience: Audience, at: datetime, **other: Any) -> Announcement:
    """Write that two registrars let a message out."""
    content = Content("段考週作息", "中午放學。", "", audience, None, 10)
    async with bell.store.writing() as session:
        grant = Grant(ConsoleRole.REGISTRAR, bell.cast.school.id)
        both = [
            await users.added(session, f"{name}@school.example", name, bell.now, [grant])
            for name in ("one", "two")
        ]
        row = Announcement(
            school_id=bell.cast.school.id,
            state=AnnouncementState.APPROVED,
            title=content.title,
            wording=content.wording,
            audience=audience.as_data(),
            undo_minutes=10,
            author_id=both[0].id,
            written_at=bell.now,
            digest=content.digest,
            decided_by_id=both[1].id,
            decided_at=bell.now,
            leaves_at=at,
            **other,
        )
        session.add(row)
    return row


def of_school(bell: Bell, name: str) -> list[str]:
    """Return what somebody got that begins with the message."""
    return [each for each in bell.told(name) if each.startswith("段考週作息")]


async def test_it_reaches_everybody_once_in_their_hours(database_url: str) -> None:
    """Pupils at noon, the staff when theirs begin; two workers and many ticks change nothing."""
    async with ringing(database_url, MONDAY) as bell:
        await let_out(bell, EVERYBODY, MONDAY + timedelta(minutes=10))
        await bell.tick(MONDAY + timedelta(minutes=9))
        assert of_school(bell, "小美") == []

        for minutes in (10, 11, 30):
            await bell.tick(MONDAY + timedelta(minutes=minutes))
        told = await bell.rows(Notice, kind=NoticeKind.SCHOOL_ANNOUNCED)

        assert len(of_school(bell, "小美")) == len(of_school(bell, "小華")) == 1
        assert len(told) == len(bell.cast.people)
        assert {each.occasion for each in told} == {"announcement/1"}
        await bell.tick(taipei(2024, 10, 14, 17))
        assert len(of_school(bell, "林老師")) == 1
        assert {each.state for each in await bell.rows(Notice, occasion="announcement/1")} == {
            NoticeState.TOLD
        }


async def test_what_is_approved_at_night_waits_for_the_morning(sqlite_url: str) -> None:
    """Nobody is woken; who cannot be reached has the reason in the ledger at once."""
    night = taipei(2024, 10, 14, 22)
    async with ringing(sqlite_url, night) as bell:
        await bell.scene.change(bell.cast.accounts["阿明"], state=AccountState.BLOCKED)
        await let_out(bell, PUPILS, night)
        await bell.tick(night + timedelta(minutes=1))
        assert of_school(bell, "小美") == []
        assert await bell.notices_of("阿明") == [("announcement/1", "skipped", "blocked")]

        await bell.tick(taipei(2024, 10, 15, 7, 30))
        assert len(of_school(bell, "小美")) == 1


async def test_what_was_stopped_is_not_said_even_if_it_is_bundled(database_url: str) -> None:
    """Nor what one try has failed with, whether it may have arrived by then or not."""
    async with ringing(database_url, MONDAY) as bell:
        row = await let_out(bell, PUPILS, MONDAY)
        refused, doubtful = (Sent(Outcome.TRANSIENT, status) for status in (429, 503))
        bell.channel.faults = iter((refused, doubtful, refused))
        await bell.tick(MONDAY + timedelta(minutes=1))
        assert bell.channel.calls == 3
        async with bell.store.writing() as session:
            kept = await session.get_one(Announcement, row.id)
            kept.state = AnnouncementState.STOPPED
            await moves.take_back(
                session,
                col(Notice.occasion) == announcements.occasion(row.id),
                reason="called off",
                silence=Silence.CALLED_OFF,
                now=bell.now,
            )
        for hour in (1, 2):
            await bell.tick(MONDAY + timedelta(hours=hour))

        assert [of_school(bell, name) for name in ("小美", "阿明", "小華")] == [[], [], []]
        silent = await bell.rows(Notice, kind=NoticeKind.SCHOOL_ANNOUNCED)
        assert {each.silence for each in silent} == {Silence.CALLED_OFF}


async def test_while_sending_is_on_hold_it_can_still_be_called_back(sqlite_url: str) -> None:
    """Nothing of it is in the ledger before the hold is released."""
    async with ringing(sqlite_url, MONDAY) as bell:
        await let_out(bell, PUPILS, MONDAY)
        async with bell.store.writing() as session:
            hold = Hold(MONDAY, "a wrong date", "office", school_id=bell.cast.school.id)
            await holds.put_on(session, hold, via="console")
        await bell.tick(MONDAY + timedelta(minutes=1))
        assert await bell.rows(Notice, kind=NoticeKind.SCHOOL_ANNOUNCED) == []

        async with bell.store.writing() as session:
            await holds.take_off(session, hold, "office", MONDAY, via="console")
        await bell.tick(MONDAY + timedelta(minutes=2))
        assert len(of_school(bell, "小美")) == 1


async def test_the_second_registrar_is_asked_only_while_it_waits(sqlite_url: str) -> None:
    """What was decided before the message left is not asked any more."""
    async with ringing(sqlite_url, MONDAY) as bell:
        row = await let_out(bell, PUPILS, MONDAY + timedelta(hours=5))
        asked: dict[str, Any] = {
            "school_id": bell.cast.school.id,
            "kind": NoticeKind.ANNOUNCEMENT_ASKED,
            "now": MONDAY,
            "facts": {"announcement_id": row.id},
        }
        whom = bell.cast.people["註冊組"].id
        async with bell.store.writing() as session:
            await notices.tell(session, person_id=whom, occasion="asked/1", **asked)
        await bell.tick(MONDAY + timedelta(minutes=1))
        assert await bell.notices_of("註冊組") == [("asked/1", "skipped", "nothing_outstanding")]

        await bell.scene.change(row, state=AnnouncementState.ASKED)
        async with bell.store.writing() as session:
            await notices.tell(session, person_id=whom, occasion="asked/2", **asked)
        await bell.tick(MONDAY + timedelta(minutes=2))
        assert bell.told("註冊組") == ["A message to the school waits for your approval"]


async def test_what_may_have_left_before_a_restore_is_approved_anew(sqlite_url: str) -> None:
    """A backup from before it left says that it is to leave: nobody gets it twice by that."""
    async with ringing(sqlite_url, MONDAY) as bell:
        await let_out(bell, PUPILS, MONDAY - timedelta(hours=1))
        async with bell.store.writing() as session:
            hold = Hold(MONDAY, "", "office", restored=True)
            await holds.put_on(session, hold, via="terminal")
            await holds.take_off(session, hold, "office", MONDAY, via="terminal")
        await bell.tick(MONDAY + timedelta(minutes=1))

        assert await bell.rows(Notice, kind=NoticeKind.SCHOOL_ANNOUNCED) == []
        (kept,) = await bell.rows(Announcement)
        assert kept.state is AnnouncementState.SENT_BACK


async def test_what_was_changed_behind_the_console_does_not_leave(sqlite_url: str) -> None:
    """The approval is of one content: another one is sent back."""
    async with ringing(sqlite_url, MONDAY) as bell:
        row = await let_out(bell, PUPILS, MONDAY)
        await bell.scene.change(row, wording="別的內容")
        await bell.tick(MONDAY + timedelta(minutes=1))

        assert await bell.rows(Notice, kind=NoticeKind.SCHOOL_ANNOUNCED) == []
        (kept,) = await bell.rows(Announcement)
        assert kept.state is AnnouncementState.SENT_BACK


async def test_the_dry_run_says_what_the_month_has_no_room_for(database_url: str) -> None:
    """Last days come first, then what is nearer to its end; the news gives way to them all."""
    async with ringing(database_url, MONDAY) as bell:
        school = bell.cast.school
        last_day = Need(MONDAY + timedelta(days=1), NoticeKind.RECEIPT_DUE, True, 3)
        reading = QuotaReading(
            school_id=school.id,
            channel="line",
            month="2024-10",
            limit=10,
            used=5,
            read_at=MONDAY,
            foretold_at=MONDAY,
            ahead=[
                {
                    "at": last_day.at.isoformat(),
                    "kind": last_day.kind.value,
                    "required": True,
                    "cost": last_day.cost,
                    "spare": 0,
                    "deadline": None,
                    "window": None,
                }
            ],
        )
        async with bell.store.writing() as session:
            session.add(reading)
            blocked = await session.get_one(ChatAccount, bell.cast.accounts["阿明"].id)
            blocked.state = AccountState.BLOCKED
        async with bell.store.reading() as session:
            kept = await session.get_one(School, school.id)
            run = await dry_run(session, kept, Proposal(EVERYBODY, MONDAY, MONDAY), {"line"})
            some = Audience(frozenset({Hearers.STAFF}), class_ids=(bell.cast.classes["202"].id,))
            staff = await dry_run(session, kept, Proposal(some, MONDAY, MONDAY), {"line"})

        assert run.kinds == {PersonKind.PUPIL: 3, PersonKind.STAFF: 6}
        assert run.by_channel == {"line": 8}
        assert run.silent == {Silence.BLOCKED: 1}
        (outlay,) = run.outlays
        assert (outlay.share.need.cost, outlay.share.granted, outlay.share.cut) == (8, 2, 6)
        assert list(outlay.displaced) == []
        assert run.opens[PersonKind.PUPIL] == MONDAY
        assert staff.ids >= {bell.cast.people["李導師"].id}
        assert bell.cast.people["註冊組"].id not in staff.ids


def test_the_longest_message_is_one_message_on_every_channel() -> None:
    """The limits of the form are below those of LINE and Telegram."""
    told = Announced(
        "題" * LONGEST_TITLE,
        "字" * LONGEST_WORDING,
        "https://school.example/".ljust(LONGEST_LINK, "x"),
        "國立草屯高級商工職業學校",
    )
    said = reply(told, ENGLISH)

    (on_line,), (on_telegram,) = line.render(said), telegram.render(said)

    for body in (on_line, on_telegram):
        assert told.wording in orjson.dumps(body).decode()
        assert told.link in orjson.dumps(body).decode()
