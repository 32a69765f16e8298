"""Takes over what was selected on the platform (已勾選), within the caps of 要點四.

A selection is only ever added: one that was made here and that the platform does not have stays.
"""

from collections import defaultdict
from datetime import datetime

from models.rules.importing.comparison import Comparison, Item, Mismatch
from models.rules.importing.known import KnownWorks
from models.rules.importing.problems import Reason
from models.rules.importing.records import OutcomeRow, PerformanceRow
from models.vocabulary import Difference, ItemKind


class Slots:
    """The numbered slots of every pupil's year, taken and free."""

    def __init__(self, known: KnownWorks, outcome: Comparison, now: datetime) -> None:
        self._known = known
        self._outcome = outcome
        self._now = now
        self._taken: dict[tuple[int, int, ItemKind], set[int]] = defaultdict(set)
        self._selected = {(row.kind, row.item_id) for row in known.selections}
        for row in known.selections:
            self._taken[row.person_id, row.year, row.kind].add(row.slot)

    def fill(
        self,
        row: OutcomeRow | PerformanceRow,
        pupil_id: int,
        year: int,
        kind: ItemKind,
        item_id: int,
    ) -> None:
        """Select a work that the platform has as selected, or say why that cannot be."""
        here = (kind, item_id) in self._selected
        if here and row.selected is False:
            item = Item(kind, item_id, pupil_id)
            self._outcome.mismatches.append(
                Mismatch(Difference.SELECTION, row.pupil, row.title, "", "", row.place, item)
            )
        if here or not row.selected:
            return
        taken = self._taken[pupil_id, year, kind]
        cap = self._known.caps[kind, self._known.places.get((pupil_id, year), (0, ""))]
        if len(taken) >= cap:
            self._outcome.object(row.place, "state", row.title, Reason.NO_ROOM, str(cap))
            return
        slot = next(number for number in range(1, cap + 1) if number not in taken)
        taken.add(slot)
        self._outcome.changes.insert(
            "selection",
            {
                "school_id": self._known.school_id,
                "person_id": pupil_id,
                "year": year,
                "kind": kind,
                "slot": slot,
                "outcome_id": item_id if kind is ItemKind.OUTCOME else None,
                "performance_id": item_id if kind is ItemKind.PERFORMANCE else None,
                "selected_at": self._now,
            },
        )
