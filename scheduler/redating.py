"""Writes another deadline of a window into the rulebook, whose takeover then moves it."""

from datetime import datetime, time

from models.queries.windows import TermWindow
from models.rulebooks import Rulebook
from models.rulebooks.dating import Announced, with_dates, without_dates
from models.rules.taipei import clock_of, day_of, last_day


def with_deadline(
    text: str, rulebook: Rulebook, window: TermWindow, closes_at: datetime, clause: str = ""
) -> str:
    """Return a rulebook's text in which a window ends at another instant (exclusive).

    It is written as announced dates of its term; what the rules give already is left to them.
    `clause` is the decision as a rulebook cites it. Raises CannotWriteError where the text has to
    be changed by hand.
    """
    return with_dates(text, _announced(rulebook, window, closes_at, clause))


def by_the_rules(text: str, rulebook: Rulebook, window: TermWindow) -> str | None:
    """Return a rulebook's text without a window's own announced dates; None where it has none.

    Raises CannotWriteError as above.
    """
    return without_dates(text, _announced(rulebook, window, window.window.closes_at, ""))


def _announced(
    rulebook: Rulebook, window: TermWindow, closes_at: datetime, clause: str
) -> Announced:
    row, opening, clock = window.window, clock_of(window.opens_at), clock_of(closes_at)
    is_published = row.source == "published"
    ends_early = clock != time.min or clock_of(row.closes_at) != time.min
    by_rule = any(
        rule.closing_time
        for rule in rulebook.windows
        if (rule.stage, rule.round) == (row.stage, row.round)
    )
    return Announced(
        term=window.term_name,
        stage=row.stage,
        round=row.round,
        grades=window.grades,
        division=row.division,
        opens=day_of(row.opens_at) if is_published else None,
        closes=last_day(closes_at),
        opening_time=opening if is_published and opening != time.min else None,
        closing_time=clock if ends_early or by_rule else None,
        clause=clause,
    )
