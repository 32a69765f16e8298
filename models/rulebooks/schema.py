"""The format of a rulebook, section by section; docs/rulebook.md explains it to its authors."""

import re
from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType

from models.rulebooks import bounds
from models.rulebooks.capping import caps_in
from models.rulebooks.citing import Documents
from models.rulebooks.problems import Expected
from models.rulebooks.reading import Table
from models.rulebooks.rulebook import Rulebook
from models.rulebooks.scheduling import Schedule
from models.rulebooks.values import (
    DigestMornings,
    Division,
    NudgeLimits,
    QuietHours,
    ReminderPlan,
    SchoolDays,
    TimeLimit,
)
from models.rulebooks.whom import Everybody, lapse_in
from models.vocabulary import Stage

_CODE = re.compile(r"[0-9A-Za-z]{6}")
_DIVISION_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")


class Schema:
    """Reads one file's tables; knows the names that other sections refer to."""

    def __init__(self, root: Table) -> None:
        self._root = root
        self._documents = Documents(root.table("documents", required=True))
        school = root.table("school", required=True)
        self._code = school.text_like("code", _CODE, Expected.SCHOOL_CODE)
        self._name = school.text("name")
        self._short_name = school.text("short_name", required=False) or self._name
        grades = school.numbers("grades", 1, 3, bounds.GRADES)
        school.done()
        self._divisions = tuple(_divisions(root))
        by_label = {each.label: each.key for each in self._divisions}
        self._everybody = Everybody(grades, tuple(by_label.values()), by_label)

    def rulebook(self) -> Rulebook:
        """Return the rulebook; sound only if no problem was noted."""
        root = self._root
        schedule = Schedule(self._everybody, self._documents)
        windows = tuple(schedule.window(table) for table in root.tables("windows"))
        caps, exceptions = caps_in(
            root.table("caps", required=True), self._everybody, self._documents
        )
        certification = root.table("certification")
        rulebook = Rulebook(
            code=self._code,
            name=self._name,
            short_name=self._short_name,
            grades=self._everybody.grades,
            divisions=self._divisions,
            caps=caps,
            cap_exceptions=exceptions,
            windows=windows,
            extensions=tuple(schedule.extension(each) for each in root.tables("extensions")),
            slips=tuple(schedule.slip(each) for each in root.tables("slips")),
            certify_within=self._limit(certification, "within"),
            answer_within=self._answer_limit(),
            reminders=self._reminders(),
            nudges=self._nudges(),
            certification_undo_minutes=certification.number("undo_minutes", 0, 1440, default=10),
            school_days=_school_days(root.table("calendar")),
            terms=schedule.terms(root.table("terms"), windows),
        )
        certification.done()
        root.done()
        return rulebook

    def _answer_limit(self) -> TimeLimit | None:
        queries = self._root.table("queries")
        limit = self._limit(queries, "answered_within")
        queries.done()
        return limit

    def _limit(self, table: Table, key: str) -> TimeLimit | None:
        if table.has(key) and not table.holds_table(key):
            table.ask(key)
            table.problem(key, Expected.WITH_A_PERIOD)
            return None
        own = table.table(key)
        if not table.has(key):
            return None
        limit = TimeLimit(lapse_in(own, 1, bounds.LONGEST_LIMIT), self._documents.clause(own))
        own.done()
        return limit

    def _reminders(self) -> ReminderPlan:
        hours = self._root.table("quiet_hours")
        quiet = QuietHours(hours.clock("from", time(21)), hours.clock("until", time(7)))
        hours.done()
        digest = self._root.table("digest")
        weekdays = digest.some_of("weekdays", bounds.WEEKDAYS, ("mon", "thu"))
        mornings = DigestMornings(
            tuple(sorted(bounds.WEEKDAYS.index(day) for day in weekdays)),
            digest.clock("at", time(7, 40)),
            digest.number("within_days", 1, bounds.LONGEST_OFFSET, default=14),
        )
        table = self._root.table("reminders")
        plan = ReminderPlan(
            at=table.clock("at", time(7, 30)),
            days_before=_days_before(table),
            quiet=quiet,
            digest=mornings,
            other_chat_hours=table.number("other_chat_hours", 0, bounds.MOST_HOURS, default=12),
        )
        for section, clock in ((table, plan.at), (digest, mornings.at)):
            if quiet.cover(clock):
                section.problem("at", Expected.OUTSIDE_QUIET_HOURS, **_span(quiet))
            section.done()
        return plan

    def _nudges(self) -> NudgeLimits:
        table = self._root.table("nudges")
        limits = NudgeLimits(
            teacher_pause_days=table.number("teacher_pause_days", 1, 60, default=3),
        )
        table.done()
        return limits


def _divisions(root: Table) -> "list[Division]":
    divisions: list[Division] = []
    for table in root.tables("divisions"):
        key = table.text_like("key", _DIVISION_KEY, Expected.DIVISION_KEY)
        division = Division(key, table.text("label"))
        if key and any(division.key == other.key for other in divisions):
            table.problem("key", Expected.DISTINCT)
        divisions.append(division)
        table.done()
    return divisions


def _days_before(table: Table) -> Mapping[Stage, tuple[int, ...]]:
    usual = table.numbers("days_before", 0, 60, bounds.DEFAULT_OFFSETS)
    by_stage = table.table("by_stage")
    offsets = {stage: by_stage.numbers(stage.value, 0, 60, usual) for stage in Stage}
    by_stage.done()
    return MappingProxyType(
        {stage: tuple(sorted(days, reverse=True)) for stage, days in offsets.items()}
    )


def _school_days(table: Table) -> SchoolDays:
    holidays: dict[date, str] = {}
    for member in table.tables("holidays"):
        day = member.day("date")
        holidays[day or date.min] = member.text("name")
        member.done()
    school_days = frozenset(table.days("school_days"))
    table.done()
    return SchoolDays(MappingProxyType(holidays), school_days)


def _span(quiet: QuietHours) -> dict[str, object]:
    return {"starts": f"{quiet.starts:%H:%M}", "ends": f"{quiet.ends:%H:%M}"}
