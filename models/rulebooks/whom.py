"""Whom and when a section concerns: semesters, grades and divisions, which a file may narrow."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.rulebooks import bounds
from models.rulebooks.problems import Expected
from models.rulebooks.reading import Table
from models.rulebooks.values import Lapse, Scope


@dataclass(frozen=True, slots=True)
class Everybody:
    """The grades and divisions that a school has: what a section may choose from.

    `by_label` has the divisions' keys by what people call them.
    """

    grades: tuple[int, ...]
    divisions: tuple[str, ...]
    by_label: Mapping[str, str]

    def semesters_in(self, table: Table) -> tuple[int, ...]:
        """Return the semesters a table is about, all if it names none."""
        return table.numbers("semesters", 1, 2, bounds.SEMESTERS)

    def grades_in(self, table: Table) -> tuple[int, ...]:
        """Return the grades a table is about, all of the school's if it names none."""
        return table.numbers("grades", 1, 3, self.grades)

    def scope_in(self, table: Table) -> Scope:
        """Return whom a table concerns; what it does not narrow stays open."""
        return Scope(
            table.numbers("semesters", 1, 2, ()),
            table.numbers("grades", 1, 3, ()),
            self.divisions_in(table),
        )

    def divisions_in(self, table: Table, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the divisions a table is about; empty, or `default`, if it names none."""
        if table.has("divisions") and not self.divisions:
            table.ask("divisions")
            table.problem("divisions", Expected.NO_DIVISIONS)
            return default
        return table.some_of("divisions", self.divisions, default, self.by_label)


def lapse_in(table: Table, low: int, high: int, prefix: str = "") -> Lapse:
    """Return how many days a table says: `days` or `school_days`, and exactly one of them."""
    names = (f"{prefix}days", f"{prefix}school_days")
    for name in names:
        table.ask(name)
    given = [name for name in names if table.has(name)]
    if len(given) != 1:
        table.expect_one_of(names)
        return Lapse(low)
    return Lapse(table.number(given[0], low, high), of_school=given[0] == names[1])
