"""Writes the dates that a school announces for one window into its rulebook."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from models.rulebooks.locating import Path
from models.rulebooks.writing import with_member, with_value, without_member
from models.vocabulary import Stage


@dataclass(frozen=True, slots=True)
class Announced:
    """A window's dates as they are announced; None is what the rule itself gives.

    `closing_time` at midnight is the end of the last day. A `division` of None is every one.
    """

    term: str
    stage: Stage
    round: int
    grades: tuple[int, ...]
    division: str | None
    opens: date | None
    closes: date
    opening_time: time | None = None
    closing_time: time | None = None
    clause: str = ""


def with_dates(text: str, dates: Announced) -> str:
    """Return the text with these dates: in the entry that says the same window's, or in a new one.

    Raises CannotWriteError where that entry is written so that it has to be changed by hand.
    """
    own = _own(text, dates)
    if own is None:
        return with_member(text, _entries(dates), _scope(dates) | _said(dates))
    for key, value in _said(dates).items():
        text = with_value(text, (*_entries(dates), own, key), value)
    return text


def without_dates(text: str, dates: Announced) -> str | None:
    """Return the text without the entry of just this window: its rule counts; None without one."""
    own = _own(text, dates)
    return None if own is None else without_member(text, (*_entries(dates), own))


def _entries(dates: Announced) -> Path:
    return ("terms", dates.term, "published")


def _own(text: str, dates: Announced) -> int | None:
    """Return the place of the entry that counts, where it is for just the people of a window."""
    terms: dict[str, Any] = tomllib.loads(text).get("terms", {})
    entries: list[dict[str, Any]] = terms.get(dates.term, {}).get("published", [])
    about = (dates.stage.value, dates.round)
    places = [at for at, of in enumerate(entries) if (of["stage"], of.get("round", 1)) == about]
    return places[-1] if places and _is_for(entries[places[-1]], dates) else None


def _is_for(entry: Mapping[str, Any], dates: Announced) -> bool:
    divisions = [dates.division] if dates.division else []
    return entry.get("grades") == list(dates.grades) and entry.get("divisions", []) == divisions


def _scope(dates: Announced) -> dict[str, object]:
    scope: dict[str, object] = {"stage": dates.stage.value}
    if dates.round > 1 or dates.stage is Stage.RECEIPT:
        scope["round"] = dates.round
    scope["grades"] = dates.grades
    if dates.division:
        scope["divisions"] = [dates.division]
    return scope


def _said(dates: Announced) -> dict[str, object]:
    """Return the keys that are given, in the order in which people write them."""
    said: dict[str, object] = {}
    if dates.opens:
        said["opens"] = dates.opens
    said["closes"] = dates.closes
    if dates.opening_time:
        said["opening_time"] = f"{dates.opening_time:%H:%M}"
    if dates.closing_time is not None:
        midnight = dates.closing_time == time.min
        said["closing_time"] = "24:00" if midnight else f"{dates.closing_time:%H:%M}"
    if dates.clause:
        said["clause"] = dates.clause
    return said
