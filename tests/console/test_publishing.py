"""Publishing the timetable from the console: off by default, on and off by one button, audited."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel import col, select

from models.queries import publishing
from models.tables import AuditEntry
from tests.support.consoles import HERE, Office, opened
from tests.support.stage import MONDAY


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school."""
    async with opened(sqlite_url) as found:
        yield found


async def since(office: Office) -> object:
    """Return since when the timetable is public."""
    async with office.store.reading() as session:
        return await publishing.since(session, office.cast.school.id)


async def test_it_is_switched_on_and_off_by_one_button(office: Office) -> None:
    """The page names the address and draws it; pressing twice changes nothing more."""
    sitting, at = await office.registrar(), f"{office.at_school}/publishing"
    address = f"{HERE}/timetable/{office.cast.school.code}"

    before = (await sitting.get(at)).text
    assert await since(office) is None
    on = await sitting.follow(await sitting.post(at, turn="on"))
    await sitting.post(at, turn="on")
    assert await since(office) == MONDAY
    off = await sitting.follow(await sitting.post(at, turn="off"))
    assert await since(office) is None

    assert "<svg" not in before
    assert f'href="{address}.ics"' in on.text
    assert "<svg" in on.text
    assert "不再公開" in off.text
    async with office.store.reading() as session:
        deeds = (
            await session.execute(select(AuditEntry.deed).order_by(col(AuditEntry.id)))
        ).scalars()
        assert list(deeds) == ["published timetable", "withdrew timetable"]
