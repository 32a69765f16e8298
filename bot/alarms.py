"""Decides when an alarm leaves: not for a hiccup, not every few seconds, and once when it is over.

Pure: what was seen and when goes in, what is to be told comes out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.health import Problem

LASTS = timedelta(seconds=60)
"""After how long a problem is told, and for how long it must be gone until it counts as over."""
AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What somebody outside is to be told; `over` of what they were told earlier."""

    problems: tuple[Problem, ...] = ()
    over: tuple[Problem, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is anything to tell."""
        return bool(self.problems or self.over)


@dataclass(slots=True)
class _Trouble:
    problem: Problem
    seen_at: datetime
    last_seen_at: datetime
    told_at: datetime | None = None


@dataclass(slots=True)
class Alarms:
    """Remembers, for one process, what is wrong since when and what was told of it."""

    _troubles: dict[str, _Trouble] = field(default_factory=dict)

    def due(self, seen: Iterable[Problem], now: datetime) -> Alarm:
        """Take in what was seen at `now` and return what is to be told of it."""
        for problem in seen:
            self._note(problem, now)
        for what, each in list(self._troubles.items()):
            if each.told_at is None and each.last_seen_at < now:
                del self._troubles[what]  # it was gone before anybody heard of it
        troubles = self._troubles.values()
        return Alarm(
            problems=tuple(each.problem for each in troubles if _to_be_told(each, now)),
            over=tuple(each.problem for each in troubles if now - each.last_seen_at >= LASTS),
        )

    def told(self, alarm: Alarm, now: datetime) -> None:
        """Note that an alarm has left; one that could not leave is due again."""
        for problem in alarm.problems:
            self._troubles[problem.what].told_at = now
        for problem in alarm.over:
            del self._troubles[problem.what]

    def _note(self, problem: Problem, now: datetime) -> None:
        known = self._troubles.get(problem.what)
        if known is None:
            since = replace(problem, since=problem.since or now)
            self._troubles[problem.what] = _Trouble(since, now, now)
        else:
            known.last_seen_at = now


def _to_be_told(each: _Trouble, now: datetime) -> bool:
    if each.last_seen_at < now:
        return False
    if each.problem.at_once:
        return each.told_at is None
    if now - each.seen_at < LASTS:
        return False
    return each.told_at is None or now - each.told_at >= AGAIN


def whats(problems: Iterable[Problem]) -> list[str]:
    """Return the closed words of problems in order."""
    return sorted(each.what for each in problems)
