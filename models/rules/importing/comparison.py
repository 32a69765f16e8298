"""What comparing a file with the store came to, and when a person must say that it is meant."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from models.rules.importing.changes import Changes
from models.rules.importing.problems import Place, Problem, Reason
from models.vocabulary import Difference, ItemKind

Stored = TypeVar("Stored")
Wanted = TypeVar("Wanted")

MOST_LEAVING = 0.05
MOST_RENAMED = 0.20


class Danger(StrEnum):
    """What a wrong or cut-off file would do, so that nobody does it by mistake."""

    OLDER_LIST = "older_list"
    LEAVING = "leaving"
    CLASS_EMPTIED = "class_emptied"
    RENAMED = "renamed"
    ENROLMENTS_REMOVED = "enrolments_removed"
    WORKS_MISSING = "works_missing"
    OLDER_DATA = "older_data"
    OFFICERS_REMOVED = "officers_removed"
    STATEMENTS_CHANGED = "statements_changed"
    SHORT_NOTICE = "short_notice"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A danger: how many rows it would touch, of how many, and what else it is about."""

    danger: Danger
    count: int
    of: int
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """Which work of which pupil is meant."""

    kind: ItemKind
    id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A work about which the platform and we differ; `place` is None where the file lacks it.

    `taken` says that the platform's word was taken over: it is told, and nothing is left to do.
    """

    difference: Difference
    pupil: str
    title: str
    ours: str
    theirs: str
    place: Place | None
    item: Item
    taken: bool = False


@dataclass(slots=True)
class Comparison:
    """Changes that would be made, rows that cannot be taken, and what needs a person's word.

    `told` counts what the file means for people: pupils leaving, without a statement. `compared`
    are the stored works that the file speaks of, or should.
    """

    changes: Changes = field(default_factory=Changes)
    problems: list[Problem] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    mismatches: list[Mismatch] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    compared: set[tuple[ItemKind, int]] = field(default_factory=set)

    def object(self, place: Place, column: str, value: str, reason: Reason, hint: str = "") -> None:
        """Note that a row cannot be taken."""
        self.problems.append(Problem(place, column, value, reason, hint))

    def alarm_above(self, share: float, danger: Danger, count: int, of: int) -> None:
        """Note a danger if it touches more than a share of the rows."""
        if count > share * of:
            self.alarms.append(Alarm(danger, count, of))


def paired(
    stored: Iterable[Stored],
    wanted: Iterable[Wanted],
    *keys: tuple[Callable[[Stored], Hashable], Callable[[Wanted], Hashable]],
) -> tuple[list[tuple[Stored, Wanted]], list[Stored], list[Wanted]]:
    """Pair rows that mean the same thing, by the first key that tells them apart, then the next.

    Each key is a function of a stored and one of a wanted row; what equals nothing, or several
    rows, is left for the next key. Returns the pairs, and what is left over on both sides. A key
    of None pairs nothing.
    """
    pairs: list[tuple[Stored, Wanted]] = []
    ours, theirs = list(stored), list(wanted)
    for of_stored, of_wanted in keys:
        ours_by, theirs_by = _unique(ours, of_stored), _unique(theirs, of_wanted)
        common = [key for key in theirs_by if key in ours_by]
        pairs += [(ours_by[key], theirs_by[key]) for key in common]
        taken = {id(ours_by[key]) for key in common} | {id(theirs_by[key]) for key in common}
        ours = [row for row in ours if id(row) not in taken]
        theirs = [row for row in theirs if id(row) not in taken]
    return pairs, ours, theirs


def _unique(rows: Sequence[Stored], key_of: Callable[[Stored], Hashable]) -> dict[Hashable, Stored]:
    """Return the rows that have a key of their own."""
    found: dict[Hashable, Stored] = {}
    several: set[Hashable] = {None}
    for row in rows:
        key = key_of(row)
        if key in found:
            several.add(key)
        found[key] = row
    return {key: row for key, row in found.items() if key not in several}
