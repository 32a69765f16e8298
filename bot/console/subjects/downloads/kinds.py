"""The kinds of file that are made, and who may have which."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.console.roles import OFFICE
from bot.console.visit import Visit
from handlers.words import N_
from models.vocabulary import ConsoleRole

BELOW = "/downloads"
MAKERS = OFFICE | {ConsoleRole.SUBMITTER}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: what it is called, and what it is for."""

    key: str
    called: str
    purpose: str

    @property
    def is_list(self) -> bool:
        """Say whether it goes to the central database."""
        return self.key != "done"


KINDS = (
    Kind(
        "outcomes",
        N_("Name list: course outcomes"),
        N_("Certified and selected course outcomes of a year, for the central database."),
    ),
    Kind(
        "outcomes-continuing",
        N_("Name list: course outcomes of the continuing division"),
        N_("The same for 進修部, with its own code."),
    ),
    Kind(
        "performances",
        N_("Name list: diverse performances"),
        N_("Selected performances of a year, a sheet for each of the ten kinds."),
    ),
    Kind(
        "officers",
        N_("Name list: offices held by pupils"),
        N_("The offices of a semester, as they were imported."),
    ),
    Kind(
        "done",
        N_("What was done in a semester"),
        N_("Selections, certifications, confirmations, queries and decisions, to be kept."),
    ),
)
BY_KEY: Mapping[str, Kind] = {each.key: each for each in KINDS}


def is_office(visit: Visit) -> bool:
    """Say whether somebody may have every kind."""
    return any(each.role in OFFICE for each in visit.held)


def allowed(visit: Visit) -> list[Kind]:
    """Return what somebody may take along: a submitter of one list only that one."""
    if is_office(visit):
        return list(KINDS)
    scopes = {each.scope for each in visit.held}
    return [each for each in KINDS if each.is_list and scopes & {"", each.key}]
