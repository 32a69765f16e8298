"""Taking over a rulebook: rows for its terms and windows, or a refusal that cites the law."""

import pytest

from models.rulebooks import shipped
from models.tables import AuditEntry, Finding, Notice, School, Term, Window
from models.vocabulary import Stage
from scheduler import planning
from scheduler.taking_over import Takeover, TimetableRefused, take_over
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
