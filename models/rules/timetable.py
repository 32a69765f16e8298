"""The timetable of a term: each stage's windows, counted from the rulebook or as published.

A window is worked out for every division and grade by itself, so that exceptions and published
dates may touch some of them only; those that come out the same are then one window again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from models.rulebooks import Anchor, Lapse, PublishedDates, Rulebook, WindowRule
from models.rules.calendar import SchoolCalendar
from models.rules.counting import Reason, counted, off_days_off
from models.rules.roc import Term
from models.rules.taipei import day_of, end_of, instant, last_day
from models.vocabulary import Stage

Source = Literal["computed", "published"]


@dataclass(frozen=True, slots=True)
class PlannedWindow:
    """When one stage is open, to some grades of a division (None: of the whole school).

    `opens_at` is inclusive, `closes_at` exclusive, both aware UTC. Grades are those of the term's
    own academic year: pupils who select in autumn 113 for term 112-2 count as of year 112.
    """

    stage: Stage
    term: Term
    round: int
    division: str | None
    grades: tuple[int, ...]
    opens_at: datetime
    closes_at: datetime
    source: Source
    because: Reason

    @property
    def opens_on(self) -> date:
        """The first day in Taipei."""
        return day_of(self.opens_at)

    @property
    def closes_on(self) -> date:
        """The last day in Taipei."""
        return last_day(self.closes_at)


@dataclass(frozen=True, slots=True)
class UndatedWindow:
    """A window that the rules foresee but that has no date yet: an anchor is missing."""

    stage: Stage
    term: Term
    round: int
    division: str | None
    grades: tuple[int, ...]
    missing: Anchor


@dataclass(frozen=True, slots=True)
class Timetable:
    """A term's windows in the order of the stages, and what cannot be dated yet."""

    windows: tuple[PlannedWindow, ...]
    undated: tuple[UndatedWindow, ...]


def derive(rulebook: Rulebook, term: Term) -> tuple[PlannedWindow, ...]:
    """Return the term's windows that have dates; published dates override computed ones."""
    return plan(rulebook, term).windows


def plan(rulebook: Rulebook, term: Term) -> Timetable:
    """Return the term's windows, and those that wait for a date."""
    anchors = anchor_days(rulebook, term)
    cells = {cell: tuple(_along(rulebook, term, cell, anchors)) for cell in _cells(rulebook)}
    merged = tuple(_merged(cells))
    windows = [
        PlannedWindow(
            stage=span.stage,
            term=term,
            round=span.round,
            division=division,
            grades=grades,
            opens_at=instant(span.opens_on, span.opening_time or time.min),
            closes_at=end_of(span.closes_on, span.closing_time),
            source=span.source,
            because=span.because,
        )
        for span, division, grades in merged
        if isinstance(span, _Span)
    ]
    undated = [
        UndatedWindow(gap.stage, term, gap.round, division, grades, gap.missing)
        for gap, division, grades in merged
        if isinstance(gap, _Gap)
    ]
    return Timetable(tuple(sorted(windows, key=_place)), tuple(undated))


def anchor_days(rulebook: Rulebook, term: Term) -> Mapping[Anchor, date]:
    """Return the days of a term's anchors, as far as the rulebook has them."""
    own = rulebook.terms.get(str(term))
    following = rulebook.terms.get(str(term.next))
    days = dict(own.anchors) if own else {}
    if following and Anchor.TERM_START in following.anchors:
        days[Anchor.NEXT_TERM_START] = following.anchors[Anchor.TERM_START]
    return days


_Cell = tuple[str | None, int]
_STAGES = tuple(Stage)


@dataclass(frozen=True, slots=True)
class _Span:
    """The days of one window as they come out for one division and grade."""

    stage: Stage
    round: int
    opens_on: date
    closes_on: date
    opening_time: time | None
    closing_time: time | None
    source: Source
    because: Reason


@dataclass(frozen=True, slots=True)
class _Gap:
    """A window of one division and grade that lacks an anchor's date."""

    stage: Stage
    round: int
    missing: Anchor


def _cells(rulebook: Rulebook) -> Iterator[_Cell]:
    divisions: list[str | None] = [division.key for division in rulebook.divisions]
    for division in divisions or [None]:
        for grade in rulebook.grades:
            yield division, grade


def _along(
    rulebook: Rulebook, term: Term, cell: _Cell, anchors: Mapping[Anchor, date]
) -> Iterator[_Span | _Gap]:
    """Yield one division and grade's windows, stage by stage and round by round."""
    own = rulebook.terms.get(str(term))
    calendar = SchoolCalendar(rulebook.school_days)
    rules = {
        (rule.stage, rule.round): rule
        for rule in rulebook.windows
        if term.semester in rule.semesters and _touches(rule, cell)
    }
    published = {
        (dates.stage, dates.round): dates
        for dates in (own.published if own else ())
        if _touches(dates, cell)
    }
    for stage in Stage:
        known = dict(anchors)
        for round_ in sorted(round_ for of, round_ in {*rules, *published} if of is stage):
            rule = rules.get((stage, round_))
            computed = _computed(rule, known, calendar) if rule else None
            found = _decided(computed, rule, published.get((stage, round_)))
            known.pop(Anchor.PREVIOUS_ROUND, None)
            if isinstance(found, _Span):
                known[Anchor.PREVIOUS_ROUND] = found.closes_on
            if found:
                yield found


def _touches(entry: WindowRule | PublishedDates, cell: _Cell) -> bool:
    division, grade = cell
    return grade in entry.grades and (not entry.divisions or division in entry.divisions)


def _decided(
    computed: _Span | _Gap | None, rule: WindowRule | None, published: PublishedDates | None
) -> _Span | _Gap | None:
    """Return the published dates if there are any, else what the rule computes.

    What was published without an opening, or without times of day, keeps those of the rule.
    """
    if published is None:
        return computed
    opens_on = published.opens
    if opens_on is None:
        if not isinstance(computed, _Span):
            return computed
        opens_on = computed.opens_on
    alone = (computed.opens_on, computed.closes_on) if isinstance(computed, _Span) else None
    return _Span(
        published.stage,
        published.round,
        opens_on,
        published.closes,
        _said(published.opening_time, rule.opening_time if rule else None),
        _said(published.closing_time, rule.closing_time if rule else None),
        "published",
        Reason(published.clause, computed=alone),
    )


def _said(published: time | None, by_rule: time | None) -> time | None:
    """Return a published time of day, or else the rule's; midnight is the edge of the day."""
    if published is None:
        return by_rule
    return None if published == time.min else published


def _computed(
    rule: WindowRule, known: Mapping[Anchor, date], calendar: SchoolCalendar
) -> _Span | _Gap:
    opens_on = counted(rule.opens, known, calendar)
    if opens_on is None:
        return _Gap(rule.stage, rule.round, rule.opens.anchor)
    counted_from = rule.closes or rule.opens
    if rule.closes:
        nominal = counted(rule.closes, known, calendar)
    else:
        nominal = calendar.last_of(opens_on, rule.lasts or Lapse(1))
    if nominal is None:
        return _Gap(rule.stage, rule.round, counted_from.anchor)
    closes_on = off_days_off(nominal, rule.day_off, calendar)
    because = Reason(
        rule.clause,
        counted_from.anchor,
        known[counted_from.anchor],
        counted_from.days,
        counted_from.school_days,
        rule.lasts,
        moved_from=None if closes_on == nominal else nominal,
    )
    return _Span(
        rule.stage,
        rule.round,
        opens_on,
        closes_on,
        rule.opening_time,
        rule.closing_time,
        "computed",
        because,
    )


def _merged(
    cells: Mapping[_Cell, tuple[_Span | _Gap, ...]],
) -> Iterator[tuple[_Span | _Gap, str | None, tuple[int, ...]]]:
    """Yield what came out alike once, for its grades; with no division where all have it."""
    alike: dict[_Span | _Gap, dict[str | None, tuple[int, ...]]] = {}
    for (division, grade), found in cells.items():
        for each in found:
            grades = alike.setdefault(each, {})
            grades[division] = (*grades.get(division, ()), grade)
    everywhere = {cell[0] for cell in cells}
    for one, by_division in alike.items():
        if by_division.keys() == everywhere and len(set(by_division.values())) == 1:
            yield one, None, next(iter(by_division.values()))
        else:
            for where, of in by_division.items():
                yield one, where, of


def _place(window: PlannedWindow) -> tuple[int, int, datetime, tuple[int, ...], str]:
    stage = _STAGES.index(window.stage)
    return stage, window.round, window.opens_at, window.grades, window.division or ""
