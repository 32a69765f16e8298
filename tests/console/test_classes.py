"""Classes and courses: who leads and teaches them, who has joined, and the slips to join."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.queries import linking
from models.rules.access import Grant
from models.tables import (
    AuditEntry,
    ChannelCredential,
    ChatAccount,
    Course,
    LinkCode,
    Person,
    SchoolClass,
)
from models.vocabulary import ConsoleRole
from tests.support.consoles import Office, opened
from tests.support.stage import MONDAY


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school, in which 小美 and 小華 have not joined."""
    async with opened(sqlite_url) as found:
        without = [found.cast.people[name].id for name in ("小美", "小華")]
        async with found.store.writing() as session:
            await session.execute(
                sa.update(ChatAccount)
                .where(col(ChatAccount.person_id).in_(without))
                .values(person_id=None)
            )
            session.add(
                ChannelCredential(
                    school_id=found.cast.school.id,
                    channel="line",
                    secret=b"",
                    token=b"",
                    basic_id="@bell",
                )
            )
        yield found


async def rows(office: Office, table: Any, *conditions: Any) -> list[Any]:
    """Return the rows of a table, by id."""
    async with office.store.reading() as session:
        found = select(table).where(*conditions).order_by(col(table.id))
        return list((await session.execute(found)).scalars())


async def leave(office: Office, name: str) -> None:
    """Let somebody of the cast leave the school."""
    async with office.store.writing() as session:
        await session.execute(
            sa.update(Person)
            .where(col(Person.id) == office.cast.people[name].id)
            .values(departed=True)
        )


async def test_a_class_says_how_many_have_joined(office: Office) -> None:
    """Of those who are there now; the number leads to the names; a homeroom teacher sees one."""
    sitting = await office.registrar()
    school_id = office.cast.school.id
    own = Grant(ConsoleRole.HOMEROOM_TEACHER, school_id, "202")
    teacher = await office.signed_in(own, address="li@school.example")

    page = (await sitting.get(f"{office.at_school}/classes")).text
    seen = (await teacher.get(f"{office.at_school}/classes")).text
    other = await teacher.get(f"{office.at_school}/classes/{office.cast.classes['201'].id}")

    figures = re.findall(r'<td class="figure">(?:<a [^>]+>)?([^<]+)', page)
    assert figures == ["1／2", "1", "0／1", "1"]
    assert "class=201&amp;role=pupil&amp;state=not_joined" in page
    assert "201" not in seen
    assert 'name="class"' not in seen
    assert other.status_code == 404


async def test_codes_are_looked_at_first_and_then_printed(office: Office) -> None:
    """Looking makes none; a slip that is out is named; then a PDF a class, and only new codes."""
    cast, sitting = office.cast, await office.registrar()
    at = f"{office.at_school}/classes/codes"
    async with office.store.writing() as session:
        pepper = office.installation.vault.pepper
        await linking.issue(session, cast.people["小美"], MONDAY, pepper)

    nobody = await sitting.get(at)
    looked = await sitting.get(f"{at}?class=201&class=202")
    before = await rows(office, LinkCode)
    printed = await sitting.post(at, **{"class": ["201", "202"]})
    foreign = await sitting.post(at, **{"class": ["999"]})
    none = await sitting.post(at)

    assert nobody.status_code == 303
    assert "2 人會拿到新的綁定代碼" in looked.text
    assert "1 人手上的舊紙條" in looked.text
    assert len(before) == 1
    with zipfile.ZipFile(io.BytesIO(printed.content)) as archive:
        assert len(archive.namelist()) == 2
        assert all(archive.read(each).startswith(b"%PDF") for each in archive.namelist())
    assert printed.headers["cache-control"] == "no-store"
    usable = await rows(office, LinkCode, col(LinkCode.expires_at) > MONDAY)
    assert [each.person_id for each in usable] == [cast.people[n].id for n in ("小美", "小華")]
    made = await rows(office, AuditEntry, col(AuditEntry.via) == "console")
    assert [each.thing for each in made] == [f"link_code:{each.id}" for each in usable]
    assert foreign.status_code == none.status_code == 404


async def test_codes_need_an_account_to_be_sent_to(office: Office) -> None:
    """Without the school's ID no slip can be printed, and the page says what is missing."""
    async with office.store.writing() as session:
        await session.execute(sa.update(ChannelCredential).values(basic_id=""))
    sitting = await office.registrar()

    page = await sitting.get(f"{office.at_school}/classes")
    tried = await sitting.post(f"{office.at_school}/classes/codes", whole="1")

    assert 'name="class"' not in page.text
    assert "系統管理員" in page.text
    assert tried.status_code == 404
    assert await rows(office, LinkCode) == []


async def test_somebody_else_leads_a_class(office: Office) -> None:
    """Of the staff who are there; the audit has both; a pupil leads nothing."""
    cast, sitting = office.cast, await office.registrar()
    at = f"{office.at_school}/classes/{cast.classes['201'].id}"
    wang = cast.people["王老師"].id

    pupil = await sitting.post(f"{at}/homeroom", teacher=cast.people["小美"].id)
    await sitting.post(f"{at}/homeroom", teacher=wang)
    old = await sitting.post(
        f"{office.at_school}/classes/{cast.classes['101'].id}/homeroom", teacher=wang
    )

    (room,) = await rows(office, SchoolClass, col(SchoolClass.id) == cast.classes["201"].id)
    (entry,) = await rows(office, AuditEntry)
    assert pupil.status_code == 422
    assert room.homeroom_teacher_id == wang
    assert entry.facts["before"] == cast.people["張導師"].id
    assert old.status_code == 404, "a class of last year stays as it was"


async def test_the_dates_of_a_class_are_printed(office: Office) -> None:
    """As a file with the class in its name."""
    at = f"{office.at_school}/classes/{office.cast.classes['201'].id}"

    file = await (await office.registrar()).get(f"{at}/notice")

    assert file.content.startswith(b"%PDF")
    assert "201" in file.headers["content-disposition"]


async def test_a_course_whose_teacher_left_is_handed_over(office: Office) -> None:
    """It is named first; what waits in it waits for the new one, who must be of the staff."""
    cast, sitting = office.cast, await office.registrar()
    await leave(office, "林老師")
    at, one = f"{office.at_school}/courses", cast.courses["物理"].id

    page = await sitting.get(at)
    lacking = await sitting.get(f"{at}?lack=nobody&what=物理")
    none = await sitting.get(f"{at}?lack=nobody&what=化學")
    last_term = await sitting.get(f"{at}?term=112-2")
    gone = await sitting.post(f"{at}/{one}/teacher", teacher=cast.people["小美"].id)
    done = await sitting.post(f"{at}/{one}/teacher", teacher=cast.people["王老師"].id)
    after = await sitting.get(at)

    assert 'id="without"' in page.text
    assert "物理" in lacking.text
    assert f'/courses/{one}"' not in none.text
    assert "國文" in last_term.text
    assert f'/courses/{one}"' not in last_term.text
    assert gone.status_code == 422
    assert done.status_code == 303
    assert 'id="without"' not in after.text
    (course,) = await rows(office, Course, col(Course.id) == one)
    assert course.teacher_id == cast.people["王老師"].id
    (entry,) = await rows(office, AuditEntry, col(AuditEntry.deed) == "changed course teacher")
    assert entry.facts["before"] == cast.people["林老師"].id
