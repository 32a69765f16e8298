"""Holds a school's own wording of a sentence against what must stay and what must not come in.

A sentence has places in braces that are filled when it is said, such as the deadline. All of them
stay: each carries what somebody has to know. Where the law wants something to be said, its words
stay as well.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from models.rules.simplified import simplified_in

BANNED = ("遲交", "落後", "不足", "至少", "排名", "名次", "已送達", "已讀", "親愛的", "！！")
"""What no message says (114函 points 1, 2 and 4): demands, ranks, and what nobody can know."""
MAINLAND = re.compile("信息|用戶|默認|視頻|賬號|鏈接|屏幕|網絡|短信|軟件|硬件|服務器|數據庫")
"""Words that Taiwan writes otherwise."""


class Flaw(StrEnum):
    """What is wrong with a wording."""

    UNREADABLE = "unreadable"
    UNKNOWN_PLACE = "unknown_place"
    MISSING_PLACE = "missing_place"
    MISSING_TERM = "missing_term"
    BANNED = "banned"
    NOT_OURS = "not_ours"
    SIMPLIFIED = "simplified"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and in what: names of places, a term, characters, a length."""

    flaw: Flaw
    what: tuple[str, ...] = ()


def places_of(said: str) -> frozenset[str]:
    """Return the names of the places of a sentence; raises ValueError where braces do not fit."""
    found = set()
    for _, name, how, conversion in Formatter().parse(said):
        if name is None:
            continue
        if not name.isidentifier() or how or conversion:
            raise ValueError("a place is a name alone")
        found.add(name)
    return frozenset(found)


def problems(said: str, places: Collection[str], terms: Sequence[str] = ()) -> Iterator[Problem]:
    """Yield what is wrong with a wording of a sentence with these places and necessary terms."""
    try:
        has = places_of(said)
    except ValueError:
        yield Problem(Flaw.UNREADABLE)
        return
    if unknown := sorted(has.difference(places)):
        yield Problem(Flaw.UNKNOWN_PLACE, tuple(unknown))
    if missing := sorted(set(places).difference(has)):
        yield Problem(Flaw.MISSING_PLACE, tuple(missing))
    if lost := [term for term in terms if term not in said]:
        yield Problem(Flaw.MISSING_TERM, tuple(lost))
    if banned := [word for word in BANNED if word in said]:
        yield Problem(Flaw.BANNED, tuple(banned))
    if foreign := MAINLAND.findall(said):
        yield Problem(Flaw.NOT_OURS, tuple(dict.fromkeys(foreign)))
    if simplified := simplified_in(said):
        yield Problem(Flaw.SIMPLIFIED, tuple(simplified))


def can_be_said(said: str, msgid: str) -> bool:
    """Say whether a wording that was kept can still stand for a sentence of the product."""
    try:
        return places_of(said) <= places_of(msgid) | {"n"}
    except ValueError:
        return False
