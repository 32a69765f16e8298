"""Taking over a rulebook: rows for its terms and windows, or a refusal that cites the law."""

import pytest

from models.queries import windows
from models.rulebooks import shipped
from models.tables import AuditEntry, Finding, Notice, School, Term, Window
from models.vocabulary import NoticeKind, NoticeState, Silence, Stage
from scheduler import planning
from scheduler.channel import Outcome, Sent
from scheduler.moving import Order, retire_window
from scheduler.taking_over import Takeover, TimetableRefused, take_over
from tests.support import cast
from tests.support.cast import taipei
from tests.support.ticking import Bell, ringing

NOW = taipei(2024, 10, 1, 12)
TEXT = shipped()["caotun"].read_text("utf-8")


async def take(bell: Bell, text: str) -> Takeover:
    """Take over a rulebook for a school that has nothing yet."""
    async with bell.store.writing() as session:
        school = await session.get(School, 99)
        if school is None:
            school = School(id=99, code="080401", name="草屯商工", rulebook="")
            session.add(school)
            await session.flush()
        return await take_over(session, school, text, bell.now)


async def test_a_rulebook_becomes_terms_and_windows_without_a_flood_of_the_past(
    database_url: str,
) -> None:
    """The published dates are in the rows, and what lies behind is not told."""
    async with ringing(database_url, NOW) as bell:
        done = await take(bell, TEXT)

        windows = await bell.rows(Window, school_id=99)
        assert done.new == len(windows)
        upload = [row for row in windows if row.stage is Stage.UPLOAD]
        assert taipei(2025, 2, 4) in {row.closes_at for row in upload}
        assert {(row.year, row.semester) for row in await bell.rows(Term, school_id=99)} >= {
            (112, 2),
            (113, 1),
        }
        assert (await planning.plan(bell.store, NOW)).notices == 0
        assert not await bell.rows(Notice, school_id=99)


async def test_taking_over_again_changes_nothing(database_url: str) -> None:
    """The same rulebook twice leaves the same windows and moves nothing."""
    async with ringing(database_url, NOW) as bell:
        await take(bell, TEXT)
        before = [(row.id, row.version) for row in await bell.rows(Window, school_id=99)]

        again = await take(bell, TEXT)

        assert (again.new, again.moved) == (0, 0)
        after = [(row.id, row.version) for row in await bell.rows(Window, school_id=99)]
        assert after == before


async def test_a_changed_date_moves_the_window_with_a_record(database_url: str) -> None:
    """A later end in the rulebook goes the way of every moved deadline."""
    async with ringing(database_url, NOW) as bell:
        await take(bell, TEXT)

        again = await take(bell, TEXT.replace("closes = 2024-10-14", "closes = 2024-10-16"))

        assert again.moved == 2  # the second round counts from the first
        (receipt,) = [
            row
            for row in await bell.rows(Window, school_id=99, stage=Stage.RECEIPT, round=1)
            if row.version == 2
        ]
        assert receipt.closes_at == taipei(2024, 10, 17)
        deeds = [row.deed for row in await bell.rows(AuditEntry, school_id=99)]
        assert "moved deadline" in deeds


async def test_a_window_that_the_rulebook_drops_is_retired_and_can_come_back(
    database_url: str,
) -> None:
    """Nothing shows it and nothing is said of it, with the reason; what is over stays."""
    async with ringing(database_url, NOW) as bell:
        await take(bell, TEXT)
        dropped = await bell.rows(Window, school_id=99, stage=Stage.RECEIPT, round=2)
        over = await bell.rows(Window, school_id=99, stage=Stage.UPLOAD)
        notice_id = await _say_something_of(bell, dropped[0])

        done = await take(bell, without_second_round(TEXT))

        assert done.retired == len(dropped) > 0
        async with bell.store.reading() as session:
            shown = await windows.of_school(session, 99)
            assert await windows.by_id(session, 99, dropped[0].id) is None
        assert not {row.id for row in dropped} & {each.id for each in shown}
        assert {row.id for row in over} <= {each.id for each in shown}
        (notice,) = await bell.rows(Notice, id=notice_id)
        assert (notice.state, notice.silence) == (NoticeState.SKIPPED, Silence.WINDOW_RETIRED)
        assert await bell.rows(AuditEntry, school_id=99, deed="retired window")

        again = await take(bell, TEXT)

        assert (again.new, again.retired) == (len(dropped), 0)
        kept = await bell.rows(Window, school_id=99, stage=Stage.RECEIPT, round=2)
        assert [row.id for row in kept] == [row.id for row in dropped]
        assert {row.retired_at for row in kept} == {None}


async def test_what_is_on_its_way_about_a_retired_window_is_not_sent(database_url: str) -> None:
    """A message that was bundled before the change is withdrawn with the reason."""
    async with ringing(database_url, taipei(2024, 10, 9, 7)) as bell:
        await bell.add(cast.statement, of="小美")
        bell.channel.faults = iter([Sent(Outcome.TRANSIENT, 429, reason="rate")])
        await bell.tick(taipei(2024, 10, 9, 7, 31))
        assert bell.told("小美") == []
        async with bell.store.writing() as session:
            window = await session.get_one(Window, bell.cast.windows["receipt"].id)
            await retire_window(session, window, now=bell.now, order=Order())

        await bell.tick(taipei(2024, 10, 9, 8))

        assert bell.told("小美") == []
        (notice,) = await bell.rows(Notice, kind=NoticeKind.RECEIPT_OPENED, delivery_id=None)
        assert notice.silence is Silence.WINDOW_RETIRED
        assert await bell.unfinished() == 0


def without_second_round(text: str) -> str:
    """Return a rulebook's text without the second round of its receipts."""
    start = text.index('[[windows]]\nstage = "receipt"\nround = 2')
    end = text.index("#", start)
    return text[:start] + text[end:]


async def _say_something_of(bell: Bell, window: Window) -> int:
    async with bell.store.writing() as session:
        row = Notice(
            school_id=99,
            person_id=bell.cast.people["小美"].id,
            kind=NoticeKind.RECEIPT_DUE,
            occasion="of a window that goes",
            window_id=window.id,
            due_at=bell.now,
            created_at=bell.now,
        )
        session.add(row)
        await session.flush()
        return row.id


async def test_a_timetable_against_the_law_is_refused_and_changes_nothing(
    database_url: str,
) -> None:
    """An upload window that ends too early is refused with the clause."""
    async with ringing(database_url, taipei(2025, 8, 1, 12)) as bell:
        bad = TEXT.replace('closing_ceremony", weeks = 2', 'closing_ceremony", weeks = 1')

        with pytest.raises(TimetableRefused) as refused:
            await take(bell, bad)

        assert any("114" in str(f.clauses[0]) for f in refused.value.findings if f.clauses)
        assert not await bell.rows(Window, school_id=99)


async def test_warnings_are_recorded_with_their_clauses(database_url: str) -> None:
    """What the checker only warns of is kept beside the timetable."""
    async with ringing(database_url, NOW) as bell:
        done = await take(bell, TEXT)

        rows = await bell.rows(Finding, school_id=99)
        assert len(rows) == len(done.findings) > 0
        assert all(row.message for row in rows)
