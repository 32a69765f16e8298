"""The office finds people, sees how a message reaches them, and helps them to join."""

import re
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.queries import linking
from models.rules.access import Grant
from models.tables import (
    AuditEntry,
    CalendarFeed,
    ChatAccount,
    LinkCode,
    Person,
    Role,
)
from models.vocabulary import AccountState, ConsoleRole, Duty
from tests.support.consoles import Office, Sitting, opened
from tests.support.stage import MONDAY


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school."""
    async with opened(sqlite_url) as found:
        yield found


def page_of(office: Office, name: str) -> str:
    """Return the path of a person's page."""
    return f"{office.at_school}/people/{office.cast.people[name].id}"


async def names(sitting: Sitting, query: str = "") -> list[str]:
    """Return the names that a search lists, in their order."""
    page = await sitting.get(f"{sitting.office.at_school}/people?{query}")
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page.text)


async def audited(office: Office, deed: str) -> AuditEntry:
    """Return the only audit entry of a deed."""
    async with office.store.reading() as session:
        found = select(AuditEntry).where(col(AuditEntry.deed) == deed)
        return (await session.execute(found)).scalar_one()


async def test_a_search_narrows_by_name_class_role_and_chat(office: Office) -> None:
    """Who never joined, who blocked us and who has left are three different answers."""
    cast = office.cast
    async with office.store.writing() as session:
        await session.execute(
            sa.update(ChatAccount)
            .where(col(ChatAccount.person_id) == cast.people["阿明"].id)
            .values(state=AccountState.BLOCKED)
        )
        await session.execute(
            sa.update(ChatAccount)
            .where(col(ChatAccount.person_id) == cast.people["小華"].id)
            .values(person_id=None)
        )
        await session.execute(
            sa.update(Person)
            .where(col(Person.id) == cast.people["王老師"].id)
            .values(departed=True)
        )
    sitting = await office.registrar()

    assert (await names(sitting))[:3] == ["小美", "阿明", "小華"]
    assert "王老師" not in await names(sitting)
    assert await names(sitting, "whom=美") == ["小美"]
    assert await names(sitting, f"whom={cast.people['小華'].number}") == ["小華"]
    assert await names(sitting, "class=202") == ["小華"]
    assert await names(sitting, "role=homeroom_teacher") == ["張導師", "李導師"]
    assert await names(sitting, "role=registrar") == ["註冊組"]
    assert await names(sitting, "role=pupil&state=joined") == ["小美"]
    assert await names(sitting, "state=not_joined") == ["小華"]
    assert await names(sitting, "state=blocked") == ["阿明"]
    assert await names(sitting, "state=departed") == ["王老師"]
    assert await names(sitting, "role=nonsense&state=none") == await names(sitting)


async def test_a_homeroom_teacher_sees_the_own_class_and_changes_nothing(office: Office) -> None:
    """Others look absent, and the page has no button for them."""
    grant = Grant(ConsoleRole.HOMEROOM_TEACHER, office.cast.school.id, "201")
    sitting = await office.signed_in(grant)

    own = await sitting.get(page_of(office, "小美"))
    other = await sitting.get(page_of(office, "小華"))
    teacher = await sitting.get(page_of(office, "林老師"))

    assert await names(sitting) == ["小美", "阿明"]
    assert own.status_code == 200
    assert '<form method="post" action="/console/s/' not in own.text
    assert other.status_code == teacher.status_code == 404


async def test_a_page_never_shows_the_address_of_a_chat(office: Office) -> None:
    """It says by which app since when; the address is nobody's business."""
    page = await (await office.registrar()).get(page_of(office, "小美"))

    assert "LINE" in page.text
    assert office.cast.address("小美") not in page.text


async def test_a_new_code_is_shown_once_and_voids_the_one_before(office: Office) -> None:
    """It holds for the person; the audit says who made it; the page afterwards has no code."""
    cast, sitting = office.cast, await office.registrar()
    async with office.store.writing() as session:
        pepper = office.installation.vault.pepper
        await linking.issue(session, cast.people["小美"], MONDAY, pepper)

    shown = await sitting.post(f"{page_of(office, '小美')}/code")
    later = await sitting.get(page_of(office, "小美"))

    code = re.search(r"[A-Z2-9]{5}-[A-Z2-9]{5}", shown.text)
    assert code is not None
    assert code[0] not in later.text
    async with office.store.reading() as session:
        held = await linking.code_typed(session, cast.school.id, code[0], pepper)
        usable = select(LinkCode).where(col(LinkCode.expires_at) > MONDAY)
        assert held is not None
        assert [each.id for each in (await session.execute(usable)).scalars()] == [held.id]
        entries = (
            await session.execute(
                select(AuditEntry).where(col(AuditEntry.thing) == f"link_code:{held.id}")
            )
        ).scalars()
    assert [(each.via, each.person_id) for each in entries] == [("console", cast.people["小美"].id)]


async def test_a_chat_is_unlinked_with_a_reason(office: Office) -> None:
    """Without one nothing happens; with it the calendar's address ends with the last chat."""
    cast, sitting = office.cast, await office.registrar()
    account = cast.accounts["小美"]
    async with office.store.writing() as session:
        session.add(
            CalendarFeed(
                school_id=cast.school.id,
                person_id=cast.people["小美"].id,
                digest="d" * 64,
                made_at=MONDAY,
            )
        )
    path = f"{page_of(office, '小美')}/unlink"

    without = await sitting.post(path, chat=account.id, reason=" ")
    foreign = await sitting.post(path, chat=cast.accounts["阿明"].id, reason="手機遺失")
    done = await sitting.post(path, chat=account.id, reason="手機遺失")

    assert without.status_code == foreign.status_code == 422
    assert 'id="reason-error"' in without.text
    assert done.status_code == 303
    entry = await audited(office, "unlinked")
    assert (entry.via, entry.facts["reason"]) == ("console", "手機遺失")
    assert "手機遺失" in (await sitting.get(f"{office.at_school}/audit")).text
    async with office.store.reading() as session:
        linked = (await session.execute(select(ChatAccount))).scalars().all()
        feed = (await session.execute(select(CalendarFeed))).scalar_one()
    assert {each.person_id for each in linked if each.person_id} == {
        each.id for name, each in cast.people.items() if name != "小美"
    }
    assert feed.ended_at is not None


async def test_the_office_in_chats_is_given_and_taken(office: Office) -> None:
    """To staff, once; never to a pupil."""
    sitting = await office.registrar()

    async def registrars() -> set[int]:
        async with office.store.reading() as session:
            held = select(Role.person_id).where(col(Role.duty) == Duty.REGISTRAR)
            return set((await session.execute(held)).scalars())

    before = await registrars()
    wang = office.cast.people["王老師"].id
    for _ in range(2):
        await sitting.post(f"{page_of(office, '王老師')}/registrar", turn="give")
    pupil = await sitting.post(f"{page_of(office, '小美')}/registrar", turn="give")
    given = await registrars()
    await sitting.post(f"{page_of(office, '王老師')}/registrar", turn="take")

    assert given == before | {wang}
    assert pupil.status_code == 404
    assert await registrars() == before
    assert (await audited(office, "gave duty")).person_id == wang
