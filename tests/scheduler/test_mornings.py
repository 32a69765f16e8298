"""What the staff get on a school morning: one message each, of all that is due.

Reminders are due at 07:30; digests, on Mondays and Thursdays, at 07:40.
"""

from handlers.actions import ConfirmReceipt, QueryLine
from models.queries import doubts, pupils
from models.tables import Notice, Query, ReceiptLine
from models.vocabulary import (
    NoticeKind,
    NoticeState,
    OutcomeState,
    QueryReason,
    QueryState,
    Silence,
)
from scheduler.extending import Grant, extend_for
from tests.support import cast
from tests.support.cast import taipei
from tests.support.ticking import Bell, ringing

MONDAY = taipei(2025, 2, 3, 7, 30)


async def test_a_digest_morning_is_one_message_to_each_of_the_staff(database_url: str) -> None:
    """Reminder, request and class digest wait for one another; pupils get theirs on time."""
    async with ringing(database_url, taipei(2025, 2, 2, 20)) as bell:
        for course, title in (("英文", "短講稿"), ("物理", "實驗報告")):
            await bell.add(
                cast.outcome, by="小美", course=course, title=title, state=OutcomeState.AWAITING
            )
        await request(bell, "林老師", "requested/1")

        await bell.tick(MONDAY)
        assert bell.told("張導師") == bell.told("林老師") == []
        assert len(bell.told("阿明")) == 1

        await bell.tick(taipei(2025, 2, 3, 7, 40))
        assert len(bell.told("張導師")) == len(bell.told("林老師")) == 1
        assert bell.told("張導師")[0].endswith("(and one more)")


async def test_a_reminder_between_digests_takes_the_waiting_requests_along(
    database_url: str,
) -> None:
    """It counts them already, so that the next digest morning does not say them again."""
    async with ringing(database_url, taipei(2025, 2, 6, 12)) as bell:
        await bell.add(cast.outcome, by="小美", state=OutcomeState.AWAITING)
        await request(bell, "林老師", "requested/1")

        await bell.tick(taipei(2025, 2, 6, 12, 1))
        await bell.tick(taipei(2025, 2, 7, 7, 30))

        assert len(bell.told("林老師")) == 1
        (asked,) = await bell.rows(Notice, kind=NoticeKind.CERTIFICATION_REQUESTED)
        assert asked.silence is Silence.SUPERSEDED


async def test_a_digest_shows_a_window_that_only_somebody_s_own_time_keeps_open(
    database_url: str,
) -> None:
    """The class is counted by those who still have time; nobody else is in it."""
    async with ringing(database_url, taipei(2025, 2, 3, 9)) as bell:
        await bell.add(cast.outcome, by="小美", state=OutcomeState.DRAFT)
        async with bell.store.writing() as session:
            person = bell.cast.people["小美"]
            own = await pupils.windows_of(session, person)
            upload = next(one for one in own if one.id == bell.cast.windows["upload"].id)
            await extend_for(session, person, upload, Grant(taipei(2025, 2, 14), "公假"), bell.now)

        await bell.tick(taipei(2025, 2, 10, 7, 40))

        said = "Class 201, Upload of course outcomes 113-1: 1 undecided, until 114/2/13 (Thu)"
        assert bell.told("張導師") == [f"Good day. {said}"]
        assert bell.told("李導師") == []


async def test_the_office_is_told_of_what_still_waits_in_the_morning(database_url: str) -> None:
    """Two queries are one message; what was settled before needs none."""
    async with ringing(database_url, taipei(2024, 10, 11, 12)) as bell:
        await query(bell, "小美")
        await query(bell, "阿明")
        await bell.tick(taipei(2024, 10, 11, 13))
        assert bell.told("註冊組") == []

        await bell.tick(taipei(2024, 10, 14, 7, 40))
        assert bell.told("註冊組") == ["Good day. Waiting for the office: 2 receipt queries"]

        await query(bell, "小華")
        async with bell.store.writing() as session:
            for row in await doubts.waiting(session, bell.cast.school.id):
                await doubts.settle(session, row.query, QueryState.CORRECTED, bell.now)
        await bell.tick(taipei(2024, 10, 15, 7, 30))
        assert len(bell.told("註冊組")) == 1
        await bell.tick(taipei(2024, 10, 16, 7, 30))
        assert len(bell.told("註冊組")) == 1
        digests = await bell.rows(Notice, kind=NoticeKind.OFFICE_DIGEST)
        assert [(row.state, row.silence) for row in digests] == [
            (NoticeState.TOLD, None),
            (NoticeState.SKIPPED, Silence.NOTHING_OUTSTANDING),
            (NoticeState.SKIPPED, Silence.NOTHING_OUTSTANDING),
        ]
        assert "Query corrected: 小說改寫" in " ".join(bell.told("小美"))


async def query(bell: Bell, name: str) -> None:
    """Let a pupil doubt the first line of a statement."""
    statement = await bell.add(cast.statement, of=name)
    (line, _) = await bell.rows(ReceiptLine, statement_id=statement.id)
    scene = bell.scene
    await scene.ask(name, ConfirmReceipt(statement.id, 1))
    await scene.ask(name, QueryLine(statement.id, line.id, QueryReason.WRONG_FILE))
    assert await bell.rows(Query, statement_id=statement.id)


async def request(bell: Bell, name: str, occasion: str) -> None:
    """Write the notice of a request for certification, as a pupil's tap does."""
    window = bell.cast.windows["certification"]
    async with bell.store.writing() as session:
        session.add(
            Notice(
                school_id=bell.cast.school.id,
                person_id=bell.cast.people[name].id,
                kind=NoticeKind.CERTIFICATION_REQUESTED,
                occasion=occasion,
                window_id=window.id,
                facts={"outcome_id": 1},
                due_at=bell.now,
                created_at=bell.now,
                deadline_at=window.closes_at,
            )
        )
