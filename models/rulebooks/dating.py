"""Writes the dates that a school announces for one window into its rulebook."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from models.rulebooks.writing import with_member, with_value
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
    path = ("terms", dates.term, "published")
    entries: list[dict[str, Any]] = (
        tomllib.loads(text).get("terms", {}).get(dates.term, {}).get("published", [])
    )
    rounds = [(entry.get("stage"), entry.get("round", 1)) for entry in entries]
    latest = max(
        (at for at, of in enumerate(rounds) if of == (dates.stage.value, dates.round)), default=None
    )
    if latest is None or not _is_for(entries[latest], dates):
        return with_member(text, path, _scope(dates) | _said(dates))
    for key, value in _said(dates).items():
        text = with_value(text, (*path, latest, key), value)
    return text


def _is_for(entry: Mapping[str, Any], dates: Announced) -> bool:
    divisions = [dates.division] if dates.division else []
    given = entry.get("grades")
    return given == list(dates.grades) and entry.get("divisions", []) == divisions


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
