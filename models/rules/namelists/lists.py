"""Which pupils a name list is about: its division, and for grade 12 one of two batches."""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

_LAST_GRADE = 3


class Batch(StrEnum):
    """Grade 12 is submitted in the same year, in two batches; the others a year later (要點四)."""

    REGULAR = "regular"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Listed:
    """A pupil as a name list knows them: their class of the list's year, grade 0 without one."""

    id: int
    number: str
    name: str
    departed: bool
    class_name: str = ""
    seat: int = 0
    grade: int = 0
    division: str = ""


def concerns(
    pupil: Listed, batch: Batch, divisions: Set[str], elsewhere: Set[str] = frozenset()
) -> bool:
    """Tell whether a list of these divisions and this batch is about a pupil.

    Without divisions it is about all but those that another list has (`elsewhere`). A pupil without
    a class of the year may belong to any list, so that nobody is passed over in silence. Departed
    pupils stay: what they selected while here is submitted, and its receipt is mailed to them
    (111函 五(三)).
    """
    if not pupil.grade:
        return True
    if (pupil.grade == _LAST_GRADE) is (batch is Batch.REGULAR):
        return False
    return pupil.division in divisions if divisions else pupil.division not in elsewhere
