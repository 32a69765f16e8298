"""Loads what files are compared with: a school's people, courses and works, in a few reads."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import preferences, schools
from models.rules.importing.known import (
    KnownClass,
    KnownCourse,
    KnownCourses,
    KnownOfficer,
    KnownOfficers,
    KnownOutcome,
    KnownPeople,
    KnownPerformance,
    KnownPerson,
    KnownPlacement,
    KnownSelection,
    KnownWorks,
)
from models.tables import (
    AuditEntry,
    Certification,
    Course,
    CourseOutcome,
    Enrolment,
    OfficerRecord,
    Performance,
    Person,
    Placement,
    Role,
    School,
    SchoolClass,
    Selection,
    Term,
)
from models.vocabulary import Duty, ItemKind

OUTCOME = "course_outcome:"
"""How an audit entry names a course outcome that somebody did something to through the bot."""

_AT_ONCE = 5_000


async def lock(session: AsyncSession, school_id: int) -> None:
    """Let no other import of the school, and no planning, run until this transaction ends."""
    row = sa.select(col(School.id)).where(col(School.id) == school_id)
    await session.execute(row.with_for_update(key_share=True))


async def people(session: AsyncSession, school_id: int) -> KnownPeople:
    """Return what a list of people is compared with."""
    classes = await _rows(
        session,
        school_id,
        SchoolClass.id,
        SchoolClass.year,
        SchoolClass.grade,
        SchoolClass.name,
        SchoolClass.division,
        SchoolClass.homeroom_teacher_id,
    )
    placements = await _rows(
        session,
        school_id,
        Placement.id,
        Placement.person_id,
        Placement.class_id,
        Placement.seat,
        make=KnownPlacement,
    )
    roles = await session.execute(
        sa.select(col(Role.person_id), col(Role.id)).where(
            col(Role.school_id) == school_id, col(Role.duty) == Duty.REGISTRAR
        )
    )
    return KnownPeople(
        school_id,
        await people_by_number(session, school_id),
        {row.id: KnownClass(*row) for row in classes},
        placements,
        dict(roles.all()),
    )


async def courses(session: AsyncSession, school_id: int) -> KnownCourses:
    """Return what a list of courses is compared with."""
    members = await session.execute(
        sa.select(col(SchoolClass.year), col(SchoolClass.name), col(Placement.person_id))
        .join(Placement, col(Placement.class_id) == col(SchoolClass.id))
        .join(Person, col(Person.id) == col(Placement.person_id))
        .where(col(SchoolClass.school_id) == school_id, col(Person.departed).is_(False))
        .order_by(col(Placement.seat), col(Placement.person_id))
    )
    class_pupils: dict[tuple[int, str], list[int]] = defaultdict(list)
    for year, name, person_id in members:
        class_pupils[year, name].append(person_id)
    enrolments = await _rows(
        session, school_id, Enrolment.course_id, Enrolment.person_id, Enrolment.id
    )
    works = await _rows(session, school_id, CourseOutcome.course_id, CourseOutcome.person_id)
    return KnownCourses(
        school_id,
        await people_by_number(session, school_id),
        dict(class_pupils),
        await _terms(session, school_id),
        await _courses(session, school_id),
        {(course_id, person_id): id_ for course_id, person_id, id_ in enrolments},
        frozenset((course_id, person_id) for course_id, person_id in works),
    )


async def works(session: AsyncSession, school: School) -> KnownWorks:
    """Return what a list of works is compared with."""
    rules = schools.rulebook_of(school)
    places = await places_by_year(session, school.id)
    enrolments = await _rows(session, school.id, Enrolment.course_id, Enrolment.person_id)
    performances = await _rows(
        session,
        school.id,
        Performance.id,
        Performance.person_id,
        Performance.year,
        Performance.kind,
        Performance.title,
        Performance.happened_on,
        Performance.details,
        make=KnownPerformance,
    )
    return KnownWorks(
        school.id,
        await people_by_number(session, school.id),
        places,
        {
            (kind, (grade, division)): rules.caps_for(division or None, grade or None)
            .selected(kind)
            .at_most
            for kind in ItemKind
            for grade, division in {(0, ""), *places.values()}
        },
        await _terms(session, school.id),
        await _courses(session, school.id),
        frozenset((course_id, person_id) for course_id, person_id in enrolments),
        await _outcomes(session, school.id),
        performances,
        await _selections(session, school.id),
        await preferences.imported_at(session, school.id),
    )


async def officers(session: AsyncSession, school_id: int) -> KnownOfficers:
    """Return what a list of officers is compared with."""
    records = await _rows(
        session,
        school_id,
        OfficerRecord.id,
        OfficerRecord.person_id,
        OfficerRecord.term_id,
        OfficerRecord.unit,
        OfficerRecord.position,
        OfficerRecord.rank,
        OfficerRecord.begins_on,
        OfficerRecord.ends_on,
        make=KnownOfficer,
    )
    return KnownOfficers(
        school_id,
        await people_by_number(session, school_id),
        await _terms(session, school_id),
        records,
    )


async def people_by_number(session: AsyncSession, school_id: int) -> dict[str, KnownPerson]:
    """Return everybody of a school by number, also who has left."""
    rows = await _rows(
        session,
        school_id,
        Person.id,
        Person.kind,
        Person.number,
        Person.name,
        Person.departed,
        make=KnownPerson,
    )
    return {person.number: person for person in rows}


async def _terms(session: AsyncSession, school_id: int) -> dict[tuple[int, int], int]:
    rows = await _rows(session, school_id, Term.year, Term.semester, Term.id)
    return {(year, semester): id_ for year, semester, id_ in rows}


async def _courses(session: AsyncSession, school_id: int) -> list[KnownCourse]:
    rows = await session.execute(
        sa.select(
            col(Course.id),
            col(Term.year),
            col(Term.semester),
            col(Course.code),
            col(Course.name),
            col(Course.teacher_id),
        )
        .join(Term, col(Term.id) == col(Course.term_id))
        .where(col(Course.school_id) == school_id)
        .order_by(col(Course.id))
    )
    return [
        KnownCourse(id_, (year, semester), code, name, teacher_id)
        for id_, year, semester, code, name, teacher_id in rows
    ]


async def places_by_year(
    session: AsyncSession, school_id: int
) -> dict[tuple[int, int], tuple[int, str]]:
    """Return the grade and division of every pupil in each year."""
    rows: Any = await session.execute(
        sa.select(
            col(Placement.person_id),
            col(SchoolClass.year),
            col(SchoolClass.grade),
            col(SchoolClass.division),
        )
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(col(Placement.school_id) == school_id)
    )
    return {(person_id, year): (grade, division) for person_id, year, grade, division in rows}


async def _outcomes(session: AsyncSession, school_id: int) -> list[KnownOutcome]:
    things: Any = await session.execute(
        sa.select(col(AuditEntry.thing), sa.func.max(col(AuditEntry.at)))
        .where(col(AuditEntry.school_id) == school_id, col(AuditEntry.thing).startswith(OUTCOME))
        .group_by(col(AuditEntry.thing))
    )
    touched = {int(thing.removeprefix(OUTCOME)): at for thing, at in things}
    taken_back = await session.scalars(
        sa.select(col(Certification.outcome_id)).where(
            col(Certification.school_id) == school_id, col(Certification.withdrawn_at).is_not(None)
        )
    )
    withdrawn = frozenset(taken_back)

    def outcome(*row: Any) -> KnownOutcome:
        return KnownOutcome(*(*row, touched.get(row[0]), row[0] in withdrawn))

    return await _rows(
        session,
        school_id,
        CourseOutcome.id,
        CourseOutcome.person_id,
        CourseOutcome.course_id,
        CourseOutcome.title,
        CourseOutcome.summary,
        CourseOutcome.file_name,
        CourseOutcome.file_size,
        CourseOutcome.file_hash,
        CourseOutcome.state,
        CourseOutcome.version,
        CourseOutcome.uploaded_at,
        CourseOutcome.requested_at,
        CourseOutcome.taking,
        CourseOutcome.details,
        make=outcome,
    )


async def _selections(session: AsyncSession, school_id: int) -> list[KnownSelection]:
    rows = await _rows(
        session,
        school_id,
        Selection.person_id,
        Selection.year,
        Selection.kind,
        Selection.slot,
        Selection.outcome_id,
        Selection.performance_id,
    )
    return [
        KnownSelection(person_id, year, kind, slot, outcome_id or performance_id)
        for person_id, year, kind, slot, outcome_id, performance_id in rows
    ]


async def _rows(
    session: AsyncSession, school_id: int, *columns: Any, make: Callable[..., Any] | None = None
) -> list[Any]:
    """Return columns of one table, of all rows of a school, in the order they were written.

    Rows become what `make` makes of them as they come, so that they are never held twice.
    """
    table = columns[0].class_
    chosen = sa.select(*columns).where(table.school_id == school_id).order_by(table.id)
    found: list[Any] = []
    async for some in (await session.stream(chosen)).partitions(_AT_ONCE):
        found += some if make is None else [make(*row) for row in some]
    return found
