"""Identity numbers (身分證號) and birth dates: what a number looks like, and why a pupil lacks one.

They live as long as an export runs. No representation of an identity shows what it holds.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_OWN_FORM = re.compile(r"[A-Z][A-D1289]\d{8}")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
"""In the order of the codes 10 to 35 that the check digit is reckoned with."""
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)


class Gap(StrEnum):
    """Why a pupil's rows cannot be written."""

    NO_CLASS = "no_class"
    ABSENT = "absent"
    LOST_ZERO = "lost_zero"
    INCOMPLETE = "incomplete"
    WRONG_NUMBER = "wrong_number"
    WRONG_DAY = "wrong_day"
    CONTRADICTS = "contradicts"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the central database knows a pupil by; never shown, stored or logged."""

    number: str = field(repr=False)
    born_on: date = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What one row of the registrar's file says of a pupil: an identity, or why there is none."""

    row: int
    identity: Identity | None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Identities:
    """The registrar's file by 學號."""

    found: Mapping[str, Found] = field(default_factory=dict)

    def of(self, number: str) -> Identity | Gap:
        """Return a pupil's identity, or why it is missing."""
        found = self.found.get(number)
        if found is None:
            return Gap.LOST_ZERO if number.lstrip("0") in self.found else Gap.ABSENT
        return found.identity or found.gap or Gap.INCOMPLETE

    def row_of(self, number: str) -> int | None:
        """Return the row of the file that is about a pupil, if any is."""
        found = self.found.get(number)
        return found.row if found else None


def gathered(rows: Iterable[tuple[str, Found]]) -> dict[str, Found]:
    """Return the rows by 學號; rows that say different things of one pupil, or one of two, do not.

    A pupil may stand in the file twice if it says the same both times.
    """
    found: dict[str, Found] = {}
    for number, row in rows:
        before = found.setdefault(number, row)
        if (before.identity, before.gap) != (row.identity, row.gap):
            found[number] = Found(row.row, None, Gap.CONTRADICTS)
    return _without_shared(found)


def _without_shared(found: Mapping[str, Found]) -> dict[str, Found]:
    holders: dict[str, list[str]] = {}
    for number, row in found.items():
        if row.identity:
            holders.setdefault(row.identity.number, []).append(number)
    shared = {number for some in holders.values() if len(some) > 1 for number in some}
    return {
        number: Found(row.row, None, Gap.SHARED) if number in shared else row
        for number, row in found.items()
    }


def has_own_form(number: str) -> bool:
    """Tell whether a number looks like a 身分證字號 or 居留證號: a letter and nine characters."""
    return _OWN_FORM.fullmatch(number) is not None


def is_sound(number: str) -> bool:
    """Tell whether the check digit of a 身分證字號 or 居留證號 is right.

    A number of another form, such as a passport's, has none that could be wrong.
    """
    if not has_own_form(number):
        return True
    second = number[1]
    if second.isalpha():  # 居留證 of the years before 2021: the letter stands for its last digit
        second = str(_LETTERS.index(second) % 10)
    digits = f"{_LETTERS.index(number[0]) + 10}{second}{number[2:]}"
    return sum(int(one) * weight for one, weight in zip(digits, _WEIGHTS, strict=True)) % 10 == 0
