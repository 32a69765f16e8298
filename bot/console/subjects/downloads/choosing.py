"""Choosing a file and asking for it; confirmation sheets of a class are printed at once.

A name list needs a file of identity numbers. It comes with the form, is read in memory, and ends
with the errand.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from starlette.responses import Response

from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.later import Later
from bot.console.papers import handed_out
from bot.console.roles import OFFICE
from bot.console.subjects.downloads.fetching import begin, waiting
from bot.console.subjects.downloads.forms import (
    MOST_COLUMNS,
    MOST_IDENTITIES,
    FileForm,
    NameListForm,
    SheetsForm,
)
from bot.console.subjects.downloads.kinds import BELOW, MAKERS, Kind, allowed, is_office
from bot.console.visit import Visit
from bot.exports.columns import load
from bot.exports.errands import DoneAsked
from bot.exports.shelf import Phase
from bot.paper.confirmations import sheets_of
from models.queries import rosters, windows
from models.queries.console import terms
from models.rules.roc import Term
from models.vocabulary import Stage

doors = Doors()


@doors.get(f"{IN_SCHOOL}{BELOW}", to=MAKERS)
async def choose(visit: Visit) -> Response:
    """Show what can be made, and what waits to be fetched."""
    return _chosen(visit, await _sheets_form(visit) if is_office(visit) else None)


@doors.get(f"{IN_SCHOOL}{BELOW}/new/{{kind}}", to=MAKERS)
async def ask(visit: Visit) -> Response:
    """Ask for what a file needs."""
    of = _kind(visit)
    if of is None:
        return absent(visit)
    return _form_page(visit, of, await _form(visit, of))


@doors.post_files(
    f"{IN_SCHOOL}{BELOW}/new/{{kind}}", to=MAKERS, most=MOST_IDENTITIES + MOST_COLUMNS
)
async def make(visit: Visit) -> Response:
    """Begin to make a file; its page says how far it is."""
    of = _kind(visit)
    if of is None:
        return absent(visit)
    form = await _form(visit, of)
    if isinstance(form, NameListForm):
        await form.read()
    if not form.validate():
        return _form_page(visit, of, form, status=422)
    title = f"{visit.words.say(of.called)}　{form.times[form.term.data]}"
    if isinstance(form, NameListForm):
        return begin(visit, of.key, title, form.asked(of.key).made)
    return begin(visit, of.key, title, DoneAsked(Term(form.term.data), *form.way()).made)


@doors.post(f"{IN_SCHOOL}{BELOW}/confirmations", to=OFFICE)
async def confirmations(visit: Visit) -> Response:
    """Print the confirmation sheets of a class: what each statement says, and what was answered."""
    form = await _sheets_form(visit)
    if not form.validate():
        return _chosen(visit, form, status=422)
    room = next(
        each
        for each in await rosters.classes_of(visit.session, visit.school.id)
        if each.name == form.room.data
    )
    pupils = await rosters.of_class(visit.session, room)
    printing = await sheets_of(
        visit.session, visit.school, pupils, now=visit.now, words=visit.words
    )
    if printing is None:
        visit.say("Nobody of class {room} has a receipt statement yet.", room=room.name)
        return visit.go(visit.to_school(BELOW))
    name = visit.words.say("confirmations-{room}.pdf", room=room.name)

    async def printed() -> Response:
        return handed_out(name, await asyncio.to_thread(printing))

    return Later(printed)


def _chosen(visit: Visit, sheets: SheetsForm | None, *, status: int = 200) -> Response:
    return visit.page(
        "downloads/downloads.html",
        status,
        kinds=allowed(visit),
        waiting=waiting(visit),
        sheets=sheets,
        Phase=Phase,
    )


def _kind(visit: Visit) -> Kind | None:
    key = visit.request.path_params["kind"]
    return next((each for each in allowed(visit) if each.key == key), None)


async def _form(visit: Visit, of: Kind) -> FileForm:
    found = await terms.semesters(visit.session, visit.school.id)
    if not of.is_list:
        return FileForm(visit, _semesters(visit, found))
    if not load().lists[of.key].whole_year:
        return NameListForm(visit, _semesters(visit, found))
    return NameListForm(visit, _years(visit, found), await _year_to_submit(visit))


async def _year_to_submit(visit: Visit) -> str:
    """Return the latest year in which selecting is over: in autumn the one before, mostly."""
    years = [
        each.term.year
        for each in await windows.of_school(visit.session, visit.school.id)
        if each.stage is Stage.SELECTION and each.window.closes_at <= visit.now
    ]
    return str(max(years, default=""))


def _semesters(visit: Visit, found: Sequence[Term]) -> list[tuple[str, str]]:
    say = partial(visit.words.say, "School year {year}, semester {semester}")
    return [(str(each), say(year=each.year, semester=each.semester)) for each in found]


def _years(visit: Visit, found: Sequence[Term]) -> list[tuple[str, str]]:
    years = dict.fromkeys(each.year for each in found)
    return [(str(each), visit.words.say("School year {year}", year=each)) for each in years]


async def _sheets_form(visit: Visit) -> SheetsForm:
    rooms = await rosters.classes_of(visit.session, visit.school.id)
    return SheetsForm(visit, [each.name for each in rooms])


def _form_page(visit: Visit, of: Kind, form: FileForm, *, status: int = 200) -> Response:
    return visit.page("downloads/new.html", status, kind=of, form=form)
