"""Which roles of the console a registrar hands out at the own school (decision 0041).

Never a role that hands out others, never one without a narrow end, never over somebody whom
another school or the whole installation trusts.
"""

from collections.abc import Iterable
from enum import StrEnum

from models.rules.access import Grant
from models.vocabulary import ConsoleRole

HANDED_OUT = frozenset(
    {
        ConsoleRole.SUBMITTER,
        ConsoleRole.HOMEROOM_TEACHER,
        ConsoleRole.DEPARTMENT_HEAD,
        ConsoleRole.VIEWER,
    }
)
"""The roles that a registrar gives and takes."""
NARROWED = HANDED_OUT - {ConsoleRole.VIEWER}
"""Those that are for a class, a division or a kind of list: one of them without it sees all."""


class Reason(StrEnum):
    """Why a registrar cannot give or take a role."""

    NOT_THIS_ROLE = "not_this_role"
    NO_SCOPE = "no_scope"
    UNKNOWN_SCOPE = "unknown_scope"
    TRUSTED_ELSEWHERE = "trusted_elsewhere"


def objection(
    wanted: Grant, school_id: int, scopes: Iterable[str], has: Iterable[Grant]
) -> Reason | None:
    """Return why a registrar of a school cannot give somebody this role, None where they can.

    `scopes` are the classes, divisions or kinds of list that the role can be for; `has` is what
    the account may do already.
    """
    if wanted.role not in HANDED_OUT or wanted.school_id != school_id:
        return Reason.NOT_THIS_ROLE
    if wanted.role in NARROWED:
        if not wanted.scope:
            return Reason.NO_SCOPE
        if wanted.scope not in set(scopes):
            return Reason.UNKNOWN_SCOPE
    elif wanted.scope:
        return Reason.UNKNOWN_SCOPE
    return None if looked_after(has, school_id) else Reason.TRUSTED_ELSEWHERE


def looked_after(has: Iterable[Grant], school_id: int) -> bool:
    """Say whether an account is one that a school's registrar looks after: nothing else is open.

    Only for such an account does a registrar make a link: whoever has the link has the account.
    """
    return all(each.role in HANDED_OUT and each.school_id == school_id for each in has)
