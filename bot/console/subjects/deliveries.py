"""What was sent to whom, when, over which chat, and why not: a search, and one person's story."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from bot.console import asked, endings
from bot.console.asked import Values
from bot.console.caller import absent
from bot.console.deeds import deed, way
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.roles import SEES_PUPILS
from bot.console.spreadsheets import spreadsheet
from bot.console.visit import Visit
from handlers import deadlines, labels
from models.queries import windows
from models.queries.console import calls, deliveries, life
from models.queries.console.deliveries import Told, Wanted
from models.queries.console.life import Deed
from models.queries.console.sight import classes_seen, person_seen
from models.queries.windows import TermWindow
from models.rules.endings import Ending
from models.rules.sight import Sight, sight
from models.tables import Attempt, ChatAccount
from models.vocabulary import AccountState, Silence, Stage
from scheduler.upcoming import Upcoming, upcoming

AHEAD = timedelta(days=366)
"""How far a person's page looks for their next reminder: a window is never open longer."""
MOST_ROWS = 20_000
"""What a file holds at the most: a term of a large school; who wants more narrows the search."""
MOST_DEEDS = 200

doors = Doors()


@dataclass(frozen=True, slots=True)
class Standing:
    """One open window as it is for one person: what is left, what was said last, what comes."""

    window: TermWindow
    has_left: bool
    last: Told | None
    next: Upcoming | None


@dataclass(frozen=True, slots=True)
class Story:
    """A moment of a person's timeline: something that was to be said, or something done."""

    at: datetime
    told: Told | None = None
    attempts: Sequence[Attempt] = ()
    deed: Deed | None = None


@doors.get(f"{IN_SCHOOL}/deliveries", to=SEES_PUPILS)
async def search(visit: Visit) -> Response:
    """Show what was to be said, the newest first, as far as the filter goes."""
    values, seen = visit.request.query_params, sight(visit.held)
    wanted = _wanted(values)
    rows = await deliveries.found(
        visit.session,
        visit.school.id,
        seen,
        wanted,
        limit=asked.A_PAGE + 1,
        offset=asked.offset(values),
    )
    return visit.page(
        "deliveries/deliveries.html",
        page=asked.page(values, rows),
        wanted=wanted,
        asked={name: asked.text(values, name) for name in ("since", "until")},
        rooms=await classes_seen(visit.session, visit.school.id, seen),
        stages=[each for each in Stage if each is not Stage.SUBMISSION],
        endings=Ending,
        silences=Silence,
        **vocabulary(visit),
    )


@doors.post(f"{IN_SCHOOL}/deliveries/export", to=SEES_PUPILS)
async def export(visit: Visit) -> Response:
    """Hand out what the filter finds as a file; who took it stands in the audit."""
    rows = await deliveries.found(
        visit.session,
        visit.school.id,
        sight(visit.held),
        _wanted(visit.sent),
        limit=MOST_ROWS + 1,
    )
    if len(rows) > MOST_ROWS:
        visit.say(
            "That is more than {n} lines: please narrow the search, for example by days.",
            n=MOST_ROWS,
        )
        return visit.go(visit.to_school("/deliveries"))
    await visit.record("exported deliveries", f"school:{visit.school.id}", rows=len(rows))
    return spreadsheet("deliveries", _headings(visit), (_line(each, visit) for each in rows))


@doors.get(f"{IN_SCHOOL}/deliveries/person/{{person:int}}", to=SEES_PUPILS)
async def tell_story(visit: Visit) -> Response:
    """Answer in one look why somebody did or did not get a reminder."""
    values, session, school = visit.request.query_params, visit.session, visit.school
    seen = sight(visit.held)
    person = await person_seen(session, school.id, seen, visit.request.path_params["person"])
    if person is None:
        return absent(visit)
    rows = await deliveries.found(
        session,
        school.id,
        seen,
        Wanted(person_id=person.id),
        limit=asked.A_PAGE + 1,
        offset=asked.offset(values),
    )
    page = asked.page(values, rows)
    chats = await life.chats(session, person.id)
    return visit.page(
        "deliveries/person.html",
        person=person,
        page=page,
        chats=chats,
        reachable=_is_reachable(chats),
        muted=await life.muted(session, person.id),
        standings=[] if person.departed else await _standings(visit, person.id),
        stories=await _stories(visit, person.id, page),
        **vocabulary(visit),
    )


async def _standings(visit: Visit, person_id: int) -> list[Standing]:
    session, school, now = visit.session, visit.school, visit.now
    own = await life.own_ends(session, school.id, person_id)
    planned = await windows.of_school(session, school.id)
    theirs = [each.until(own.get(each.id)) for each in planned]
    opened = [each for each in theirs if each.is_open(now)]
    left = await life.left_in(session, opened, person_id)
    coming = upcoming(opened, visit.rulebook, now, now + AHEAD)
    found = []
    for each in opened:
        if each.id in left:
            about = Wanted(person_id=person_id, window_id=each.id)
            said = await deliveries.found(session, school.id, _ALL, about, limit=1)
            following = next((one for one in coming if one.window.id == each.id), None)
            found.append(Standing(each, left[each.id], next(iter(said), None), following))
    return found


async def _stories(visit: Visit, person_id: int, page: asked.Page[Told]) -> list[Story]:
    """Return what was to be said on this page and what was done in the same span, newest first."""
    of_calls = await calls.of_deliveries(
        visit.session, {each.delivery_id for each in page.rows if each.delivery_id is not None}
    )
    told = [Story(each.at, each, of_calls.get(each.delivery_id or 0, ())) for each in page.rows]
    oldest = min((each.at for each in told), default=None)
    newest = max((each.at for each in told), default=None)
    done = await life.deeds(
        visit.session,
        visit.school.id,
        person_id,
        since=oldest if page.after else None,
        until=newest if page.before else None,
        limit=MOST_DEEDS,
    )
    return sorted(
        [*told, *(Story(each.at, deed=each) for each in done)],
        key=lambda each: each.at,
        reverse=True,
    )


def _wanted(values: Values) -> Wanted:
    return Wanted(
        whom=asked.text(values, "whom"),
        room=asked.text(values, "class"),
        stage=asked.member(values, "stage", Stage),
        ending=asked.member(values, "state", Ending),
        silence=asked.member(values, "reason", Silence),
        since=asked.day(values, "since"),
        until=asked.day(values, "until"),
    )


def _is_reachable(chats: Iterable[ChatAccount]) -> bool:
    return any(each.state is AccountState.OPEN for each in chats)


def vocabulary(visit: Visit) -> dict[str, Any]:
    """Return what the templates call things by."""
    words = visit.words
    return {
        "word": lambda member: labels.word(member, words),
        "room": lambda name: labels.room(name, words),
        "called": lambda window: deadlines.name_of(words, window),
        "ending": lambda each: words.say(endings.ENDINGS[each]),
        "meaning": lambda each: words.say(endings.MEANINGS[each]),
        "said_of": endings.SILENCES,
        "explained": endings.explained,
        "channel": lambda name: endings.channel(name, words),
        "reason": lambda name: endings.reason(name, words),
        "outcome": lambda each: words.say(endings.OUTCOMES[each]),
        "deed": lambda name: deed(name, words),
        "way": lambda name: way(name, words),
    }


def _headings(visit: Visit) -> list[str]:
    say = visit.words.say
    return [
        say("Number"),
        say("Name"),
        say("Class"),
        say("What"),
        say("Stage"),
        say("Due"),
        say("Settled"),
        say("Chat"),
        say("What became of it"),
        say("Why not"),
    ]


def _line(told: Told, visit: Visit) -> list[str]:
    words = visit.words
    return [
        told.number,
        told.name,
        told.room or "",
        labels.word(told.kind, words),
        labels.stage(told.stage, words) if told.stage else "",
        words.moment(told.due_at),
        words.moment(told.settled_at) if told.settled_at else "",
        endings.channel(told.channel, words),
        words.say(endings.ENDINGS[told.ending]),
        labels.word(told.silence, words) if told.silence else "",
    ]


_ALL = Sight(everybody=True)
