"""The timetable as it stands: a month's calendar, and the windows with whom they concern."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from starlette.responses import Response

from bot.console import asked
from bot.console.roles import AT_SCHOOL, OFFICE
from bot.console.subjects.timetable import months
from bot.console.subjects.timetable.entrance import AT, doors, elsewhere, sentences
from bot.console.visit import Visit
from handlers.explanations import EXPLANATIONS
from handlers.findings import ANCHORS, gap_sentence, reason_sentence
from handlers.words import N_
from models.queries import windows
from models.queries.console import timetable as rows
from models.queries.windows import TermWindow
from models.rulebooks import Rulebook
from models.rules import timetable
from models.rules.roc import Term
from models.rules.sight import sight
from models.rules.taipei import day_of, instant
from models.rules.timetable import PlannedWindow
from models.vocabulary import Stage
from scheduler.upcoming import Upcoming, upcoming

MOST_NEXT = 3
"""How many of a window's next reminders are listed."""
_AFTER_THE_END = timedelta(days=2)

_SILENCE: Mapping[Stage, str] = {
    Stage.UPLOAD: N_(
        "What is not uploaded by then cannot be uploaded for that term any more. To upload nothing "
        "is the pupil's decision as well."
    ),
    Stage.CERTIFICATION: N_(
        "What is not certified in time cannot be selected. The pupil is not to blame for that."
    ),
    Stage.SELECTION: N_(
        "What is not selected is not sent to the central database. To select nothing is the "
        "pupil's decision as well."
    ),
    Stage.SUBMISSION: N_("The office's own task: nobody is reminded of it."),
    Stage.RECEIPT: N_(
        "Who neither confirms nor raises a query counts as having confirmed; afterwards nothing "
        "can be corrected."
    ),
}
_BY_LAW: Mapping[Stage, str] = {
    Stage.UPLOAD: EXPLANATIONS["without_upload"].clause,
    Stage.SELECTION: EXPLANATIONS["without_selection"].clause,
    Stage.RECEIPT: EXPLANATIONS["without_receipt"].clause,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A window as the list shows it; without `planned` the rulebook does not have it any more."""

    window: TermWindow
    planned: PlannedWindow | None
    people: int | None
    next: Sequence[Upcoming]


@doors.get(AT, to=AT_SCHOOL)
async def show(visit: Visit) -> Response:
    """Show the windows by what closes next, and a month of them."""
    rulebook, now, words = visit.rulebook, visit.now, visit.words
    found = await windows.of_school(visit.session, visit.school.id)
    today = day_of(now)
    first = months.month_asked(asked.text(visit.request.query_params, "month"), today)
    planned = _planned(rulebook)
    ahead = [each for each in found if now < each.closes_at]
    return visit.page(
        "timetable/timetable.html",
        month=months.month(first, _happening(found, rulebook, first, now)),
        today=today,
        now=now,
        ahead=[await _shown(visit, each, planned) for each in ahead],
        over=[
            Shown(each, planned.get(_key_of(each)), None, ())
            for each in reversed(found)
            if each.closes_at <= now
        ],
        offsets=rulebook.reminders,
        runs=any(each.role in OFFICE for each in visit.held),
        silence=lambda stage: words.say(_SILENCE[stage]),
        by_law=lambda stage: words.say(_BY_LAW[stage]) if stage in _BY_LAW else "",
        because=lambda each: reason_sentence(each.because, words),
        anchor=lambda each: words.say(ANCHORS[each]),
        undated=[
            f"{code} {gap_sentence(gap, rulebook, words)}"
            for code in rulebook.terms
            for gap in timetable.plan(rulebook, Term(code)).undated
        ],
        elsewhere=elsewhere(visit),
        **sentences(visit, rulebook),
    )


async def _shown(
    visit: Visit, window: TermWindow, planned: Mapping[object, PlannedWindow]
) -> Shown:
    seen, people = sight(visit.held), None
    if not seen.is_blind and window.stage is not Stage.SUBMISSION:
        people = await rows.concerned(visit.session, visit.school.id, seen, window)
    coming = upcoming([window], visit.rulebook, visit.now, window.closes_at + _AFTER_THE_END)
    return Shown(window, planned.get(_key_of(window)), people, coming[:MOST_NEXT])


def _planned(rulebook: Rulebook) -> dict[object, PlannedWindow]:
    """Return the windows of a rulebook by what tells them apart."""
    return {
        (str(each.term), each.stage, each.round, each.division, each.grades): each
        for code in rulebook.terms
        for each in timetable.derive(rulebook, Term(code))
    }


def _key_of(window: TermWindow) -> object:
    row = window.window
    return (window.term_name, row.stage, row.round, row.division, window.grades)


def _happening(
    found: Iterable[TermWindow], rulebook: Rulebook, first: date, now: datetime
) -> Iterable[months.Happening]:
    """Yield what happens in a month; reminders only from now on, what has been is not foretold."""
    until = instant(months.end_of_month(first))
    listed = list(found)
    yield from months.of_holidays(rulebook, first)
    yield from months.of_school(rulebook)
    yield from months.of_windows(listed)
    yield from months.of_reminders(upcoming(listed, rulebook, max(now, instant(first)), until))
