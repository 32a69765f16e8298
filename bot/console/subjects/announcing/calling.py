"""What the pages call an audience, a state, and who cannot be reached."""

from collections.abc import Sequence
from itertools import groupby

from bot.console.visit import Visit
from handlers import labels
from handlers.words import N_
from models.queries import audiences
from models.rules.announcing import Audience, Hearers
from models.tables import SchoolClass
from models.vocabulary import AnnouncementState

HEARERS = {
    Hearers.PUPILS: N_("Pupils"),
    Hearers.HOMEROOM_TEACHERS: N_("Homeroom teachers"),
    Hearers.STAFF: N_("Teachers and staff"),
}
STATES = {
    AnnouncementState.DRAFT: N_("Draft"),
    AnnouncementState.ASKED: N_("Waits for approval"),
    AnnouncementState.SENT_BACK: N_("Sent back"),
    AnnouncementState.APPROVED: N_("Approved, has not left yet"),
    AnnouncementState.LEAVING: N_("Begun to leave"),
    AnnouncementState.STOPPED: N_("Stopped"),
}
_MOST_CLASSES = 8


async def audience(visit: Visit, of: Audience) -> str:
    """Return whom a message is for, in words: 二年級、資訊科的學生與導師."""
    words = visit.words
    parts = [visit.rulebook.label_of(each) or each for each in of.divisions]
    parts += [grade(visit, each) for each in of.grades]
    if of.class_ids:
        rooms = await audiences.classes(visit.session, visit.school.id)
        parts.append(_classes(visit, [each for each in rooms if each.id in of.class_ids]))
    where = words.say("、").join(parts) if parts else words.say("the whole school")
    who = words.say("、").join(words.say(HEARERS[each]) for each in Hearers if each in of.hearers)
    return words.say("{where}: {who}", where=where, who=who)


def grade(visit: Visit, number: int) -> str:
    """Return what a grade is called: 高二."""
    called = {1: N_("Grade 10"), 2: N_("Grade 11"), 3: N_("Grade 12")}
    known = called.get(number)
    return visit.words.say(known) if known else visit.words.say("Grade {n}", n=number)


def _classes(visit: Visit, rooms: Sequence[SchoolClass]) -> str:
    names = [labels.room(each.name, visit.words) for each in rooms]
    listed = visit.words.say("、").join(names[:_MOST_CLASSES])
    if len(names) <= _MOST_CLASSES:
        return listed
    return visit.words.count(
        "{listed} and {n} more class",
        "{listed} and {n} more classes",
        len(names) - _MOST_CLASSES,
        listed=listed,
    )


def by_grade(rooms: Sequence[SchoolClass]) -> list[tuple[int, list[SchoolClass]]]:
    """Return classes in their grades."""
    return [(number, list(each)) for number, each in groupby(rooms, key=lambda room: room.grade)]
