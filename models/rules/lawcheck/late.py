"""Late ends that the school's rules allow (個別展延): no stage may outlast the one after it."""

from collections.abc import Iterator
from datetime import datetime

from models.rules.extensions import LateEnd, late_end
from models.rules.lawcheck import law
from models.rules.lawcheck.finding import Case, Fault, Finding, Severity
from models.rules.lawcheck.law import NationalRule
from models.rules.taipei import last_day
from models.rules.timetable import PlannedWindow
from models.vocabulary import Stage


def extensions(case: Case) -> Iterator[Finding]:
    """Find late uploads that nobody can certify, and late selections that are not submitted."""
    for upload, certify in case.pairs(Stage.UPLOAD, Stage.CERTIFICATION):
        late = _latest(case, upload)
        own = _latest(case, certify)
        ends = max(certify.closes_at, own.at) if own else certify.closes_at
        if late and late.at > ends:
            fault = Fault.EXTENSION_AFTER_CERTIFICATION
            rule = law.CERTIFIED_BY_TEACHER
            yield _finding(case, fault, upload, late, ends=ends, rule=rule)
    for select, submit in case.pairs(Stage.SELECTION, Stage.SUBMISSION):
        late = _latest(case, select)
        if late and late.at > submit.closes_at:
            fault = Fault.EXTENSION_AFTER_SUBMISSION
            rule = law.SELECTED_THEN_SUBMITTED
            yield _finding(case, fault, select, late, ends=submit.closes_at, rule=rule)


def _latest(case: Case, window: PlannedWindow) -> LateEnd | None:
    """Return the latest end that anybody whom a window concerns may be given."""
    divisions: list[str | None] = [window.division]
    if window.division is None:
        divisions += [division.key for division in case.rulebook.divisions]
    rules = (
        case.rulebook.extension_for(
            window.stage, semester=window.term.semester, grade=grade, division=division
        )
        for grade in window.grades
        for division in divisions
    )
    ends = (late_end(rule, window.closes_at, case.calendar) for rule in rules if rule)
    return max(ends, key=lambda end: end.at, default=None)


def _finding(
    case: Case,
    fault: Fault,
    window: PlannedWindow,
    late: LateEnd,
    *,
    ends: datetime,
    rule: NationalRule,
) -> Finding:
    national = (rule.clause,) if rule.binds(case.on) else ()
    return Finding(
        Severity.ERROR if fault is Fault.EXTENSION_AFTER_SUBMISSION else Severity.WARNING,
        fault,
        (*national, late.rule.clause),
        window,
        window.stage,
        window.round,
        {"late": last_day(late.at), "other_closes": last_day(ends)},
    )
