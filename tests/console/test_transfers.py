"""Pupils change their class, leave and come back, and two rows of one person become one."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from models.queries import windows
from models.queries.console import life, merging
from models.tables import (
    AuditEntry,
    ChatAccount,
    Decision,
    Enrolment,
    Extension,
    LinkCode,
    Notice,
    Person,
    Placement,
    SchoolClass,
    Selection,
    Window,
)
from models.vocabulary import Choice, ItemKind, NoticeKind, NoticeState, PersonKind, Silence, Stage
from tests.support.cast import outcome, performance, statement
from tests.support.consoles import Office, Sitting, opened
from tests.support.stage import MONDAY

DAY = MONDAY.date().isoformat()


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school."""
    async with opened(sqlite_url) as found:
        yield found


@pytest.fixture
async def either(database_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school, on each engine."""
    async with opened(database_url) as found:
        yield found


def page_of(office: Office, name: str) -> str:
    """Return the path of a person's page."""
    return f"{office.at_school}/people/{office.cast.people[name].id}"


async def rows(office: Office, table: Any, *conditions: Any) -> list[Any]:
    """Return the rows of a table, by id."""
    async with office.store.reading() as session:
        found = select(table).where(*conditions).order_by(col(table.id))
        return list((await session.execute(found)).scalars())


async def sits(office: Office, name: str) -> list[tuple[int, int]]:
    """Return where a pupil sits, by class."""
    own = col(Placement.person_id) == office.cast.people[name].id
    return sorted((each.class_id, each.seat) for each in await rows(office, Placement, own))


async def moved(office: Office, sitting: Sitting, **sent: object) -> Any:
    """Send the form of 小美's transfer, changed in some fields."""
    cast = office.cast
    form = {
        "number": cast.people["小美"].number,
        "room": cast.classes["202"].id,
        "seat": 7,
        "day": DAY,
        "reason": "轉班",
    }
    return await sitting.post(f"{page_of(office, '小美')}/move", **(form | sent))


async def test_a_pupil_moves_to_another_class_with_everything(office: Office) -> None:
    """The place of this year is another one, that of last year stays; the audit has the day."""
    cast, sitting = office.cast, await office.registrar()

    answer = await moved(office, sitting, number="T0001")

    assert answer.status_code == 303
    assert await sits(office, "小美") == sorted(
        [(cast.classes["101"].id, 12), (cast.classes["202"].id, 7)]
    )
    (person,) = await rows(office, Person, col(Person.id) == cast.people["小美"].id)
    (entry,) = await rows(office, AuditEntry, col(AuditEntry.deed) == "moved pupil")
    assert person.number == "T0001"
    assert entry.facts["from"] == DAY
    assert (entry.facts["class_before"], entry.facts["class_after"]) == (
        cast.classes["201"].id,
        cast.classes["202"].id,
    )


async def test_reminders_follow_the_new_class(office: Office) -> None:
    """What is asked before a reminder leaves says no of a window of the old division."""
    cast, sitting = office.cast, await office.registrar()
    async with office.store.writing() as session:
        for row, division in (
            (await session.get_one(SchoolClass, cast.classes["202"].id), "evening"),
            (await session.get_one(Window, cast.windows["upload"].id), "day"),
        ):
            row.division = division

    async def left() -> set[int]:
        async with office.store.reading() as session:
            planned = await windows.of_school(session, cast.school.id)
            found = await life.left_in(session, planned, cast.people["小美"].id)
        return {id_ for id_, has_left in found.items() if has_left}

    before = await left()
    await moved(office, sitting)

    assert cast.windows["upload"].id in before
    assert cast.windows["upload"].id not in await left()


async def test_a_move_that_cannot_be_says_why_beside_its_field(office: Office) -> None:
    """A taken number leads to making the two one; nothing is changed."""
    cast, sitting = office.cast, await office.registrar()
    before = await sits(office, "小美")

    for field, sent in (
        ("number", {"number": cast.people["阿明"].number}),
        ("seat", {"seat": 5}),
        ("seat", {"seat": ""}),
        ("day", {"day": (MONDAY + timedelta(days=2)).date().isoformat()}),
        ("day", {"day": ""}),
        ("reason", {"reason": ""}),
        ("reason", {"room": cast.classes["201"].id, "seat": 12}),
        ("room", {"room": cast.classes["101"].id}),
    ):
        answer = await moved(office, sitting, **sent)
        assert answer.status_code == 422, sent
        assert f'id="{field}-error"' in answer.text, sent
        assert ("merge?other=" in answer.text) is ("number" in sent), sent

    assert await sits(office, "小美") == before


async def test_somebody_leaves_and_comes_back(office: Office) -> None:
    """With a reason each time; whoever has left gets no code and is not moved."""
    sitting, path = await office.registrar(), page_of(office, "小美")

    without = await sitting.post(f"{path}/departed", turn="left")
    await sitting.post(f"{path}/departed", turn="left", reason="轉學")
    code = await sitting.post(f"{path}/code")
    moving = await moved(office, sitting)
    page = await sitting.get(path)
    await sitting.post(f"{path}/departed", turn="back", reason="復學")

    assert without.status_code == 422
    assert code.status_code == moving.status_code == 404
    assert "已離校" in page.text
    (person,) = await rows(office, Person, col(Person.id) == office.cast.people["小美"].id)
    assert not person.departed
    told = [(e.deed, e.facts["reason"]) for e in await rows(office, AuditEntry)]
    assert told == [("departed", "轉學"), ("came back", "復學")]


async def second_row(office: Office) -> Person:
    """Give 小美 a second row, as a new number makes one, with all that stands in the way.

    It has joined by Telegram, sits in another class, takes one course, has something selected,
    a longer deadline, a notice about an occasion that the first row has too, and a code.
    """
    cast = office.cast
    mei, school_id = cast.people["小美"], cast.school.id
    async with office.store.writing() as session:
        new = Person(school_id=school_id, kind=PersonKind.PUPIL, number="T0001", name="小美")
        session.add(new)
        await session.flush()
        cast.people["第二筆"] = new
        both = [mei.id, new.id]
        mine = await performance(session, cast, by="小美")
        theirs = await performance(session, cast, by="第二筆", title="社區服務")
        await outcome(session, cast, by="第二筆")
        upload = cast.windows["upload"]
        session.add_all(
            [
                ChatAccount(
                    school_id=school_id,
                    channel="telegram",
                    address="7",
                    person_id=new.id,
                    state_at=MONDAY,
                ),
                Placement(
                    school_id=school_id,
                    person_id=new.id,
                    class_id=cast.classes["202"].id,
                    seat=30,
                ),
                Enrolment(school_id=school_id, course_id=cast.courses["物理"].id, person_id=new.id),
                LinkCode(
                    school_id=school_id,
                    person_id=new.id,
                    digest="c" * 64,
                    expires_at=MONDAY + timedelta(days=3),
                ),
                *(
                    Selection(
                        school_id=school_id,
                        person_id=person_id,
                        year=112,
                        kind=ItemKind.PERFORMANCE,
                        slot=1,
                        performance_id=work.id,
                        selected_at=MONDAY,
                    )
                    for person_id, work in zip(both, (mine, theirs), strict=True)
                ),
                *(
                    Extension(
                        school_id=school_id,
                        person_id=person_id,
                        window_id=upload.id,
                        closes_at=upload.closes_at + timedelta(days=days),
                        reason="公假",
                        granted_at=MONDAY,
                    )
                    for days, person_id in enumerate(both, start=1)
                ),
                *(
                    Decision(
                        school_id=school_id,
                        person_id=person_id,
                        stage=Stage.SELECTION,
                        scope="112",
                        choice=Choice.DONE,
                        decided_at=MONDAY,
                    )
                    for person_id in both
                ),
                *(
                    Notice(
                        school_id=school_id,
                        person_id=person_id,
                        kind=NoticeKind.UPLOAD_DUE,
                        occasion=occasion,
                        due_at=MONDAY,
                        created_at=MONDAY,
                        state=state,
                    )
                    for person_id, occasion, state in (
                        (mei.id, "said to the other", NoticeState.WAITING),
                        (new.id, "said to the other", NoticeState.TOLD),
                        (mei.id, "waits for both", NoticeState.WAITING),
                        (new.id, "waits for both", NoticeState.WAITING),
                        (new.id, "only there", NoticeState.WAITING),
                    )
                ),
            ]
        )
    return new


async def test_two_rows_become_one_person(either: Office) -> None:
    """Looking changes nothing; then all is one person's, once, and the audit stays as it was."""
    office, cast = either, either.cast
    new, sitting = await second_row(office), await office.registrar()
    path = f"{page_of(office, '小美')}/merge"

    looked = await sitting.get(f"{path}?other=T0001")
    untyped = await sitting.post(path, other="T0001", typed="T001", reason="轉部別")
    done = await sitting.post(path, other="T0001", typed="T0001", reason="轉部別")

    assert looked.status_code == 200
    assert 'name="typed"' in looked.text
    assert untyped.status_code == 422
    assert done.status_code == 303
    mei, own = cast.people["小美"], cast.people["小美"].id
    for name, column in merging.naming_people():
        async with office.store.reading() as session:
            left = await session.scalar(sa.select(sa.func.count()).where(column == new.id))
        assert (left or 0) == (1 if column.name == "person_id" and name == "audit_entry" else 0)
    assert await sits(office, "小美") == sorted(
        [(cast.classes["101"].id, 12), (cast.classes["201"].id, 12)]
    )
    selected = await rows(office, Selection)
    assert [(each.person_id, each.slot) for each in selected] == [(own, 1), (own, 2)]
    (longer,) = await rows(office, Extension)
    assert longer.closes_at == cast.windows["upload"].closes_at + timedelta(days=2)
    notices = [
        (each.person_id, each.occasion.partition("/of-")[0], each.state, each.silence)
        for each in await rows(office, Notice)
    ]
    over = (NoticeState.SKIPPED, Silence.SUPERSEDED)
    assert notices == [
        (own, "said to the other", *over),
        (own, "said to the other", NoticeState.TOLD, None),
        (own, "waits for both", NoticeState.WAITING, None),
        (own, "waits for both", *over),
        (own, "only there", NoticeState.WAITING, None),
    ]
    assert await rows(office, LinkCode) == []
    chats = await rows(office, ChatAccount, col(ChatAccount.person_id) == own)
    assert {each.channel for each in chats} == {"line", "telegram"}
    (tomb,) = await rows(office, Person, col(Person.id) == new.id)
    assert tomb.departed
    gone = await sitting.get(page_of(office, "第二筆"))
    assert f"/people/{own}" in gone.text
    assert mei.number in gone.text


async def test_what_stands_against_it_is_listed_and_nothing_moves(office: Office) -> None:
    """Two chats in one app and two statements of a submission: neither is ours to choose from."""
    sitting = await office.registrar()
    async with office.store.writing() as session:
        for name in ("小美", "阿明"):
            await statement(session, office.cast, of=name)
    number = office.cast.people["阿明"].number
    path = f"{page_of(office, '小美')}/merge"

    looked = await sitting.get(f"{path}?other={number}")
    tried = await sitting.post(path, other=number, typed=number, reason="同一人")
    itself = await sitting.get(f"{path}?other={office.cast.people['小美'].number}")
    nobody = await sitting.get(f"{path}?other=9999")

    assert tried.status_code == 422
    for page in (looked, tried, itself):
        assert 'id="against"' in page.text
        assert 'name="typed"' not in page.text
    assert "LINE" in looked.text
    assert "112-2" in looked.text
    assert 'class="error"' in nobody.text
    (ming,) = await rows(office, Person, col(Person.id) == office.cast.people["阿明"].id)
    assert not ming.departed


def test_every_table_that_could_stand_in_its_own_way_has_a_rule() -> None:
    """A new table with one row a person and thing is decided upon here, not lost by a merge."""
    people = {name for name, _ in merging.naming_people()}
    twins = {name for name, column in merging.naming_people() if list(merging.one_a_person(column))}
    assert twins == merging.KEPT_COUNTS | merging.LOOKED_AFTER
    unique = {
        name
        for name in people
        for index in SQLModel.metadata.tables[name].indexes
        if index.unique and {"person_id"} & set(index.columns.keys())
    }
    assert unique == set()
