"""What the registrar sees of the school, and the timetable that everybody may see."""

from collections.abc import Sequence

from handlers import deadlines, doubt_cards, quota_cards
from handlers import progress_cards as cards
from handlers.actions import (
    ShowDifferences,
    ShowQueries,
    ShowQuestions,
    ShowQuota,
    ShowSchool,
    ShowStaffJoinings,
    ShowTimetable,
)
from handlers.context import Context
from handlers.data_time import data_line
from handlers.replies import Block, Button, Card, Entry, Fact, Paragraph, Reply, Tone, Weight
from handlers.router import handles
from models.errors import NotYours
from models.queries import (
    appeals,
    budgets,
    classes,
    doubts,
    letters,
    preferences,
    questions,
    reachability,
    reconciling,
    windows,
)
from models.queries.doubts import Doubt
from models.queries.windows import TermWindow, grades_of
from models.rules.progress import PUPIL_STAGES
from models.rules.taipei import day_of, last_day
from models.vocabulary import Duty, PersonKind, Stage

A_PAGE = 8
MOST_CARDS = 5


@handles(ShowSchool)
async def show_school(_asked: ShowSchool, context: Context) -> Reply:
    """Show how far the school is in each open window, and what waits for the office."""
    require_registrar(context)
    waiting = await doubts.waiting(context.session, context.school.id)
    summary = context.words.count(
        "The school at a glance; {n} open query",
        "The school at a glance; {n} open queries",
        len(waiting),
    )
    return Reply(summary, (await _progress_card(context), await _office_card(waiting, context)))


@handles(ShowTimetable)
async def show_timetable(_asked: ShowTimetable, context: Context) -> Reply:
    """Show every window that is open or to come: a pupil's own, or the whole school's."""
    ahead = [window for window in await _windows(context) if window.closes_at > context.now]
    words = context.words
    if not ahead:
        said = words.say("No window is open or planned now.")
        return Reply(said, (Card(words.say("Timetable"), (Paragraph(said),)),))
    pages = [ahead[start : start + A_PAGE] for start in range(0, len(ahead), A_PAGE)]
    drawn = tuple(_timetable_card(page, context) for page in pages[:MOST_CARDS])
    first = ahead[0]
    summary = words.say(
        "Timetable; next to close: {window}, {until}",
        window=deadlines.name_of(words, first),
        until=deadlines.until(words, first.closes_at, context.now),
    )
    return Reply(summary, drawn)


async def registrar_home(context: Context) -> tuple[Card, ...]:
    """Draw a registrar's part of the overview; nothing for anybody else."""
    if Duty.REGISTRAR not in context.duties:
        return ()
    waiting = await doubts.waiting(context.session, context.school.id)
    return (await _progress_card(context), await _office_card(waiting, context))


def require_registrar(context: Context) -> None:
    """Raise NotLinked for a guest, and NotYours for anybody without the registrar's duty."""
    person = context.person
    if person.departed or Duty.REGISTRAR not in context.duties:
        raise NotYours


async def _progress_card(context: Context) -> Card:
    words = context.words
    rows = await classes.open_progress(
        context.session, context.school.id, (*PUPIL_STAGES, Stage.CERTIFICATION), context.now
    )
    if not rows:
        return cards.nothing_open_card(words)
    return cards.overall_card(words.say("The school's progress"), rows, words, context.now)


async def _office_card(waiting: Sequence[Doubt], context: Context) -> Card:
    words = context.words
    unreached = await reachability.count_unreachable(context.session, context.school.id)
    asked = await questions.count_waiting(context.session, context.school.id)
    months = await budgets.months(context.session, context.school.id, context.now)
    blocks: tuple[Block, ...] = (
        Fact(words.say("Pupils out of reach"), _people(unreached, PersonKind.PUPIL, context)),
        Fact(words.say("Staff out of reach"), _people(unreached, PersonKind.STAFF, context)),
        *(quota_cards.month_fact(month, words) for month in months),
        Fact(
            words.say("Open queries"),
            words.count("{n} case", "{n} cases", len(waiting)),
            Tone.DUE if waiting else Tone.PLAIN,
        ),
        Fact(
            words.say("Questions to answer"),
            words.count("{n} question", "{n} questions", asked),
            Tone.DUE if asked else Tone.PLAIN,
        ),
        *await _appeals(context),
        *await _on_paper(context),
        *await _said_done(context),
        *await _differing(context),
        *(doubt_cards.entry(doubt, words, opens=False) for doubt in waiting[:A_PAGE]),
    )
    return Card(
        words.say("What waits for the office"),
        blocks,
        (
            Button(words.say("See the queries"), ShowQueries()),
            Button(words.say("See the questions"), ShowQuestions()),
            Button(words.say("See the differences"), ShowDifferences()),
            Button(words.say("Timetable"), ShowTimetable()),
            Button(words.say("Messages of the month"), ShowQuota(), Weight.QUIET),
            Button(words.say("Who of the staff joined"), ShowStaffJoinings(), Weight.QUIET),
        ),
    )


async def _appeals(context: Context) -> list[Block]:
    """Say how many appeals wait; nothing where none does."""
    n = await appeals.count_waiting(context.session, context.school.id)
    words = context.words
    what = words.count("{n} appeal", "{n} appeals", n)
    return [Fact(words.say("Appeals (answer in the console)"), what, Tone.DUE)] if n else []


async def _on_paper(context: Context) -> list[Block]:
    """Say of each receipt window how many are to be told by letter, those who have left as well."""
    words, session = context.words, context.session
    blocks: list[Block] = []
    for window in await windows.of_school(session, context.school.id):
        if window.stage is not Stage.RECEIPT:
            continue
        people = await letters.count_waiting(session, window, context.now)
        if people:
            blocks.append(
                Fact(
                    words.say("To tell on paper"),
                    words.count(
                        "{window}: {n} person (bot paper letters)",
                        "{window}: {n} people (bot paper letters)",
                        people,
                        window=deadlines.name_of(words, window),
                    ),
                    Tone.DUE,
                )
            )
    return blocks


async def _differing(context: Context) -> list[Block]:
    """Say how many works the platform has otherwise than we, and of which moment its data is."""
    words, session = context.words, context.session
    standing = await reconciling.count_standing(session, context.school.id)
    data_at = await preferences.imported_at(session, context.school.id)
    if data_at is None:
        return []
    works = words.count("{n} work", "{n} works", standing)
    tone = Tone.DUE if standing else Tone.PLAIN
    return [
        Fact(words.say("Differ from the platform"), works, tone),
        *data_line(words, data_at),
    ]


async def _said_done(context: Context) -> list[Block]:
    """Say of each open window how many claim to be done while our record says otherwise."""
    words, session, school_id = context.words, context.session, context.school.id
    since = await preferences.imported_at(session, school_id)
    blocks: list[Block] = []
    for window in await windows.of_school(session, school_id):
        people = await preferences.mismatches(session, window, since, context.now)
        if people:
            blocks.append(
                Fact(
                    words.say("Say done on the platform"),
                    words.count(
                        "{window}: {n} person, our record says otherwise",
                        "{window}: {n} people, our record says otherwise",
                        people,
                        window=deadlines.name_of(words, window),
                    ),
                    Tone.DUE,
                )
            )
    return blocks


def _people(unreached: dict[PersonKind, int], kind: PersonKind, context: Context) -> str:
    return context.words.count("{n} person", "{n} people", unreached.get(kind, 0))


async def _windows(context: Context) -> list[TermWindow]:
    person = context.person
    if Duty.PUPIL in context.duties:
        return await windows.for_pupil(context.session, context.school.id, person.id)
    return await windows.of_school(context.session, context.school.id)


def _timetable_card(page: Sequence[TermWindow], context: Context) -> Card:
    entries = tuple(_window_entry(window, context) for window in page)
    return Card(context.words.say("Timetable"), entries)


def _window_entry(window: TermWindow, context: Context) -> Entry:
    words, now = context.words, context.now
    opened = window.is_open(now)
    state = (
        words.left(window.closes_at, now)
        if opened
        else words.say("opens on {day}", day=words.short_day(day_of(window.opens_at)))
    )
    return Entry(
        title=deadlines.name_of(words, window),
        detail=words.say("; ").join(
            [
                words.span(day_of(window.opens_at), last_day(window.closes_at)),
                *_for(window, context),
            ]
        ),
        state=state,
        tone=Tone.DUE if opened else Tone.PLAIN,
    )


def _for(window: TermWindow, context: Context) -> list[str]:
    """Say for whom a window is, where it is not for everybody; pupils see their own only."""
    if Duty.PUPIL in context.duties:
        return []
    words = context.words
    said = []
    if set(grades_of(window.window)) != set(context.rulebook.grades):
        grades = words.say(", ").join(str(grade) for grade in grades_of(window.window))
        said.append(words.say("grade {grades} of {year}", grades=grades, year=window.term.year))
    division = context.rulebook.label_of(window.window.division)
    return [*said, division] if division else said
