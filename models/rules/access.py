"""Who may do what in the console: roles at a school, granted one by one, that can be combined."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from models.vocabulary import ConsoleRole


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at a school; without a school at all of them. `scope` narrows it, empty is all."""

    role: ConsoleRole
    school_id: int | None = None
    scope: str = ""


def held(
    grants: Iterable[Grant], roles: Collection[ConsoleRole], school_id: int | None
) -> tuple[Grant, ...]:
    """Return the grants that let somebody in where one of these roles is needed; none keeps out.

    What concerns no school (None) asks for a grant of the whole installation.
    """
    return tuple(
        each
        for each in grants
        if each.role in roles
        and each.school_id in ({None} if school_id is None else {None, school_id})
    )
