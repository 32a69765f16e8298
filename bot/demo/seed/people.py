"""The people of the demonstration school and what they learn and teach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from bot.demo.seed import cast
from bot.demo.seed.curriculum import CONTINUING, DAY, Department, Taught, courses
from bot.demo.seed.names import names
from bot.demo.seed.rows import Rows
from bot.demo.seed.staff import Staff
from models.rules.roc import Term
from models.tables import Course, Enrolment, Person, Placement, SchoolClass
from models.vocabulary import PersonKind

YEAR = cast.YEAR
GRADES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a school is: classes of the day and continuing divisions a grade, pupils a class.

    A class of fewer than 14 pupils has no seats for the cast.
    """

    day: int = len(DAY)
    continuing: int = len(CONTINUING)
    pupils: int = 30


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil as the later parts of the seed need them."""

    id: int
    number: str
    seat: int

    @property
    def is_on_stage(self) -> bool:
        """Say whether this pupil's works are given rather than diced."""
        return self.number == cast.PUPIL.number


@dataclass(slots=True)
class Cohort:
    """Pupils who stay together from grade to grade; `grade` is that of the year 113."""

    grade: int
    room: int
    division: str
    department: Department
    pupils: list[Pupil] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, str, int]:
        """Return what tells cohorts apart."""
        return self.grade, self.division, self.room

    @property
    def is_on_stage(self) -> bool:
        """Say whether this is the class of the cast."""
        return self.key == (2, "day", cast.ROOM)

    def grade_in(self, year: int) -> int:
        """Return the cohort's grade in a year, 0 or less before it came to the school."""
        return self.grade - (YEAR - year)

    def class_name(self, year: int) -> str:
        """Return what the class is called in a year: 201, or 進201 in the continuing division."""
        prefix = "進" if self.division == "continuing" else ""
        return f"{prefix}{self.grade_in(year)}{self.room:02}"

    def pupil_number(self, seat: int) -> str:
        """Return the 學號 of a seat: the year of entry, the class, the seat."""
        room = self.room + (50 if self.division == "continuing" else 0)
        return f"{YEAR - self.grade + 1}{room:02}{seat:02}"


@dataclass(frozen=True, slots=True)
class CourseOf:
    """A course of one class in one term."""

    id: int
    term: Term
    taught: Taught
    cohort: Cohort
    teacher_id: int


@dataclass(slots=True)
class Folk:
    """Everybody, with their classes and courses."""

    cohorts: list[Cohort]
    staff: Staff
    courses: list[CourseOf] = field(default_factory=list)

    def courses_of(self, cohort: Cohort, term: Term) -> list[CourseOf]:
        """Return what a class learns in a term."""
        return [each for each in self.courses if each.cohort is cohort and each.term == term]


def settle_people(rows: Rows, dice: Random, size: Size, terms: Mapping[Term, int]) -> Folk:
    """Add all people of the school and what they learn and teach in the terms, given by id."""
    cohorts = _cohorts(size)
    _add_pupils(rows, dice, cohorts, size)
    folk = Folk(cohorts, Staff(rows, dice))
    # The cast's class is dealt its teachers first, so that they are those of the cast.
    for cohort in sorted(cohorts, key=lambda each: not each.is_on_stage):
        for term, term_id in terms.items():
            if cohort.grade_in(term.year) >= 1:
                _add_courses(rows, folk, cohort, term, term_id)
        _add_classes(rows, folk, cohort, sorted({term.year for term in terms}))
    folk.staff.add_office()
    return folk


def _cohorts(size: Size) -> list[Cohort]:
    divisions = (("day", DAY[: size.day]), ("continuing", CONTINUING[: size.continuing]))
    return [
        Cohort(grade, room, division, department)
        for grade in GRADES
        for division, departments in divisions
        for room, department in enumerate(departments, start=1)
    ]


def _add_pupils(rows: Rows, dice: Random, cohorts: list[Cohort], size: Size) -> None:
    given = {cast.PUPIL.number: cast.PUPIL.name} | cast.CLASSMATES
    taken = frozenset(given.values())
    invented = iter(names(dice, len(cohorts) * size.pupils, adult=False, taken=taken))
    for cohort in cohorts:
        for seat in range(1, size.pupils + 1):
            number = cohort.pupil_number(seat)
            name = given.get(number) or next(invented)
            person_id = rows.add(Person, kind=PersonKind.PUPIL, number=number, name=name)
            cohort.pupils.append(Pupil(person_id, number, seat))


def _add_courses(rows: Rows, folk: Folk, cohort: Cohort, term: Term, term_id: int) -> None:
    for taught in courses(cohort.department, cohort.grade_in(term.year)):
        teacher_id = folk.staff.teacher_of(cohort.key, taught)
        course_id = rows.add(Course, term_id=term_id, name=taught.name, teacher_id=teacher_id)
        folk.courses.append(CourseOf(course_id, term, taught, cohort, teacher_id))
        for pupil in cohort.pupils:
            rows.add(Enrolment, course_id=course_id, person_id=pupil.id)


def _add_classes(rows: Rows, folk: Folk, cohort: Cohort, years: list[int]) -> None:
    homeroom_id = folk.staff.homeroom_of(cohort.key)
    for year in years:
        grade = cohort.grade_in(year)
        if grade < 1:
            continue
        class_id = rows.add(
            SchoolClass,
            year=year,
            grade=grade,
            name=cohort.class_name(year),
            division=cohort.division,
            homeroom_teacher_id=homeroom_id,
        )
        for pupil in cohort.pupils:
            rows.add(Placement, person_id=pupil.id, class_id=class_id, seat=pupil.seat)
