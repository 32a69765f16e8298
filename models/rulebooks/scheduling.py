"""The timetable in a rulebook: windows, terms with their dates, late ends, and paper slips."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from models.rulebooks import bounds
from models.rulebooks.citing import Documents
from models.rulebooks.problems import Expected
from models.rulebooks.reading import Table
from models.rulebooks.values import (
    DATED_ANCHORS,
    Anchor,
    AnchoredDay,
    DayOff,
    ExtensionRule,
    Lapse,
    PublishedDates,
    SlipRule,
    TermPlan,
    WindowRule,
)
from models.rulebooks.whom import Everybody, lapse_in
from models.vocabulary import Stage

_TERM = re.compile(r"[1-9]\d{1,2}-[12]")
_LENGTHS = ("closes", "lasts_days", "lasts_school_days")


class Schedule:
    """Reads what a school says about days; knows whom there is, and what may be cited."""

    def __init__(self, everybody: Everybody, documents: Documents) -> None:
        self._everybody = everybody
        self._documents = documents

    def window(self, table: Table) -> WindowRule:
        """Return one [[windows]] rule."""
        stage = Stage(table.one_of("stage", bounds.STAGES))
        round_ = _round(table)
        rule = WindowRule(
            stage=stage,
            round=round_,
            semesters=self._everybody.semesters_in(table),
            grades=self._everybody.grades_in(table),
            divisions=self._everybody.divisions_in(table, self._everybody.divisions),
            opens=_anchored(table, "opens", round_) or AnchoredDay(Anchor.TERM_START),
            closes=_anchored(table, "closes", round_) if table.has("closes") else None,
            lasts=_length(table),
            opening_time=table.opening_time("opening_time"),
            closing_time=table.closing_time("closing_time"),
            day_off=DayOff(table.one_of("if_day_off", bounds.DAYS_OFF, default=DayOff.KEEP.value)),
            clause=self._documents.clause(table),
        )
        if sum(table.has(key) for key in _LENGTHS) != 1:
            table.expect_one_of(_LENGTHS)
        table.done()
        return rule

    def extension(self, table: Table) -> ExtensionRule:
        """Return one [[extensions]] rule: how late one pupil's own deadline may be."""
        rule = ExtensionRule(
            stage=Stage(table.one_of("stage", bounds.EXTENDABLE)),
            scope=self._everybody.scope_in(table),
            within=lapse_in(table, 1, bounds.LONGEST_EXTENSION),
            approved_by=table.text("approved_by", required=False),
            clause=self._documents.clause(table),
        )
        table.done()
        return rule

    def slip(self, table: Table) -> SlipRule:
        """Return one [[slips]] rule: which stage has a paper slip, and when it is to be back."""
        rule = SlipRule(
            stage=Stage(table.one_of("stage", bounds.SLIPPED)),
            scope=self._everybody.scope_in(table),
            back=lapse_in(table, -bounds.LONGEST_LIMIT, bounds.LONGEST_LIMIT, prefix="back_"),
            clause=self._documents.clause(table),
        )
        table.done()
        return rule

    def terms(self, table: Table, windows: tuple[WindowRule, ...]) -> Mapping[str, TermPlan]:
        """Return the terms by their codes, the earliest first."""
        plans: dict[str, TermPlan] = {}
        for code in table.names():
            if _TERM.fullmatch(code):
                plans[code] = self._term(code, table.table(code), windows)
            else:
                table.notes.add((*table.path, code), Expected.TERM, code)
        return MappingProxyType(dict(sorted(plans.items(), key=_by_year)))

    def _term(self, code: str, table: Table, windows: tuple[WindowRule, ...]) -> TermPlan:
        published = tuple(
            self._published(code, member, windows) for member in table.tables("published")
        )
        anchors = dict(_anchor_days(table))
        table.done()
        return TermPlan(code, MappingProxyType(anchors), published)

    def _published(
        self, code: str, table: Table, windows: tuple[WindowRule, ...]
    ) -> PublishedDates:
        dates = PublishedDates(
            stage=Stage(table.one_of("stage", bounds.STAGES)),
            round=_round(table),
            grades=self._everybody.grades_in(table),
            divisions=self._everybody.divisions_in(table),
            opens=table.day("opens", required=False),
            closes=table.day("closes") or date.min,
            opening_time=table.opening_time("opening_time"),
            closing_time=table.closing_time("closing_time", end_of_day=bounds.END_OF_DAY),
            clause=self._documents.clause_if_any(table),
        )
        if dates.opens is None and not _has_rule(code, dates, windows):
            table.problem("opens", Expected.OPENING_FROM_A_RULE)
        table.done()
        return dates


def _round(table: Table) -> int:
    return table.number("round", 1, bounds.ROUNDS, default=1)


def _length(table: Table) -> Lapse | None:
    if table.has("lasts_school_days"):
        days = table.number("lasts_school_days", 1, bounds.MOST_SCHOOL_DAYS)
        return Lapse(days, of_school=True)
    if table.has("lasts_days"):
        return Lapse(table.number("lasts_days", 1, bounds.LONGEST_WINDOW))
    return None


def _anchored(table: Table, key: str, round_: int) -> AnchoredDay | None:
    if table.has(key) and not table.holds_table(key):
        table.ask(key)
        table.problem(key, Expected.ANCHORED_DAY)
        return None
    day = table.table(key, required=True)
    if not table.has(key):
        return None
    anchor = Anchor(day.one_of("anchor", bounds.ANCHORS))
    if anchor is Anchor.PREVIOUS_ROUND and round_ == 1:
        day.problem("anchor", Expected.AFTER_FIRST_ROUND)
    days = day.number("days", -bounds.LONGEST_OFFSET, bounds.LONGEST_OFFSET, default=0)
    weeks = day.number("weeks", -bounds.MOST_WEEKS, bounds.MOST_WEEKS, default=0)
    most = bounds.MOST_SCHOOL_DAYS
    school_days = day.number("school_days", -most, most, default=0)
    day.done()
    return AnchoredDay(anchor, days + 7 * weeks, school_days)


def _anchor_days(table: Table) -> Iterator[tuple[Anchor, date]]:
    for anchor in DATED_ANCHORS:
        day = table.day(anchor.value, required=False)
        if day:
            yield anchor, day


def _has_rule(code: str, dates: PublishedDates, windows: tuple[WindowRule, ...]) -> bool:
    """Say whether a rule gives the opening of dates that were published without one."""
    return any(
        (rule.stage, rule.round) == (dates.stage, dates.round) and int(code[-1]) in rule.semesters
        for rule in windows
    )


def _by_year(item: tuple[str, TermPlan]) -> tuple[int, str]:
    code = item[0]
    return len(code), code
