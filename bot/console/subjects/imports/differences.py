"""Where the platform and our record differ since an import of works, to be worked off."""

from starlette.responses import Response

from bot.console import asked
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.subjects.imports.kinds import BELOW, IMPORTERS, subjects
from bot.console.visit import Visit
from bot.imports.sentences import mismatch_sentence
from bot.imports.taking import Subject
from handlers import deadlines
from handlers.differing import HOW
from models.queries import preferences, reconciling
from models.queries.reconciling import Claimed

doors = Doors()


@doors.get(f"{IN_SCHOOL}{BELOW}/differences", to=IMPORTERS)
async def show(visit: Visit) -> Response:
    """Show what nobody has put right yet, and who says to be done while the data says otherwise."""
    if Subject.WORKS not in subjects(visit):
        return absent(visit)
    values, school_id = visit.request.query_params, visit.school.id
    listed = await reconciling.standing(visit.session, school_id)
    data_at = await preferences.imported_at(visit.session, school_id)
    start = asked.offset(values)
    return visit.page(
        "imports/differences.html",
        all=len(listed),
        page=asked.page(values, listed[start : start + asked.A_PAGE + 1]),
        claimed=await reconciling.claims(visit.session, school_id, data_at, visit.now),
        data_at=data_at,
        how=HOW,
        sentence=lambda one: mismatch_sentence(one.mismatch, visit.words),
        window=lambda one: _window(one, visit),
    )


@doors.post(f"{IN_SCHOOL}{BELOW}/differences", to=IMPORTERS)
async def settle(visit: Visit) -> Response:
    """Take what was put right off the list; the next import that still has it opens it again."""
    if Subject.WORKS not in subjects(visit):
        return absent(visit)
    settled = 0
    for said in visit.sent.getlist("difference"):
        number = int(said) if isinstance(said, str) and said.isdecimal() else 0
        row = await reconciling.settle(
            visit.session, visit.school.id, number, visit.user.person_id, visit.now
        )
        if row is not None:
            settled += 1
            await visit.record(
                "settled difference",
                f"discrepancy:{row.id}",
                person_id=row.person_id,
                difference=row.difference.value,
            )
    if settled:
        visit.say(
            "{n} taken off the list; if the next import still has it, it comes back.", n=settled
        )
    else:
        visit.say("Tick what was put right first.")
    return visit.go(visit.to_school(f"{BELOW}/differences"))


def _window(one: Claimed, visit: Visit) -> str:
    return deadlines.name_of(visit.words, one.window)
