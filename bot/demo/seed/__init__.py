"""The demonstration school: 1,260 pupils of a vocational school in the autumn of the year 113.

The same seed makes the same rows. Whatever is read later is read from the store, so that a kept
database serves as well as a fresh one.
"""

from datetime import date
from random import Random

from bot.demo.seed.chats import add_chats
from bot.demo.seed.choices import add_choices, add_performances
from bot.demo.seed.moments import LAST, STARTS_AT, THIS
from bot.demo.seed.people import Size, settle_people
from bot.demo.seed.rows import Rows
from bot.demo.seed.works import add_works
from models.rulebooks import Anchor, Rulebook, load, shipped
from models.rules import roc, timetable
from models.store import Store
from models.tables import School, Term, Window

__all__ = ["SEED", "STARTS_AT", "Size", "plant", "rulebook_text"]

SEED = 113
_SCHOOL_ID = 1


def rulebook_text() -> str:
    """Return the rules that the demonstration school lives by: 草屯's."""
    return shipped()["caotun"].read_text("utf-8")


async def plant(store: Store, *, seed: int = SEED, size: Size | None = None) -> None:
    """Write the demonstration school into an empty, migrated database, in one transaction."""
    rows = drawn(seed, size or Size())
    async with store.writing() as session:
        await rows.write(session)


def drawn(seed: int, size: Size) -> Rows:
    """Return all rows of the school that a seed makes."""
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
    terms = {term: _add_term(rows, rulebook, term) for term in (LAST, THIS)}
    folk = settle_people(rows, dice, size, terms)
    add_works(rows, dice, folk, terms)
    add_performances(rows, dice, folk)
    add_choices(rows, dice, folk, rulebook.caps)
    add_chats(rows, dice)
    return rows


def _add_term(rows: Rows, rulebook: Rulebook, term: roc.Term) -> int:
    days = timetable.anchor_days(rulebook, term)

    def on(anchor: Anchor) -> date | None:
        return days.get(anchor)

    term_id = rows.add(
        Term,
        year=term.year,
        semester=term.semester,
        starts_on=on(Anchor.TERM_START),
        closing_on=on(Anchor.CLOSING_CEREMONY),
        exams_end_on=on(Anchor.FINAL_EXAMS_END),
        submission_on=on(Anchor.SUBMISSION),
    )
    for window in timetable.derive(rulebook, term):
        rows.add(
            Window,
            term_id=term_id,
            stage=window.stage,
            division=window.division,
            grades=",".join(map(str, window.grades)),
            round=window.round,
            opens_at=window.opens_at,
            closes_at=window.closes_at,
            source=window.source,
            because=str(window.because),
        )
    return term_id
