"""A school of thirty people on a day on which everything is open, and a second school beside it.

Two classes; five who teach, of whom some share a pupil and some nothing; two homeroom teachers; a
registrar; and pupils in every state that a work, a statement or an account can have.
"""

from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from models.rulebooks import shipped
from models.store import Store
from models.tables import (
    Certification,
    ChatAccount,
    Confirmation,
    Course,
    CourseOutcome,
    Decision,
    Discrepancy,
    Enrolment,
    Mute,
    Person,
    Placement,
    Query,
    Question,
    Role,
    School,
    SchoolClass,
    Selection,
    Term,
    Window,
)
from models.vocabulary import (
    AccountState,
    CertificationDecision,
    Choice,
    Difference,
    Duty,
    ItemKind,
    NoticeKind,
    OutcomeState,
    PersonKind,
    QueryReason,
    ReturnReason,
    Stage,
)
from tests.support import cast as rows
from tests.support.cast import CHANNEL, Cast, settle, taipei

MORNING = taipei(2024, 9, 16, 10)
AFTER_ALL_DEADLINES = taipei(2025, 3, 1, 10)
SINCE = taipei(2024, 8, 1)
Row = TypeVar("Row", bound=SQLModel)

LIVES = {
    # works as course:state, then what else is true of the pupil
    "小美": "物理:awaiting 國文:certified 化學:uploaded science statement",
    "小華": "物理:awaiting 國文:certified 化學:returned science statement",
    "阿明": "",
    "子晴": "物理:draft",
    "宇翔": "物理:uploaded",
    "品妍": "化學:awaiting",
    "冠廷": "英文:awaiting",
    "詠晴": "國文:certified selected",
    "柏翰": "國文:certified science selected finished",
    "思妤": "science",
    "承恩": "statement confirmed",
    "語彤": "statement queried",
    "家豪": "物理:awaiting 國文:certified statement departed",
    "雅婷": "物理:awaiting unlinked",
    "志偉": "物理:awaiting 國文:certified blocked",
    "佳穎": "國文:returned nothing",
    "俊宏": "國文:certified english",
    "怡君": "物理:just_certified muted",
    "建宏": "物理:just_returned asked",
    "淑芬": "國文:certified finished",
    "欣怡": "化學:awaiting 化學:uploaded",
    "宗翰": "英文:returned differs",
    "雅雯": "science",
}
"""What the school has of each pupil; who is not in the cast is put into 201 and 202 by turns."""
NEIGHBOURS = ("外校生", "外校老師", "外校導師", "外校註冊組")


async def thirty(store: Store) -> Cast:
    """Write the school of thirty, every window open on MORNING; return its people and rows."""
    cast = await settle(store)
    async with store.writing() as session:
        await _add_more_people(session, cast)
        for name, life in LIVES.items():
            await _live(session, cast, name, life.split())
        receipt = col(Window.id) == cast.windows["receipt"].id
        opens_at = taipei(2024, 9, 10)
        await session.execute(sa.update(Window).where(receipt).values(opens_at=opens_at))
    assert len(cast.people) == 30
    return cast


async def neighbours(store: Store) -> Cast:
    """Write a second, small school into the same database; return its people and rows."""
    school = School(
        code="193407",
        name="臺中市私立大誠高級中等學校",
        rulebook=shipped()["dacheng"].read_text("utf-8"),
        planned_until=SINCE,
    )
    cast = Cast(school)
    async with store.writing() as session:
        await _add(session, school)
        for number, name in enumerate(NEIGHBOURS):
            kind = PersonKind.STAFF if number else PersonKind.PUPIL
            await _add_person(session, cast, name, kind, f"0{number:05}")
        await _add_rooms_and_windows(session, cast)
        office = cast.people["外校註冊組"].id
        await _add(session, Role(school_id=school.id, person_id=office, duty=Duty.REGISTRAR))
        for course, state in (
            ("物理", OutcomeState.AWAITING),
            ("物理", OutcomeState.UPLOADED),
            ("國文", OutcomeState.CERTIFIED),
        ):
            title = f"外校生的{course}"
            await rows.outcome(session, cast, by="外校生", course=course, title=title, state=state)
        await rows.performance(session, cast, by="外校生", title="外校生的科展")
        await rows.statement(session, cast, of="外校生", titles=("外校生的國文", "外校生的科展"))
    return cast


async def _add_more_people(session: AsyncSession, cast: Cast) -> None:
    await _add_person(session, cast, "周老師", PersonKind.STAFF, "000900")
    courses = [taught.id for taught in cast.courses.values()]
    new = [name for name in LIVES if name not in cast.people]
    for number, name in enumerate(new, start=20):
        pupil = await _add_person(session, cast, name, PersonKind.PUPIL, f"001{number:03}")
        for room in ("101", "201") if number % 2 else ("102", "202"):
            await _add(
                session,
                Placement(
                    school_id=cast.school.id,
                    person_id=pupil.id,
                    class_id=cast.classes[room].id,
                    seat=number,
                ),
            )
        session.add_all(
            Enrolment(school_id=cast.school.id, course_id=course, person_id=pupil.id)
            for course in courses
        )


async def _live(session: AsyncSession, cast: Cast, name: str, life: list[str]) -> None:
    """Write what is true of a pupil."""
    for number, work in enumerate(fact for fact in life if ":" in fact):
        await _work(session, cast, name, f"{work}:{number}")
    if "science" in life:
        await rows.performance(session, cast, by=name, title=f"{name}的科展")
    if "statement" in life:
        await _statement(session, cast, name, life)
    for fact in life:
        await _wishes(session, cast, name, fact)


async def _work(session: AsyncSession, cast: Cast, name: str, work: str) -> None:
    """Write a work; one that was `just_` decided upon has its teacher's decision."""
    course, state, number = work.split(":")
    word = state.removeprefix("just_")
    title = f"{name}的{course}{number}"
    made = await rows.outcome(
        session, cast, by=name, course=course, title=title, state=OutcomeState(word)
    )
    if word in tuple(CertificationDecision):
        decided_at = MORNING - timedelta(minutes=5) if word != state else taipei(2024, 9, 3)
        await _add(
            session,
            Certification(
                school_id=cast.school.id,
                outcome_id=made.id,
                by_id=cast.courses[course].teacher_id,
                decision=CertificationDecision(word),
                reason=ReturnReason.NOT_OWN_WORK if word == "returned" else None,
                decided_at=decided_at,
            ),
        )


async def _statement(session: AsyncSession, cast: Cast, name: str, life: list[str]) -> None:
    """Write a pupil's receipt statement with what the pupil answered to it."""
    titles = (f"{name}的國文明細", f"{name}的科展明細")
    given = await rows.statement(session, cast, of=name, titles=titles)
    about: dict[str, Any] = {
        "school_id": cast.school.id,
        "statement_id": given.id,
        "person_id": cast.people[name].id,
    }
    if "confirmed" in life:
        await _add(session, Confirmation(**about, confirmed_at=MORNING))
    if "queried" in life:
        reason = QueryReason.MISSING_ITEM
        await _add(session, Query(**about, line_id=None, reason=reason, raised_at=MORNING))


async def _wishes(session: AsyncSession, cast: Cast, name: str, fact: str) -> None:
    """Write one more fact about a pupil, or nothing for one that is written elsewhere."""
    person, account = cast.people[name], cast.accounts[name]
    about: dict[str, Any] = {"school_id": cast.school.id, "person_id": person.id}
    match fact:
        case "selected":
            chosen = sa.select(col(CourseOutcome.id)).where(
                col(CourseOutcome.person_id) == person.id
            )
            slot: dict[str, Any] = {
                "year": 112,
                "kind": ItemKind.OUTCOME,
                "slot": 1,
                "selected_at": MORNING,
            }
            work = await session.scalar(chosen)
            await _add(session, Selection(**about, **slot, outcome_id=work))
        case "finished" | "nothing":
            choice = Choice.DONE if fact == "finished" else Choice.NOTHING
            for stage, scope in ((Stage.SELECTION, "112"), (Stage.UPLOAD, "113-1")):
                said: dict[str, Any] = {
                    "stage": stage,
                    "scope": scope,
                    "choice": choice,
                    "decided_at": MORNING,
                }
                await _add(session, Decision(**about, **said))
        case "muted":
            await _add(session, Mute(**about, kind=NoticeKind.UPLOAD_DUE, muted_at=MORNING))
        case "asked" | "differs":
            await _for_the_office(session, cast, name, fact)
        case "departed":
            await _change(session, person, departed=True)
        case "unlinked":
            await _change(session, account, person_id=None)
        case "blocked":
            await _change(session, account, state=AccountState.BLOCKED)
        case "english":
            await _change(session, person, locale="en")


async def _for_the_office(session: AsyncSession, cast: Cast, name: str, fact: str) -> None:
    """Write what waits for the registrar: a question, or a work that the platform has otherwise."""
    about: dict[str, Any] = {"school_id": cast.school.id, "person_id": cast.people[name].id}
    if fact == "asked":
        asked = Question(
            **about,
            wording=f"{name}想問的事",
            asked_at=MORNING,
            account_id=cast.accounts[name].id,
        )
        await _add(session, asked)
    else:
        differs = Discrepancy(
            **about,
            item_kind=ItemKind.OUTCOME,
            item_id=1,
            difference=Difference.STATE,
            title=f"{name}的英文",
            found_at=MORNING,
        )
        await _add(session, differs)


async def _add_rooms_and_windows(session: AsyncSession, cast: Cast) -> None:
    """Give the second school a class in two years, two terms, and the first one's windows."""
    about: dict[str, Any] = {"school_id": cast.school.id}
    pupil, teacher, leader = (cast.people[name].id for name in NEIGHBOURS[:3])
    for year, grade, name in ((112, 1, "甲"), (113, 2, "乙")):
        room: dict[str, Any] = {"year": year, "grade": grade, "name": name, "division": "day"}
        cast.classes[name] = SchoolClass(**about, **room, homeroom_teacher_id=leader)
        await _add(session, cast.classes[name])
        at: dict[str, Any] = {"class_id": cast.classes[name].id, "seat": 1}
        await _add(session, Placement(**about, **at, person_id=pupil))
    for name, course, year, semester in (("112-2", "國文", 112, 2), ("113-1", "物理", 113, 1)):
        cast.terms[name] = Term(**about, year=year, semester=semester)
        await _add(session, cast.terms[name])
        taught: dict[str, Any] = {
            "term_id": cast.terms[name].id,
            "name": course,
            "teacher_id": teacher,
        }
        cast.courses[course] = Course(**about, **taught)
        await _add(session, cast.courses[course])
        await _add(session, Enrolment(**about, course_id=cast.courses[course].id, person_id=pupil))
    for name, index, stage, round_, _opens_at, closes_at, grades in rows.WINDOWS:
        cast.windows[name] = Window(
            **about,
            term_id=list(cast.terms.values())[index].id,
            stage=stage,
            round=round_,
            grades=grades,
            opens_at=SINCE,
            closes_at=closes_at,
        )
        await _add(session, cast.windows[name])


async def _add_person(
    session: AsyncSession, cast: Cast, name: str, kind: PersonKind, number: str
) -> Person:
    """Add somebody with a chat of their own."""
    about: dict[str, Any] = {"school_id": cast.school.id}
    person = await _add(session, Person(**about, kind=kind, number=number, name=name))
    cast.people[name] = person
    cast.accounts[name] = await _add(
        session,
        ChatAccount(
            **about,
            channel=CHANNEL,
            address=f"U{person.id:032x}",
            person_id=person.id,
            state_at=SINCE,
            linked_at=SINCE,
        ),
    )
    return person


async def _add(session: AsyncSession, row: Row) -> Row:
    session.add(row)
    await session.flush()
    return row


async def _change(session: AsyncSession, row: SQLModel, **values: object) -> None:
    kept = await session.get_one(type(row), row.id)  # type: ignore[attr-defined]
    for name, value in values.items():
        setattr(kept, name, value)
    await session.flush()
