"""Pupils who change their class or number, and two rows of one person that become one.

What stands against it is listed whole, so that a registrar sees all of it before anything is done.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from models.vocabulary import Choice, ItemKind, PersonKind, Stage

LONGEST_NUMBER = 32
"""Signs of a school number, as an import takes them."""
MOST_SEATS = 99


class Hindrance(StrEnum):
    """Why a pupil cannot be moved so."""

    NOTHING_NEW = "nothing_new"
    NOT_YET = "not_yet"
    NO_NUMBER = "no_number"
    NUMBER_TAKEN = "number_taken"
    NO_SEAT = "no_seat"
    SEAT_TAKEN = "seat_taken"


class Conflict(StrEnum):
    """Why two rows cannot become one person."""

    SAME_ROW = "same_row"
    OTHER_KIND = "other_kind"
    DEPARTED = "departed"
    OTHER_NAME = "other_name"
    BOTH_JOINED = "both_joined"
    BOTH_HAVE_STATEMENT = "both_have_statement"
    DECIDED_DIFFERENTLY = "decided_differently"
    TOO_MANY_SELECTED = "too_many_selected"


@dataclass(frozen=True, slots=True)
class Seat:
    """A school number with a place in a class; without a class the seat is 0."""

    number: str
    class_id: int | None
    seat: int


@dataclass(frozen=True, slots=True)
class Objection:
    """A conflict with what it is about: a channel, a term, a year; "" where that is plain."""

    conflict: Conflict
    about: str = ""


@dataclass(frozen=True, slots=True)
class Traces:
    """What one row of a person holds that could stand against making it one with another.

    `channels` are those that it has joined on, `statements` the submissions it has a statement of
    ("113-1, round 1" by id); `selected` are the slots taken by academic year and kind.
    """

    person_id: int
    name: str = ""
    kind: PersonKind = PersonKind.PUPIL
    departed: bool = False
    channels: frozenset[str] = frozenset()
    statements: Mapping[int, str] = field(default_factory=dict)
    decisions: Mapping[tuple[Stage, str], Choice] = field(default_factory=dict)
    selected: Mapping[tuple[int, ItemKind], frozenset[int]] = field(default_factory=dict)


def hindrances(
    now: Seat,
    wanted: Seat,
    *,
    day: date,
    today: date,
    numbers_taken: Collection[str],
    seats_taken: Collection[int],
) -> tuple[Hindrance, ...]:
    """Return what stands against a pupil's new number, class and seat from a day on.

    A move is done at once, so its day has come: one that is announced is entered on its day.
    `numbers_taken` are the numbers of others, `seats_taken` the seats of others in the new class.
    """
    found = []
    if wanted == now:
        found.append(Hindrance.NOTHING_NEW)
    if day > today:
        found.append(Hindrance.NOT_YET)
    if not wanted.number or len(wanted.number) > LONGEST_NUMBER or _has_blank(wanted.number):
        found.append(Hindrance.NO_NUMBER)
    elif wanted.number in numbers_taken:
        found.append(Hindrance.NUMBER_TAKEN)
    if wanted.class_id is not None:
        if not 1 <= wanted.seat <= MOST_SEATS:
            found.append(Hindrance.NO_SEAT)
        elif wanted.seat in seats_taken:
            found.append(Hindrance.SEAT_TAKEN)
    return tuple(found)


def conflicts(
    kept: Traces, gone: Traces, caps: Mapping[tuple[int, ItemKind], int]
) -> tuple[Objection, ...]:
    """Return all that stands against `gone` becoming one with `kept`; nothing is decided for them.

    `caps` says how many works may be selected, by academic year and kind.
    """
    if kept.person_id == gone.person_id:
        return (Objection(Conflict.SAME_ROW),)
    if kept.kind is not gone.kind:
        return (Objection(Conflict.OTHER_KIND),)
    found = [Objection(Conflict.DEPARTED)] if kept.departed else []
    if kept.name != gone.name and not (kept.departed or gone.departed):
        found.append(Objection(Conflict.OTHER_NAME))
    both = sorted(kept.channels & gone.channels)
    found += [Objection(Conflict.BOTH_JOINED, channel) for channel in both]
    twice = sorted(kept.statements.keys() & gone.statements.keys())
    found += [Objection(Conflict.BOTH_HAVE_STATEMENT, kept.statements[each]) for each in twice]
    found += [
        Objection(Conflict.DECIDED_DIFFERENTLY, scope) for scope in _scopes_at_odds(kept, gone)
    ]
    for key in sorted(kept.selected.keys() & gone.selected.keys()):
        if len(kept.selected[key]) + len(gone.selected[key]) > caps[key]:
            found.append(Objection(Conflict.TOO_MANY_SELECTED, str(key[0])))
    return tuple(found)


def new_slots(kept: Collection[int], gone: Collection[int]) -> dict[int, int]:
    """Return for each slot of `gone` the one it gets beside those of `kept`: the lowest free."""
    free = (slot for slot in range(1, len(kept) + len(gone) + 1) if slot not in kept)
    return dict(zip(sorted(gone), free, strict=False))


def _scopes_at_odds(kept: Traces, gone: Traces) -> list[str]:
    """Return the terms and years about which the two decided differently.

    To submit nothing is at odds with works that the other row has selected, too.
    """
    found = {
        scope
        for (stage, scope), choice in kept.decisions.items()
        if gone.decisions.get((stage, scope), choice) is not choice
    }
    for one, other in ((kept, gone), (gone, kept)):
        chosen = {str(year) for (year, _), slots in other.selected.items() if slots}
        found |= {
            scope
            for (stage, scope), choice in one.decisions.items()
            if stage is Stage.SELECTION and choice is Choice.NOTHING and scope in chosen
        }
    return sorted(found)


def _has_blank(number: str) -> bool:
    return any(sign.isspace() for sign in number)
