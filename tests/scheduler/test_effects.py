"""What taking a rulebook over would change is foreseen exactly, and nothing of it is kept."""

from datetime import date

import pytest

from models.rulebooks import shipped
from models.rulebooks.writing import with_value
from models.tables import Notice, School, Window
from models.vocabulary import NoticeKind, NoticeState, Stage
from scheduler.effects import Effects, foresee
from scheduler.taking_over import Takeover, TimetableRefused, take_over
from tests.support.asking import snapshot
from tests.support.cast import taipei
from tests.support.ticking import Bell, ringing

NOW = taipei(2024, 10, 1, 12)
TEXT = shipped()["caotun"].read_text("utf-8")
LATER = with_value(TEXT, ("terms", "113-1", "closing_ceremony"), date(2025, 1, 23))
FEWER = with_value(TEXT, ("reminders", "by_stage", "upload"), [1])


async def taken_over(bell: Bell, text: str) -> Takeover:
    """Take a text over for the school."""
    async with bell.store.writing() as session:
        school = await session.get_one(School, bell.cast.school.id)
        return await take_over(session, school, text, bell.now)


async def effects(bell: Bell, text: str) -> Effects:
    """Foresee what a text would change at the school, which has the shipped one."""
    async with bell.store.writing() as session:
        school = await session.get_one(School, bell.cast.school.id)
        found = await foresee(session, school, text, bell.now, {"line"})
        assert school.rulebook == TEXT
    return found


async def test_what_is_foreseen_is_what_happens_and_nothing_of_it_was_kept(
    database_url: str,
) -> None:
    """As many people hear of the new date as were counted, and the store is as it was before."""
    async with ringing(database_url, NOW) as bell:
        await taken_over(bell, TEXT)
        before = await snapshot(bell.store)
        found = await effects(bell, LATER)
        assert await snapshot(bell.store) == before

        taken = await taken_over(bell, LATER)

        dated = [each for each in found.windows if each.is_dated_anew]
        assert taken.moved == len(dated)
        told = await bell.rows(Notice, kind=NoticeKind.DEADLINE_MOVED, state=NoticeState.WAITING)
        assert found.hear == len({row.person_id for row in told}) == 3
        ends = {row.id: row.closes_at for row in await bell.rows(Window)}
        assert all(each.after and ends[each.window.id] == each.after.closes_at for each in dated)


async def test_other_offsets_change_reminders_and_no_date(database_url: str) -> None:
    """Each reminder to come says when it would leave, or that it falls away, and for how many."""
    async with ringing(database_url, NOW) as bell:
        await taken_over(bell, TEXT)
        found = await effects(bell, FEWER)

        (upload,) = found.windows
        assert (upload.window.stage, upload.is_dated_anew) == (Stage.UPLOAD, False)
        assert {each.days_before: each.after for each in upload.reminders} == {
            14: None,
            3: None,
            0: None,
        }
        assert {each.people for each in upload.reminders} == {3}
        assert (found.hear, found.cost) == (0, 0)


async def test_what_the_law_refuses_has_no_effects(database_url: str) -> None:
    """It raises what taking it over raises, and nothing of the attempt stays."""
    async with ringing(database_url, NOW) as bell:
        late = with_value(TEXT, ("windows", 1, "closes"), {"anchor": "term_start", "days": 3})
        with pytest.raises(TimetableRefused):
            await effects(bell, late)
        assert (await bell.rows(School))[0].rulebook == TEXT
