"""Compares a list of people with those who are stored.

A file speaks for what it holds: for staff if it has staff, for the pupils of the divisions it
names. Whoever it speaks for and does not name has left, and is marked so; nobody is deleted.
A list of an older academic year than the newest one known adds that year's classes and says
nothing about today: nobody leaves, comes back or is renamed by it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from models.rules.importing.comparison import (
    MOST_LEAVING,
    MOST_RENAMED,
    Alarm,
    Comparison,
    Danger,
)
from models.rules.importing.known import KnownClass, KnownPeople, KnownPerson, KnownPlacement
from models.rules.importing.problems import Place, Reason
from models.rules.importing.records import PersonRow
from models.rules.importing.teachers import Teachers
from models.vocabulary import Duty, PersonKind

LAST_GRADE = 3


@dataclass(slots=True)
class _ClassWish:
    """What the file says about one class; the first row that says it counts."""

    place: Place
    grade: int
    division: str
    teacher: str = ""


def compare(
    rows: Sequence[PersonRow], known: KnownPeople, *, unreadable: int, mentioned: Collection[str]
) -> Comparison:
    """Return what taking the rows over would change.

    `mentioned` are the numbers of all rows, the faulty ones too; while a row has no readable
    number (`unreadable`), nobody is taken to have left.
    """
    comparing = _Comparing(known, rows)
    taken = comparing.sound(rows)
    for row in taken:
        comparing.person(row)
    comparing.classes()
    comparing.places(taken)
    if not unreadable and not comparing.is_older:
        comparing.absent(taken, mentioned)
    comparing.watch(taken)
    return comparing.outcome


class _Comparing:
    """One comparison on its way: looks things up by what they are called in the file."""

    def __init__(self, known: KnownPeople, rows: Sequence[PersonRow]) -> None:
        self.known = known
        self._divisions = {row.division for row in rows if row.kind is PersonKind.PUPIL}
        self._newest = max((row.year for row in rows), default=0)
        spoken_for = (each for each in known.classes.values() if each.division in self._divisions)
        self._newest_known = max((each.year for each in spoken_for), default=0)
        self.outcome = Comparison()
        self.changes = self.outcome.changes
        self._ids = {number: person.id for number, person in known.people.items()}
        self._classes = {(each.year, each.name): each for each in known.classes.values()}
        self._class_ids = {key: each.id for key, each in self._classes.items()}
        self._wishes: dict[tuple[int, str], _ClassWish] = {}
        self._teachers = Teachers(known.people)
        self._latest = self._latest_classes()
        self._renamed = self._met = 0
        self._leaving: set[int] = set()
        self._moved: set[int] = set()

    @property
    def is_older(self) -> bool:
        """Tell whether the list is of a year before the newest one known of its divisions."""
        return 0 < self._newest < self._newest_known

    def sound(self, rows: Sequence[PersonRow]) -> list[PersonRow]:
        """Return the rows that contradict neither one another nor the store."""
        seen: dict[str, int] = {}
        self._teachers = Teachers(self.known.people, rows)
        return [
            row
            for kind in (PersonKind.PUPIL, PersonKind.STAFF)  # staff may name a pupil's class
            for row in rows
            if row.kind is kind and self._fits(row, seen)
        ]

    def person(self, row: PersonRow) -> None:
        """Note a new person, or what changed about a stored one."""
        known = self.known.people.get(row.number)
        if known is None:
            self._ids[row.number] = self.changes.insert(
                "person",
                {
                    "school_id": self.known.school_id,
                    "kind": row.kind,
                    "number": row.number,
                    "name": row.name,
                    "departed": self.is_older and row.kind is PersonKind.PUPIL,
                },
            )
        elif not self.is_older:
            self._met += 1
            self._renamed += known.name != row.name
            before = {"name": known.name, "departed": known.departed}
            self.changes.update("person", known.id, before, {"name": row.name, "departed": False})
            self._count("returned", known.departed)
        self._duty(row)

    def classes(self) -> None:
        """Note new classes, and what the file says about stored ones."""
        for (year, name), wish in self._wishes.items():
            teacher = self._teachers.number_of(wish.teacher)
            after: dict[str, Any] = {"grade": wish.grade, "division": wish.division}
            if teacher is not None:
                after["homeroom_teacher_id"] = self._ids[teacher]
            stored = self._classes.get((year, name))
            if stored is None:
                values = {"school_id": self.known.school_id, "year": year, "name": name}
                values |= {"homeroom_teacher_id": None, **after}
                self._class_ids[year, name] = self.changes.insert("school_class", values)
            else:
                before = {name_: getattr(stored, name_) for name_ in after}
                self.changes.update("school_class", stored.id, before, after)

    def places(self, rows: Sequence[PersonRow]) -> None:
        """Note where pupils sit; a pupil has one place in an academic year."""
        stored = {
            (place.person_id, self.known.classes[place.class_id].year): place
            for place in self.known.placements
        }
        for row in rows:
            if row.kind is not PersonKind.PUPIL:
                continue
            person, class_ = self._ids[row.number], self._class_ids[row.year, row.class_name]
            after = {"class_id": class_, "seat": row.seat}
            place = stored.get((person, row.year))
            if place is None:
                owner = {"school_id": self.known.school_id, "person_id": person}
                self.changes.insert("placement", {**owner, **after})
                continue
            before = {"class_id": place.class_id, "seat": place.seat}
            self.changes.update("placement", place.id, before, after)
            if place.class_id != class_:
                self._moved.add(place.id)

    def absent(self, rows: Sequence[PersonRow], mentioned: Collection[str]) -> None:
        """Note who is not in the file that speaks for them, and has therefore left."""
        has_staff = any(row.kind is PersonKind.STAFF for row in rows)
        for person in self.known.people.values():
            if person.departed or person.number in mentioned:
                continue
            class_ = self._latest.get(person.id)
            if person.kind is PersonKind.STAFF:
                spoken_for = has_staff
            else:
                spoken_for = class_.division in self._divisions if class_ else bool(self._divisions)
            if spoken_for:
                self._depart(person, class_)

    def watch(self, rows: Sequence[PersonRow]) -> None:
        """Raise the alarms: a list of the past, many leaving, an empty class, many other names."""
        if self.is_older:
            self._watch_older(rows)
        present = [person for person in self.known.people.values() if not person.departed]
        for kind in PersonKind:
            everybody = [person.id for person in present if person.kind is kind]
            leaving = len(self._leaving & set(everybody))
            self.outcome.alarm_above(MOST_LEAVING, Danger.LEAVING, leaving, len(everybody))
        emptied = self._emptied({person.id for person in present})
        self.outcome.alarm_above(0, Danger.CLASS_EMPTIED, emptied, len(self.known.classes))
        self.outcome.alarm_above(MOST_RENAMED, Danger.RENAMED, self._renamed, self._met)

    def _watch_older(self, rows: Sequence[PersonRow]) -> None:
        """Raise an alarm for a list of the past, unless it says what is stored already."""
        if self.changes:
            pupils = sum(row.kind is PersonKind.PUPIL for row in rows)
            facts = {"year": self._newest, "newest": self._newest_known}
            self.outcome.alarms.append(Alarm(Danger.OLDER_LIST, pupils, pupils, facts))

    def _fits(self, row: PersonRow, seen: dict[str, int]) -> bool:
        """Tell whether a row fits with the rows before it; a problem is noted where it does not."""
        known = self.known.people.get(row.number)
        before = len(self.outcome.problems)
        if row.number in seen:
            self._object(row, "number", row.number, Reason.TWICE, str(seen[row.number]))
        elif known is not None and known.kind is not row.kind:
            self._object(row, "number", row.number, Reason.OTHER_KIND)
        elif row.kind is PersonKind.PUPIL:
            self._fits_class(row)
        elif row.class_name:
            self._fits_homeroom(row)
        seen.setdefault(row.number, row.place.row)
        return len(self.outcome.problems) == before

    def _fits_class(self, row: PersonRow) -> None:
        key = row.year, row.class_name
        wish = self._wishes.get(key)
        if row.homeroom_teacher and (why := self._teachers.objection(row.homeroom_teacher)):
            self._object(row, "homeroom_teacher", row.homeroom_teacher, why)
        elif wish is None:
            self._wishes[key] = _ClassWish(row.place, row.grade, row.division, row.homeroom_teacher)
        elif wish.grade != row.grade:
            self._object(row, "grade", str(row.grade), Reason.CONTRADICTS, str(wish.place.row))
        elif wish.division != row.division:
            self._object(row, "division", row.division, Reason.CONTRADICTS, str(wish.place.row))
        elif not wish.teacher:
            wish.teacher = row.homeroom_teacher
        elif row.homeroom_teacher and row.homeroom_teacher != wish.teacher:
            said = row.homeroom_teacher
            self._object(row, "homeroom_teacher", said, Reason.CONTRADICTS, str(wish.place.row))

    def _fits_homeroom(self, row: PersonRow) -> None:
        """Make a member of staff homeroom teacher of the newest class with the name they have."""
        known = self._wishes if self.is_older else (*self._wishes, *self._classes)
        named = [key for key in known if key[1] == row.class_name]
        if not named:
            self._object(row, "class_name", row.class_name, Reason.UNKNOWN_CLASS)
            return
        key = max(named)
        if key not in self._wishes:
            stored = self._classes[key]
            self._wishes[key] = _ClassWish(row.place, stored.grade, stored.division)
        wish = self._wishes[key]
        if wish.teacher and self._teachers.number_of(wish.teacher) != row.number:
            hint = str(wish.place.row)
            self._object(row, "class_name", row.class_name, Reason.CONTRADICTS, hint)
        wish.teacher = wish.teacher or row.number

    def _object(
        self, row: PersonRow, column: str, value: str, reason: Reason, hint: str = ""
    ) -> None:
        self.outcome.object(row.place, column, value, reason, hint)

    def _duty(self, row: PersonRow) -> None:
        role = self.known.registrars.get(self._ids[row.number])
        owner = {"school_id": self.known.school_id, "person_id": self._ids[row.number]}
        if row.is_registrar and role is None and not self.is_older:
            self.changes.insert("role", {**owner, "duty": Duty.REGISTRAR})

    def _depart(self, person: KnownPerson, class_: KnownClass | None) -> None:
        before = {"departed": False}
        self.changes.update("person", person.id, before, {"departed": True})
        graduate = class_ is not None and class_.grade == LAST_GRADE and class_.year < self._newest
        if graduate:
            self._count("graduated")
        else:
            self._leaving.add(person.id)
            self._count("left")

    def _emptied(self, present: set[int]) -> int:
        """Return how many classes of the file's years lose all of their pupils."""
        years = {year for year, _ in self._wishes}
        pupils: dict[int, list[KnownPlacement]] = defaultdict(list)
        for place in self.known.placements:
            if place.person_id in present and self.known.classes[place.class_id].year in years:
                pupils[place.class_id].append(place)
        filled = {self._class_ids[key] for key in self._wishes}
        return sum(
            class_ not in filled
            and all(place.person_id in self._leaving or place.id in self._moved for place in places)
            for class_, places in pupils.items()
        )

    def _count(self, what: str, times: int = 1) -> None:
        if times:
            self.outcome.told[what] = self.outcome.told.get(what, 0) + times

    def _latest_classes(self) -> dict[int, KnownClass]:
        latest: dict[int, KnownClass] = {}
        for place in self.known.placements:
            class_ = self.known.classes[place.class_id]
            if place.person_id not in latest or latest[place.person_id].year < class_.year:
                latest[place.person_id] = class_
        return latest
