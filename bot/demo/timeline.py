"""What comes next at the demonstration school: occasions, digests, happenings, and what waits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.demo import labels
from bot.demo.happenings import HAPPENINGS
from models.queries import windows
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.rules.calendar import SchoolCalendar
from models.rules.reaching import last_call_again
from models.rules.reminders import Fate, all_occasions, digests
from models.tables import ChatAccount, Delivery, Notice, School
from models.vocabulary import AccountState, DeliveryState, NoticeState, Stage
from scheduler.planning import Reminded

_LONGEST_WITHOUT_DIGEST = timedelta(days=30)
_NEAR = timedelta(days=10)
_STRIDES = 24


@dataclass(frozen=True, slots=True, order=True)
class Coming:
    """An instant at which something is said to somebody, and what."""

    at: datetime
    label: str


async def next_reminder(session: AsyncSession, school: School, now: datetime) -> Coming | None:
    """Return the next instant at which something falls due that a deadline is behind.

    A digest counts while a deadline is near that it speaks of; those in between come in passing.
    What was put off counts where it can reach somebody.
    """
    found = await windows.of_school(session, school.id)
    near = [each for each in found if now < each.closes_at <= now + _NEAR]
    coming = [*_occasions(school, found, now), *_digests(school, near, now)]
    waiting = await _next_waiting(session, school.id, now, col(Notice.person_id).in_(_reachable()))
    if waiting is not None:
        coming.append(Coming(waiting, labels.PUT_OFF))
    return min(coming, default=None)


async def next_instant(
    session: AsyncSession, school: School, now: datetime, until: datetime
) -> datetime:
    """Return the next instant, `until` at the latest, at which anything happens by itself.

    Retries are many and seconds apart: several are taken up together, the more the longer the way.
    """
    found = await windows.of_school(session, school.id)
    coming = [until, *(each.at for each in HAPPENINGS if each.at > now)]
    coming += [each.at for each in _occasions(school, found, now)]
    coming += [each.at for each in _digests(school, found, now)]
    waiting = await _next_waiting(session, school.id, now)
    if waiting is not None:
        coming.append(max(waiting, now + (until - now) / _STRIDES))
    return min(coming)


def _occasions(school: School, found: list[TermWindow], now: datetime) -> Iterator[Coming]:
    rulebook = rulebook_of(school)
    calendar = SchoolCalendar(rulebook.school_days)
    for each in found:
        if each.stage is Stage.SUBMISSION:
            continue
        window = Reminded(
            each.stage,
            each.term_name,
            each.window.round,
            each.window.division,
            each.opens_at,
            each.closes_at,
        )
        for what in all_occasions(window, rulebook.reminders, calendar):
            if what.fate is Fate.DUE and what.due_at > now:
                yield Coming(what.due_at, labels.occasion(each.stage, what))
        again = last_call_again(window, rulebook.reminders, calendar)
        if again is not None and again.due_at > now:
            yield Coming(again.due_at, labels.CALLED_AGAIN)


def _digests(school: School, found: list[TermWindow], now: datetime) -> Iterator[Coming]:
    """Yield the next class digest on a morning on which one of these windows is open."""
    rulebook = rulebook_of(school)
    calendar = SchoolCalendar(rulebook.school_days)
    spoken_of = [
        each for each in found if each.stage not in (Stage.SUBMISSION, Stage.CERTIFICATION)
    ]
    until = now + _LONGEST_WITHOUT_DIGEST
    for morning in digests(rulebook.reminders, calendar, now, until):
        if any(each.is_open(morning.due_at) for each in spoken_of):
            yield Coming(morning.due_at, labels.DIGEST)
            return


def _reachable() -> sa.Select[int | None]:
    """Select who has an open account."""
    return sa.select(col(ChatAccount.person_id)).where(
        col(ChatAccount.person_id).is_not(None), col(ChatAccount.state) == AccountState.OPEN
    )


async def _next_waiting(
    session: AsyncSession, school_id: int, now: datetime, *whose: sa.ColumnElement[bool]
) -> datetime | None:
    """Return when the next notice that was put off, or the next try of a message, falls due."""
    notice = sa.select(sa.func.min(col(Notice.due_at))).where(
        *whose,
        col(Notice.school_id) == school_id,
        col(Notice.state) == NoticeState.WAITING,
        col(Notice.due_at) > now,
    )
    retry = sa.select(sa.func.min(col(Delivery.try_at))).where(
        col(Delivery.school_id) == school_id,
        col(Delivery.state) == DeliveryState.QUEUED,
        col(Delivery.try_at) > now,
    )
    lease = sa.select(sa.func.min(col(Delivery.leased_until))).where(
        col(Delivery.school_id) == school_id,
        col(Delivery.state) == DeliveryState.SENDING,
        col(Delivery.leased_until) > now,
    )
    instants = [await session.scalar(each) for each in (notice, retry, lease)]
    return min((each for each in instants if each is not None), default=None)
