"""A school at a glance: what closes, who has decided, what leaves next, what failed, how fresh."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from bot.console import asked, labels
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.roles import AT_SCHOOL, OFFICE, SEES_PUPILS
from bot.console.subjects.deliveries import vocabulary
from bot.console.visit import Visit
from models.queries import announcements, budgets, extensions, pauses, windows
from models.queries.budgets import Month
from models.queries.console import overview, unreachable
from models.queries.console.beginning import Begun, begun
from models.queries.console.overview import RoomProgress
from models.queries.console.sight import classes_seen
from models.queries.windows import TermWindow
from models.rulebooks import Rulebook
from models.rules.progress import Progress
from models.rules.sight import Sight, sight
from models.tables import Announcement
from models.vocabulary import NoticeKind, Stage
from scheduler.upcoming import Upcoming, upcoming

SOON = timedelta(days=14)
"""How far the overview looks ahead."""
LATELY = timedelta(days=7)
"""How far it looks back for what failed."""
MOST_NEXT = 12

doors = Doors()


@dataclass(frozen=True, slots=True)
class Part:
    """How far one class or division is; `label` is "" for those who sit in no class."""

    label: str
    reached: Progress


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the people are in one open window: all who are seen, by division, and by class."""

    window: TermWindow
    whole: Progress
    divisions: Sequence[Part]
    rooms: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Next:
    """What leaves next; `cost` is in counted messages, None where nobody has foretold it yet."""

    at: datetime
    kind: NoticeKind
    window: TermWindow | None
    whom: str
    besides: str
    required: bool
    cost: int | None
    cut: int


@doors.get(f"{IN_SCHOOL}/", to=AT_SCHOOL)
async def show(visit: Visit) -> Response:
    """Show where the school stands today, as far as somebody's sight goes."""
    session, school, now = visit.session, visit.school, visit.now
    seen = sight(visit.held)
    planned = await windows.of_school(session, school.id)
    opened = await extensions.all_open(session, planned, now)
    coming = [each for each in planned if now < each.opens_at <= now + SOON]
    months = await budgets.months(session, school.id, now)
    return visit.page(
        "overview/overview.html",
        begun=await _begun(visit),
        today=now,
        seen=seen,
        opened=sorted(opened, key=lambda each: (each.closes_at, each.id)),
        coming=sorted(coming, key=lambda each: (each.opens_at, each.id)),
        division=visit.rulebook.label_of,
        stands=[] if seen.is_blind else await _stands(visit, seen, opened),
        next=_next(upcoming(planned, visit.rulebook, now, now + SOON), months, now),
        months=months,
        to_approve=await _to_approve(visit),
        stopped_until=await _stopped_until(visit),
        waiting=await overview.waiting(session, school.id, now),
        trouble=await overview.trouble(session, school.id, seen, now - LATELY),
        lately=(now - LATELY).date().isoformat(),
        reach=await overview.reach(session, school.id, seen),
        subject=lambda kind: labels.subject(kind, visit.words),
        fresh=await overview.freshness(session, school.id),
        **vocabulary(visit),
    )


async def _begun(visit: Visit) -> Begun | None:
    """Return how far the school is set up, to who sets it up; None once it is."""
    if not any(grant.role in OFFICE for grant in visit.held):
        return None
    found = await begun(visit.session, visit.school.id)
    return None if found.is_whole else found


@doors.get(f"{IN_SCHOOL}/unreachable", to=SEES_PUPILS)
async def list_unreachable(visit: Visit) -> Response:
    """List whom no message can reach, by class, with what to do."""
    values, seen = visit.request.query_params, sight(visit.held)
    room = asked.text(values, "class")
    rows = await unreachable.pupils(
        visit.session,
        visit.school.id,
        seen,
        room,
        limit=asked.A_PAGE + 1,
        offset=asked.offset(values),
    )
    return visit.page(
        "overview/unreachable.html",
        page=asked.page(values, rows),
        chosen=room,
        rooms=await classes_seen(visit.session, visit.school.id, seen),
        **vocabulary(visit),
    )


async def _stands(visit: Visit, seen: Sight, opened: Iterable[TermWindow]) -> list[Stand]:
    """Return how far the open windows are; the office's own task concerns no pupil."""
    found = []
    for window in opened:
        if window.stage is not Stage.SUBMISSION:
            rows = await overview.progress(visit.session, visit.school.id, seen, window, visit.now)
            if rows:
                found.append(_stand(window, rows, visit.rulebook))
    return found


def _stand(window: TermWindow, rows: Sequence[RoomProgress], rulebook: Rulebook) -> Stand:
    """Add up the classes of a window; teachers sit in no class and are one sum."""
    by_division: dict[str, list[Progress]] = {}
    for row in rows:
        if row.division is not None:
            by_division.setdefault(rulebook.label_of(row.division), []).append(row.reached)
    rooms = [Part(row.name or "", row.reached) for row in rows]
    return Stand(
        window,
        _sum(row.reached for row in rows),
        [Part(label, _sum(parts)) for label, parts in sorted(by_division.items())],
        [] if window.stage is Stage.CERTIFICATION else rooms,
    )


def _sum(parts: Iterable[Progress]) -> Progress:
    listed = list(parts)
    return Progress(
        sum(each.concerned for each in listed),
        sum(each.undecided for each in listed),
        sum(each.unreachable for each in listed),
    )


def _next(coming: Iterable[Upcoming], months: Sequence[Month], now: datetime) -> list[Next]:
    """Return what leaves next with its cost as it was foretold last."""
    costs: dict[tuple[datetime, NoticeKind, int | None], tuple[int, int]] = {}
    for share in (share for month in months for share in month.shares):
        need = share.need
        cost, cut = costs.get((need.at, need.kind, need.window_id), (0, 0))
        costs[need.at, need.kind, need.window_id] = (cost + need.cost, cut + share.cut)
    found = []
    for each in coming:
        cost, cut = costs.pop((each.at, each.kind, each.window.id), (0, 0))
        found.append(
            Next(
                each.at,
                each.kind,
                each.window,
                each.whom,
                each.besides,
                each.required,
                cost if months else None,
                cut,
            )
        )
    for (at, kind, _), (cost, cut) in costs.items():
        if kind is NoticeKind.CLASS_DIGEST and now < at <= now + SOON:
            found.append(Next(at, kind, None, "", "", False, cost, cut))
    return sorted(found, key=lambda each: (each.at, each.kind))[:MOST_NEXT]


async def _to_approve(visit: Visit) -> list[Announcement]:
    """Return the messages to the school that a registrar is asked about."""
    if not any(each.role in OFFICE for each in visit.held):
        return []
    return await announcements.to_approve(visit.session, visit.school.id, visit.user.id)


async def _stopped_until(visit: Visit) -> datetime | None:
    until = await pauses.stopped_until(visit.session, visit.school.id)
    return until if until is not None and until > visit.now else None
