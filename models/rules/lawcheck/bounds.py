"""Figures of the law: caps on selection, the length of a receipt window, the end of upload."""

from collections.abc import Iterator
from datetime import timedelta

from models.rulebooks import Anchor, Cap, WindowRule
from models.rules.lawcheck import law
from models.rules.lawcheck.finding import Case, Fault, Finding, Severity
from models.rules.timetable import PlannedWindow, anchor_days
from models.vocabulary import ItemKind, Stage

_NATIONAL_CAPS = {
    ItemKind.OUTCOME: law.OUTCOMES_SELECTED,
    ItemKind.PERFORMANCE: law.PERFORMANCES_SELECTED,
}


def caps(case: Case) -> Iterator[Finding]:
    """Find caps on selection above the national ones (要點四(二)2, 四(三)2)."""
    for kind, rule in _NATIONAL_CAPS.items():
        seen: set[Cap] = set()
        for scope, given in case.rulebook.all_caps():
            cap = given.selected(kind)
            if rule.binds(case.on) and cap.at_most > rule.figure and cap not in seen:
                seen.add(cap)
                yield Finding(
                    Severity.ERROR,
                    Fault.CAP_ABOVE_LAW,
                    (rule.clause, cap.clause),
                    stage=Stage.SELECTION,
                    values={
                        "kind": kind,
                        "divisions": scope.divisions,
                        "grades": scope.grades,
                        "cap": cap.at_most,
                        "highest": rule.figure,
                    },
                )


def receipts(case: Case) -> Iterator[Finding]:
    """Find receipt windows under 3 days, first and last day included (114函 point 6)."""
    rule = law.RECEIPT_LASTS
    if not rule.binds(case.on):
        return
    found: set[int] = set()
    for window in case.of(Stage.RECEIPT):
        days = (window.closes_on - window.opens_on).days + 1
        if days < rule.figure:
            found.add(window.round)
            yield Finding(
                Severity.ERROR,
                Fault.RECEIPT_TOO_SHORT,
                (rule.clause, *case.own_clauses(window)),
                window,
                window.stage,
                window.round,
                {"days": days, "fewest": rule.figure},
            )
    # A round that has no date yet is too short all the same if the school's rule makes it so.
    for own in case.rulebook.windows:
        length = _length(own)
        if own.stage is not Stage.RECEIPT or own.round in found:
            continue
        if length and length < rule.figure:
            found.add(own.round)
            yield Finding(
                Severity.ERROR,
                Fault.RECEIPT_TOO_SHORT,
                (rule.clause, own.clause),
                stage=own.stage,
                round=own.round,
                values={"days": length, "fewest": rule.figure},
            )


def uploads(case: Case) -> Iterator[Finding]:
    """Find uploads that end sooner than two weeks after the closing ceremony (114函 point 3)."""
    rule = law.UPLOAD_AFTER_CEREMONY
    if not rule.binds(case.on):
        return
    for window in case.of(Stage.UPLOAD):
        if _is_grade3_semester2(window):
            continue
        ceremony = anchor_days(case.rulebook, window.term).get(Anchor.CLOSING_CEREMONY)
        clauses = (rule.clause, *case.own_clauses(window))
        if ceremony is None:
            yield Finding(Severity.WARNING, Fault.CEREMONY_UNKNOWN, clauses, window, window.stage)
            continue
        earliest = ceremony + timedelta(days=rule.figure)
        if window.closes_on < earliest:
            yield Finding(
                Severity.ERROR,
                Fault.UPLOAD_ENDS_TOO_EARLY,
                clauses,
                window,
                window.stage,
                values={
                    "closes": window.closes_on,
                    "ceremony": ceremony,
                    "earliest": earliest,
                },
            )


def _is_grade3_semester2(window: PlannedWindow) -> bool:
    """The exception of 114函 point 3: a window for nobody but grade 3 in its second semester."""
    return window.term.semester == 2 and window.grades == (3,)


def _length(rule: WindowRule) -> int | None:
    """Return the days a rule's window lasts, None where that depends on dates not yet known."""
    if rule.closes is None:
        return rule.lasts.days if rule.lasts and not rule.lasts.of_school else None
    by_school_days = rule.closes.school_days or rule.opens.school_days
    if rule.closes.anchor is rule.opens.anchor and not by_school_days:
        return rule.closes.days - rule.opens.days + 1
    return None
