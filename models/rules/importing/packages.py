"""Compares what came back in a receipt package with what was submitted, row by row.

A row that comes back is the one that went out if all cells that both have are the same; what is
left over on both sides of one pupil is paired by likeness, so that a changed cell is told as such
and not as a loss.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.rules.importing.problems import Place
from models.rules.namelists.cells import tidy
from models.rules.roc import any_day
from models.vocabulary import StatementPart

ALIKE = 0.5
"""Of the cells that both have, more than this share is the same in a row that was changed."""

_WHOLE = re.compile(r"(-?\d+)\.0+")


@dataclass(frozen=True, slots=True)
class Received:
    """One row of a package: whose, of which part and sheet, and its texts by column."""

    place: Place
    pupil: str
    part: StatementPart
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """One row of a name list as it was exported; `title` is what the pupil calls the work.

    `expected` is False for a list that need not come back this time.
    """

    pupil: str
    part: StatementPart
    sheet: str
    title: str
    cells: Mapping[str, str]
    expected: bool = True


class Deviance(StrEnum):
    """How what came back differs from what was submitted."""

    NOT_RECEIVED = "not_received"
    NOT_SUBMITTED = "not_submitted"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Deviation:
    """A work that differs; `columns` are the cells that do, as (column, submitted, received)."""

    deviance: Deviance
    pupil: str
    part: StatementPart
    title: str
    columns: tuple[tuple[str, str, str], ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows that were received, each with what was submitted or None, and what differs."""

    rows: Sequence[tuple[Received, Sent | None]]
    deviations: Sequence[Deviation]
    same: int


def match(received: Sequence[Received], sent: Sequence[Sent]) -> Matched:
    """Return what was received beside what was submitted; rows keep their order.

    A part of which nothing was submitted from here is not compared, and neither are course records.
    """
    compared = {row.part for row in sent}
    ours: dict[tuple[str, StatementPart], list[Sent]] = defaultdict(list)
    for row in sent:
        ours[row.pupil, row.part].append(row)
    theirs: dict[tuple[str, StatementPart], list[Received]] = defaultdict(list)
    for one in received:
        theirs[one.pupil, one.part].append(one)
    found: dict[int, Sent] = {}
    missing: list[Sent] = []
    for key in {**theirs, **ours}:
        left = _pair(theirs[key], ours[key], found)
        missing += [row for row in left if row.expected]
    rows = [(row, found.get(id(row))) for row in received]
    deviations = [
        *(_deviation(row, of) for row, of in rows if row.part in compared and not _same(row, of)),
        *(Deviation(Deviance.NOT_RECEIVED, row.pupil, row.part, row.title) for row in missing),
    ]
    return Matched(rows, deviations, sum(1 for row, of in rows if of and _same(row, of)))


def _pair(theirs: Iterable[Received], ours: Iterable[Sent], found: dict[int, Sent]) -> list[Sent]:
    """Note which of one pupil's rows belong together; return those of ours that are left."""
    left = list(ours)
    waiting = []
    for row in theirs:
        same = next((each for each in left if _same(row, each)), None)
        if same is None:
            waiting.append(row)
        else:
            found[id(row)] = same
            left.remove(same)
    for row in waiting:
        nearest = max(left, key=lambda each: _likeness(row.cells, each.cells), default=None)
        if nearest is not None and _likeness(row.cells, nearest.cells) > ALIKE:
            found[id(row)] = nearest
            left.remove(nearest)
    return left


def _same(row: Received, of: Sent | None) -> bool:
    return of is not None and _likeness(row.cells, of.cells) == 1


def _likeness(theirs: Mapping[str, str], ours: Mapping[str, str]) -> float:
    """Return the share of equal cells among those that are not empty on both sides, 0 for none."""
    both = [(theirs[name], ours[name]) for name in ours if name in theirs]
    filled = [pair for pair in both if any(pair)]
    return sum(1 for a, b in filled if is_equal(a, b)) / len(filled) if filled else 0


def _deviation(row: Received, of: Sent | None) -> Deviation:
    if of is None:
        title = next(filter(None, row.cells.values()), "")
        return Deviation(Deviance.NOT_SUBMITTED, row.pupil, row.part, title, place=row.place)
    columns = tuple(
        (name, ours, row.cells[name])
        for name, ours in of.cells.items()
        if name in row.cells and not is_equal(ours, row.cells[name])
    )
    return Deviation(Deviance.CHANGED, row.pupil, row.part, of.title, columns, row.place)


def is_equal(ours: str, theirs: str) -> bool:
    """Tell whether two cells say the same: a text exactly, a day in either calendar, 4 as 4.0."""
    ours, theirs = _plain(ours), _plain(theirs)
    if ours == theirs or not (ours and theirs):
        return ours == theirs
    try:
        return any_day(ours) == any_day(theirs)
    except ValueError:
        return False


def _plain(cell: str) -> str:
    text = tidy(cell).strip()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text
