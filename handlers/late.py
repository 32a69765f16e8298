"""What follows a window's last day by a school's rules: late ends for some, paper slips."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import TypeVar

from handlers.findings import window_name
from handlers.words import Words
from models.rulebooks import ExtensionRule, Rulebook, SlipRule
from models.rules.calendar import SchoolCalendar
from models.rules.extensions import LateEnd, late_end
from models.rules.slips import back_on
from models.rules.timetable import PlannedWindow, Timetable
from models.vocabulary import Stage

Rule = TypeVar("Rule", ExtensionRule, SlipRule)


def late_of(
    rulebook: Rulebook,
    stage: Stage,
    closes_at: datetime,
    *,
    semester: int,
    grade: int | None,
    division: str | None,
) -> LateEnd | None:
    """Return how late a pupil of a class may be given time, None where the rules do not say."""
    rule = rulebook.extension_for(stage, semester=semester, grade=grade, division=division)
    return late_end(rule, closes_at, SchoolCalendar(rulebook.school_days)) if rule else None


def late_sentence(late: LateEnd, words: Words) -> str:
    """Return until when somebody may be given more time, with whose leave, by which clause."""
    deadline, clause = words.deadline(late.at), late.rule.clause
    if late.rule.approved_by:
        return words.say(
            "with the leave of {who} until {deadline} at the latest ({clause})",
            who=late.rule.approved_by,
            deadline=deadline,
            clause=clause,
        )
    return words.say("until {deadline} at the latest ({clause})", deadline=deadline, clause=clause)


def late_lines(table: Timetable, rulebook: Rulebook, words: Words) -> Iterator[str]:
    """Return the late ends and the slips of a term, a line for each that differs."""
    for heading, said in (
        (words.say("Late, for single pupils:"), _late_ends),
        (words.say("Paper slips:"), _slips),
    ):
        lines = [line for window in table.windows for line in said(window, rulebook, words)]
        if lines:
            yield heading
            yield from (f"  {line}" for line in dict.fromkeys(lines))


def _late_ends(window: PlannedWindow, rulebook: Rulebook, words: Words) -> Iterator[str]:
    calendar = SchoolCalendar(rulebook.school_days)
    for concerned, rule in _by_rule(window, rulebook, rulebook.extension_for):
        yield words.say(
            "{window}: {late}",
            window=window_name(concerned, rulebook, words),
            late=late_sentence(late_end(rule, window.closes_at, calendar), words),
        )


def _slips(window: PlannedWindow, rulebook: Rulebook, words: Words) -> Iterator[str]:
    calendar = SchoolCalendar(rulebook.school_days)
    for concerned, rule in _by_rule(window, rulebook, rulebook.slip_for):
        yield words.say(
            "{window}: back by {day} ({clause})",
            window=window_name(concerned, rulebook, words),
            day=words.day(back_on(rule, window.closes_at, calendar)),
            clause=rule.clause,
        )


def _by_rule(
    window: PlannedWindow, rulebook: Rulebook, rule_for: Callable[..., Rule | None]
) -> Iterator[tuple[PlannedWindow, Rule]]:
    """Yield the rules that hold in a window, each with the part of the window that it is for."""
    divisions: list[str | None] = [window.division]
    if window.division is None and rulebook.divisions:
        divisions = [division.key for division in rulebook.divisions]
    grades: dict[tuple[str | None, Rule | None], tuple[int, ...]] = {}
    for at, grade in product(divisions, window.grades):
        rule: Rule | None = rule_for(
            window.stage, semester=window.term.semester, grade=grade, division=at
        )
        known: tuple[int, ...] = grades.get((at, rule), ())
        grades[at, rule] = (*known, grade)
    everybody = len({found for _, found in grades}) == 1
    for (where, found), of in grades.items():
        if found is not None:
            part = replace(window, grades=of, division=where)
            yield (window if everybody else part), found
