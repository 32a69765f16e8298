"""Compares a list of courses with those that are stored.

A file speaks for the courses it names: who is enrolled in them, and who teaches them. Courses it
does not name stay as they are, and so does an enrolment that a work depends on.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.rules.importing.comparison import MOST_LEAVING, Comparison, Danger, paired
from models.rules.importing.known import KnownCourse, KnownCourses
from models.rules.importing.problems import Reason
from models.rules.importing.records import CourseRow
from models.rules.importing.teachers import Teachers
from models.vocabulary import PersonKind

_Subject = tuple[tuple[int, int], str, str]
"""A term, a course code and a name: what several teachers may teach."""


@dataclass(slots=True)
class _Wish:
    """A course as the file wants it: rows with the same teacher are one course."""

    teacher_id: int
    pupils: dict[int, None] = field(default_factory=dict)


def compare(rows: Sequence[CourseRow], known: KnownCourses) -> Comparison:
    """Return what taking the rows over would change."""
    comparing = _Comparing(known)
    for row in rows:
        comparing.read(row)
    comparing.match()
    return comparing.outcome


class _Comparing:
    def __init__(self, known: KnownCourses) -> None:
        self.known = known
        self.outcome = Comparison()
        self._teachers = Teachers(known.people)
        self._terms = dict(known.terms)
        self._wishes: dict[_Subject, dict[int, _Wish]] = defaultdict(dict)
        self._faulty: set[_Subject] = set()

    def read(self, row: CourseRow) -> None:
        """Note what a row wants, or why it cannot have it."""
        subject = (row.term.year, row.term.semester), row.code, row.name
        before = len(self.outcome.problems)
        teacher = self._teacher(row)
        pupils = self._pupils(row)
        if teacher is None or len(self.outcome.problems) > before:
            self._faulty.add(subject)
            return
        wish = self._wishes[subject].setdefault(teacher, _Wish(teacher))
        wish.pupils |= dict.fromkeys(pupils)

    def match(self) -> None:
        """Note the changes: a course whose only teacher is another one now has changed hands."""
        stored: dict[_Subject, list[KnownCourse]] = defaultdict(list)
        for course in self.known.courses:
            stored[course.term, course.code, course.name].append(course)
        enrolled = self._enrolled()
        removed = concerned = 0
        for subject, wishes in self._wishes.items():
            pairs, _, new = paired(
                stored[subject],
                wishes.values(),
                (lambda course: course.teacher_id, lambda wish: wish.teacher_id),
                (lambda _course: True, lambda _wish: True),
            )
            for course, wish in pairs:
                before = {"teacher_id": course.teacher_id}
                after = {"teacher_id": wish.teacher_id}
                self.outcome.changes.update("course", course.id, before, after)
                present = enrolled.get(course.id, {})
                self._enrol(course.id, wish, present)
                concerned += len(present)
                if subject not in self._faulty:
                    removed += self._dismiss(course.id, wish, present)
            for wish in new:
                self._enrol(self._new_course(subject, wish), wish, {})
        danger = Danger.ENROLMENTS_REMOVED
        self.outcome.alarm_above(MOST_LEAVING, danger, removed, concerned)

    def _teacher(self, row: CourseRow) -> int | None:
        if why := self._teachers.objection(row.teacher):
            self.outcome.object(row.place, "teacher", row.teacher, why)
            return None
        return self.known.people[self._teachers.number_of(row.teacher) or ""].id

    def _pupils(self, row: CourseRow) -> list[int]:
        found = []
        for number in row.pupils:
            person = self.known.people.get(number)
            if person is None or person.kind is not PersonKind.PUPIL:
                self.outcome.object(row.place, "pupils", number, Reason.UNKNOWN_PUPIL)
            else:
                found.append(person.id)
        if row.class_name:
            members = self.known.class_pupils.get((row.term.year, row.class_name))
            if members is None:
                self.outcome.object(row.place, "class_name", row.class_name, Reason.UNKNOWN_CLASS)
            found += members or ()
        return found

    def _enrolled(self) -> dict[int, dict[int, int]]:
        """Return the stored enrolments: by course, the ids by pupil."""
        enrolled: dict[int, dict[int, int]] = defaultdict(dict)
        for (course, pupil), id_ in self.known.enrolments.items():
            enrolled[course][pupil] = id_
        return enrolled

    def _new_course(self, subject: _Subject, wish: _Wish) -> int:
        term, code, name = subject
        return self.outcome.changes.insert(
            "course",
            {
                "school_id": self.known.school_id,
                "term_id": self._term(term),
                "code": code,
                "name": name,
                "teacher_id": wish.teacher_id,
            },
        )

    def _term(self, term: tuple[int, int]) -> int:
        """Return the term's id; a term that the timetable does not know yet comes without dates."""
        if term not in self._terms:
            year, semester = term
            values = {"school_id": self.known.school_id, "year": year, "semester": semester}
            self._terms[term] = self.outcome.changes.insert("term", values)
        return self._terms[term]

    def _enrol(self, course_id: int, wish: _Wish, present: dict[int, int]) -> None:
        for pupil in wish.pupils:
            if pupil not in present:
                values = {"school_id": self.known.school_id, "course_id": course_id}
                self.outcome.changes.insert("enrolment", {**values, "person_id": pupil})

    def _dismiss(self, course_id: int, wish: _Wish, present: dict[int, int]) -> int:
        """Take pupils out of a course that the file no longer has in it; return how many."""
        gone = [
            pupil
            for pupil in present
            if pupil not in wish.pupils and (course_id, pupil) not in self.known.with_works
        ]
        for pupil in gone:
            values = {"id": present[pupil], "school_id": self.known.school_id}
            self.outcome.changes.delete(
                "enrolment", {**values, "course_id": course_id, "person_id": pupil}
            )
        return len(gone)
