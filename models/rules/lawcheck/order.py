"""The five stages in their order: no stage may end before the one that it rests on."""

from collections.abc import Iterator

from models.rules.lawcheck import law
from models.rules.lawcheck.finding import Case, Fault, Finding, Severity, same_pupils
from models.rules.lawcheck.law import NationalRule
from models.rules.taipei import instant
from models.rules.timetable import PlannedWindow
from models.vocabulary import Stage


def certification(case: Case) -> Iterator[Finding]:
    """Find certification that ends before upload does, or leaves teachers no day after it."""
    for upload, certify in case.pairs(Stage.UPLOAD, Stage.CERTIFICATION):
        if certify.closes_at < upload.closes_at:
            rules = (law.CERTIFIED_BY_TEACHER, law.UPLOAD_AFTER_CEREMONY)
            yield _finding(
                case, Severity.ERROR, Fault.CERTIFICATION_ENDS_FIRST, certify, upload, *rules
            )
        elif certify.closes_on == upload.closes_on:
            rule = law.UPLOAD_AFTER_CEREMONY
            yield _finding(case, Severity.WARNING, Fault.NO_TIME_TO_CERTIFY, certify, upload, rule)


def selection(case: Case) -> Iterator[Finding]:
    """Find selection that ends before certification, after submission, or after grade 3's year."""
    for certify, select in case.pairs(Stage.CERTIFICATION, Stage.SELECTION):
        if select.closes_at < certify.closes_at:
            fault = Fault.SELECTION_ENDS_BEFORE_CERTIFICATION
            rule = law.CERTIFIED_BY_TEACHER
            yield _finding(case, Severity.WARNING, fault, select, certify, rule)
    for select, submit in case.pairs(Stage.SELECTION, Stage.SUBMISSION):
        if select.closes_at > submit.closes_at:
            fault = Fault.SELECTION_AFTER_SUBMISSION
            rule = law.SELECTED_THEN_SUBMITTED
            yield _finding(case, Severity.ERROR, fault, select, submit, rule)
    for stage in (Stage.SELECTION, Stage.SUBMISSION):
        for window in case.of(stage):
            ends = window.term.next_year_starts_on
            if 3 in window.grades and window.closes_at > instant(ends):
                yield Finding(
                    Severity.ERROR,
                    Fault.GRADE3_AFTER_ITS_YEAR,
                    (law.GRADE3_IN_ITS_YEAR.clause, *case.own_clauses(window)),
                    window,
                    window.stage,
                    values={"closes": window.closes_on, "next_year": ends},
                )


def receipt(case: Case) -> Iterator[Finding]:
    """Find receipts that open before submission, and rounds that overlap."""
    for submit, receipt_ in case.pairs(Stage.SUBMISSION, Stage.RECEIPT):
        if receipt_.opens_on < submit.closes_on:
            fault = Fault.RECEIPT_BEFORE_SUBMISSION
            rule = law.RECEIPT_AFTER_SUBMISSION
            yield _finding(case, Severity.ERROR, fault, receipt_, submit, rule)
    rounds = list(case.of(Stage.RECEIPT))
    for earlier in rounds:
        for later in rounds:
            follows = later.round == earlier.round + 1 and same_pupils(earlier, later)
            if follows and later.opens_at < earlier.closes_at:
                yield _finding(case, Severity.WARNING, Fault.ROUNDS_OVERLAP, later, earlier)


def _finding(
    case: Case,
    severity: Severity,
    fault: Fault,
    window: PlannedWindow,
    other: PlannedWindow,
    *rules: NationalRule,
) -> Finding:
    """Return a finding on a window, held against another one."""
    national = tuple(rule.clause for rule in rules if rule.binds(case.on))
    return Finding(
        severity,
        fault,
        (*national, *case.own_clauses(window)),
        window,
        window.stage,
        window.round,
        {
            "opens": window.opens_on,
            "closes": window.closes_on,
            "other_opens": other.opens_on,
            "other_closes": other.closes_on,
        },
    )
