"""Names what the timetable will say next, without asking to whom: quick enough for any page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.queries.windows import TermWindow
from models.rulebooks import Rulebook
from models.rules.calendar import SchoolCalendar
from models.rules.reminders import Fate, occasions
from models.vocabulary import NoticeKind, Stage
from scheduler.planning import kind_of, plans_of, reminded_of


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What leaves at a moment unless something changes: the occasion by its `key`.

    `whom` is a division's label, empty for the whole school; `besides` are those it is not for.
    """

    key: str
    at: datetime
    kind: NoticeKind
    window: TermWindow
    whom: str
    besides: str
    required: bool


def upcoming(
    windows: Iterable[TermWindow], rulebook: Rulebook, now: datetime, until: datetime
) -> list[Upcoming]:
    """Return what windows have to say in (now, until], the next first."""
    calendar = SchoolCalendar(rulebook.school_days)
    found = [
        Upcoming(
            each.key,
            each.falls_at,
            kind_of(window.stage, each.moment),
            window,
            rulebook.label_of(window.window.division or among.only),
            "、".join(rulebook.label_of(key) for key in among.besides),
            each.required,
        )
        for window in windows
        if window.stage is not Stage.SUBMISSION
        for among, plan in plans_of(window, rulebook)
        for each in occasions(reminded_of(window), plan, calendar, now, until)
        if each.fate is Fate.DUE
    ]
    return sorted(found, key=lambda each: (each.at, each.window.id, each.whom))
