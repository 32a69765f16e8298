"""Holds a timetable against the law as it stood on a day, and cites the clause for each finding."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from models.rulebooks import Rulebook
from models.rules.calendar import SchoolCalendar
from models.rules.lawcheck import bounds, days, late, order
from models.rules.lawcheck.finding import Case, Fault, Finding, Severity
from models.rules.timetable import PlannedWindow

__all__ = ["Fault", "Finding", "Severity", "check", "refuses"]

_CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    bounds.caps,
    bounds.uploads,
    order.certification,
    order.selection,
    order.receipt,
    bounds.receipts,
    late.extensions,
    days.undecided,
    days.holidays,
    days.past,
)


def check(rulebook: Rulebook, windows: Sequence[PlannedWindow], *, on: date) -> tuple[Finding, ...]:
    """Return what the law of a day has against a school's rules and windows, errors first.

    Windows that end before they begin are reported and left out of all other checks.
    """
    upright = tuple(window for window in windows if window.opens_at < window.closes_at)
    case = Case(rulebook, upright, on, SchoolCalendar(rulebook.school_days))
    findings = [_upside_down(case, window) for window in windows if window not in upright]
    for find in _CHECKS:
        findings.extend(find(case))
    return tuple(sorted(findings, key=lambda finding: finding.severity is Severity.WARNING))


def refuses(findings: Sequence[Finding]) -> bool:
    """Say whether the timetable must not be taken over."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def _upside_down(case: Case, window: PlannedWindow) -> Finding:
    return Finding(
        Severity.ERROR,
        Fault.UPSIDE_DOWN,
        case.own_clauses(window),
        window,
        window.stage,
        window.round,
        {"opens": window.opens_on, "closes": window.closes_on},
    )
