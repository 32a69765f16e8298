"""The audit can be read, saved and checked in the console, and never changed."""

import csv
import io
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.console.subjects import audit as subject
from models.queries import audit
from models.tables import AuditEntry
from scheduler import sealing
from tests.support.consoles import Office, Sitting, opened
from tests.support.stage import MONDAY


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of a school in which 小美 confirmed, and 林老師 certified for 阿明."""
    async with opened(sqlite_url) as found:
        people, school_id = found.cast.people, found.cast.school.id
        async with found.store.writing() as session:
            for deed, actor, whom in (
                ("confirmed receipt", "小美", "小美"),
                ("certified", "林老師", "阿明"),
                ("an unheard-of deed", "王老師", "小華"),
            ):
                await audit.record(
                    session,
                    school_id=school_id,
                    at=MONDAY,
                    actor_id=people[actor].id,
                    person_id=people[whom].id,
                    deed=deed,
                    thing="course_outcome:12",
                    via="line",
                )
        yield found


async def checked(office: Office, sitting: Sitting) -> str:
    """Check the seals, going on as the page does; return what it says at the end."""
    page = await sitting.get(f"{office.at_school}/audit/check")
    for _ in range(10):
        if "繼續" not in page.text:
            break
        assert "hx-get" in page.text
        page = await sitting.get(f"{office.at_school}/audit/check?on=1")
    return page.text


async def test_names_are_looked_up_and_a_search_narrows(office: Office) -> None:
    """By who did it or for whom, by deed and by way; an unknown deed is shown as written."""
    sitting = await office.registrar()

    async def found(query: str) -> str:
        page = await sitting.get(f"{office.at_school}/audit?{query}")
        return page.text.partition("<tbody>")[2]

    everything = await found("")
    assert all(each in everything for each in ("小美", "林老師", "認證了一件成果", "學習成果 12"))
    assert "an unheard-of deed" in everything
    assert "林老師" in await found("whom=阿明")
    assert "小美" not in await found("whom=林老師&deed=certified")
    assert await found("via=telegram") == await found("until=2024-09-01") == ""


async def test_saving_it_is_itself_audited_under_the_account(office: Office) -> None:
    """The file has what the filter finds; the entry names the account that took it."""
    sitting = await office.registrar()

    file = await sitting.post(f"{office.at_school}/audit/export", whom="小美")
    page = await sitting.get(f"{office.at_school}/audit?deed=exported+audit")

    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["小美"]
    assert "林註冊" in page.text.partition("<tbody>")[2]


async def test_the_seals_are_checked_in_steps(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was edited or taken out is found, also where a step begins."""
    monkeypatch.setattr(subject, "A_STEP", 1)
    sitting = await office.registrar()
    assert "還沒有封存" in await checked(office, sitting)
    await sealing.seal(office.store, office.installation.vault.audit_key)

    sound = await checked(office, sitting)
    async with office.store.writing() as session:
        third = sa.update(AuditEntry).where(col(AuditEntry.position) == 3)
        await session.execute(third.values(deed="certified"))
    edited = await checked(office, sitting)
    async with office.store.writing() as session:
        await session.execute(sa.delete(AuditEntry).where(col(AuditEntry.position) == 2))
    missing = await checked(office, sitting)

    assert "已查驗 3 筆，共 3 筆" in sound
    assert "沒有任何一筆被更改" in sound
    assert "和當初寫下的不同" not in sound
    assert "和當初寫下的不同" in edited
    assert "和當初寫下的不同" in missing
    assert edited != missing
