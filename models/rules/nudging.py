"""A homeroom teacher's reminder to those of a class who have not decided: once a day at most."""

from datetime import datetime, timedelta

from models.errors import NobodyToNudge, NudgedRecently
from models.rules.opening import Span, require_open
from models.rules.taipei import day_of, instant


def nudge_class(window: Span, *, undecided: int, nudged_today: bool, now: datetime) -> None:
    """Raise unless a class may be reminded now of this window.

    WindowNotOpen or WindowClosed outside it, NobodyToNudge where all have decided, NudgedRecently
    where this class was reminded of it earlier on the same day in Taipei.
    """
    require_open(window, now)
    if undecided == 0:
        raise NobodyToNudge
    if nudged_today:
        raise NudgedRecently(tomorrow(now))


def tomorrow(now: datetime) -> datetime:
    """Return the instant at which the next day begins in Taipei."""
    return instant(day_of(now) + timedelta(days=1))


def occasion(window_id: int, class_id: int, now: datetime) -> str:
    """Return the occasion of a class's reminder, so that a pupil has at most one a day."""
    return f"nudge/{window_id}/{class_id}/{day_of(now).isoformat()}"
