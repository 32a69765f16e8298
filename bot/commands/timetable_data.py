"""A timetable, and what the law has against it, as plain data for scripts."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlers.words import Words
    from models.rulebooks import Clause, Lapse, Rulebook
    from models.rules.lawcheck import Finding
    from models.rules.roc import Term
    from models.rules.timetable import PlannedWindow, Timetable, UndatedWindow


def term_data(term: "Term", table: "Timetable") -> dict[str, object]:
    """Return a term's windows, and those that have no date yet."""
    return {
        "term": str(term),
        "windows": [_window_data(window) for window in table.windows],
        "undated": [gap_data(gap) for gap in table.undated],
    }


def gap_data(gap: "UndatedWindow") -> dict[str, object]:
    """Return a window that waits for an anchor's day."""
    return {
        "stage": gap.stage,
        "round": gap.round,
        "division": gap.division,
        "grades": gap.grades,
        "missing": gap.missing,
    }


def _window_data(window: "PlannedWindow") -> dict[str, object]:
    because = window.because
    return {
        "stage": window.stage,
        "term": str(window.term),
        "round": window.round,
        "division": window.division,
        "grades": window.grades,
        "opens_at": window.opens_at.isoformat(),
        "closes_at": window.closes_at.isoformat(),
        "first_day": str(window.opens_on),
        "last_day": str(window.closes_on),
        "source": window.source,
        "clause": _clause_data(because.clause) if because.clause else None,
        "anchor": because.anchor,
        "anchor_day": str(because.anchor_on) if because.anchor_on else None,
        "days": because.days,
        "school_days": because.school_days,
        **_lasts_data(because.lasts),
        "moved_from": str(because.moved_from) if because.moved_from else None,
        "computed": [str(day) for day in because.computed] if because.computed else None,
    }


def _lasts_data(lasts: "Lapse | None") -> dict[str, int | None]:
    of_school = bool(lasts and lasts.of_school)
    return {
        "lasts_days": lasts.days if lasts and not of_school else None,
        "lasts_school_days": lasts.days if lasts and of_school else None,
    }


def _clause_data(clause: "Clause") -> dict[str, object]:
    return {
        "document": clause.document,
        "dated": str(clause.dated) if clause.dated else None,
        "point": clause.point,
    }


def finding_data(finding: "Finding", rulebook: "Rulebook", words: "Words") -> dict[str, object]:
    """Return a finding with its sentence, its window and its clauses."""
    from handlers.findings import finding_sentence

    return {
        "severity": finding.severity,
        "code": finding.fault,
        "message": finding_sentence(finding, rulebook, words),
        "stage": finding.stage,
        "round": finding.round,
        "window": _window_data(finding.window) if finding.window else None,
        "clauses": [_clause_data(clause) for clause in finding.clauses],
    }
