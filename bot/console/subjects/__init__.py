"""The subjects of the console, one module each; what is not listed here has no door."""

from typing import TYPE_CHECKING

from bot.console.doors import Door, Doors
from bot.console.subjects import (
    announcing,
    audit,
    channels,
    classes,
    courses,
    deliveries,
    downloads,
    extensions,
    home,
    imports,
    letters,
    merging,
    messages,
    overview,
    people,
    providers,
    publishing,
    queries,
    second_factor,
    sending,
    signing_in,
    staff,
    timetable,
    transfers,
    users,
)

if TYPE_CHECKING:
    from bot.console.caller import Caller
    from bot.console.visit import Visit

SUBJECTS: tuple[Doors, ...] = (
    home.doors,
    overview.doors,
    timetable.doors,
    people.doors,
    transfers.doors,
    merging.doors,
    classes.doors,
    courses.doors,
    staff.doors,
    deliveries.doors,
    downloads.doors,
    letters.doors,
    audit.doors,
    extensions.doors,
    publishing.doors,
    queries.doors,
    imports.doors,
    announcing.doors,
    *messages.DOORS,
    sending.doors,
    signing_in.doors,
    second_factor.doors,
    providers.doors,
    channels.doors,
    users.doors,
)


def kept_doors() -> "list[Door[Visit]]":
    """Return the doors that ask for a role."""
    return [door for subject in SUBJECTS for door in subject.kept]


def open_doors() -> "list[Door[Caller]]":
    """Return the doors that are open to everybody: signing in, and what leads there."""
    return [door for subject in SUBJECTS for door in subject.open]
