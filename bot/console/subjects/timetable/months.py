"""A month as a calendar draws it: whole weeks from Monday on, with what happens on each day."""

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.queries.windows import TermWindow
from models.rulebooks import Anchor, Rulebook
from models.rules.calendar import SchoolCalendar
from models.rules.taipei import day_of, last_day
from scheduler.upcoming import Upcoming

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_FIRST_YEAR, _LAST_YEAR = 1990, 2150
_DAY = timedelta(days=1)


class Mark(StrEnum):
    """What kind of thing happens on a day."""

    OPENS = "opens"
    CLOSES = "closes"
    REMINDS = "reminds"
    SCHOOL = "school"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens on a day: a window opens or closes or is reminded of, or an anchor's day."""

    mark: Mark
    day: date
    window: TermWindow | None = None
    reminder: Upcoming | None = None
    anchor: Anchor | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its weeks of days with what happens; days of other months are None."""

    first: date
    weeks: tuple[tuple[date | None, ...], ...]
    on: Mapping[date, tuple[Happening, ...]]

    @property
    def before(self) -> str:
        """The month before, as its address says it."""
        return f"{self.first - _DAY:%Y-%m}"

    @property
    def after(self) -> str:
        """The month after, as its address says it."""
        return f"{self.first + 31 * _DAY:%Y-%m}"


def month_asked(text: str, today: date) -> date:
    """Return the first day of the month that 2025-01 names, today's for anything else."""
    match = _MONTH.fullmatch(text)
    if match and _FIRST_YEAR < int(match[1]) < _LAST_YEAR:
        return date(int(match[1]), int(match[2]), 1)
    return today.replace(day=1)


def end_of_month(first: date) -> date:
    """Return the first day of the month after."""
    return (first + 31 * _DAY).replace(day=1)


def month(first: date, happening: Iterable[Happening]) -> Month:
    """Return a month with what happens in it, a day's things by kind."""
    on: dict[date, list[Happening]] = {}
    for each in happening:
        if first <= each.day < end_of_month(first):
            on.setdefault(each.day, []).append(each)
    marks = list(Mark)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return Month(
        first,
        tuple(tuple(day if day.month == first.month else None for day in week) for week in weeks),
        {
            day: tuple(sorted(on[day], key=lambda each: marks.index(each.mark)))
            for day in sorted(on)
        },
    )


def of_windows(windows: Iterable[TermWindow]) -> Iterable[Happening]:
    """Yield when windows open and close."""
    for each in windows:
        yield Happening(Mark.OPENS, day_of(each.opens_at), each)
        yield Happening(Mark.CLOSES, last_day(each.closes_at), each)


def of_school(rulebook: Rulebook) -> Iterable[Happening]:
    """Yield the days of a school's terms."""
    for term in rulebook.terms.values():
        for anchor, day in term.anchors.items():
            yield Happening(Mark.SCHOOL, day, anchor=anchor, name=term.code)


def of_holidays(rulebook: Rulebook, first: date) -> Iterable[Happening]:
    """Yield the holidays of a month, the public ones and the school's own."""
    known = SchoolCalendar(rulebook.school_days)
    day = first
    while day < end_of_month(first):
        name = known.holiday_name(day)
        if name:
            yield Happening(Mark.HOLIDAY, day, name=name)
        day += _DAY


def of_reminders(coming: Iterable[Upcoming]) -> Iterable[Happening]:
    """Yield the days on which reminders leave: one for what several divisions hear of a window."""
    seen: set[tuple[date, int]] = set()
    for each in coming:
        key = (day_of(each.at), each.window.id)
        if key not in seen:
            seen.add(key)
            yield Happening(Mark.REMINDS, key[0], each.window, each)
