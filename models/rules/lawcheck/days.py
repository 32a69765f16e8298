"""Days that cannot be meant, or that serve nobody: in the past, on a holiday, undecided."""

from collections.abc import Iterator

from models.rules.lawcheck import law
from models.rules.lawcheck.finding import Case, Fault, Finding, Severity


def past(case: Case) -> Iterator[Finding]:
    """Find that windows ended before the day of the check: one finding for all of them.

    A warning: a timetable may be looked at in the middle of its term, or in retrospect.
    """
    over = [window for window in case.windows if window.closes_on < case.on]
    if not over:
        return
    fault = Fault.ALL_PAST if len(over) == len(case.windows) else Fault.PAST
    terms = tuple(dict.fromkeys(str(window.term) for window in over))
    latest = max(window.closes_on for window in over)
    values = {"on": case.on, "n": len(over), "terms": terms, "closes": latest}
    yield Finding(Severity.WARNING, fault, values=values)


def holidays(case: Case) -> Iterator[Finding]:
    """Find deadlines on a public holiday, when nobody at school can help."""
    for window in case.windows:
        name = case.calendar.holiday_name(window.closes_on)
        if name:
            yield Finding(
                Severity.WARNING,
                Fault.HOLIDAY_DEADLINE,
                case.own_clauses(window),
                window,
                window.stage,
                window.round,
                {"closes": window.closes_on, "holiday": name},
            )


def undecided(case: Case) -> Iterator[Finding]:
    """Find published dates that leave the school's rules without naming a decision (111函)."""
    rule = law.DECIDED_BY_WORKING_GROUP
    for window in case.windows:
        computed = window.because.computed
        departs = computed is not None and computed != (window.opens_on, window.closes_on)
        if departs and computed and window.because.clause is None and rule.binds(case.on):
            yield Finding(
                Severity.WARNING,
                Fault.DECISION_NOT_CITED,
                (rule.clause, *case.own_clauses(window)),
                window,
                window.stage,
                window.round,
                {
                    "opens": window.opens_on,
                    "closes": window.closes_on,
                    "computed_opens": computed[0],
                    "computed_closes": computed[1],
                },
            )
