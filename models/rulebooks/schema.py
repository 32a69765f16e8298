"""The format of a rulebook, section by section; docs/rulebook.md explains it to its authors."""

import re
from datetime import date
from types import MappingProxyType

from models.rulebooks import bounds
from models.rulebooks.capping import caps_in
from models.rulebooks.citing import Documents
from models.rulebooks.hours import plans_in
from models.rulebooks.problems import Expected
from models.rulebooks.reading import Table
from models.rulebooks.rulebook import Rulebook
from models.rulebooks.scheduling import Schedule
from models.rulebooks.values import (
    Division,
    NudgeLimits,
    SchoolDays,
    TimeLimit,
)
from models.rulebooks.whom import Everybody, lapse_in

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
        reminders, own_reminders = plans_in(root, self._everybody.divisions)
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
            fresh_days=self._fresh_days(),
            reminders=reminders,
            own_reminders=own_reminders,
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

    def _fresh_days(self) -> int | None:
        imports = self._root.table("imports")
        days = imports.number("fresh_days", 1, bounds.LONGEST_LIMIT, default=0)
        imports.done()
        return days or None

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


def _school_days(table: Table) -> SchoolDays:
    holidays: dict[date, str] = {}
    for member in table.tables("holidays"):
        day = member.day("date")
        holidays[day or date.min] = member.text("name")
        member.done()
    school_days = frozenset(table.days("school_days"))
    table.done()
    return SchoolDays(MappingProxyType(holidays), school_days)
