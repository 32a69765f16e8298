"""The outbox: what the timetable says in the coming weeks, to how many, over what, at what cost."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from starlette.responses import Response

from bot.console import asked
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.roles import OFFICE, SEES_PUPILS
from bot.console.subjects.deliveries import vocabulary
from bot.console.visit import Visit
from bot.wiring import COUNTED
from models.queries import budgets, classes, held_occasions, reachability, windows
from models.queries.console import outbox
from models.queries.windows import TermWindow
from models.rules.access import held as held_by
from models.rules.sight import Sight, sight
from models.rules.taipei import day_of, instant
from models.tables import HeldOccasion
from models.vocabulary import NoticeKind, Silence
from scheduler.forecasting import Telling, by_moment, digest_mornings, tellings
from scheduler.upcoming import Upcoming, upcoming

SPAN = timedelta(days=14)
"""What one page shows: long enough to plan by, short enough to be asked for at once."""
FARTHEST = timedelta(days=366)
MOST_WAITING = 40
OUT_OF_REACH = (Silence.NO_ACCOUNT, Silence.BLOCKED)

doors = Doors()


@dataclass(frozen=True, slots=True)
class Row:
    """What leaves at a moment: to how many by channel, and how many no message can reach."""

    at: datetime
    kind: NoticeKind
    key: str
    window: TermWindow | None
    whom: str
    besides: str
    days_before: int | None
    required: bool
    by_channel: Mapping[str, int]
    out_of_reach: int
    put_off_from: datetime | None
    held: HeldOccasion | None


@dataclass(frozen=True, slots=True)
class Held:
    """An occasion that is held back: what it is, None where the timetable has it no more."""

    occasion: HeldOccasion
    is_about: Upcoming | None


@doors.get(f"{IN_SCHOOL}/messages", to=SEES_PUPILS)
async def show(visit: Visit) -> Response:
    """Show what leaves within two weeks of a day, what waits now, and what is held back."""
    session, school, now = visit.session, visit.school, visit.now
    seen = sight(visit.held)
    began = _began(asked.day(visit.request.query_params, "from"), now)
    until = began + SPAN
    held = await held_occasions.all_of(session, school.id, now)
    coming = await tellings(session, school, began, until)
    channels = await _channels(visit, seen, coming)
    rows = [_row(each, channels, visit, held) for each in coming]
    if seen.everybody:
        rows += await _digests(visit, began, until)
    return visit.page(
        "messages/outbox.html",
        today=now,
        began=began,
        until=until,
        before=_day(began - SPAN) if began > now else "",
        after=_day(until) if until < now + FARTHEST else "",
        rows=sorted((row for row in rows if _concerns(row, seen)), key=_order),
        cost=_cost(coming, channels) + sum(row.by_channel["line"] for row in rows if not row.key),
        held=await _held(visit, held),
        waiting=await outbox.waiting(session, school.id, seen, now, limit=MOST_WAITING),
        months=await budgets.months(session, school.id, now),
        seen=seen,
        day=day_of,
        may_stop=may_stop(visit),
        **vocabulary(visit),
    )


def may_stop(visit: Visit) -> bool:
    """Say whether whoever looks runs the school's messages, and does not only see them."""
    return bool(held_by(visit.signed.grants, OFFICE, visit.school.id))


def _began(day: date | None, now: datetime) -> datetime:
    return now if day is None else min(max(instant(day), now), now + FARTHEST)


def _day(at: datetime) -> str:
    return day_of(at).isoformat()


def _order(row: Row) -> tuple[datetime, str, str]:
    return row.at, row.key, row.whom


def _concerns(row: Row, seen: Sight) -> bool:
    return seen.everybody or bool(row.out_of_reach or row.by_channel)


async def _channels(visit: Visit, seen: Sight, coming: Sequence[Telling]) -> dict[int, str]:
    """Return by which channel those are told who are seen; "" for who is out of reach."""
    everybody = frozenset[int]().union(*(each.whom.keys() for each in coming))
    people = await outbox.seen_of(visit.session, visit.school.id, seen, everybody)
    return await channels_of(visit, people)


async def channels_of(visit: Visit, people: Collection[int]) -> dict[int, str]:
    """Return by which channel each of these people is told; "" for who is out of reach."""
    found = await reachability.accounts_of_many(visit.session, people)
    return {id_: found[id_][0].channel if id_ in found else "" for id_ in people}


def _row(
    telling: Telling,
    channels: Mapping[int, str],
    visit: Visit,
    held: Mapping[str, HeldOccasion],
) -> Row:
    foreseen, label = telling.foreseen, visit.rulebook.label_of
    away = [id_ for id_, silence in telling.whom.items() if silence in OUT_OF_REACH]
    return Row(
        at=foreseen.due_at,
        kind=foreseen.kind,
        key=foreseen.occasion,
        window=foreseen.window,
        whom=foreseen.whom,
        besides="、".join(label(key) for key in telling.among.besides),
        days_before=foreseen.days_before,
        required=telling.occasion.required,
        by_channel=Counter(channels[id_] for id_ in telling.people if channels.get(id_)),
        out_of_reach=sum(id_ in channels for id_ in away),
        put_off_from=foreseen.put_off_from,
        held=held.get(foreseen.occasion),
    )


async def _digests(visit: Visit, began: datetime, until: datetime) -> list[Row]:
    """Return the mornings of the homeroom teachers' digest."""
    mornings = await digest_mornings(visit.session, visit.school, began, until)
    if not mornings:
        return []
    teachers = await classes.homeroom_teachers(visit.session, visit.school.id)
    channels = Counter((await channels_of(visit, teachers)).values())
    away = channels.pop("", 0)
    whom = visit.words.say("Homeroom teachers")
    kind = NoticeKind.CLASS_DIGEST
    return [
        Row(at, kind, "", None, whom, "", None, False, channels, away, None, None)
        for at in mornings
    ]


def _cost(coming: Sequence[Telling], channels: Mapping[int, str]) -> int:
    """Return the counted messages: what is told to one person at one moment is one."""
    return sum(
        sum(
            channels.get(id_) in COUNTED
            for id_ in frozenset[int]().union(*(each.people for each in together))
        )
        for together in by_moment(coming).values()
    )


async def _held(visit: Visit, held: Mapping[str, HeldOccasion]) -> list[Held]:
    if not held:
        return []
    known = await known_occasions(visit)
    return [Held(each, known.get(key)) for key, each in held.items()]


async def known_occasions(visit: Visit) -> dict[str, Upcoming]:
    """Return every occasion of a year before and after, by its key: its first hour for anybody."""
    planned = await windows.of_school(visit.session, visit.school.id)
    now = visit.now
    found: dict[str, Upcoming] = {}
    for each in upcoming(planned, visit.rulebook, now - FARTHEST, now + FARTHEST):
        found.setdefault(each.key, each)
    return found
