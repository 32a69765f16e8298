"""The demonstration school: 1,260 pupils of a vocational school in the autumn of the year 113.

The same seed makes the same rows. Whatever is read later is read from the store, so that a kept
database serves as well as a fresh one.
"""

from random import Random

from sqlalchemy.ext.asyncio import AsyncSession

from bot.demo.seed.chats import add_chats
from bot.demo.seed.choices import add_choices, add_performances
from bot.demo.seed.moments import LAST, STARTS_AT, THIS
from bot.demo.seed.people import Size, settle_people
from bot.demo.seed.rows import Rows
from bot.demo.seed.works import add_works
from models.rulebooks import load, shipped
from models.tables import School, Term
from scheduler.taking_over import take_over

__all__ = ["SEED", "STARTS_AT", "Size", "drawn", "plant"]

SEED = 113
_SCHOOL_ID = 1


def rulebook_text() -> str:
    """Return the rules that the demonstration school lives by: 草屯's."""
    return shipped()["caotun"].read_text("utf-8")


async def plant(session: AsyncSession, seed: int = SEED, size: Size | None = None) -> None:
    """Write the demonstration school into an empty, migrated database; commits nothing."""
    await drawn(seed, size or Size()).write(session)
    school = await session.get_one(School, _SCHOOL_ID)
    await take_over(session, school, rulebook_text(), STARTS_AT)


def drawn(seed: int, size: Size) -> Rows:
    """Return all rows of the school that a seed makes; its timetable is taken over afterwards."""
    dice = Random(seed)  # noqa: S311 - a dice that can be thrown again the same way
    rulebook = load(rulebook_text(), name="caotun")
    rows = Rows(_SCHOOL_ID)
    rows.add(
        School,
        code=rulebook.code,
        name=rulebook.name,
        rulebook=rulebook_text(),
        planned_until=STARTS_AT,
    )
    terms = {term: rows.add(Term, year=term.year, semester=term.semester) for term in (LAST, THIS)}
    folk = settle_people(rows, dice, size, terms)
    add_works(rows, dice, folk, terms)
    add_performances(rows, dice, folk)
    add_choices(rows, dice, folk, rulebook.caps)
    add_chats(rows, dice)
    return rows
