"""How many messages one person gets in a day and in a week, and what becomes of the rest.

A limit counts messages and not what they say: whatever is due rides along. What has no room waits
for the next day that has some. What is required, or would be over by then, is urgent: one message
a day may pass the limit for its sake. Only what finds even that taken stays unsaid, with a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.rulebooks import MessageLimits
from models.rules.bundling import Due
from models.rules.courtesy import ANSWERS, Manners, next_told
from models.rules.taipei import day_of, instant

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SoFar:
    """How many messages somebody has today, and in this week from Monday on, today's included."""

    today: int = 0
    this_week: int = 0

    def and_one(self) -> "SoFar":
        """Return the count with one message more."""
        return SoFar(self.today + 1, self.this_week + 1)

    def over(self, limits: MessageLimits) -> int:
        """Return by how many messages today's are over what there is room for; below 0 is room."""
        earlier = self.this_week - self.today
        return self.today - max(0, min(limits.per_day, limits.per_week - earlier))


@dataclass(frozen=True, slots=True)
class Admitted:
    """What of one message is told now, what waits until when, and what nobody will be told."""

    told: Sequence[Due]
    later: Mapping[int, datetime]
    unsaid: Sequence[Due]
    counts: bool


def admit(dues: Sequence[Due], so_far: SoFar, manners: Manners, now: datetime) -> Admitted:
    """Return what becomes of notices that would be one message to one person."""
    answers = [due for due in dues if due.kind in ANSWERS]
    counted = [due for due in dues if due.kind not in ANSWERS]
    if not counted:
        return Admitted(answers, {}, (), counts=False)
    over = so_far.over(manners.plan.messages)
    if over < 0:
        return Admitted(dues, {}, (), counts=True)
    room_at = has_room_at(so_far, manners, now)
    later = {due.id: next_told(due, manners, room_at) for due in counted}
    ending = [due for due in counted if due.deadline_at and due.deadline_at <= later[due.id]]
    if over == 0 and (ending or any(due.required for due in counted)):
        return Admitted(dues, {}, (), counts=True)
    for due in ending:
        del later[due.id]
    return Admitted(answers, later, ending, counts=False)


def has_room_at(so_far: SoFar, manners: Manners, now: datetime) -> datetime:
    """Return the morning of the next day that has room for a message."""
    plan, today = manners.plan, day_of(now)
    if so_far.this_week < plan.messages.per_week:
        return instant(today + _DAY, plan.at)
    return instant(week_began(now) + _WEEK, plan.at)


def week_began(now: datetime) -> date:
    """Return the Monday of this week in Taipei."""
    today = day_of(now)
    return today - today.weekday() * _DAY
