"""What the checker found: an error refuses the timetable, a warning is shown and recorded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from models.rulebooks import Clause, Rulebook
from models.rules.calendar import SchoolCalendar
from models.rules.timetable import PlannedWindow
from models.vocabulary import Stage


class Severity(StrEnum):
    """Whether a finding refuses the timetable."""

    ERROR = "error"
    WARNING = "warning"


class Fault(StrEnum):
    """What is wrong; handlers/findings.py has the sentence of each."""

    CAP_ABOVE_LAW = "cap_above_law"
    UPLOAD_ENDS_TOO_EARLY = "upload_ends_too_early"
    CERTIFICATION_ENDS_FIRST = "certification_ends_first"
    SELECTION_AFTER_SUBMISSION = "selection_after_submission"
    GRADE3_AFTER_ITS_YEAR = "grade3_after_its_year"
    RECEIPT_BEFORE_SUBMISSION = "receipt_before_submission"
    RECEIPT_TOO_SHORT = "receipt_too_short"
    UPSIDE_DOWN = "upside_down"
    CEREMONY_UNKNOWN = "ceremony_unknown"
    NO_TIME_TO_CERTIFY = "no_time_to_certify"
    SELECTION_ENDS_BEFORE_CERTIFICATION = "selection_ends_before_certification"
    ROUNDS_OVERLAP = "rounds_overlap"
    EXTENSION_AFTER_CERTIFICATION = "extension_after_certification"
    EXTENSION_AFTER_SUBMISSION = "extension_after_submission"
    DECISION_NOT_CITED = "decision_not_cited"
    HOLIDAY_DEADLINE = "holiday_deadline"
    PAST = "past"
    ALL_PAST = "all_past"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the law, or plain sense, has against a timetable.

    `window` is None where a rule of the rulebook itself is at fault; `stage` and `round` say then
    which one. `values` fill the sentence: days, figures, names. The law's clause comes first.
    """

    severity: Severity
    fault: Fault
    clauses: tuple[Clause, ...] = ()
    window: PlannedWindow | None = None
    stage: Stage | None = None
    round: int = 1
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """A timetable before the checker: the rulebook, upright windows, and the day of the law."""

    rulebook: Rulebook
    windows: tuple[PlannedWindow, ...]
    on: date
    calendar: SchoolCalendar

    def of(self, stage: Stage) -> Iterator[PlannedWindow]:
        """Yield the windows of a stage."""
        return (window for window in self.windows if window.stage is stage)

    def pairs(self, first: Stage, second: Stage) -> Iterator[tuple[PlannedWindow, PlannedWindow]]:
        """Yield the windows of two stages that concern some of the same pupils in a term."""
        for one in self.of(first):
            for other in self.of(second):
                if one is not other and same_pupils(one, other):
                    yield one, other

    def own_clauses(self, window: PlannedWindow) -> tuple[Clause, ...]:
        """Return the school's own clauses on a window: of its dates, and of the rule behind."""
        cited = [window.because.clause] if window.because.clause else []
        rules = (
            rule.clause
            for rule in self.rulebook.windows
            if (rule.stage, rule.round) == (window.stage, window.round)
            and window.term.semester in rule.semesters
            and set(rule.grades) & set(window.grades)
        )
        return tuple(dict.fromkeys((*cited, *rules)))


def same_pupils(one: PlannedWindow, other: PlannedWindow) -> bool:
    """Say whether two windows of a term concern some of the same pupils."""
    divisions_meet = None in (one.division, other.division) or one.division == other.division
    return one.term == other.term and divisions_meet and bool(set(one.grades) & set(other.grades))
