"""One reminder before it leaves: in which words, to whom by name, who is left out, stopping it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from bot.console import asked
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.roles import OFFICE, SEES_PUPILS
from bot.console.subjects.deliveries import vocabulary
from bot.console.subjects.messages.drawing import drawn
from bot.console.subjects.messages.holding import ReasonForm
from bot.console.subjects.messages.outbox import (
    FARTHEST,
    channels_of,
    known_occasions,
    may_stop,
)
from bot.console.visit import VIA, Visit
from handlers.replies import Reply
from handlers.words import Own
from models.queries import held_occasions, wordings
from models.queries.console import outbox
from models.queries.held_occasions import Holding
from models.queries.windows import TermWindow
from models.rules.sight import sight
from models.rules.taipei import day_of
from models.vocabulary import NoticeKind, Silence
from scheduler.forecasting import Telling, tellings
from scheduler.messages import MESSAGES
from scheduler.messages.examples import example
from scheduler.upcoming import Upcoming

doors = Doors()


@dataclass(frozen=True, slots=True)
class Group:
    """Those who are told over one channel, or not told for one reason; `name` stands in links."""

    name: str
    silence: Silence | None
    channel: str
    people: int
    link: str


@doors.get(f"{IN_SCHOOL}/messages/occasion/{{key:path}}", to=SEES_PUPILS)
async def show(visit: Visit) -> Response:
    """Show one reminder as it will leave."""
    key = visit.request.path_params["key"]
    return await _shown(visit, key, ReasonForm(visit))


@doors.post(f"{IN_SCHOOL}/messages/occasion/hold", to=OFFICE)
async def hold_one(visit: Visit) -> Response:
    """Hold one reminder back."""
    key, form = str(visit.sent.get("key", "")), ReasonForm(visit)
    if key not in await known_occasions(visit):
        return absent(visit)
    if not form.validate():
        return await _shown(visit, key, form, status=422)
    await held_occasions.put_on(visit.session, visit.school.id, _by(visit, key, form.said), via=VIA)
    visit.say("This reminder is held back. Everything else leaves as planned.")
    return visit.go(visit.to_school("/messages"))


@doors.post(f"{IN_SCHOOL}/messages/occasion/release", to=OFFICE)
async def release_one(visit: Visit) -> Response:
    """Let one reminder leave."""
    key = str(visit.sent.get("key", ""))
    mine = _by(visit, key, "")
    if await held_occasions.let_go(visit.session, visit.school.id, mine, via=VIA):
        visit.say("This reminder leaves again, as long as its deadline has not passed.")
    return visit.go(visit.to_school("/messages"))


def _by(visit: Visit, key: str, reason: str) -> Holding:
    return Holding(key, visit.now, visit.user.name, reason)


async def _shown(visit: Visit, key: str, form: ReasonForm, *, status: int = 200) -> Response:
    """Draw the page of an occasion; `form` asks why it is to be held back."""
    about = (await known_occasions(visit)).get(key)
    if about is None:
        return absent(visit)
    session, school = visit.session, visit.school
    values, seen = visit.request.query_params, sight(visit.held)
    coming = await tellings(session, school, visit.now, visit.now + FARTHEST, key=key)
    whom = _whom(coming)
    visible = await outbox.seen_of(session, school.id, seen, whom.keys())
    channels = await channels_of(visit, visible)
    places = {id_: _place(whom[id_], channels[id_]) for id_ in visible}
    chosen = asked.text(values, "who")
    people = [id_ for id_, place in places.items() if not chosen or place == chosen]
    rows = await outbox.recipients(
        session,
        school.id,
        seen,
        people,
        limit=asked.A_PAGE + 1,
        offset=asked.offset(values),
    )
    return visit.page(
        "messages/occasion.html",
        status,
        key=key,
        about=about,
        coming=coming,
        today=visit.now,
        drawn=drawn(await worded(visit, about.kind, about.window, about)),
        groups=_groups(places),
        chosen=chosen,
        places=places,
        page=asked.page(values, rows),
        held=(await held_occasions.all_of(session, school.id, visit.now)).get(key),
        form=form,
        may_stop=may_stop(visit),
        whom=whom,
        day=day_of,
        **vocabulary(visit),
    )


async def worded(visit: Visit, kind: NoticeKind, window: TermWindow, about: Upcoming) -> Reply:
    """Return a message to somebody made up as this school words it, when it leaves."""
    own = Own(await wordings.of_school(visit.session, visit.school))
    made = example(kind, visit.rulebook, window, about.at, visit.words, own=own)
    return MESSAGES[kind](made.saying, made.scene, made.scene.worded(kind, visit.words))


def _whom(coming: list[Telling]) -> dict[int, Silence | None]:
    whom: dict[int, Silence | None] = {}
    for each in coming:
        whom |= each.whom
    return whom


def _place(silence: Silence | None, channel: str) -> str:
    """Return the group that somebody belongs to: a channel, or a reason."""
    return silence.value if silence is not None else channel


def _groups(places: Mapping[int, str]) -> list[Group]:
    """Return the groups, the told first, each with the link that lists it alone."""
    found = []
    for place, people in Counter(places.values()).most_common():
        silence = Silence(place) if place in set(Silence) else None
        link = "?" + urlencode({"who": place})
        found.append(Group(place, silence, "" if silence else place, people, link))
    return sorted(found, key=lambda each: each.silence is not None)
