"""The people of the demonstration school as the page lists them: who, what, where."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.demo import labels
from bot.demo.seed import cast
from bot.demo.seed.chats import LINE
from models.tables import (
    ChatAccount,
    Course,
    Person,
    Placement,
    Preference,
    Role,
    SchoolClass,
    Term,
)
from models.vocabulary import Duty, PersonKind

MOST = 30
_GRADES = "一二三"
_MOST_COURSES = 3

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A person with the words for what they are, the weightiest first, and where they belong."""

    person_id: int
    number: str
    name: str
    roles: tuple[str, ...]
    detail: str

    def view(self, chats: Mapping[str, str], role: str = "") -> Json:
        """Return the person as the page reads them, with the chat that is used of these."""
        channel, user_id = next(iter(chats.items()), (LINE, None))
        return {
            "personId": self.person_id,
            "channel": channel,
            "userId": user_id,
            "name": self.name,
            "role": role or self.roles[0],
            "detail": self.detail,
            "linked": user_id is not None,
        }


class Directory:
    """Everybody of the school; read once, since nobody comes or goes during a demonstration."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """List these people."""
        self._entries = {entry.person_id: entry for entry in entries}
        self._numbers = {entry.number: entry for entry in self._entries.values()}

    def __getitem__(self, person_id: int) -> Entry:
        """Return a person; raises KeyError for nobody."""
        return self._entries[person_id]

    def __contains__(self, person_id: object) -> bool:
        """Say whether there is such a person."""
        return person_id in self._entries

    def number_of(self, role: str | None = None) -> int:
        """Return how many people there are, or how many with a role."""
        return sum(role is None or role in entry.roles for entry in self._entries.values())

    def find(self, wanted: str, role: str) -> list[Entry]:
        """Return the first people whose name, number, role, class or subject fits the wish."""
        found = (
            entry
            for entry in self._entries.values()
            if (not role or role in entry.roles)
            and (
                wanted in entry.name
                or wanted in entry.detail
                or wanted in (entry.number, *entry.roles)
            )
        )
        return [entry for entry, _ in zip(found, range(MOST), strict=False)]

    def on_stage(self) -> list[tuple[Entry, str]]:
        """Return the cast with the roles they play."""
        return [
            (self._numbers[part.number], part.role)
            for part in cast.ON_STAGE
            if part.number in self._numbers
        ]


async def directory(session: AsyncSession) -> Directory:
    """Read everybody from the store."""
    people = (await session.execute(sa.select(Person).order_by(col(Person.id)))).scalars().all()
    places = await _places(session)
    staff = await _staff_words(session)
    return Directory(
        Entry(person.id, person.number, person.name, ("學生",), places.get(person.id, ""))
        if person.kind is PersonKind.PUPIL
        else Entry(person.id, person.number, person.name, *staff(person.id))
        for person in people
    )


async def chats_of(session: AsyncSession, person_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return the user ids of these people by channel, the one first that notices go to."""
    rows = await session.execute(
        sa.select(col(ChatAccount.person_id), col(ChatAccount.channel), col(ChatAccount.address))
        .outerjoin(Preference, col(Preference.person_id) == col(ChatAccount.person_id))
        .where(col(ChatAccount.person_id).in_(list(person_ids)))
        .order_by(col(Preference.channel) != col(ChatAccount.channel), col(ChatAccount.id))
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for person_id, channel, address in rows:
        found[person_id or 0][channel] = address
    return found


async def _places(session: AsyncSession) -> dict[int, str]:
    """Return where pupils sit this year: 高二 201 班 12 號."""
    rows = await session.execute(
        sa.select(
            col(Placement.person_id),
            col(SchoolClass.grade),
            col(SchoolClass.name),
            col(Placement.seat),
        )
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(col(SchoolClass.year) == cast.YEAR)
    )
    return {
        person_id: f"高{_GRADES[grade - 1]} {name} 班 {seat} 號"
        for person_id, grade, name, seat in rows
    }


class _StaffWords:
    """What members of staff are called: by role, by class led, by courses taught this term."""

    def __init__(self) -> None:
        self.registrars: set[int] = set()
        self.classes: dict[int, list[str]] = defaultdict(list)
        self.courses: dict[int, dict[str, None]] = defaultdict(dict)

    def __call__(self, person_id: int) -> tuple[tuple[str, ...], str]:
        """Return the roles and the detail of a person."""
        led = [f"{name} 班導師" for name in self.classes[person_id]]
        taught = list(self.courses[person_id])
        more = "等" if len(taught) > _MOST_COURSES else ""
        subjects = "、".join(taught[:_MOST_COURSES]) + more
        roles = [
            labels.ROLES[duty]
            for duty, holds in (
                (Duty.REGISTRAR, person_id in self.registrars),
                (Duty.HOMEROOM_TEACHER, bool(led)),
                (Duty.SUBJECT_TEACHER, bool(taught)),
            )
            if holds
        ]
        return tuple(roles) or (labels.STAFF,), "・".join(filter(None, [*led, subjects]))


async def _staff_words(session: AsyncSession) -> _StaffWords:
    words = _StaffWords()
    registrars = sa.select(col(Role.person_id)).where(col(Role.duty) == Duty.REGISTRAR)
    words.registrars = set((await session.scalars(registrars)).all())
    led = sa.select(col(SchoolClass.homeroom_teacher_id), col(SchoolClass.name)).where(
        col(SchoolClass.year) == cast.YEAR, col(SchoolClass.homeroom_teacher_id).is_not(None)
    )
    for person_id, name in await session.execute(led):
        words.classes[person_id or 0].append(name)
    taught = (
        sa.select(col(Course.teacher_id), col(Course.name))
        .join(Term, col(Term.id) == col(Course.term_id))
        .where(col(Term.year) == cast.YEAR)
        .order_by(col(Course.id))
    )
    for person_id, name in await session.execute(taught):
        words.courses[person_id][name] = None
    return words
