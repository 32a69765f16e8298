"""What the menu offers: only pages whose doors are open to whoever looks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.words import Words
from models.rules.access import held
from models.vocabulary import ConsoleRole

if TYPE_CHECKING:
    from bot.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: what it says, and the page below the school (or the console) it opens."""

    label: str
    tail: str


def of(visit: "Visit | None", words: Words) -> list[Entry]:
    """Return the menu of a visit; nobody who is not signed in has one."""
    from bot.console.subjects import kept_doors

    if visit is None:
        return []
    roles = {door.path: door.roles for door in kept_doors() if door.method == "GET"}
    offered = []
    for pattern, label in _labels(words):
        tail = pattern
        if pattern.startswith("/s/"):
            if visit.at is None:
                continue
            tail = pattern.replace("{school}", visit.at.code)
        if _opens(visit, roles.get(pattern, frozenset())):
            offered.append(Entry(label, tail))
    return offered


def _opens(visit: "Visit", roles: frozenset[ConsoleRole]) -> bool:
    return bool(held(visit.signed.grants, roles, visit.at.id if visit.at else None))


def _labels(words: Words) -> list[tuple[str, str]]:
    """Return every line there may be, in its order, by the path of its page."""
    say: Callable[[str], str] = words.say
    return [
        ("/s/{school}/", say("Overview")),
        ("/s/{school}/timetable", say("Timetable")),
        ("/s/{school}/extensions", say("More time")),
        ("/s/{school}/people", say("People of the school")),
        ("/s/{school}/classes", say("Classes")),
        ("/s/{school}/courses", say("Courses")),
        ("/s/{school}/imports", say("Imports")),
        ("/s/{school}/messages", say("Outbox")),
        ("/s/{school}/deliveries", say("Deliveries")),
        ("/s/{school}/queries", say("Queries, appeals and questions")),
        ("/s/{school}/announcements", say("Announcements")),
        ("/s/{school}/downloads", say("Downloads")),
        ("/s/{school}/letters", say("Letters on paper")),
        ("/s/{school}/audit", say("Audit")),
        ("/s/{school}/staff", say("Who may do what here")),
        ("/users", say("Console accounts")),
        ("/schools/new", say("Add a school")),
        ("/channels", say("Chat accounts")),
        ("/providers", say("Schools' own sign-in")),
    ]
