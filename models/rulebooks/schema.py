"""The format of a rulebook, section by section; docs/rulebook.md explains it to its authors."""

import re
from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType

from models.rulebooks.problems import Expected
from models.rulebooks.reading import Table
from models.rulebooks.values import (
    DATED_ANCHORS,
    Anchor,
    AnchoredDay,
    Cap,
    Caps,
    Clause,
    DigestMornings,
    Division,
    NudgeLimits,
    PublishedDates,
    QuietHours,
    ReminderPlan,
    Rulebook,
    SchoolDays,
    TermPlan,
    WindowRule,
)
from models.vocabulary import Stage

GRADES = (1, 2, 3)
SEMESTERS = (1, 2)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CAP_KEYS = (
    "outcomes_uploaded_per_semester",
    "performances_uploaded_per_year",
    "outcomes_selected_per_year",
    "performances_selected_per_year",
)
DEFAULT_OFFSETS = (14, 7, 3, 1, 0)
_STAGES = tuple(stage.value for stage in Stage)
_ANCHORS = tuple(anchor.value for anchor in Anchor)
_TERM = re.compile(r"[1-9]\d{1,2}-[12]")
_CITED = re.compile(r"([a-z][a-z0-9_]*)\s*[:：]\s*(.+)")
_LONGEST_OFFSET = 400
_MOST_WEEKS = _LONGEST_OFFSET // 7
_NO_CLAUSE = Clause("", None, "")


class Schema:
    """Reads one file's tables; knows the names that other sections refer to."""

    def __init__(self, root: Table) -> None:
        self._root = root
        self._documents = _documents(root.table("documents", required=True))
        school = root.table("school", required=True)
        self._code = school.text("code")
        self._name = school.text("name")
        self._short_name = school.text("short_name", required=False) or self._name
        self._grades = school.numbers("grades", 1, 3, GRADES)
        school.done()
        self._divisions = tuple(_divisions(root))
        self._division_keys = tuple(division.key for division in self._divisions)
        self._windows = tuple(self._window(table) for table in root.tables("windows"))

    def rulebook(self) -> Rulebook:
        """Return the rulebook; sound only if no problem was noted."""
        caps, division_caps = self._caps(self._root.table("caps", required=True))
        rulebook = Rulebook(
            code=self._code,
            name=self._name,
            short_name=self._short_name,
            grades=self._grades,
            divisions=self._divisions,
            caps=caps,
            division_caps=division_caps,
            windows=self._windows,
            reminders=self._reminders(),
            nudges=self._nudges(),
            certification_undo_minutes=self._undo_minutes(),
            school_days=_school_days(self._root.table("calendar")),
            terms=self._terms(),
        )
        self._root.done()
        return rulebook

    def _caps(self, table: Table) -> tuple[Caps, Mapping[str, Caps]]:
        caps = Caps(**{key: self._cap(table.table(key, required=True)) for key in CAP_KEYS})
        own: dict[str, Caps] = {}
        by_division = table.table("divisions")
        for division in self._division_keys:
            overrides = by_division.table(division)
            given = {key: getattr(caps, key) for key in CAP_KEYS}
            for key in CAP_KEYS:
                member = overrides.table(key)
                if overrides.has(key):
                    given[key] = self._cap(member)
            overrides.done()
            if by_division.has(division):
                own[division] = Caps(**given)
        by_division.done()
        table.done()
        return caps, MappingProxyType(own)

    def _cap(self, table: Table) -> Cap:
        at_most = table.number("at_most", 0, 999)
        cap = Cap(at_most, self._clause(table))
        table.done()
        return cap

    def _clause(self, table: Table) -> Clause:
        return self._cited(table, table.text("clause"))

    def _cited(self, table: Table, text: str) -> Clause:
        """Return the clause named by a text: 第六點(三), or with its document: minutes: 壹、一."""
        cited = _CITED.fullmatch(text)
        document, point = (cited[1], cited[2]) if cited else ("rules", text)
        if document in self._documents:
            name, dated = self._documents[document]
            return Clause(name, dated, point)
        if text and self._documents:
            table.problem("clause", Expected.CLAUSE, documents="、".join(self._documents))
        return _NO_CLAUSE

    def _window(self, table: Table) -> WindowRule:
        stage = Stage(table.one_of("stage", _STAGES))
        round_ = table.number("round", 1, 9, default=1)
        rule = WindowRule(
            stage=stage,
            round=round_,
            semesters=table.numbers("semesters", 1, 2, SEMESTERS),
            grades=table.numbers("grades", 1, 3, self._grades),
            divisions=table.some_of("divisions", self._division_keys, self._division_keys),
            opens=self._anchored(table, "opens", round_) or AnchoredDay(Anchor.TERM_START),
            closes=self._anchored(table, "closes", round_) if table.has("closes") else None,
            lasts_days=table.number("lasts_days", 1, 366) if table.has("lasts_days") else None,
            closing_time=table.closing_time("closing_time"),
            clause=self._clause(table),
        )
        if table.has("closes") == table.has("lasts_days"):
            table.notes.add(table.path, Expected.ONE_OF_TWO, first="closes", second="lasts_days")
        table.done()
        return rule

    def _anchored(self, table: Table, key: str, round_: int) -> AnchoredDay | None:
        if table.has(key) and not table.holds_table(key):
            table.ask(key)
            table.problem(key, Expected.ANCHORED_DAY)
            return None
        day = table.table(key, required=True)
        if not table.has(key):
            return None
        anchor = Anchor(day.one_of("anchor", _ANCHORS))
        if anchor is Anchor.PREVIOUS_ROUND and round_ == 1:
            day.problem("anchor", Expected.AFTER_FIRST_ROUND)
        days = day.number("days", -_LONGEST_OFFSET, _LONGEST_OFFSET, default=0)
        weeks = day.number("weeks", -_MOST_WEEKS, _MOST_WEEKS, default=0)
        day.done()
        return AnchoredDay(anchor, days + 7 * weeks)

    def _reminders(self) -> ReminderPlan:
        hours = self._root.table("quiet_hours")
        quiet = QuietHours(hours.clock("from", time(21)), hours.clock("until", time(7)))
        hours.done()
        digest = self._root.table("digest")
        weekdays = digest.some_of("weekdays", WEEKDAYS, ("mon", "thu"))
        mornings = DigestMornings(
            tuple(sorted(WEEKDAYS.index(day) for day in weekdays)),
            digest.clock("at", time(7, 40)),
            digest.number("within_days", 1, _LONGEST_OFFSET, default=14),
        )
        table = self._root.table("reminders")
        plan = ReminderPlan(
            at=table.clock("at", time(7, 30)),
            days_before=_days_before(table),
            quiet=quiet,
            digest=mornings,
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

    def _undo_minutes(self) -> int:
        table = self._root.table("certification")
        minutes = table.number("undo_minutes", 0, 1440, default=10)
        table.done()
        return minutes

    def _terms(self) -> Mapping[str, TermPlan]:
        table = self._root.table("terms")
        plans: dict[str, TermPlan] = {}
        for code in table.names():
            if _TERM.fullmatch(code):
                plans[code] = self._term(code, table.table(code))
            else:
                table.notes.add((*table.path, code), Expected.TERM, code)
        return MappingProxyType(dict(sorted(plans.items(), key=_by_year)))

    def _term(self, code: str, table: Table) -> TermPlan:
        anchors: dict[Anchor, date] = {}
        for anchor in DATED_ANCHORS:
            day = table.day(anchor.value, required=False)
            if day:
                anchors[anchor] = day
        published = tuple(self._published(code, member) for member in table.tables("published"))
        table.done()
        return TermPlan(code, MappingProxyType(anchors), published)

    def _published(self, code: str, table: Table) -> PublishedDates:
        cited = table.text("clause", required=False)
        dates = PublishedDates(
            stage=Stage(table.one_of("stage", _STAGES)),
            round=table.number("round", 1, 9, default=1),
            grades=table.numbers("grades", 1, 3, self._grades),
            divisions=table.some_of("divisions", self._division_keys, ()),
            opens=table.day("opens", required=False),
            closes=table.day("closes") or date.min,
            closing_time=table.closing_time("closing_time"),
            clause=self._cited(table, cited) if cited else None,
        )
        if dates.opens is None and not self._has_rule(code, dates):
            table.problem("opens", Expected.OPENING_FROM_A_RULE)
        table.done()
        return dates

    def _has_rule(self, code: str, dates: PublishedDates) -> bool:
        """Say whether a rule gives the opening of dates that were published without one."""
        return any(
            (rule.stage, rule.round) == (dates.stage, dates.round)
            and int(code[-1]) in rule.semesters
            for rule in self._windows
        )


def _documents(table: Table) -> dict[str, tuple[str, date | None]]:
    documents: dict[str, tuple[str, date | None]] = {}
    for key in ("rules", *(key for key in table.names() if key != "rules")):
        document = table.table(key, required=True)
        if table.has(key):
            documents[key] = (document.text("name"), document.day("dated"))
            document.done()
    return documents


def _divisions(root: Table) -> "list[Division]":
    divisions: list[Division] = []
    for table in root.tables("divisions"):
        division = Division(table.text("key"), table.text("label"))
        if any(division.key == other.key for other in divisions):
            table.problem("key", Expected.DISTINCT)
        divisions.append(division)
        table.done()
    return divisions


def _days_before(table: Table) -> Mapping[Stage, tuple[int, ...]]:
    usual = table.numbers("days_before", 0, 60, DEFAULT_OFFSETS)
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


def _by_year(item: tuple[str, TermPlan]) -> tuple[int, str]:
    code = item[0]
    return len(code), code
