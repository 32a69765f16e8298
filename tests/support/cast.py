"""A small school on any store, with the cast that permission and conversation tests speak of.

小美 (pupil of 201), 阿明 (her classmate), 小華 (pupil of 202), 林老師 (subject teacher), 王老師
(his colleague), 陳老師 (a stranger to the item), 張導師 (homeroom teacher of 201, teaches as well),
李導師 (homeroom teacher of 202), 註冊組 (registrar). The timetable is 草屯's of the year 113.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from models.rulebooks import shipped
from models.store import Store
from models.tables import (
    ChatAccount,
    Course,
    CourseOutcome,
    Enrolment,
    Letter,
    Performance,
    Person,
    Placement,
    ReceiptLine,
    ReceiptStatement,
    Role,
    School,
    SchoolClass,
    Submission,
    Term,
    Window,
)
from models.vocabulary import (
    Duty,
    OutcomeState,
    PerformanceKind,
    PersonKind,
    Stage,
    StatementPart,
)
from tests.support.settled import Settled, as_stored

TAIPEI = ZoneInfo("Asia/Taipei")
CHANNEL = "line"
Row = TypeVar("Row")
Stored = TypeVar("Stored", bound=SQLModel)


def taipei(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return an instant by the clock on a Taiwanese wall."""
    return datetime(year, month, day, hour, minute, tzinfo=TAIPEI).astimezone(UTC)


WINDOWS: tuple[tuple[str, int, Stage, int, datetime, datetime, str], ...] = (
    # name, semester index, stage, round, opens, closes (exclusive), grades of the window's year
    ("selection", 0, Stage.SELECTION, 1, taipei(2024, 8, 30), taipei(2024, 9, 21), "1,2"),
    ("receipt", 0, Stage.RECEIPT, 1, taipei(2024, 10, 9), taipei(2024, 10, 15), "1,2"),
    ("upload", 1, Stage.UPLOAD, 1, taipei(2024, 8, 30), taipei(2025, 2, 4), "1,2,3"),
    ("certification", 1, Stage.CERTIFICATION, 1, taipei(2024, 8, 30), taipei(2025, 2, 11), "1,2,3"),
)
PUPILS = {"小美": ("201", 12), "阿明": ("201", 13), "小華": ("202", 5)}
STAFF = ("林老師", "王老師", "陳老師", "張導師", "李導師", "註冊組")
HOMEROOM = {"201": "張導師", "202": "李導師"}


@dataclass(slots=True)
class Cast:
    """The ids of a small school's rows, by the names tests call them."""

    school: School
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, ChatAccount] = field(default_factory=dict)
    classes: dict[str, SchoolClass] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """Return the chat address of a person of the cast."""
        return self.accounts[name].address

    def copy(self) -> "Cast":
        """Return the same cast with rows of its own, as a session that has ended leaves them."""
        return Cast(
            as_stored(self.school),
            people=_each_as_stored(self.people),
            accounts=_each_as_stored(self.accounts),
            classes=_each_as_stored(self.classes),
            terms=_each_as_stored(self.terms),
            windows=_each_as_stored(self.windows),
            courses=_each_as_stored(self.courses),
        )


def _each_as_stored(rows: dict[str, Stored]) -> dict[str, Stored]:
    return {name: as_stored(row) for name, row in rows.items()}


_settled: dict[bool, tuple[Cast, Settled]] = {}
"""The school as it was first written in this process, with chat accounts and without."""


async def settle(store: Store, *, linked: bool = True) -> Cast:
    """Write the small school and return its cast; `linked` gives everybody a chat account.

    An empty database gets a copy of the school as it was written the first time.
    """
    async with store.writing() as session:
        if await session.scalar(select(School.id).limit(1)) is not None:
            return await _written(session, linked=linked)
        if linked not in _settled:
            cast = await _written(session, linked=linked)
            _settled[linked] = (cast.copy(), await Settled.of(session))
            return cast
        kept, rows = _settled[linked]
        await rows.write_to(session)
        return kept.copy()


async def _written(session: AsyncSession, *, linked: bool) -> Cast:
    school = School(
        code="060402",
        name="國立草屯高級商工職業學校",
        rulebook=shipped()["caotun"].read_text("utf-8"),
        planned_until=taipei(2024, 8, 1),
    )
    await _add(session, school)
    cast = Cast(school)
    await _add_people(session, cast)
    await _add_timetable(session, cast)
    if linked:
        await _link_everybody(session, cast)
    return cast


async def outcome(
    session: AsyncSession,
    cast: Cast,
    *,
    by: str,
    course: str = "物理",
    title: str = "斜面實驗報告",
    state: OutcomeState = OutcomeState.UPLOADED,
) -> CourseOutcome:
    """Add a course outcome of a pupil; 物理, 化學, 英文 are courses of 113-1, 國文 of 112-2."""
    taught = cast.courses[course]
    row = CourseOutcome(
        school_id=cast.school.id,
        person_id=cast.people[by].id,
        course_id=taught.id,
        term_id=taught.term_id,
        title=title,
        summary="摘要",
        file_name="report.pdf",
        file_size=1_000,
        file_hash="0" * 64,
        state=state,
        uploaded_at=taipei(2024, 9, 1),
        requested_at=taipei(2024, 9, 2) if state is not OutcomeState.UPLOADED else None,
    )
    return await _add(session, row)


async def performance(
    session: AsyncSession, cast: Cast, *, by: str, title: str = "科展", year: int = 112
) -> Performance:
    """Add a diverse performance of a pupil."""
    row = Performance(
        school_id=cast.school.id,
        person_id=cast.people[by].id,
        year=year,
        kind=PerformanceKind.COMPETITION,
        title=title,
        happened_on=date(2024, 4, 1),
    )
    return await _add(session, row)


async def statement(
    session: AsyncSession, cast: Cast, *, of: str, titles: tuple[str, ...] = ("小說改寫", "科展")
) -> ReceiptStatement:
    """Add the first receipt statement of 112-2 for a pupil; the submission is shared."""
    submission = await _submission(session, cast)
    row = ReceiptStatement(
        school_id=cast.school.id,
        submission_id=submission.id,
        person_id=cast.people[of].id,
        imported_at=taipei(2024, 10, 8),
    )
    await _add(session, row)
    await _add_all(
        session,
        [
            ReceiptLine(
                school_id=cast.school.id,
                statement_id=row.id,
                number=number,
                part=StatementPart.OUTCOME if number == 1 else StatementPart.PERFORMANCE,
                title=title,
                detail="國文" if number == 1 else "競賽參與紀錄",
            )
            for number, title in enumerate(titles, start=1)
        ],
    )
    return row


def letter(cast: Cast, about: ReceiptStatement, code: str) -> Letter:
    """Return a letter that was printed about a statement, for everybody's end of the window."""
    window = cast.windows["receipt"]
    return Letter(
        school_id=cast.school.id,
        person_id=about.person_id,
        statement_id=about.id,
        window_id=window.id,
        version=about.version,
        code=code,
        deadline_at=window.closes_at,
        printed_at=taipei(2024, 10, 9, 8),
    )


async def _submission(session: AsyncSession, cast: Cast) -> Submission:
    term = cast.terms["112-2"]
    found = (
        await session.execute(select(Submission).where(col(Submission.term_id) == term.id))
    ).scalar_one_or_none()
    if found:
        return found
    row = Submission(
        school_id=cast.school.id, term_id=term.id, round=1, submitted_at=taipei(2024, 10, 7)
    )
    return await _add(session, row)


async def _add_people(session: AsyncSession, cast: Cast) -> None:
    for index, name in enumerate([*PUPILS, *STAFF]):
        kind = PersonKind.PUPIL if name in PUPILS else PersonKind.STAFF
        cast.people[name] = Person(
            school_id=cast.school.id, kind=kind, number=f"0{index:05}", name=name
        )
    await _add_all(session, cast.people.values())
    for year, grade in ((112, 1), (113, 2)):
        for room, teacher in HOMEROOM.items():
            name = room if year == 113 else f"1{room[1:]}"
            cast.classes[name] = SchoolClass(
                school_id=cast.school.id,
                year=year,
                grade=grade,
                name=name,
                division="day",
                homeroom_teacher_id=cast.people[teacher].id,
            )
    await _add_all(session, cast.classes.values())
    session.add_all(
        Placement(
            school_id=cast.school.id,
            person_id=cast.people[pupil].id,
            class_id=cast.classes[name].id,
            seat=seat,
        )
        for pupil, (room, seat) in PUPILS.items()
        for name in (f"1{room[1:]}", room)
    )
    registrar = cast.people["註冊組"]
    await _add(session, Role(school_id=cast.school.id, person_id=registrar.id, duty=Duty.REGISTRAR))


async def _add_timetable(session: AsyncSession, cast: Cast) -> None:
    for name, year, semester in (("112-2", 112, 2), ("113-1", 113, 1)):
        cast.terms[name] = Term(school_id=cast.school.id, year=year, semester=semester)
    await _add_all(session, cast.terms.values())
    for name, index, stage, round_, opens_at, closes_at, grades in WINDOWS:
        cast.windows[name] = Window(
            school_id=cast.school.id,
            term_id=list(cast.terms.values())[index].id,
            stage=stage,
            round=round_,
            grades=grades,
            opens_at=opens_at,
            closes_at=closes_at,
        )
    for course, term_name, teacher in (
        ("物理", "113-1", "林老師"),
        ("化學", "113-1", "王老師"),
        ("英文", "113-1", "張導師"),
        ("國文", "112-2", "林老師"),
    ):
        cast.courses[course] = Course(
            school_id=cast.school.id,
            term_id=cast.terms[term_name].id,
            name=course,
            teacher_id=cast.people[teacher].id,
        )
    await _add_all(session, [*cast.windows.values(), *cast.courses.values()])
    await _add_all(
        session,
        [
            Enrolment(
                school_id=cast.school.id, course_id=taught.id, person_id=cast.people[pupil].id
            )
            for taught in cast.courses.values()
            for pupil in PUPILS
        ],
    )


async def _link_everybody(session: AsyncSession, cast: Cast) -> None:
    since = taipei(2024, 8, 1)
    for name, person in cast.people.items():
        cast.accounts[name] = ChatAccount(
            school_id=cast.school.id,
            channel=CHANNEL,
            address=f"U{person.id:032x}",
            person_id=person.id,
            state_at=since,
            linked_at=since + timedelta(hours=1),
        )
    await _add_all(session, cast.accounts.values())


async def _add(session: AsyncSession, row: Row) -> Row:
    session.add(row)
    await session.flush()
    return row


async def _add_all(session: AsyncSession, rows: Iterable[object]) -> None:
    """Add rows in one statement a table, and give them their ids."""
    session.add_all(rows)
    await session.flush()
