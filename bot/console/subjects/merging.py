"""Two rows of one person that become one: looked at first, with all that stands against it."""

from typing import Any

from starlette.responses import Response
from wtforms import StringField

from bot.console import asked, endings
from bot.console.caller import absent
from bot.console.doors import Doors
from bot.console.roles import OFFICE
from bot.console.subjects.people import (
    EVERYBODY,
    ONE,
    ReasonForm,
    found_here,
    to_person,
    vocabulary,
)
from bot.console.visit import Visit
from handlers.words import N_, Words
from models.queries import importing
from models.queries.console import merging, people, transfers
from models.queries.console.people import Found
from models.rules.transfers import Conflict, Objection, conflicts
from models.tables import Person

_CONFLICTS: dict[Conflict, str] = {
    Conflict.SAME_ROW: N_("This is the same row: give the number of the other one."),
    Conflict.OTHER_KIND: N_("One is a pupil, the other belongs to the staff."),
    Conflict.DEPARTED: N_(
        "The row that is to stay has left the school. Let the other one stay, or mark this one as "
        "come back first."
    ),
    Conflict.OTHER_NAME: N_(
        "Both belong to the school now, under different names: they seem to be two people. If not, "
        "have the platform's list say one name, or mark the row that goes as departed first."
    ),
    Conflict.BOTH_JOINED: N_(
        "Both have joined in {about}, and one person has one chat there. Unlink the wrong one "
        "first."
    ),
    Conflict.BOTH_HAVE_STATEMENT: N_(
        "Both have a receipt statement of one submission ({about}): the central database knows two "
        "people. Have it corrected there first."
    ),
    Conflict.DECIDED_DIFFERENTLY: N_(
        "They decided differently about {about}. The pupil says in the chat what holds, and then "
        "both say the same."
    ),
    Conflict.TOO_MANY_SELECTED: N_(
        "Together more is selected for {about} than may be. The pupil takes something out first."
    ),
}
_MOVES: tuple[tuple[str, frozenset[str]], ...] = (
    (
        N_("Works, performances and offices held"),
        frozenset({"course_outcome", "performance", "officer_record"}),
    ),
    (
        N_("What was selected and decided"),
        frozenset({"selection", "decision", "pupil_year", "done_claim", "appeal"}),
    ),
    (
        N_("Receipt statements with their answers, queries and letters"),
        frozenset({"receipt_statement", "confirmation", "query", "letter", "name_list_line"}),
    ),
    (
        N_("Chats and wishes about reminders"),
        frozenset({"chat_account", "preference", "mute", "calendar_feed"}),
    ),
    (N_("Reminders, and the list of what was sent"), frozenset({"notice", "delivery"})),
    (N_("Places in classes and courses taken"), frozenset({"placement", "enrolment"})),
    (N_("Longer deadlines and questions"), frozenset({"extension", "extension_grant", "question"})),
    (
        N_("Courses taught, classes led, offices, certifications"),
        frozenset({"course", "school_class", "role", "certification"}),
    ),
)
"""What moves with a person, by the tables that hold it."""

doors = Doors()


class MergeForm(ReasonForm):
    """The number of the row that goes, typed once more, and why."""

    typed = StringField()


@doors.get(ONE + "/merge", to=OFFICE)
async def look_at_merge(visit: Visit) -> Response:
    """Show what would happen if two rows became one, and what stands against it; change nothing."""
    found = await found_here(visit)
    if found is None:
        return absent(visit)
    return await _merge_page(visit, found, asked.text(visit.request.query_params, "other"))


@doors.post(ONE + "/merge", to=OFFICE)
async def merge(visit: Visit) -> Response:
    """Make two rows one person, if nothing stands against it."""
    session, school = visit.session, visit.school
    await importing.lock(session, school.id)
    found, number = await found_here(visit), asked.text(visit.sent, "other")
    other = await transfers.numbered(session, school.id, number)
    if found is None or other is None:
        return absent(visit)
    pair = await transfers.locked(session, school.id, sorted({found.person_id, other.id}))
    form = MergeForm(visit)
    sound = form.validate()
    if (form.typed.data or "").strip() != other.number:
        said = visit.words.say("Type {number}: the number of the row that goes.", number=number)
        form.typed.errors = [*form.typed.errors, said]
        sound = False
    kept, gone = pair[found.person_id], pair[other.id]
    both = await merging.traces(session, kept), await merging.traces(session, gone)
    if not sound or await _against(visit, kept, both):
        return await _merge_page(visit, found, number, form, status=422)
    await merging.merge(session, kept, gone, both)
    for whose, with_whom, deed in (
        (kept, gone, "merged in"),
        (gone, kept, merging.MERGED_AWAY),
    ):
        thing = f"person:{with_whom.id}"
        await visit.record(deed, thing, person_id=whose.id, reason=form.why)
    visit.say("The two rows are one: {name}, {number}.", name=kept.name, number=kept.number)
    return visit.go(to_person(visit, kept.id))


async def _merge_page(
    visit: Visit, found: Found, number: str, form: MergeForm | None = None, *, status: int = 200
) -> Response:
    session, school, words = visit.session, visit.school, visit.words
    other = await transfers.numbered(session, school.id, number) if number else None
    against: list[str] = []
    moves: list[str] = []
    there: Found | None = None
    if other is not None:
        there = await people.one(session, school.id, EVERYBODY, other.id)
        kept = await session.get_one(Person, found.person_id)
        both = await merging.traces(session, kept), await merging.traces(session, other)
        against = [_said(each, words) for each in await _against(visit, kept, both)]
        moves = _moving(await merging.held_in(session, other.id), words)
    return visit.page(
        "merging/merge.html",
        status,
        found=found,
        other=there,
        number=number,
        against=against,
        moves=moves,
        form=form or MergeForm(visit),
        **vocabulary(visit),
    )


async def _against(visit: Visit, kept: Person, both: tuple[Any, Any]) -> tuple[Objection, ...]:
    caps = await merging.caps(visit.session, visit.rulebook, kept, both)
    return conflicts(*both, caps)


def _said(objection: Objection, words: Words) -> str:
    about = objection.about
    if objection.conflict is Conflict.BOTH_JOINED:
        about = endings.channel(about, words)
    return words.say(_CONFLICTS[objection.conflict], about=about)


def _moving(tables: frozenset[str], words: Words) -> list[str]:
    """Return what moves, in the words of people."""
    named = [words.say(msgid) for msgid, held in _MOVES if held & tables]
    known = frozenset[str]().union(*(held for _, held in _MOVES))
    return [*named, *([words.say("Other records")] if tables - known - {"link_code"} else [])]
