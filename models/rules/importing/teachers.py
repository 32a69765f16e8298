"""Finds teachers as files name them: by staff number, or by a name that only one of them has."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from models.rules.importing.known import KnownPerson
from models.rules.importing.problems import Reason
from models.rules.importing.records import PersonRow
from models.vocabulary import PersonKind


class Teachers:
    """Finds a member of staff by number, or by a name that only one of them has."""

    def __init__(self, known: Mapping[str, KnownPerson], rows: Sequence[PersonRow] = ()) -> None:
        self._names = _names(rows, known)
        self._numbers = {row.number for row in rows if row.kind is PersonKind.STAFF}
        self._numbers |= {one.number for one in known.values() if one.kind is PersonKind.STAFF}

    def objection(self, said: str) -> Reason | None:
        """Return why a teacher cannot be found, None if there is exactly one."""
        if said in self._numbers or len(self._names.get(said, ())) == 1:
            return None
        return Reason.AMBIGUOUS_TEACHER if said in self._names else Reason.UNKNOWN_TEACHER

    def number_of(self, said: str) -> str | None:
        """Return the staff number of a teacher who can be found, None where nothing was said."""
        if not said or said in self._numbers:
            return said or None
        return next(iter(self._names[said]))


def _names(rows: Sequence[PersonRow], known: Mapping[str, KnownPerson]) -> dict[str, set[str]]:
    """Return the numbers of staff by name: as the file has them, else as they are stored."""
    names: dict[str, set[str]] = defaultdict(set)
    inside = {row.number for row in rows}
    for row in rows:
        if row.kind is PersonKind.STAFF:
            names[row.name].add(row.number)
    for person in known.values():
        if person.kind is PersonKind.STAFF and not person.departed and person.number not in inside:
            names[person.name].add(person.number)
    return names
