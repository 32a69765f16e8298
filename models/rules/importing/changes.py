"""What an import would do to the rows of a school, as data: it can be shown, applied and undone.

A new row has a provisional id below zero until it is written; other rows may point to it by that.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = dict[str, Any]

ORDER = (
    "person",
    "role",
    "school_class",
    "placement",
    "term",
    "course",
    "enrolment",
    "course_outcome",
    "performance",
    "officer_record",
    "pupil_year",
    "selection",
    "submission",
    "receipt_statement",
    "receipt_line",
)
"""Tables in the order in which rows can be written: whoever is pointed to comes first."""


@dataclass(frozen=True, slots=True)
class Update:
    """Columns of one stored row, before and after."""

    id: int
    before: Values
    after: Values


@dataclass(slots=True)
class Changes:
    """Rows to insert, update and delete, by table."""

    inserts: dict[str, list[Values]] = field(default_factory=dict)
    updates: dict[str, list[Update]] = field(default_factory=dict)
    deletes: dict[str, list[Values]] = field(default_factory=dict)
    _provisional: int = 0

    def insert(self, table: str, values: Values) -> int:
        """Note a new row and return its provisional id."""
        self._provisional -= 1
        values["id"] = self._provisional
        self.inserts.setdefault(table, []).append(values)
        return self._provisional

    def update(self, table: str, id_: int, before: Mapping[str, Any], after: Values) -> bool:
        """Note the columns that differ from what is stored, if any; return whether some do."""
        changed = {name: value for name, value in after.items() if before[name] != value}
        if changed:
            old = {name: before[name] for name in changed}
            self.updates.setdefault(table, []).append(Update(id_, old, changed))
        return bool(changed)

    def delete(self, table: str, values: Values) -> None:
        """Note that a whole stored row goes."""
        self.deletes.setdefault(table, []).append(values)

    def __bool__(self) -> bool:
        return bool(self.inserts or self.updates or self.deletes)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many rows are new, changed and removed, by table that changes."""
        found: dict[str, dict[str, int]] = {}
        for table in ORDER:
            numbers = Counter(
                new=len(self.inserts.get(table, ())),
                changed=len(self.updates.get(table, ())),
                removed=len(self.deletes.get(table, ())),
            )
            if numbers.total():
                found[table] = dict(numbers)
        return found
