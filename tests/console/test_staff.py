"""A registrar hands out the narrower roles of the own school, and nothing beyond."""

from collections.abc import AsyncIterator

import pytest

from models.queries.console import users
from models.rules.access import Grant
from models.vocabulary import ConsoleRole
from tests.support.consoles import Office, Sitting, opened

NEW = "chang@school.example"


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school."""
    async with opened(sqlite_url) as found:
        yield found


async def grants(office: Office, address: str) -> set[Grant]:
    """Return what an account may do."""
    user = await office.user(address)
    async with office.store.reading() as session:
        return set(await users.grants_of(session, user.id))


async def given(sitting: Sitting, address: str, role: str) -> tuple[int, str]:
    """Give somebody a role; return the status and the page."""
    at = f"{sitting.office.at_school}/staff"
    answer = await sitting.post(at, sign_in=address, name="張導師", role=role)
    return answer.status_code, answer.text


async def test_a_homeroom_teacher_gets_a_link_and_the_own_class(office: Office) -> None:
    """A new account has its link once; the page of accounts names the role; it can be taken."""
    sitting, school_id = await office.registrar(), office.cast.school.id
    at = f"{office.at_school}/staff"

    status, page = await given(sitting, NEW, "homeroom_teacher/201")
    listed = await sitting.get(at)
    user = await office.user(NEW)
    again = await sitting.post(f"{at}/{user.id}/link")
    held = await grants(office, NEW)
    await sitting.post(f"{at}/{user.id}/withdraw", role="homeroom_teacher", scope="201")

    assert status == 200
    assert "/console/invited/" in page
    assert held == {Grant(ConsoleRole.HOMEROOM_TEACHER, school_id, "201")}
    assert NEW in listed.text
    assert "/console/invited/" not in listed.text
    assert "/console/invited/" in again.text
    assert await grants(office, NEW) == set()


@pytest.mark.parametrize(
    "role",
    [
        *("registrar/", "administrator/", "homeroom_teacher/", "homeroom_teacher/999"),
        *("department_head/night", "submitter/", "submitter/everything", "viewer/201", ""),
    ],
)
async def test_what_a_registrar_cannot_give_is_refused(office: Office, role: str) -> None:
    """No higher role, none without its end, no class that is not there; no account is made."""
    status, page = await given(await office.registrar(), NEW, role)

    assert status == 422
    assert 'id="role-error"' in page
    async with office.store.reading() as session:
        assert await users.by_name(session, NEW) is None


async def test_accounts_that_others_trust_are_left_alone(office: Office) -> None:
    """Somebody of another school, another registrar, an administrator: no role, no link."""
    sitting, other = await office.registrar(), await office.another_school()
    at, here = f"{office.at_school}/staff", office.cast.school.id
    trusted = {
        "far@school.example": Grant(ConsoleRole.VIEWER, other.id),
        "peer@school.example": Grant(ConsoleRole.REGISTRAR, here),
        "admin@school.example": Grant(ConsoleRole.ADMINISTRATOR),
    }
    for address, grant in trusted.items():
        async with office.store.writing() as session:
            await users.added(session, address, "某人", office.clock.now(), [grant])

    for address, grant in trusted.items():
        status, _ = await given(sitting, address, "viewer/")
        user = await office.user(address)
        link = await sitting.post(f"{at}/{user.id}/link")
        taken = await sitting.post(f"{at}/{user.id}/withdraw", role=grant.role.value, scope="")
        assert (status, link.status_code, taken.status_code) == (422, 404, 404), address
        assert await grants(office, address) == {grant}
    page = await sitting.get(at)
    assert "far@school.example" not in page.text
