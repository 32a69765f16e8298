"""Finds the pupil of a row by number: a number without its zeros is no pupil's."""

from collections.abc import Mapping
from typing import Protocol

from models.rules.importing.comparison import Comparison
from models.rules.importing.known import KnownPerson
from models.rules.importing.problems import Place, Reason
from models.vocabulary import PersonKind


class OfPupil(Protocol):
    """A row that names a pupil by number."""

    @property
    def place(self) -> Place:
        """Return where the row stands."""

    @property
    def pupil(self) -> str:
        """Return the pupil's number."""


def pupil_of(
    row: OfPupil, people: Mapping[str, KnownPerson], outcome: Comparison
) -> KnownPerson | None:
    """Return the pupil of a row, or note that there is none, with the number that was meant."""
    person = people.get(row.pupil)
    if person is not None and person.kind is PersonKind.PUPIL:
        return person
    like = next(
        (f"{zeros}{row.pupil}" for zeros in ("0", "00") if f"{zeros}{row.pupil}" in people), ""
    )
    outcome.object(row.place, "pupil", row.pupil, Reason.UNKNOWN_PUPIL, like)
    return None
