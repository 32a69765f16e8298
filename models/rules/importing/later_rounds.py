"""What a later submission round (second, third …) asks again: only whose statement is another now.

An answer to an earlier round stands as long as the statement does. Open queries are not closed by a
file: whether a change is the correction that was asked for is for the office to say (114函 point
6(三)); it gets a list of what became of each.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from models.rules.importing.known import Entry
from models.rules.importing.records import ReceiptRow
from models.vocabulary import QueryState


@dataclass(frozen=True, slots=True)
class KnownDoubt:
    """A query of an earlier round, open or corrected; of a missing work the line is None."""

    id: int
    state: QueryState
    line: Entry | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A pupil's latest statement of the rounds before, and what was doubted about it."""

    lines: Sequence[Entry]
    doubts: Sequence[KnownDoubt] = ()


@dataclass(frozen=True, slots=True)
class DoubtNow:
    """What became of a query: whether its line is another now, or a missing one was added."""

    id: int
    pupil: str
    title: str
    state: QueryState
    changed: bool


@dataclass(frozen=True, slots=True)
class Reopened:
    """The rows that are asked about again, how many pupils are not, and where queries stand."""

    rows: Sequence[ReceiptRow]
    unchanged: int = 0
    doubts: Sequence[DoubtNow] = ()


def reopened(
    rows: Sequence[ReceiptRow], earlier: Mapping[str, Earlier], asked: Set[str] = frozenset()
) -> Reopened:
    """Leave out who has the same statement as before; `asked` have one of this round already.

    Whose query was answered with a correction stays in even so: they wait to see it.
    """
    lines: dict[str, list[Entry]] = {}
    for row in rows:
        lines.setdefault(row.pupil, []).append((row.part, row.title, row.detail))
    left_out: set[str] = set()
    doubts: list[DoubtNow] = []
    for pupil, now in lines.items():
        before = earlier.get(pupil)
        if before is None:
            continue
        doubts += [_doubt_now(each, pupil, before.lines, now) for each in before.doubts]
        waits = any(each.state is QueryState.CORRECTED for each in before.doubts)
        if pupil not in asked and not waits and sorted(before.lines) == sorted(now):
            left_out.add(pupil)
    kept = [row for row in rows if row.pupil not in left_out]
    return Reopened(kept, len(left_out), doubts)


def _doubt_now(
    doubt: KnownDoubt, pupil: str, before: Sequence[Entry], now: Sequence[Entry]
) -> DoubtNow:
    if doubt.line is None:
        changed = bool(set(now) - set(before))
        return DoubtNow(doubt.id, pupil, "", doubt.state, changed)
    return DoubtNow(doubt.id, pupil, doubt.line[1], doubt.state, doubt.line not in now)
