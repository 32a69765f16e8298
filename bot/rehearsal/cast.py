"""The small school of a rehearsal: a class to every grade and division, one pupil to every habit.

Nobody is real. Names are made up; the seed only deals surnames.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from bot.rehearsal.habits import PUPILS, TEACHERS, Habit, Scale
from bot.rehearsal.recording import CHANNEL
from models.queries.windows import TermWindow, grades_of
from models.rulebooks import Rulebook
from models.tables import (
    ChatAccount,
    Course,
    CourseOutcome,
    Enrolment,
    Performance,
    Person,
    Placement,
    Role,
    School,
    SchoolClass,
    Term,
)
from models.vocabulary import (
    AccountState,
    Duty,
    OutcomeState,
    PerformanceKind,
    PersonKind,
    Stage,
)

Row = TypeVar("Row", bound=SQLModel)

_SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐"
_GIVEN = ("怡君", "志豪", "雅婷", "家豪", "佩珊", "宗翰", "心怡", "冠宇", "詩涵")
_COURSES = {Habit.TEACHES_PROMPTLY: "物理", Habit.TEACHES_LATE: "國語文"}
_TITLES = {"物理": "斜面實驗報告", "國語文": "小說改寫"}
_FRESH: Mapping[Habit, tuple[tuple[Habit, OutcomeState], ...]] = {
    Habit.EARLY: (
        (Habit.TEACHES_PROMPTLY, OutcomeState.UPLOADED),
        (Habit.TEACHES_LATE, OutcomeState.UPLOADED),
    ),
    Habit.PROMPTED: (
        (Habit.TEACHES_PROMPTLY, OutcomeState.UPLOADED),
        (Habit.TEACHES_LATE, OutcomeState.DRAFT),
    ),
    Habit.LAST_DAY: ((Habit.TEACHES_LATE, OutcomeState.UPLOADED),),
    Habit.SILENT: ((Habit.TEACHES_PROMPTLY, OutcomeState.DRAFT),),
    Habit.NOTHING: (),
    Habit.RETURNED: ((Habit.TEACHES_PROMPTLY, OutcomeState.UPLOADED),),
    Habit.QUERIES: ((Habit.TEACHES_PROMPTLY, OutcomeState.UPLOADED),),
    Habit.BLOCKED: ((Habit.TEACHES_PROMPTLY, OutcomeState.UPLOADED),),
    Habit.NOT_JOINED: ((Habit.TEACHES_PROMPTLY, OutcomeState.DRAFT),),
}
"""The works of a term that is being uploaded, by whose they are: which teacher's, how far."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the rehearsed school: who they are to it, where, and how they behave."""

    id: int
    role: Duty
    habit: Habit
    where: str


@dataclass(slots=True)
class Cast:
    """Everybody of the rehearsed school by their ids, and what they stand for."""

    school: School
    scale: Scale
    members: dict[int, Member] = field(default_factory=dict)

    def with_role(self, role: Duty) -> list[Member]:
        """Return the people of a role in the order in which they were written."""
        return [member for member in self.members.values() if member.role is role]


@dataclass(frozen=True, slots=True)
class _Cohort:
    """The pupils who entered in one year in one division, and their homeroom teacher."""

    entered: int
    division: str
    place: int
    teacher: Person
    pupils: tuple[Person, ...]

    def name_in(self, year: int) -> str:
        """Return what their class is called in an academic year: 201."""
        return f"{year - self.entered}{self.place:02}"


async def settle(
    session: AsyncSession,
    school: School,
    rulebook: Rulebook,
    found: Collection[TermWindow],
    *,
    began: datetime,
    seed: int,
) -> Cast:
    """Write the people, classes, courses and works that these windows concern."""
    divisions = [division.key for division in rulebook.divisions] or ["day"]
    cast = Cast(school, Scale(len(rulebook.grades) * len(divisions)))
    writer = _Writer(session, cast, began, Random(seed))  # noqa: S311 - repeatable on purpose
    years = sorted({each.term.year for each in found})
    teachers = await writer.teachers()
    await writer.registrar()
    for entered in sorted({year for each in found for year in _entered(each)}):
        for place, division in enumerate(divisions, start=1):
            cohort = await writer.cohort(entered, division, place)
            for year in years:
                if year - entered in rulebook.grades:
                    await writer.place(cohort, year, current=year == years[-1])
            for term in _terms(found):
                if term.year - entered in rulebook.grades:
                    fresh = _is_uploaded(found, term)
                    await writer.teach(cohort, term, teachers, fresh=fresh)
    await session.flush()
    return cast


def _entered(found: TermWindow) -> Iterator[int]:
    """Yield the years in which the pupils entered whom a window concerns, as year less grade."""
    return (found.term.year - grade for grade in grades_of(found.window))


def _terms(found: Collection[TermWindow]) -> list[Term]:
    terms = {each.term.id: each.term for each in found}
    return sorted(terms.values(), key=lambda term: (term.year, term.semester))


def _is_uploaded(found: Collection[TermWindow], term: Term) -> bool:
    """Say whether works of a term are uploaded during the rehearsal: else they are certified."""
    return any(each.term.id == term.id and each.stage is Stage.UPLOAD for each in found)


@dataclass(slots=True)
class _Writer:
    session: AsyncSession
    cast: Cast
    began: datetime
    dice: Random
    counted: int = 0

    async def teachers(self) -> dict[Habit, Person]:
        """Write the subject teachers."""
        names = {Habit.TEACHES_PROMPTLY: "林老師", Habit.TEACHES_LATE: "王老師"}
        return {
            habit: await self._person(names[habit], Duty.SUBJECT_TEACHER, habit, names[habit])
            for habit in TEACHERS
        }

    async def registrar(self) -> None:
        """Write the registrar."""
        person = await self._person("註冊組", Duty.REGISTRAR, Habit.REGISTERS, "註冊組")
        self._add(Role, person_id=person.id, duty=Duty.REGISTRAR)

    async def cohort(self, entered: int, division: str, place: int) -> _Cohort:
        """Write a homeroom teacher and a pupil to every habit."""
        surname = self.dice.choice(_SURNAMES)
        teacher = await self._person(
            f"{surname}導師", Duty.HOMEROOM_TEACHER, Habit.LEADS_A_CLASS, f"{surname}導師"
        )
        pupils = [
            await self._person(
                self.dice.choice(_SURNAMES) + given, Duty.PUPIL, habit, f"{entered}-{place}"
            )
            for habit, given in zip(PUPILS, _GIVEN, strict=True)
        ]
        return _Cohort(entered, division, place, teacher, tuple(pupils))

    async def place(self, cohort: _Cohort, year: int, *, current: bool) -> None:
        """Write a cohort's class of an academic year; where people sit is told by the last one."""
        name = cohort.name_in(year)
        row = self._add(
            SchoolClass,
            year=year,
            grade=year - cohort.entered,
            name=name,
            division=cohort.division,
            homeroom_teacher_id=cohort.teacher.id,
        )
        await self.session.flush()
        for seat, pupil in enumerate(cohort.pupils, start=1):
            self._add(Placement, person_id=pupil.id, class_id=row.id, seat=seat)
            self._move(pupil.id, f"{name}-{seat:02}")
        if current:
            self._move(cohort.teacher.id, name)

    async def teach(
        self, cohort: _Cohort, term: Term, teachers: Mapping[Habit, Person], *, fresh: bool
    ) -> None:
        """Write a cohort's courses of a term, with what its pupils have made in them."""
        courses = {
            habit: self._add(Course, term_id=term.id, name=_COURSES[habit], teacher_id=teacher.id)
            for habit, teacher in teachers.items()
        }
        await self.session.flush()
        for pupil in cohort.pupils:
            for course in courses.values():
                self._add(Enrolment, course_id=course.id, person_id=pupil.id)
            habit = self.cast.members[pupil.id].habit
            for teacher, state in _FRESH[habit] if fresh else _kept(habit):
                self._work(pupil, courses[teacher], state, at=self.began)
            self._add(
                Performance,
                person_id=pupil.id,
                year=term.year,
                kind=PerformanceKind.SERVICE,
                title="社區圖書館志工",
                happened_on=date(term.year + 1911, 11, 2),
            )

    def _work(self, pupil: Person, course: Course, state: OutcomeState, *, at: datetime) -> None:
        self._add(
            CourseOutcome,
            person_id=pupil.id,
            course_id=course.id,
            term_id=course.term_id,
            title=_TITLES[course.name],
            summary="課堂成果",
            file_name="report.pdf",
            file_size=1_000_000,
            file_hash="0" * 64,
            state=state,
            uploaded_at=None if state is OutcomeState.DRAFT else at,
            requested_at=at if state is OutcomeState.CERTIFIED else None,
        )

    async def _person(self, name: str, role: Duty, habit: Habit, where: str) -> Person:
        self.counted += 1
        kind = PersonKind.PUPIL if role is Duty.PUPIL else PersonKind.STAFF
        person = self._add(Person, kind=kind, number=f"{self.counted:06}", name=name)
        await self.session.flush()
        self.cast.members[person.id] = Member(person.id, role, habit, where)
        if habit is not Habit.NOT_JOINED:
            self._add(
                ChatAccount,
                channel=CHANNEL,
                address=f"U{person.id:032x}",
                person_id=person.id,
                state=AccountState.BLOCKED if habit is Habit.BLOCKED else AccountState.OPEN,
                state_at=self.began,
                linked_at=self.began - timedelta(days=1),
            )
        return person

    def _move(self, person_id: int, where: str) -> None:
        member = self.cast.members[person_id]
        self.cast.members[person_id] = Member(member.id, member.role, member.habit, where)

    def _add(self, table: type[Row], **values: object) -> Row:
        row = table(school_id=self.cast.school.id, **values)
        self.session.add(row)
        return row


def _kept(habit: Habit) -> Iterator[tuple[Habit, OutcomeState]]:
    """Yield the works of a term whose uploading is over: certified, but for who made none."""
    if habit is not Habit.NOTHING:
        yield Habit.TEACHES_PROMPTLY, OutcomeState.CERTIFIED
        yield Habit.TEACHES_LATE, OutcomeState.CERTIFIED
